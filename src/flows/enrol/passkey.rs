//! Registering a passkey: WebAuthn Level 3 §7.1, around the ceremony itself, which is `passkeys`. Its one write is
//! `register`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::register::{Made, Once, register, unless_known};
use crate::{
    domain::{
        AuditKind, Channel, Fault, HandoffId, Outcome, Passkey, RegistrationPolicies, RegistrationPolicy, SessionId,
        SignedIn, UnixTime, UserId, Verdict,
    },
    flows::{Cx, account::holdings::Holdings, sign_in::passkey::GRACE},
    keys::{SealError, Sealable},
    passkeys::{Asked, Attestation, NewCredential, RegistrationState},
    store::{self, Conn, Store, StoreError, Tx},
};

/// Bound to session and person, and to the phone that answers in the session's stead, if one does.
#[derive(Serialize, Deserialize)]
pub(super) struct Challenge {
    id: String,
    session: SessionId,
    user: UserId,
    handoff: Option<HandoffId>,
    /// As the person's clinics have it, and never later than the seal allows.
    expires_at: UnixTime,
    state: RegistrationState,
}

impl Sealable for Challenge {
    const PURPOSE: &'static str = "passkey-registration";
    const LIFETIME: Duration = RegistrationPolicy::CHALLENGE.end().saturating_add(GRACE);
}

impl Challenge {
    pub(super) fn spend(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        store::spent::spend(tx, &self.id, self.expires_at)
    }
}

pub struct Begun {
    pub options: Value,
    pub state: String,
}

/// Machine-readable: `not_fresh`, `not_strong`, `needs_invitation`, `limit`, `challenge_expired`, …
pub type Reason = &'static str;

pub struct Refusal {
    pub reason: Reason,
    /// What the device made for nothing: nobody here knows it, and the browser may forget it.
    pub unknown_credential: Option<String>,
}

pub(super) fn admit(held: &Holdings, cx: &Cx, who: &SignedIn) -> Result<(), Reason> {
    held.may_change(&who.session, cx.now).map_err(|weak| weak.as_str())?;
    if held.has_room() { Ok(()) } else { Err("limit") }
}

/// Of the clinics where the person works.
pub(super) fn policies(conn: &mut Conn, user: &UserId, now: UnixTime) -> Result<RegistrationPolicies, StoreError> {
    Ok(RegistrationPolicies::of(&store::memberships::list_for_user(conn, user)?, now))
}

/// What this person's browser would be asked for now.
pub fn asked(conn: &mut Conn, cx: &Cx, held: &Holdings) -> Result<Asked, StoreError> {
    let policies = policies(conn, &held.user.id, cx.now)?;
    let (channel, first) = (Channel::of_browser(&cx.request.user_agent), held.begins());
    Ok(Asked {
        hints: policies.hints(channel, first),
        cross_platform: policies.from_elsewhere(channel, first),
        attestation: policies.asks_for_make(),
        timeout: policies.challenge(),
    })
}

/// Writes nothing.
pub fn begin(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Verdict<Begun, Reason>, Fault> {
    challenge(store, cx, who, None)
}

/// For this session's own browser, or for the phone of its hand-off.
pub(super) fn challenge(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    handoff: Option<HandoffId>,
) -> Result<Verdict<Begun, Reason>, Fault> {
    let (held, asked) = store.read(|conn| {
        let held = Holdings::read(conn, &who.user.id)?;
        let asked = asked(conn, cx, &held)?;
        Ok((held, asked))
    })?;
    if let Err(reason) = admit(&held, cx, who) {
        return Ok(Err(reason));
    }
    let user = &who.user;
    let (options, state) =
        cx.passkeys.start_registration(user.handle, user.email.as_str(), &user.profile.name, &held.passkeys, &asked)?;
    let challenge = Challenge {
        id: cx.random.id(cx.now),
        session: who.session.id.clone(),
        user: who.user.id.clone(),
        handoff,
        expires_at: cx.now.plus(asked.timeout.saturating_add(GRACE)),
        state,
    };
    Ok(Ok(Begun { options, state: cx.keys.seal(&challenge, cx.now, cx.random) }))
}

pub struct Input {
    pub state: String,
    pub credential: Value,
    /// As the person typed it; empty: named by us.
    pub name: Option<String>,
}

pub fn finish(store: &Store, cx: &Cx, who: &SignedIn, input: Input) -> Result<Verdict<Passkey, Refusal>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    let verified = admit(&held, cx, who).and_then(|()| verify(cx, who, None, &input.state, &input.credential));
    match verified {
        Ok((challenge, credential)) => {
            let channel = Channel::of_browser(&cx.request.user_agent);
            let (by, personal_pc) = (cx.request.clone(), who.session.is_on_personal_pc());
            let made = Made { credential, name: input.name, channel, by, personal_pc };
            register(store, cx, who, made, Once::Challenge(challenge))
        }
        Err(reason) => {
            let event = cx.event_in(AuditKind::PasskeyRegisterRefused, Outcome::Denied, who).reason(reason);
            refuse(store, reason, input.credential, move |tx| store::audit_events::insert(tx, &event))
        }
    }
}

/// Records it, and gives up what the browser made.
pub(super) fn refuse<T: Send + 'static>(
    store: &Store,
    reason: Reason,
    credential: Value,
    record: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
) -> Result<Verdict<T, Refusal>, Fault> {
    let made = Attestation::parse(credential).ok().map(|made| made.credential_id());
    store.write(move |tx| {
        record(tx)?;
        let unknown_credential = made.map(|id| unless_known(tx, id)).transpose()?.flatten();
        Ok(Err(Refusal { reason, unknown_credential }))
    })
}

pub(super) fn verify(
    cx: &Cx,
    who: &SignedIn,
    handoff: Option<&HandoffId>,
    state: &str,
    credential: &Value,
) -> Result<(Challenge, NewCredential), Reason> {
    let challenge: Challenge = cx.keys.open(state, cx.now).map_err(|error| match error {
        SealError::Expired => "challenge_expired",
        SealError::Forged | SealError::Future => "bad_challenge",
    })?;
    let is_theirs = challenge.session == who.session.id && challenge.user == who.user.id;
    if !is_theirs || challenge.handoff.as_ref() != handoff {
        return Err("other_session");
    }
    if cx.now >= challenge.expires_at {
        return Err("challenge_expired");
    }
    let attestation = Attestation::parse(credential.clone()).map_err(|refusal| refusal.as_str())?;
    let credential =
        cx.passkeys.verify_registration(&challenge.state, &attestation, cx.now).map_err(|refusal| refusal.as_str())?;
    Ok((challenge, credential))
}
