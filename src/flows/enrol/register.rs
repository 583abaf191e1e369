//! The write by which a credential becomes a passkey, whichever browser made it: it repeats what was decided, and what the
//! person's clinics let them register (`domain::RegistrationPolicy`).

use serde_json::{Value, json};

use super::passkey::{Challenge, Reason, Refusal, admit, policies};
use crate::{
    domain::{
        Accepted, AuditKind, Candidate, Channel, Fault, HandoffId, Happened, Outcome, Passkey, PasskeyId, Proof,
        RequestInfo, SignedIn, UnixTime, Unproven, User, Verdict, clean_name,
    },
    flows::{Cx, account::holdings::Holdings, outbox},
    passkeys::NewCredential,
    store::{self, Conn, Store, StoreError, Tx},
};

/// A new credential, with whose browser made it.
#[derive(Clone)]
pub(super) struct Made {
    pub credential: NewCredential,
    /// As the person typed it.
    pub name: Option<String>,
    pub channel: Channel,
    pub by: RequestInfo,
    /// It was made on a PC that the clinic has registered as the person's own.
    pub personal_pc: bool,
}

/// What one registration uses up, so that there is no second.
pub(super) enum Once {
    Challenge(Challenge),
    /// Whose phone spent its challenge when it offered the credential.
    Handoff(HandoffId),
}

pub(super) const USED: Reason = "challenge_used";

impl Once {
    fn take(&self, tx: &mut Tx<'_>, now: UnixTime) -> Result<bool, StoreError> {
        match self {
            Self::Challenge(challenge) => challenge.spend(tx),
            Self::Handoff(id) => store::handoffs::take(tx, id, now),
        }
    }

    /// Whoever waits for it is told why.
    fn refused(&self, tx: &mut Tx<'_>, reason: Reason) -> Result<(), StoreError> {
        match self {
            // Another registration has it, or had.
            Self::Handoff(id) if reason != USED => store::handoffs::end(tx, id, reason),
            _ => Ok(()),
        }
    }
}

pub(super) fn register(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    made: Made,
    once: Once,
) -> Result<Verdict<Passkey, Refusal>, Fault> {
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let verdict = insert(tx, &cx, &who, &made, &once)?;
        let (kind, outcome) = match &verdict {
            Ok(_) => (AuditKind::PasskeyRegistered, Outcome::Success),
            Err(_) => (AuditKind::PasskeyRegisterRefused, Outcome::Denied),
        };
        let mut event = cx.event_in(kind, outcome, &who).credential(&made.credential.credential_id);
        let mut detail = seen(&made);
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
                once.refused(tx, reason)?;
                Err(Refusal { reason, unknown_credential: unless_known(tx, made.credential.credential_id)? })
            }
        })
    })
}

fn insert(
    tx: &mut Tx<'_>,
    cx: &Cx,
    who: &SignedIn,
    made: &Made,
    once: &Once,
) -> Result<Verdict<(Passkey, Accepted), Reason>, StoreError> {
    if !store::ground::still_signed_in(tx, who, cx.now)? {
        return Ok(Err("session_ended"));
    }
    if !once.take(tx, cx.now)? {
        return Ok(Err(USED));
    }
    let held = Holdings::read(tx, &who.user.id)?;
    if let Err(reason) = admit(&held, cx, who) {
        return Ok(Err(reason));
    }
    let accepted = match allowed(tx, made, &held, cx.now)? {
        Ok(accepted) => accepted,
        Err(reason) => return Ok(Err(reason)),
    };
    if !store::users::claim_passkey_slot(tx, &who.user.id, User::PASSKEY_LIMIT)? {
        return Ok(Err("limit"));
    }
    let name = made.name.as_deref().and_then(clean_name).unwrap_or_else(|| accepted.name.to_owned());
    let passkey = new_passkey(cx, who, made, name);
    if !store::passkeys::insert(tx, &passkey)? {
        store::users::release_passkey_slot(tx, &who.user.id)?;
        return Ok(Err("already_registered"));
    }
    store::users::note_enrolment(tx, &who.user.id)?;
    outbox::queue(tx, cx, Happened::PasskeyRegistered, &who.user.id, &who.clinic.id, Some(&passkey.name))?;
    Ok(Ok((passkey, accepted)))
}

/// What the person's clinics say to it.
pub(super) fn allowed(
    conn: &mut Conn,
    made: &Made,
    held: &Holdings,
    now: UnixTime,
) -> Result<Verdict<Accepted, Reason>, StoreError> {
    let credential = &made.credential;
    let candidate = Candidate {
        aaguid: credential.aaguid,
        format: &credential.format,
        transports: &credential.transports,
        attachment: credential.attachment,
        channel: made.channel,
        first: held.begins(),
        personal_pc: made.personal_pc,
        backup_eligible: credential.backup_eligible,
    };
    let policies = policies(conn, &held.user.id, now)?;
    let accepted = match policies.judge(&candidate) {
        Ok(accepted) => accepted,
        Err(not_allowed) => return Ok(Err(not_allowed.as_str())),
    };
    Ok(policies.judge_proof(credential.proven).map(|()| accepted).map_err(Unproven::as_str))
}

/// What the policies judged by, for whoever has to explain a refusal.
fn seen(made: &Made) -> Value {
    let credential = &made.credential;
    json!({
        "channel": made.channel.as_str(),
        "aaguid": credential.aaguid,
        "format": credential.format,
        "attestation": Proof::of(credential.proven).as_str(),
        "unproven": credential.proven.err().map(Unproven::as_str),
        "transports": credential.transports,
        "attachment": credential.attachment.map(crate::domain::Attachment::as_str),
    })
}

/// A registered one must stay on its device, whoever sent it again.
pub(super) fn unless_known(conn: &mut Conn, credential_id: String) -> Result<Option<String>, StoreError> {
    let known = store::passkeys::find_by_credential(conn, &credential_id)?.is_some();
    Ok((!known).then_some(credential_id))
}

fn new_passkey(cx: &Cx, who: &SignedIn, made: &Made, name: String) -> Passkey {
    let Made { credential, by, .. } = made.clone();
    Passkey {
        id: PasskeyId::new(cx.random.id(cx.now)),
        user_id: who.user.id.clone(),
        credential_id: credential.credential_id,
        credential: credential.credential,
        name,
        aaguid: credential.aaguid,
        proof: Proof::of(credential.proven),
        attestation_format: Some(credential.format),
        transports: credential.transports,
        backup_eligible: credential.backup_eligible,
        backup_state: credential.backup_state,
        sign_count: credential.sign_count,
        suspension: None,
        created_at: cx.now,
        created_ip: by.ip,
        created_user_agent: by.user_agent,
        last_used_at: None,
        last_used_ip: None,
        last_used_user_agent: None,
        use_count: 0,
    }
}
