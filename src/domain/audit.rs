//! The audit trail: one event per thing that happened, written in the transaction that made it happen.
//!
//! 医療情報システムの安全管理に関するガイドライン, システム運用編 17①: who signed in when, for how long, to what.

use std::net::IpAddr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{
    Acr, Amr, Authentication, ClientId, ClinicId, SecretHash, SessionId, UnixTime, UserId, named::named, network,
};

named! {
    /// What happened. The text is what exports carry.
    AuditKind {
        AuthPasskey = "auth.passkey",
        AuthPassword = "auth.password",
        /// The password was right, and a code was asked for: nobody is in yet.
        AuthPasswordAccepted = "auth.password_accepted",
        AuthSecondFactor = "auth.second_factor",
        /// By an administrator's one-time code.
        AuthAccessCode = "auth.access_code",
        AuthInvitation = "auth.invitation",
        AuthLogout = "auth.logout",
        SessionStarted = "session.started",
        SessionEnded = "session.ended",
        SessionConfirmed = "session.confirmed",
        SessionClinicChosen = "session.clinic_chosen",
        SessionRevoked = "session.revoked",
        LogoutDelivered = "logout.delivered",
        LogoutUndelivered = "logout.undelivered",
        NoticeSent = "notice.sent",
        NoticeUndelivered = "notice.undelivered",
        PasskeyRegistered = "passkey.registered",
        PasskeyRegisterRefused = "passkey.register_refused",
        PasskeyDisabled = "passkey.disabled",
        PasskeyEnabled = "passkey.enabled",
        PasskeyDeleted = "passkey.deleted",
        PasskeyRenamed = "passkey.renamed",
        PasskeyCounterBack = "passkey.counter_back",
        /// A phone on its way to a passkey of its own; the detail names the step.
        PasskeyHandoff = "passkey.handoff",
        PasswordChanged = "password.changed",
        SecondFactorAdded = "second_factor.added",
        SecondFactorRemoved = "second_factor.removed",
        RecoveryCodesMade = "recovery_codes.made",
        RecoveryCodeUsed = "recovery_code.used",
        AccountLocked = "account.locked",
        /// The password way is open again, by an administrator.
        AccountUnlocked = "account.unlocked",
        AccountCreated = "account.created",
        AccountDisabled = "account.disabled",
        AccountEnabled = "account.enabled",
        AccountChanged = "account.changed",
        /// For who lost every way in; a second administrator has to agree.
        AccountReinviteAsked = "account.reinvite_asked",
        /// With a new invitation in place of all that the person signed in with.
        AccountReinvited = "account.reinvited",
        InvitationCreated = "invitation.created",
        InvitationUsed = "invitation.used",
        InvitationRevoked = "invitation.revoked",
        /// A second administrator has to agree.
        AccessCodeAsked = "access_code.asked",
        AccessCodeIssued = "access_code.issued",
        /// By its person, with their other sessions.
        AccessCodeWithdrawn = "access_code.withdrawn",
        RoleChanged = "role.changed",
        MembershipSuspended = "membership.suspended",
        MembershipResumed = "membership.resumed",
        /// Another end, or none.
        MembershipEndSet = "membership.end_set",
        /// Its end has come.
        MembershipEnded = "membership.ended",
        ClientCreated = "client.created",
        ClientChanged = "client.changed",
        /// Somebody looked whether a person would get in, and what it would be told of them.
        ClientPreviewed = "client.previewed",
        GroupCreated = "group.created",
        /// Another name, removed or brought back.
        GroupChanged = "group.changed",
        GroupJoined = "group.joined",
        GroupLeft = "group.left",
        /// Of a profession; whether a licence was seen is another event.
        QualificationAdded = "qualification.added",
        QualificationVerified = "qualification.verified",
        QualificationRemoved = "qualification.removed",
        ClinicCreated = "clinic.created",
        ClinicChanged = "clinic.changed",
        KeyCreated = "key.created",
        KeyActivated = "key.activated",
        KeyRetired = "key.retired",
        KeyRemoved = "key.removed",
        KeyRewrapped = "key.rewrapped",
        BackupMade = "backup.made",
        BackupFailed = "backup.failed",
        BackupRestored = "backup.restored",
        BackupRehearsed = "backup.rehearsed",
        TokenIssued = "token.issued",
        TokenRefreshed = "token.refreshed",
        TokenRevoked = "token.revoked",
        TokenReuseDetected = "token.reuse_detected",
        TokenRefused = "token.refused",
        AccessDenied = "access.denied",
        ConsentGiven = "consent.given",
        ConsentWithdrawn = "consent.withdrawn",
        ActivityDisowned = "activity.disowned",
        RateLimited = "rate_limited",
        /// Somebody looked; the detail says at what.
        AuditViewed = "audit.viewed",
        AuditExported = "audit.exported",
        /// What was asked for ended in a fault of ours; `incident` is what the screen showed.
        RequestFailed = "request.failed",
        TerminalAdded = "terminal.added",
        TerminalRegistered = "terminal.registered",
        TerminalChanged = "terminal.changed",
        TerminalRevoked = "terminal.revoked",
    }

    Outcome { Success = "success", Failure = "failure", Denied = "denied", Error = "error" }
}

/// Who did it. The name is kept as it was at the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    User {
        id: UserId,
        name: String,
    },
    Client(ClientId),
    /// The person at the server's own command line.
    CommandLine,
    /// A timer of ours.
    System,
    /// Somebody whom nothing identified.
    Nobody,
}

/// Where a request came from, for the trail and for what people are shown of their sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestInfo {
    /// Names one request in log, trail and error page.
    pub request_id: String,
    /// Empty on the command line.
    pub ip: String,
    /// At most 300 characters.
    pub user_agent: String,
    /// What the browser presented as the cookie of a registered terminal. No part of the trail.
    pub terminal: Option<SecretHash>,
}

impl RequestInfo {
    /// Whom the address belongs to: itself, or of IPv6 its whole network (`2001:db8:1:2::/64`). What is counted for an
    /// address is counted for this, or one stranger could be 2⁶⁴.
    pub fn network(&self) -> String {
        match self.ip.parse().map(network) {
            Ok(network @ IpAddr::V6(_)) => format!("{network}/64"),
            Ok(address) => address.to_string(),
            Err(_) => self.ip.clone(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// UUIDv7, so that the order of ids is that of time.
    pub id: String,
    pub at: UnixTime,
    pub kind: AuditKind,
    pub outcome: Outcome,
    /// Machine-readable: `wrong_password`, `challenge_expired`, …
    pub reason: Option<String>,
    pub actor: Actor,
    /// Whom it was done to, where that is a person.
    pub subject: Option<UserId>,
    pub clinic_id: Option<ClinicId>,
    pub client_id: Option<ClientId>,
    /// SHA-256 of the session's id, never the id itself.
    pub session_ref: Option<String>,
    /// SHA-256 of the credential id.
    pub credential_ref: Option<String>,
    pub acr: Option<Acr>,
    pub amr: Vec<Amr>,
    /// A JSON object of what else matters: changed fields, counts. No secrets, no tokens.
    pub detail: Option<serde_json::Value>,
    /// Six digits that somebody read off a screen.
    pub incident: Option<String>,
    pub request: RequestInfo,
}

impl AuditEvent {
    /// An event with what every event has; the rest is added by the methods below.
    pub fn new(
        id: String,
        at: UnixTime,
        kind: AuditKind,
        outcome: Outcome,
        actor: Actor,
        request: RequestInfo,
    ) -> Self {
        Self {
            id,
            at,
            kind,
            outcome,
            reason: None,
            actor,
            subject: None,
            clinic_id: None,
            client_id: None,
            session_ref: None,
            credential_ref: None,
            acr: None,
            amr: Vec::new(),
            detail: None,
            incident: None,
            request,
        }
    }

    /// It was done in this session.
    pub fn is_of(&self, session: &SessionId) -> bool {
        self.session_ref.as_deref() == Some(reference(session.as_str()).as_str())
    }

    #[must_use]
    pub fn reason(mut self, reason: &str) -> Self {
        self.reason = Some(reason.to_owned());
        self
    }

    #[must_use]
    pub fn subject(mut self, user: &UserId) -> Self {
        self.subject = Some(user.clone());
        self
    }

    #[must_use]
    pub fn clinic(mut self, clinic: &ClinicId) -> Self {
        self.clinic_id = Some(clinic.clone());
        self
    }

    #[must_use]
    pub fn client(mut self, client: &ClientId) -> Self {
        self.client_id = Some(client.clone());
        self
    }

    #[must_use]
    pub fn session(mut self, session: &SessionId) -> Self {
        self.session_ref = Some(reference(session.as_str()));
        self
    }

    #[must_use]
    pub fn credential(mut self, credential_id: &str) -> Self {
        self.credential_ref = Some(reference(credential_id));
        self
    }

    #[must_use]
    pub fn authentication(mut self, authentication: &Authentication) -> Self {
        self.acr = Some(authentication.acr);
        self.amr.clone_from(&authentication.amr);
        self
    }

    #[must_use]
    pub fn detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = Some(detail);
        self
    }
}

/// How an event names a session or a credential: SHA-256 in base64url, which tells two apart and gives neither away.
pub fn reference(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(id.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_as_the_network_that_somebody_has() {
        let network = |ip: &str| RequestInfo { ip: ip.to_owned(), ..RequestInfo::default() }.network();
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:3::1"), "2001:db8:1:3::/64");
        assert_eq!(network(""), "", "the command line has none");
    }
}
