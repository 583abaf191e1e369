//! Suspending, resuming and deleting a passkey of one's own. Somebody else's are not found.
//!
//! Suspending needs no more than an ordinary session: a lost phone must be stopped at once, by whatever way in is left. The
//! other two need the strength of [`Holdings::may_change`]. Neither takes the last passkey from somebody whom nobody told
//! what that means.

use serde::Serialize;
use serde_json::json;

use crate::{
    domain::{
        AuditKind, ClinicId, Fallback, Fault, Happened, Passkey, PasskeyId, SessionId, SignedIn, SuspendedBy,
        Suspension, TooWeak, User, Verdict, reference,
    },
    flows::{
        Cx,
        account::{
            holdings::Holdings,
            sessions::{self, Closed},
        },
        admin::By,
        cx::actor,
        outbox,
        sign_in::choose_clinic,
    },
    store::{self, Conn, Store, StoreError, Tx},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Suspend,
    Resume,
    Delete,
}

/// What the person chose beside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// The sessions that the passkey opened end with it.
    pub end_sessions: bool,
    /// The page said that no passkey is left to sign in with.
    pub knows_last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    NotFound,
    TooWeak(TooWeak),
    /// The last passkey, and nobody told the person.
    Last,
    /// Suspended already, or not suspended at all.
    Unchanged,
    /// An administrator suspended it, and only an administrator decides what becomes of it.
    ByAdministrator,
}

/// What the last passkey leaves to sign in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Left {
    Password,
    PasswordAndCode,
    Nothing,
}

/// What somebody has to know before they press.
pub struct Outlook {
    pub passkey: Passkey,
    /// It is the last that signs them in.
    pub last: Option<Left>,
    /// How many sessions it opened, and whether this is one of them.
    pub sessions: usize,
    pub this_session: bool,
    /// Whether this session may resume or delete it.
    pub may_change: Result<(), TooWeak>,
}

pub struct Done {
    /// The session that asked has ended too.
    pub this_session: bool,
}

pub fn look(store: &Store, cx: &Cx, who: &SignedIn, id: &PasskeyId) -> Result<Option<Outlook>, Fault> {
    store.read(|conn| {
        let held = Holdings::read(conn, &who.user.id)?;
        let Some(passkey) = held.passkeys.iter().find(|passkey| passkey.id == *id) else { return Ok(None) };
        let opened = store::sessions::list_for_user(conn, &who.user.id, cx.now)?;
        Ok(Some(Outlook {
            passkey: passkey.clone(),
            last: if is_last(&held, passkey) {
                Some(left(conn, cx, &held.user, held.second_factor.is_some())?)
            } else {
                None
            },
            sessions: opened.iter().filter(|session| session.passkey_id.as_ref() == Some(id)).count(),
            this_session: who.session.passkey_id.as_ref() == Some(id),
            may_change: held.may_change(&who.session, cx.now),
        }))
    })
}

fn is_last(held: &Holdings, passkey: &Passkey) -> bool {
    passkey.is_enabled() && held.passkeys.iter().filter(|held| held.is_enabled()).count() == 1
}

/// Of a person without passkeys.
pub fn left(conn: &mut Conn, cx: &Cx, user: &User, second_factor: bool) -> Result<Left, StoreError> {
    let memberships = store::memberships::list_for_user(conn, &user.id)?;
    let policy = choose_clinic(&memberships, &[], cx.now).map(|place| place.password);
    Ok(match policy.filter(|_| user.password_hash.is_some()) {
        Some(Fallback::SecondFactor | Fallback::PasswordOnly) if second_factor => Left::PasswordAndCode,
        Some(Fallback::PasswordOnly) => Left::Password,
        _ => Left::Nothing,
    })
}

impl Change {
    const fn kind(self) -> AuditKind {
        match self {
            Self::Suspend => AuditKind::PasskeyDisabled,
            Self::Resume => AuditKind::PasskeyEnabled,
            Self::Delete => AuditKind::PasskeyDeleted,
        }
    }

    const fn happened(self) -> Happened {
        match self {
            Self::Suspend => Happened::PasskeySuspended,
            Self::Resume => Happened::PasskeyResumed,
            Self::Delete => Happened::PasskeyDeleted,
        }
    }

    /// Why the sessions end that the passkey opened.
    const fn reason(self) -> &'static str {
        match self {
            Self::Suspend | Self::Resume => "passkey_suspended",
            Self::Delete => "passkey_deleted",
        }
    }

    /// May it be done, as far as what is held decides?
    fn judge(
        self,
        held: &Holdings,
        cx: &Cx,
        who: &SignedIn,
        id: &PasskeyId,
        choice: Choice,
    ) -> Result<Passkey, Refusal> {
        let found = held.passkeys.iter().find(|passkey| passkey.id == *id).ok_or(Refusal::NotFound)?;
        if self != Self::Suspend {
            held.may_change(&who.session, cx.now).map_err(Refusal::TooWeak)?;
        }
        match (self, found.suspension.as_ref().map(|suspension| suspension.by)) {
            // Deleted, the same device could be registered again.
            (Self::Resume | Self::Delete, Some(SuspendedBy::Administrator)) => return Err(Refusal::ByAdministrator),
            (Self::Resume, None) | (Self::Suspend, Some(_)) => return Err(Refusal::Unchanged),
            _ => {}
        }
        if is_last(held, found) && !choice.knows_last {
            return Err(Refusal::Last);
        }
        Ok(found.clone())
    }

    fn write(self, tx: &mut Tx<'_>, passkey: &Passkey, suspension: &Suspension) -> Result<bool, StoreError> {
        let (id, owner) = (&passkey.id, &passkey.user_id);
        match self {
            Self::Suspend => store::passkeys::suspend(tx, id, owner, suspension),
            Self::Resume => store::passkeys::resume(tx, id, owner, suspension.by),
            Self::Delete => {
                Ok(store::passkeys::delete(tx, id, owner)? && store::users::release_passkey_slot(tx, owner)?)
            }
        }
    }

    /// The change that somebody decided on, behind the lock on its owner's row, with what ends by it. `None`: it was so
    /// already.
    pub fn carry_out(
        self,
        tx: &mut Tx<'_>,
        by: &By,
        passkey: &Passkey,
        decided: Decided<'_>,
    ) -> Result<Option<Closed>, StoreError> {
        let suspension = Suspension { at: by.now, by: decided.by, reason: decided.reason.map(str::to_owned) };
        if !self.write(tx, passkey, &suspension)? {
            return Ok(None);
        }
        let closed = if decided.end_sessions {
            sessions::end_opened_by(tx, by, passkey, self.reason())?
        } else {
            Closed::default()
        };
        let mut detail = json!({
            "passkey": passkey.id.as_str(),
            "name": passkey.name,
            "sessions_ended": closed.sessions.len(),
            "grants_revoked": closed.grants,
        });
        if let Some(reason) = decided.reason {
            detail["admin_reason"] = reason.into();
        }
        let event = by.event(self.kind()).subject(&passkey.user_id).clinic(decided.clinic);
        let mut event = event.credential(&passkey.credential_id).detail(detail);
        event.session_ref = decided.session.map(|session| reference(session.as_str()));
        store::audit_events::insert(tx, &event)?;
        let to = (&passkey.user_id, decided.clinic);
        outbox::queue_by(tx, by, self.happened(), to, Some(&passkey.name), decided.reason)?;
        Ok(Some(closed))
    }
}

/// How, and in which clinic's name.
pub struct Decided<'a> {
    pub by: SuspendedBy,
    /// An administrator's.
    pub reason: Option<&'a str>,
    pub clinic: &'a ClinicId,
    /// Of whoever decided.
    pub session: Option<&'a SessionId>,
    pub end_sessions: bool,
}

pub fn change(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    id: &PasskeyId,
    change: Change,
    choice: Choice,
) -> Result<Verdict<Done, Refusal>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    if let Err(refusal) = change.judge(&held, cx, who, id, choice) {
        return Ok(Err(refusal));
    }
    let (cx, who, id) = (cx.clone(), who.clone(), id.clone());
    store.write(move |tx| {
        if !store::ground::still_signed_in(tx, &who, cx.now)? {
            return Ok(Err(Refusal::NotFound));
        }
        let passkey = match change.judge(&Holdings::read(tx, &who.user.id)?, &cx, &who, &id, choice) {
            Ok(passkey) => passkey,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let decided = Decided {
            by: SuspendedBy::Owner,
            reason: None,
            clinic: &who.clinic.id,
            session: Some(&who.session.id),
            end_sessions: choice.end_sessions,
        };
        let Some(closed) = change.carry_out(tx, &cx.by(actor(&who.user)), &passkey, decided)? else {
            return Ok(Err(Refusal::Unchanged));
        };
        Ok(Ok(Done { this_session: closed.sessions.contains(&who.session.id) }))
    })
}
