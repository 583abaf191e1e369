//! The second page of signing in with a password: a code of one's authenticator app (RFC 6238), or a recovery code.
//!
//! Between the two pages nothing is stored and nobody is signed in. What the right password has shown travels sealed: it
//! lives five minutes, belongs to the browser that it was typed in, and is spent in the write that opens the session. A
//! wrong code counts as a wrong password does, in the same rows, and a right password alone forgives none of them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Place, choose_clinic, concerned,
    guess::{Failed, Guess},
    passkey::browser_mark,
    session::{self, Opened, Opening, Previous},
    wanted_clinics,
};
use crate::{
    domain::{
        AuditEvent, AuditKind, Authentication, ClientId, ClinicId, Fallback, Fault, Happened, OneTimeCode, Outcome,
        PasswordHash, RecoveryCode, SecondFactor, Secret, SecretHash, SessionKind, User, UserId, Verdict,
    },
    flows::{Cx, authorize::Waiting, outbox, unattributed},
    keys::Sealable,
    store::{self, Conn, Store, StoreError, Tx},
};

/// Whose password was right, on which browser.
#[derive(Serialize, Deserialize)]
struct Step {
    id: String,
    browser: String,
    user: UserId,
    /// Keyed hash of the password's own: with another password this is over.
    password: String,
}

impl Sealable for Step {
    const PURPOSE: &'static str = "second-factor";
    const LIFETIME: Duration = Duration::from_secs(5 * 60);
}

/// Purpose of the keyed hash.
const PASSWORD: &str = "second-factor-password";

/// For [`super::password`]: what the browser brings back with the code.
pub(super) fn ask(cx: &Cx, user: &User, hash: &str, browser: &Secret) -> String {
    let step = Step {
        id: cx.random.id(cx.now),
        browser: browser_mark(cx, browser),
        user: user.id.clone(),
        password: cx.keys.mac(PASSWORD, hash),
    };
    cx.keys.seal(&step, cx.now, cx.random)
}

/// Whether a code may still be typed for it on this browser.
pub fn is_open(cx: &Cx, step: &str, browser: &Secret) -> bool {
    open_step(cx, step, browser).is_some()
}

fn open_step(cx: &Cx, step: &str, browser: &Secret) -> Option<Step> {
    let step: Step = cx.keys.open(step, cx.now).ok()?;
    cx.keys.mac_matches("browser", browser.reveal(), &step.browser).then_some(step)
}

/// What was typed, and in which field.
pub enum Typed {
    Code(Secret),
    RecoveryCode(Secret),
}

pub struct Input {
    pub step: String,
    pub typed: Typed,
    pub browser: Secret,
    pub waiting: Option<Waiting>,
    pub previous: Option<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    WrongCode,
    Wait(Duration),
    /// Whatever the cause: the password has to be typed again.
    StartAgain,
}

pub fn finish(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Opened, Refusal>, Fault> {
    if let Some(rest) = cx.addresses.wait(&cx.request.ip) {
        return Ok(Err(Refusal::Wait(rest)));
    }
    let verdict = check(store, cx, input)?;
    if verdict.is_err() {
        cx.addresses.fail(&cx.request.ip);
    }
    Ok(verdict)
}

fn check(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Opened, Refusal>, Fault> {
    let found = match open_step(cx, &input.step, &input.browser) {
        Some(step) => store.read(|conn| Found::read(conn, cx, step, &input))?,
        None => None,
    };
    let Some(found) = found else {
        unattributed::record(cx, AuditKind::AuthSecondFactor, "no_step", ()).settle(store)?;
        return Ok(Err(Refusal::StartAgain));
    };
    if let Some(rest) = found.guess.wait(cx.now) {
        unattributed::record(cx, AuditKind::AuthSecondFactor, found.user.id.as_str(), ()).settle(store)?;
        return Ok(Err(Refusal::Wait(rest)));
    }
    let (place, factor, hash) = match found.stands(cx) {
        Ok(standing) => standing,
        Err(reason) => return fail(store, cx, found, reason, Refusal::StartAgain),
    };
    match prove(cx, &factor, &input.typed)? {
        Some(proof) => write(store, cx, found, (place, factor, hash, proof), input.waiting),
        None => fail(store, cx, found, "wrong_code", Refusal::WrongCode),
    }
}

struct Found {
    step: Step,
    user: User,
    place: Option<Place>,
    /// Whose a failure is to look into.
    concerned: Option<ClinicId>,
    /// The application that waits.
    client: Option<ClientId>,
    factor: Option<SecondFactor>,
    guess: Guess,
    previous: Option<Previous>,
}

impl Found {
    fn read(conn: &mut Conn, cx: &Cx, step: Step, input: &Input) -> Result<Option<Self>, StoreError> {
        let Some(user) = store::users::find(conn, &step.user)? else { return Ok(None) };
        let previous = Previous::find(conn, input.previous.as_ref())?;
        let memberships = store::memberships::list_for_user(conn, &user.id)?;
        let wanted = wanted_clinics(input.waiting.as_ref(), previous.as_ref());
        Ok(Some(Self {
            place: choose_clinic(&memberships, &wanted, cx.now),
            concerned: concerned(&memberships, &wanted, cx.now).cloned(),
            client: input.waiting.as_ref().and_then(Waiting::client_id).cloned(),
            factor: store::second_factors::find(conn, &user.id)?,
            guess: Guess::read(conn, cx, &user.email)?,
            step,
            user,
            previous,
        }))
    }

    /// All that the right password was shown for still holds. `Err`: why not, for the trail.
    fn stands(&self, cx: &Cx) -> Result<(Place, SecondFactor, PasswordHash), &'static str> {
        if !self.user.is_active() {
            return Err("account_disabled");
        }
        if !self.user.password_way_is_open() {
            return Err("password_closed");
        }
        let hash = self.user.password_hash.clone();
        let hash = hash.filter(|hash| cx.keys.mac_matches(PASSWORD, hash.as_str(), &self.step.password));
        let hash = hash.ok_or("password_changed")?;
        let place = self.place.clone().ok_or("no_membership")?;
        if place.password == Fallback::Deny {
            return Err("password_denied");
        }
        Ok((place, self.factor.clone().ok_or("no_second_factor")?, hash))
    }
}

/// What the right code uses up.
enum Proof {
    Step(i64),
    /// Whether it is one of theirs and unused is asked where it is used.
    RecoveryCode(SecretHash),
}

fn prove(cx: &Cx, factor: &SecondFactor, typed: &Typed) -> Result<Option<Proof>, Fault> {
    let seed = cx.keys.open_seed(&factor.user_id, &factor.sealed_seed)?;
    Ok(match typed {
        Typed::Code(typed) => OneTimeCode::parse(typed.reveal())
            .and_then(|code| seed.step_of(&code, factor.last_step, cx.now))
            .map(Proof::Step),
        Typed::RecoveryCode(typed) => {
            RecoveryCode::parse(typed.reveal()).map(|code| Proof::RecoveryCode(seed.recovery_hash(&code)))
        }
    })
}

fn write(
    store: &Store,
    cx: &Cx,
    found: Found,
    (place, factor, hash, proof): (Place, SecondFactor, PasswordHash, Proof),
    waiting: Option<Waiting>,
) -> Result<Verdict<Opened, Refusal>, Fault> {
    let client = found.client.clone();
    let opened = Opening {
        user: found.user.clone(),
        place,
        kind: SessionKind::Ordinary,
        authentication: Authentication::by_password_and_code(cx.now),
        authenticated_for: waiting.map(|waiting| waiting.id),
        passkey_id: None,
        previous: found.previous.clone(),
    }
    .prepare(cx);
    let cx = cx.clone();
    store.write(move |tx| {
        let user = &found.user;
        let stands = session::admit(tx, &opened)?
            && store::users::password_is_still(tx, &user.id, hash.as_str())?
            && still_asked(tx, &cx, &opened)?;
        if !stands {
            refuse(tx, &cx, &found, "changed_meanwhile")?;
            return Ok(Err(Refusal::StartAgain));
        }
        // Before the code, which would be used up for nothing.
        if store::spent::is_spent(tx, &found.step.id)? || !found.guess.go_on(tx)? {
            refuse(tx, &cx, &found, "used_meanwhile")?;
            return Ok(Err(Refusal::StartAgain));
        }
        if !use_up(tx, &cx, &factor, &proof)? {
            refuse(tx, &cx, &found, "wrong_code")?;
            return Ok(Err(Refusal::WrongCode));
        }
        let good_until = cx.now.plus(Step::LIFETIME);
        if !store::spent::spend(tx, &found.step.id, good_until)?
            || !found.guess.succeed(tx)?
            || !session::open(tx, &cx, &opened)?
        {
            refuse(tx, &cx, &found, "used_meanwhile")?;
            return Ok(Err(Refusal::StartAgain));
        }
        if user.password_failures > 0 {
            store::users::reset_password_failures(tx, &user.id)?;
        }
        let by_recovery_code = matches!(proof, Proof::RecoveryCode(_));
        let event = cx
            .event_by(AuditKind::AuthSecondFactor, Outcome::Success, user)
            .clinic(&opened.session.clinic_id)
            .session(&opened.session.id)
            .authentication(&opened.session.authentication)
            .detail(json!({ "recovery_code": by_recovery_code }));
        store::audit_events::insert(tx, &AuditEvent { client_id: client, ..event })?;
        if by_recovery_code {
            tell_of_recovery(tx, &cx, user, &opened)?;
        }
        Ok(Ok(opened))
    })
}

/// By what the person's clinics have decided by now.
fn still_asked(tx: &mut Tx<'_>, cx: &Cx, opened: &Opened) -> Result<bool, StoreError> {
    let memberships = store::memberships::list_for_user(tx, &opened.session.user_id)?;
    let place = choose_clinic(&memberships, &[&opened.session.clinic_id], cx.now);
    Ok(place.is_some_and(|place| place.password != Fallback::Deny))
}

/// `false` when it was used, or the app is another by now.
fn use_up(tx: &mut Tx<'_>, cx: &Cx, factor: &SecondFactor, proof: &Proof) -> Result<bool, StoreError> {
    match proof {
        Proof::Step(step) => store::second_factors::use_step(tx, factor, *step, cx.now),
        Proof::RecoveryCode(code) => store::second_factors::use_recovery_code(tx, &factor.user_id, code, cx.now),
    }
}

fn tell_of_recovery(tx: &mut Tx<'_>, cx: &Cx, user: &User, opened: &Opened) -> Result<(), StoreError> {
    let clinic = &opened.session.clinic_id;
    let left = store::second_factors::recovery_codes_left(tx, &user.id)?;
    let event = cx.event_by(AuditKind::RecoveryCodeUsed, Outcome::Success, user).clinic(clinic);
    store::audit_events::insert(tx, &event.session(&opened.session.id).detail(json!({ "left": left })))?;
    outbox::queue(tx, cx, Happened::RecoveryCodeUsed, &user.id, clinic, None)
}

fn fail(
    store: &Store,
    cx: &Cx,
    found: Found,
    reason: &'static str,
    refusal: Refusal,
) -> Result<Verdict<Opened, Refusal>, Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        refuse(tx, &cx, &found, reason)?;
        Ok(Err(refusal))
    })
}

fn refuse(tx: &mut Tx<'_>, cx: &Cx, found: &Found, reason: &str) -> Result<(), StoreError> {
    let (user, kind) = (&found.user, AuditKind::AuthSecondFactor);
    let (clinic, client) = (found.concerned.as_ref(), found.client.as_ref());
    if found.guess.fail_of(tx, cx, user, Failed { kind, reason, clinic, client })? {
        return Ok(());
    }
    unattributed::count(tx, cx, AuditKind::AuthSecondFactor, user.id.as_str())
}
