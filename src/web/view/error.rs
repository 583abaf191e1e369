//! A refusal or a fault as a person reads it: what happened, what to do next, whom to ask.

use serde::Serialize;

use super::{Application, Page};

#[derive(Clone, Debug, Default, Serialize)]
pub struct ErrorPage {
    pub kind: ErrorKind,
    /// Whom to ask; without it 「院内の管理者」.
    pub contact: Option<String>,
    /// Six digits that a person can read out on the telephone.
    pub incident: Option<String>,
    pub request_id: Option<String>,
    /// For whoever builds the application: the protocol's own words, in English.
    pub detail: Option<String>,
    /// Where they come from, where that is what it is about.
    pub address: Option<String>,
    /// Where to sign in otherwise, where that helps.
    pub sign_in_uri: Option<String>,
    /// Where they came from, when that is proven.
    pub application: Option<Application>,
}

/// Each has its title, what happened and what to do next in the catalogues under `error.<name>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    NotFound,
    /// The address exists and takes no such method.
    WrongMethod,
    /// The request makes no sense.
    BadRequest,
    TooLarge,
    /// What was sent took too long to come in.
    TooSlow,
    /// The form's token is missing, or of another browser.
    FormExpired,
    /// The form came from another site.
    ForeignForm,
    Busy,
    /// The database cannot be reached.
    Unavailable,
    #[default]
    Internal,
    /// An authorization request that cannot be sent back to where it came from.
    BadAuthorization,
    UnknownClient,
    WrongRedirectUri,
    /// The sealed request is too old, or was used.
    RequestExpired,
    /// The application was switched off.
    ClientDisabled,
    /// The person's role is none of those that may enter the application.
    NotAdmitted,
    /// The application is entered from other terminals than this.
    TerminalNotAdmitted,
    /// The application takes no sign-in by an administrator's code.
    CodeNotTaken,
    /// The application demands a stronger sign-in: this at least.
    SecondFactorNeeded,
    PasskeyNeeded,
    HardwarePasskeyNeeded,
    /// What a session by an administrator's code does not reach.
    TemporarySession,
    /// The clinic lets nobody open its administration from this address.
    AdminAddress,
    InvitationUnknown,
    InvitationExpired,
    InvitationUsed,
    TerminalLinkUnknown,
    TerminalLinkExpired,
    TerminalLinkUsed,
    /// The link for a phone is too old, or was replaced.
    HandoffOver,
    /// Another browser holds it.
    HandoffElsewhere,
    /// A request to log out that cannot be read.
    BadLogout,
}

#[cfg(test)]
impl ErrorKind {
    pub(super) const ALL: &'static [Self] = &[
        Self::NotFound,
        Self::WrongMethod,
        Self::BadRequest,
        Self::TooLarge,
        Self::TooSlow,
        Self::FormExpired,
        Self::ForeignForm,
        Self::Busy,
        Self::Unavailable,
        Self::Internal,
        Self::BadAuthorization,
        Self::UnknownClient,
        Self::WrongRedirectUri,
        Self::RequestExpired,
        Self::ClientDisabled,
        Self::NotAdmitted,
        Self::TerminalNotAdmitted,
        Self::CodeNotTaken,
        Self::SecondFactorNeeded,
        Self::PasskeyNeeded,
        Self::HardwarePasskeyNeeded,
        Self::TemporarySession,
        Self::AdminAddress,
        Self::InvitationUnknown,
        Self::InvitationExpired,
        Self::InvitationUsed,
        Self::TerminalLinkUnknown,
        Self::TerminalLinkExpired,
        Self::TerminalLinkUsed,
        Self::HandoffOver,
        Self::HandoffElsewhere,
        Self::BadLogout,
    ];
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "pages/error.html";
}
