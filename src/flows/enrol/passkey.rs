//! Registering a passkey: WebAuthn Level 3 §7.1, around the ceremony itself, which is `passkeys`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    domain::{AuditKind, Fault, Happened, Outcome, Passkey, PasskeyId, SessionId, SignedIn, User, UserId, Verdict},
    flows::{Cx, account::holdings::Holdings, outbox, sign_in::passkey::CHALLENGE_LIFETIME},
    keys::{SealError, Sealable},
    passkeys::{Attestation, NewCredential, RegistrationState},
    store::{self, Store},
};

/// Bound to session and person.
#[derive(Serialize, Deserialize)]
struct Challenge {
    id: String,
    session: SessionId,
    user: UserId,
    state: RegistrationState,
}

impl Sealable for Challenge {
    const PURPOSE: &'static str = "passkey-registration";
    const LIFETIME: Duration = CHALLENGE_LIFETIME;
}

pub struct Begun {
    pub options: Value,
    pub state: String,
}

/// Machine-readable: `not_fresh`, `not_strong`, `needs_invitation`, `limit`, `challenge_expired`, …
pub type Refusal = &'static str;

fn admit(held: &Holdings, cx: &Cx, who: &SignedIn) -> Result<(), Refusal> {
    held.may_change(&who.session, cx.now).map_err(|weak| weak.as_str())?;
    let number = i32::try_from(held.passkeys.len()).unwrap_or(i32::MAX);
    if number < User::PASSKEY_LIMIT { Ok(()) } else { Err("limit") }
}

/// Writes nothing.
pub fn begin(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Verdict<Begun, Refusal>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    if let Err(reason) = admit(&held, cx, who) {
        return Ok(Err(reason));
    }
    let user = &who.user;
    let (options, state) =
        cx.passkeys.start_registration(user.handle, user.email.as_str(), &user.profile.name, &held.passkeys)?;
    let challenge =
        Challenge { id: cx.random.id(cx.now), session: who.session.id.clone(), user: who.user.id.clone(), state };
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
    let checked = admit(&held, cx, who).and_then(|()| verify(cx, who, &input));
    let (challenge, credential) = match checked {
        Ok(checked) => checked,
        Err(reason) => {
            let event = cx.event_in(AuditKind::PasskeyRegisterRefused, Outcome::Denied, who).reason(reason);
            store.write(move |tx| store::audit_events::insert(tx, &event))?;
            return Ok(Err(reason));
        }
    };
    let passkey = new_passkey(cx, who, credential, input.name);
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let refusal = if !store::spent::spend(tx, &challenge.id, cx.now.plus(CHALLENGE_LIFETIME))? {
            Some("challenge_used")
        } else if !store::users::still_active(tx, &who.user.id)?
            || !store::sessions::still_alive(tx, &who.session.id, cx.now)?
        {
            Some("session_ended")
        } else if let Err(reason) = admit(&Holdings::read(tx, &who.user.id)?, &cx, &who) {
            Some(reason)
        } else if !store::users::claim_passkey_slot(tx, &who.user.id, User::PASSKEY_LIMIT)? {
            Some("limit")
        } else if !store::passkeys::insert(tx, &passkey)? {
            store::users::release_passkey_slot(tx, &who.user.id)?;
            Some("already_registered")
        } else {
            store::users::note_enrolment(tx, &who.user.id)?;
            outbox::queue(tx, &cx, Happened::PasskeyRegistered, &who.user.id, &who.clinic.id, Some(&passkey.name))?;
            None
        };
        let kind = if refusal.is_some() { AuditKind::PasskeyRegisterRefused } else { AuditKind::PasskeyRegistered };
        let outcome = if refusal.is_some() { Outcome::Denied } else { Outcome::Success };
        let mut event = cx.event_in(kind, outcome, &who).credential(&passkey.credential_id);
        event.reason = refusal.map(str::to_owned);
        event.detail = Some(json!({ "passkey": passkey.id.as_str(), "name": passkey.name }));
        store::audit_events::insert(tx, &event)?;
        Ok(refusal.map_or(Ok(passkey), Err))
    })
}

fn verify(cx: &Cx, who: &SignedIn, input: &Input) -> Result<(Challenge, NewCredential), Refusal> {
    let challenge: Challenge = cx.keys.open(&input.state, cx.now).map_err(|error| match error {
        SealError::Expired => "challenge_expired",
        SealError::Forged | SealError::Future => "bad_challenge",
    })?;
    if challenge.session != who.session.id || challenge.user != who.user.id {
        return Err("other_session");
    }
    let attestation = Attestation::parse(input.credential.clone()).map_err(|refusal| refusal.as_str())?;
    let credential =
        cx.passkeys.verify_registration(&challenge.state, &attestation).map_err(|refusal| refusal.as_str())?;
    Ok((challenge, credential))
}

fn new_passkey(cx: &Cx, who: &SignedIn, credential: NewCredential, name: Option<String>) -> Passkey {
    Passkey {
        id: PasskeyId::new(cx.random.id(cx.now)),
        user_id: who.user.id.clone(),
        credential_id: credential.credential_id,
        credential: credential.credential,
        name: crate::domain::device_name(name.as_deref(), &credential.transports, &cx.request.user_agent),
        aaguid: credential.aaguid,
        transports: credential.transports,
        backup_eligible: credential.backup_eligible,
        backup_state: credential.backup_state,
        sign_count: credential.sign_count,
        suspension: None,
        created_at: cx.now,
        created_ip: cx.request.ip.clone(),
        created_user_agent: cx.request.user_agent.clone(),
        last_used_at: None,
        last_used_ip: None,
        last_used_user_agent: None,
        use_count: 0,
    }
}
