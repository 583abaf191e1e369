//! Registering a passkey: WebAuthn Level 3 §7.1, around the ceremony itself, which is `passkeys`; and what the person's
//! clinics let them register (`domain::RegistrationPolicy`).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    domain::{
        Accepted, AuditKind, Candidate, Channel, Fault, Happened, Outcome, Passkey, PasskeyId, RegistrationPolicies,
        RegistrationPolicy, SessionId, SignedIn, UnixTime, User, UserId, Verdict, clean_name,
    },
    flows::{Cx, account::holdings::Holdings, outbox, sign_in::passkey::GRACE},
    keys::{SealError, Sealable},
    passkeys::{Asked, Attestation, NewCredential, RegistrationState},
    store::{self, Conn, Store, StoreError, Tx},
};

/// Bound to session and person.
#[derive(Serialize, Deserialize)]
struct Challenge {
    id: String,
    session: SessionId,
    user: UserId,
    /// As the person's clinics have it, and never later than the seal allows.
    expires_at: UnixTime,
    state: RegistrationState,
}

impl Sealable for Challenge {
    const PURPOSE: &'static str = "passkey-registration";
    const LIFETIME: Duration = RegistrationPolicy::CHALLENGE.end().saturating_add(GRACE);
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

fn admit(held: &Holdings, cx: &Cx, who: &SignedIn) -> Result<(), Reason> {
    held.may_change(&who.session, cx.now).map_err(|weak| weak.as_str())?;
    let number = i32::try_from(held.passkeys.len()).unwrap_or(i32::MAX);
    if number < User::PASSKEY_LIMIT { Ok(()) } else { Err("limit") }
}

/// Of the clinics where the person works.
fn policies(conn: &mut Conn, user: &UserId) -> Result<RegistrationPolicies, StoreError> {
    let all = store::memberships::list_for_user(conn, user)?;
    let alive = all.into_iter().filter(|(membership, _)| membership.is_active());
    Ok(RegistrationPolicies(alive.map(|(_, clinic)| clinic.registration).collect()))
}

/// What this person's browser would be asked for now.
pub fn asked(conn: &mut Conn, cx: &Cx, held: &Holdings) -> Result<Asked, StoreError> {
    let policies = policies(conn, &held.user.id)?;
    let (channel, first) = (Channel::of_browser(&cx.request.user_agent), held.passkeys.is_empty());
    Ok(Asked {
        hints: policies.hints(channel, first),
        cross_platform: policies.from_elsewhere(channel, first),
        attestation: policies.asks_for_make(),
        timeout: policies.challenge(),
    })
}

/// Writes nothing.
pub fn begin(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Verdict<Begun, Reason>, Fault> {
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
    match admit(&held, cx, who).and_then(|()| verify(cx, who, &input)) {
        Ok((challenge, credential)) => register(store, cx, who, challenge, credential, input.name),
        Err(reason) => {
            let event = cx.event_in(AuditKind::PasskeyRegisterRefused, Outcome::Denied, who).reason(reason);
            let made = Attestation::parse(input.credential).ok().map(|made| made.credential_id());
            store.write(move |tx| {
                store::audit_events::insert(tx, &event)?;
                let unknown_credential = made.map(|id| unless_known(tx, id)).transpose()?.flatten();
                Ok(Err(Refusal { reason, unknown_credential }))
            })
        }
    }
}

fn verify(cx: &Cx, who: &SignedIn, input: &Input) -> Result<(Challenge, NewCredential), Reason> {
    let challenge: Challenge = cx.keys.open(&input.state, cx.now).map_err(|error| match error {
        SealError::Expired => "challenge_expired",
        SealError::Forged | SealError::Future => "bad_challenge",
    })?;
    if challenge.session != who.session.id || challenge.user != who.user.id {
        return Err("other_session");
    }
    if cx.now >= challenge.expires_at {
        return Err("challenge_expired");
    }
    let attestation = Attestation::parse(input.credential.clone()).map_err(|refusal| refusal.as_str())?;
    let credential =
        cx.passkeys.verify_registration(&challenge.state, &attestation).map_err(|refusal| refusal.as_str())?;
    Ok((challenge, credential))
}

fn register(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    challenge: Challenge,
    credential: NewCredential,
    name: Option<String>,
) -> Result<Verdict<Passkey, Refusal>, Fault> {
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let verdict = insert(tx, &cx, &who, &challenge, &credential, name.as_deref())?;
        let (kind, outcome) = match &verdict {
            Ok(_) => (AuditKind::PasskeyRegistered, Outcome::Success),
            Err(_) => (AuditKind::PasskeyRegisterRefused, Outcome::Denied),
        };
        let mut event = cx.event_in(kind, outcome, &who).credential(&credential.credential_id);
        let mut detail = seen(&credential);
        match &verdict {
            Ok((passkey, accepted)) => {
                detail["passkey"] = json!(passkey.id.as_str());
                detail["name"] = json!(passkey.name);
                detail["unclear"] = json!(accepted.unclear);
            }
            Err(reason) => event = event.reason(reason),
        }
        store::audit_events::insert(tx, &event.detail(detail))?;
        Ok(match verdict {
            Ok((passkey, _)) => Ok(passkey),
            Err(reason) => {
                Err(Refusal { reason, unknown_credential: unless_known(tx, credential.credential_id.clone())? })
            }
        })
    })
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    who: &SignedIn,
    challenge: &Challenge,
    credential: &NewCredential,
    name: Option<&str>,
) -> Result<Verdict<(Passkey, Accepted), Reason>, StoreError> {
    if !store::spent::spend(tx, &challenge.id, challenge.expires_at)? {
        return Ok(Err("challenge_used"));
    }
    if !store::users::still_active(tx, &who.user.id)? || !store::sessions::still_alive(tx, &who.session.id, cx.now)? {
        return Ok(Err("session_ended"));
    }
    let held = Holdings::read(tx, &who.user.id)?;
    if let Err(reason) = admit(&held, cx, who) {
        return Ok(Err(reason));
    }
    let accepted = match policies(tx, &who.user.id)?.judge(&candidate(cx, who, credential, &held)) {
        Ok(accepted) => accepted,
        Err(not_allowed) => return Ok(Err(not_allowed.as_str())),
    };
    if !store::users::claim_passkey_slot(tx, &who.user.id, User::PASSKEY_LIMIT)? {
        return Ok(Err("limit"));
    }
    let name = name.and_then(clean_name).unwrap_or_else(|| accepted.name.to_owned());
    let passkey = new_passkey(cx, who, credential.clone(), name);
    if !store::passkeys::insert(tx, &passkey)? {
        store::users::release_passkey_slot(tx, &who.user.id)?;
        return Ok(Err("already_registered"));
    }
    store::users::note_enrolment(tx, &who.user.id)?;
    outbox::queue(tx, cx, Happened::PasskeyRegistered, &who.user.id, &who.clinic.id, Some(&passkey.name))?;
    Ok(Ok((passkey, accepted)))
}

fn candidate<'a>(cx: &Cx, who: &SignedIn, credential: &'a NewCredential, held: &Holdings) -> Candidate<'a> {
    Candidate {
        aaguid: credential.aaguid,
        format: &credential.format,
        transports: &credential.transports,
        attachment: credential.attachment,
        channel: Channel::of_browser(&cx.request.user_agent),
        first: held.passkeys.is_empty(),
        personal_pc: who.session.is_on_personal_pc(),
        backup_eligible: credential.backup_eligible,
    }
}

/// What the policies judged by, for whoever has to explain a refusal.
fn seen(credential: &NewCredential) -> Value {
    json!({
        "aaguid": credential.aaguid,
        "format": credential.format,
        "transports": credential.transports,
        "attachment": credential.attachment.map(crate::domain::Attachment::as_str),
    })
}

/// A registered one must stay on its device, whoever sent it again.
fn unless_known(conn: &mut Conn, credential_id: String) -> Result<Option<String>, StoreError> {
    let known = store::passkeys::find_by_credential(conn, &credential_id)?.is_some();
    Ok((!known).then_some(credential_id))
}

fn new_passkey(cx: &Cx, who: &SignedIn, credential: NewCredential, name: String) -> Passkey {
    Passkey {
        id: PasskeyId::new(cx.random.id(cx.now)),
        user_id: who.user.id.clone(),
        credential_id: credential.credential_id,
        credential: credential.credential,
        name,
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
