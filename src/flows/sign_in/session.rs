//! The session that a sign-in opens, or renews when the same person signs in again on the same browser.
//!
//! The secret is new at every sign-in; the `sid` stays for the same person and clinic, so that a step-up does not throw
//! them out of their applications. Somebody else's session on this browser is ended, and what it gave is revoked.

use serde_json::json;

use crate::{
    domain::{
        Acr, AuditKind, Authentication, ClinicChoice, Happened, Outcome, PasskeyId, Secret, SecretHash, Session,
        SessionId, SessionKind, SessionState, SignedIn, User,
    },
    flows::{Cx, cx, outbox},
    store::{self, Conn, StoreError, Tx},
};

use super::{Place, new_place};

/// The session that this browser had before, whatever its state.
#[derive(Clone, Debug)]
pub struct Previous {
    pub signed_in: SignedIn,
    pub secret: SecretHash,
}

impl Previous {
    /// `secret`: out of the cookie.
    pub fn find(conn: &mut Conn, secret: Option<&Secret>) -> Result<Option<Self>, StoreError> {
        let Some(secret) = secret.map(Secret::hash) else { return Ok(None) };
        let found = store::sessions::find_signed_in(conn, &secret)?;
        Ok(found.map(|signed_in| Self { signed_in, secret }))
    }
}

/// Everything about a sign-in that was decided before the write.
pub struct Opening {
    pub user: User,
    pub place: Place,
    pub kind: SessionKind,
    pub authentication: Authentication,
    pub authenticated_for: Option<String>,
    pub passkey_id: Option<PasskeyId>,
    pub previous: Option<Previous>,
}

/// A session ready to be written.
pub struct Opened {
    pub session: Session,
    /// Goes into the cookie, and nowhere else.
    pub secret: Secret,
    replaces: Option<SecretHash>,
    ends: Option<Session>,
    user: User,
    place: Place,
}

impl Opening {
    pub fn prepare(self, cx: &Cx) -> Opened {
        let previous = self.previous.filter(|previous| previous.signed_in.session.state(cx.now) != SessionState::Ended);
        let renews = previous.as_ref().filter(|previous| {
            let before = &previous.signed_in.session;
            before.user_id == self.user.id && before.clinic_id == self.place.clinic.id
        });
        let mut absolute = self.place.session_absolute;
        if self.authentication.acr == Acr::Temporary {
            absolute = absolute.min(Session::TEMPORARY_FOR);
        }
        let id = renews
            .map_or_else(|| SessionId::new(cx.random.id(cx.now)), |previous| previous.signed_in.session.id.clone());
        let made = renews.is_some_and(|previous| previous.signed_in.session.clinic_choice == ClinicChoice::Made);
        let clinic_choice = match self.place.clinics.len() {
            ..=1 => ClinicChoice::Only,
            _ if self.authentication.acr == Acr::Temporary => ClinicChoice::Only,
            _ if made => ClinicChoice::Made,
            _ => ClinicChoice::Open,
        };
        let session = Session {
            id,
            user_id: self.user.id.clone(),
            clinic_id: self.place.clinic.id.clone(),
            clinic_choice,
            kind: self.kind,
            authentication: self.authentication,
            authenticated_for: self.authenticated_for,
            passkey_id: self.passkey_id,
            created_at: renews.map_or(cx.now, |previous| previous.signed_in.session.created_at),
            last_seen_at: cx.now,
            idle_limit: self.place.session_idle,
            expires_at: cx.now.plus(absolute),
            ended_at: None,
            ip: cx.request.ip.clone(),
            user_agent: cx.request.user_agent.clone(),
            terminal_kind: self.place.unregistered_terminal,
            terminal_id: None,
            confirmed_at: None,
        };
        let replaces = renews.map(|previous| previous.secret.clone());
        let ends = previous.filter(|_| replaces.is_none()).map(|previous| previous.signed_in.session);
        Opened { session, secret: cx.random.secret(), replaces, ends, user: self.user, place: self.place }
    }
}

impl Opened {
    /// The session where the browser stands. That is found as late as this, so that a terminal that was revoked a moment ago
    /// counts for nothing; who comes without a terminal's cookie costs no query.
    fn seated(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Session, StoreError> {
        let terminal = match &cx.request.terminal {
            Some(secret) => store::terminals::sign_in_at(tx, secret, &cx.request, cx.now)?,
            None => None,
        };
        // Another clinic's word about its PCs is none about ours.
        let ours = terminal.filter(|(_, clinic, _)| self.place.clinics.contains(clinic));
        let mut session = self.session.clone();
        if let Some((id, _, kind)) = ours {
            (session.terminal_id, session.terminal_kind) = (Some(id), kind);
        }
        // Whoever enrols has a device to find first, and no application is open to them.
        if session.kind == SessionKind::Ordinary {
            session.idle_limit = session.terminal_kind.idle_limit(session.idle_limit);
        }
        Ok(session)
    }
}

/// Whether person and membership are still what was read; first in every write that opens a session, so that all of them
/// take their locks in one order.
pub fn admit(tx: &mut Tx<'_>, opened: &Opened) -> Result<bool, StoreError> {
    let session = &opened.session;
    store::ground::still_admitted(tx, &session.user_id, &session.clinic_id, session.last_seen_at)
}

/// Writes the session of somebody [`admit`]ted; `false` if the session to be renewed is no longer what was read.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, opened: &Opened) -> Result<bool, StoreError> {
    let session = &opened.seated(tx, cx)?;
    if let Some(old) = &opened.replaces {
        if !store::sessions::reauthenticate(tx, session, old, &opened.secret.hash())? {
            return Ok(false);
        }
    } else {
        if let Some(other) = &opened.ends {
            end(tx, cx, other, "replaced", &opened.user)?;
        }
        if cx.mailer.is_some() && new_place::is_new(tx, cx, &session.user_id)? {
            outbox::queue(tx, cx, Happened::NewPlace, &session.user_id, &session.clinic_id, None)?;
        }
        store::sessions::insert(tx, session, &opened.secret.hash())?;
    }
    let mut event = cx
        .event_by(AuditKind::SessionStarted, Outcome::Success, &opened.user)
        .clinic(&session.clinic_id)
        .session(&session.id)
        .authentication(&session.authentication);
    event.detail = session.terminal_id.as_ref().map(|terminal| json!({ "terminal": terminal.as_str() }));
    store::audit_events::insert(tx, &event)?;
    Ok(true)
}

/// Ends one session and records it; `false` if it was over already.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, session: &Session, reason: &str, by: &User) -> Result<bool, StoreError> {
    if !store::sessions::end(tx, &session.id, reason, cx.now)? {
        return Ok(false);
    }
    let event = cx
        .event(AuditKind::SessionEnded, Outcome::Success, cx::actor(by))
        .subject(&session.user_id)
        .clinic(&session.clinic_id)
        .session(&session.id)
        .reason(reason);
    store::audit_events::insert(tx, &event)?;
    Ok(true)
}
