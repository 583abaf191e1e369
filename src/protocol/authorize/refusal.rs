//! How a refused authorization request is answered (RFC 6749 §4.1.2.1): by redirect once client and redirect URI are
//! proven, by our own page until then.

use crate::domain::Client;
use crate::protocol::{
    error::AuthorizeError,
    params::{BadParams, Params},
    redirect_uri::is_registered,
};

use super::{AuthorizationRequest, Unchecked, request::MAX_STATE};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizeRefusal {
    Page(PageReason),
    Redirect(ErrorRedirect),
}

/// Why we show our own error page; one good sentence each on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageReason {
    TooLong,
    BadEncoding,
    ClientMissing,
    ClientRepeated,
    ClientUnknown,
    ClientDisabled,
    RedirectUriMissing,
    RedirectUriRepeated,
    RedirectUriNotRegistered,
    /// No check vouched for the place the answer would go to. Not reached while [`super::CHECKS`] is whole.
    Unproven,
}

impl PageReason {
    /// For the audit trail and the catalogue of messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "request_too_long",
            Self::BadEncoding => "bad_encoding",
            Self::ClientMissing => "client_missing",
            Self::ClientRepeated => "client_repeated",
            Self::ClientUnknown => "client_unknown",
            Self::ClientDisabled => "client_disabled",
            Self::RedirectUriMissing => "redirect_uri_missing",
            Self::RedirectUriRepeated => "redirect_uri_repeated",
            Self::RedirectUriNotRegistered => "redirect_uri_not_registered",
            Self::Unproven => "unproven",
        }
    }
}

impl From<BadParams> for AuthorizeRefusal {
    fn from(bad: BadParams) -> Self {
        Self::Page(match bad {
            BadParams::TooLong => PageReason::TooLong,
            BadParams::Encoding => PageReason::BadEncoding,
        })
    }
}

/// Sent with `response::redirect_with_error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorRedirect {
    pub redirect_uri: String,
    pub state: Option<String>,
    pub error: AuthorizeError,
    pub description: &'static str,
}

impl ErrorRedirect {
    /// For a request that passed the checks and fails later.
    pub fn of(request: &AuthorizationRequest, error: AuthorizeError, description: &'static str) -> Self {
        Self { redirect_uri: request.redirect_uri.clone(), state: request.state.clone(), error, description }
    }
}

/// What a single check says no with; [`super::check`] decides where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Page(PageReason),
    Error(AuthorizeError, &'static str),
}

/// A client and one of its own redirect URIs. Whatever the list of checks says, no answer leaves without it.
pub(super) struct Proven<'a> {
    pub client: &'a Client,
    pub redirect_uri: &'a str,
}

impl<'a> Proven<'a> {
    pub fn of(unchecked: &Unchecked<'a>) -> Option<Self> {
        let named = unchecked.params.single("client_id")?;
        let client = unchecked.client.filter(|client| client.id.as_str() == named)?;
        let redirect_uri = unchecked.params.single("redirect_uri").filter(|uri| is_registered(client, uri))?;
        Some(Self { client, redirect_uri })
    }

    /// A repeated or over-long `state` is not sent back: there is no telling which, or it is the very fault.
    pub fn error(&self, params: &Params, error: AuthorizeError, description: &'static str) -> ErrorRedirect {
        let state = params.single("state").filter(|state| state.len() <= MAX_STATE);
        ErrorRedirect {
            redirect_uri: self.redirect_uri.to_owned(),
            state: state.map(str::to_owned),
            error,
            description,
        }
    }
}
