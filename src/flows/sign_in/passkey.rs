//! Signing in with a passkey: WebAuthn Level 3 §7.2, around the ceremony itself, which is `passkeys`.
//!
//! The challenge travels sealed: it lives 60 s, or longer where the person's clinics give more time (WCAG 2.2, success
//! criterion 2.2.1), belongs to the browser that asked for it, and is spent in the write that acts on it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    choose_clinic, concerned,
    session::{self, Opened, Opening, Previous},
    wanted_clinics,
};
use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Authentication, ClientId, Clinic, ClinicId, Fault, Membership, Outcome, Passkey,
        RegistrationPolicies, RegistrationPolicy, Secret, SessionKind, UnixTime, User, Verdict,
    },
    flows::{Cx, authorize::Waiting, unattributed},
    keys::{SealError, Sealable},
    passkeys::{Assertion, LoginProof, LoginState},
    store::{
        self, Conn, Ending, Store, StoreError, Tx,
        passkeys::{Owned, PasskeyUse},
    },
};

/// For the network, beside what the person is given.
pub const GRACE: Duration = Duration::from_secs(5);
/// The longest that there is. Whose the answer is, and how long that person may take, is known when it comes.
const CHALLENGE_LIFETIME: Duration = RegistrationPolicy::CHALLENGE.end().saturating_add(GRACE);

#[derive(Serialize, Deserialize)]
struct Challenge {
    id: String,
    asked_at: UnixTime,
    /// Keyed hash of the cookie of the browser that asked.
    browser: String,
    state: LoginState,
}

impl Sealable for Challenge {
    const PURPOSE: &'static str = "passkey-login";
    const LIFETIME: Duration = CHALLENGE_LIFETIME;
}

/// What the browser's `navigator.credentials.get` is called with, and our own sealed memory of it.
pub struct Begun {
    pub options: Value,
    pub state: String,
}

/// The longest that any clinic gives its people: nobody's prompt is to close before its time.
pub fn longest(store: &Store) -> Result<Duration, Fault> {
    let clinics = store.read(store::clinics::list)?;
    let longest = clinics.iter().map(|clinic| Duration::from_secs(clinic.registration.challenge_seconds)).max();
    Ok(longest.unwrap_or(*RegistrationPolicy::CHALLENGE.start()))
}

/// Writes nothing: anybody may ask.
pub fn begin(cx: &Cx, browser: &Secret, timeout: Duration) -> Result<Begun, Fault> {
    let (options, state) = cx.passkeys.start_login(timeout)?;
    let (id, browser) = (cx.random.id(cx.now), browser_mark(cx, browser));
    let challenge = Challenge { id, asked_at: cx.now, browser, state };
    Ok(Begun { options, state: cx.keys.seal(&challenge, cx.now, cx.random) })
}

pub fn browser_mark(cx: &Cx, browser: &Secret) -> String {
    cx.keys.mac("browser", browser.reveal())
}

pub struct Input {
    pub state: String,
    pub credential: Value,
    pub browser: Secret,
    pub waiting: Option<Waiting>,
    pub previous: Option<Secret>,
}

/// Machine-readable, as the login page's script and the trail know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub reason: &'static str,
    /// The browser may forget this credential: nobody here knows it.
    pub unknown_credential: Option<String>,
}

impl From<&'static str> for Refusal {
    fn from(reason: &'static str) -> Self {
        Self { reason, unknown_credential: None }
    }
}

type Finished = Ending<Verdict<Opened, Refusal>>;

pub fn finish(store: &Store, cx: &Cx, input: Input) -> Result<Finished, Fault> {
    let (challenge, assertion) = match open_challenge(cx, &input) {
        Ok(opened) => opened,
        Err(refusal) => {
            return Ok(unattributed::record(cx, AuditKind::AuthPasskey, refusal.reason, Err(refusal)));
        }
    };
    let Some(found) = store.read(|conn| Found::read(conn, cx, &assertion, &input))? else {
        let id = assertion.credential_id();
        let refusal = Refusal { reason: "unknown_credential", unknown_credential: Some(id.to_owned()) };
        return Ok(unattributed::record(cx, AuditKind::AuthPasskey, id, Err(refusal)));
    };
    Ok(match found.judge(cx, &challenge, &assertion) {
        Err(reason) => found.refuse(cx, reason),
        Ok(proof) => accept(cx, found, challenge, proof, input),
    })
}

fn open_challenge(cx: &Cx, input: &Input) -> Result<(Challenge, Assertion), Refusal> {
    let challenge: Challenge = cx.keys.open(&input.state, cx.now).map_err(|error| match error {
        SealError::Expired => "challenge_expired",
        SealError::Forged | SealError::Future => "bad_challenge",
    })?;
    if !cx.keys.mac_matches("browser", input.browser.reveal(), &challenge.browser) {
        return Err("other_browser".into());
    }
    let assertion = Assertion::parse(input.credential.clone()).map_err(|refusal| refusal.as_str())?;
    Ok((challenge, assertion))
}

struct Found {
    passkey: Passkey,
    user: User,
    memberships: Vec<(Membership, Clinic)>,
    /// Whose a failure is to look into.
    concerned: Option<ClinicId>,
    /// The application that waits.
    client: Option<ClientId>,
    previous: Option<Previous>,
}

impl Found {
    fn read(conn: &mut Conn, cx: &Cx, assertion: &Assertion, input: &Input) -> Result<Option<Self>, StoreError> {
        let Some(owned) = store::passkeys::find_owned(conn, assertion.credential_id())? else { return Ok(None) };
        let Owned { passkey, user, memberships } = owned;
        let previous = Previous::find(conn, input.previous.as_ref())?;
        let client = input.waiting.as_ref().and_then(Waiting::client_id).cloned();
        let wanted = wanted_clinics(input.waiting.as_ref(), previous.as_ref());
        let concerned = concerned(&memberships, &wanted, cx.now).cloned();
        Ok(Some(Self { passkey, user, memberships, concerned, client, previous }))
    }

    fn judge(&self, cx: &Cx, challenge: &Challenge, assertion: &Assertion) -> Result<LoginProof, &'static str> {
        let time = RegistrationPolicies::of(&self.memberships, cx.now).challenge();
        if cx.now >= challenge.asked_at.plus(time.saturating_add(GRACE)) {
            return Err("challenge_expired");
        }
        let proof = cx
            .passkeys
            .verify_login(&challenge.state, assertion, &self.passkey, self.user.handle)
            .map_err(|refusal| refusal.as_str())?;
        if !self.user.is_active() {
            return Err("account_disabled");
        }
        Ok(proof)
    }

    fn failed(&self, cx: &Cx, reason: &str) -> AuditEvent {
        let event = cx.event(AuditKind::AuthPasskey, Outcome::Failure, Actor::Nobody).subject(&self.user.id);
        self.about(AuditEvent { clinic_id: self.concerned.clone(), ..event.reason(reason) })
    }

    /// With what, and for which application.
    fn about(&self, event: AuditEvent) -> AuditEvent {
        AuditEvent { client_id: self.client.clone(), ..event.credential(&self.passkey.credential_id) }
    }

    fn refuse(&self, cx: &Cx, reason: &'static str) -> Finished {
        let event = self.failed(cx, reason);
        Ending::write(move |tx| {
            store::audit_events::insert(tx, &event)?;
            Ok(Err(reason.into()))
        })
    }
}

fn accept(cx: &Cx, found: Found, challenge: Challenge, proof: LoginProof, input: Input) -> Finished {
    let wanted = wanted_clinics(input.waiting.as_ref(), found.previous.as_ref());
    let Some(place) = choose_clinic(&found.memberships, &wanted, cx.now) else {
        return found.refuse(cx, "no_membership");
    };
    let opened = Opening {
        user: found.user.clone(),
        place,
        kind: SessionKind::Ordinary,
        authentication: Authentication::by_passkey(found.passkey.custody(), cx.now),
        authenticated_for: input.waiting.map(|waiting| waiting.id),
        passkey_id: Some(found.passkey.id.clone()),
        previous: found.previous.clone(),
    }
    .prepare(cx);
    let cx = cx.clone();
    Ending::write(move |tx| {
        let keep_until = cx.now.plus(CHALLENGE_LIFETIME);
        if !store::spent::spend(tx, &challenge.id, keep_until)? {
            store::audit_events::insert(tx, &found.failed(&cx, "challenge_used"))?;
            return Ok(Err("challenge_used".into()));
        }
        let admitted = session::admit(tx, &opened)?;
        if !admitted || !record_use(tx, &cx, &found, &proof)? || !session::open(tx, &cx, &opened)? {
            store::audit_events::insert(tx, &found.failed(&cx, "changed_meanwhile"))?;
            return Ok(Err("changed_meanwhile".into()));
        }
        if found.user.password_failures > 0 {
            store::users::reset_password_failures(tx, &found.user.id)?;
        }
        let event = cx
            .event_by(AuditKind::AuthPasskey, Outcome::Success, &found.user)
            .clinic(&opened.session.clinic_id)
            .session(&opened.session.id)
            .authentication(&opened.session.authentication);
        store::audit_events::insert(tx, &found.about(event))?;
        Ok(Ok(opened))
    })
}

/// A counter that goes back is recorded, not refused: synced passkeys report zero, and a clone is for people to judge.
fn record_use(tx: &mut Tx<'_>, cx: &Cx, found: &Found, proof: &LoginProof) -> Result<bool, StoreError> {
    if proof.counter_went_back {
        let event = cx
            .event_by(AuditKind::PasskeyCounterBack, Outcome::Success, &found.user)
            .credential(&found.passkey.credential_id)
            .detail(json!({ "stored": found.passkey.sign_count, "presented": proof.sign_count }));
        store::audit_events::insert(tx, &event)?;
    }
    let used = PasskeyUse {
        id: &found.passkey.id,
        read_sign_count: found.passkey.sign_count,
        sign_count: proof.sign_count,
        backup_state: proof.backup_state,
        at: cx.now,
        ip: &cx.request.ip,
        user_agent: &cx.request.user_agent,
    };
    store::passkeys::record_use(tx, used)
}
