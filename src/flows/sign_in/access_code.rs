//! Signing in with the one-time code that an administrator read out, beside the password of whoever has one: for a day on
//! which the phone is broken.
//!
//! The code stands for the device, so that a clinic which denies passwords alone does not deny this, and an account whose
//! password way is closed comes in. All failures get the same answer and cost the same work; the trail knows which it was.
//!
//! A code has five tries. One is spent where a half of what was typed was right: whoever knows an address alone, and neither
//! password nor code, ends nobody's code. What is no eight digits spends none. Of somebody without a password nothing can
//! be half right: there each eight digits spend a try, and a stranger who knows the address can end such a code. Their
//! administrator sees on the person's page that it happened, and gives another.

use serde_json::json;

use super::{
    Place, choose_clinic, concerned,
    guess::{Failed, Guess},
    password::Refusal,
    session::{self, Opened, Opening, Previous},
};
use crate::{
    domain::{
        AccessCode, AccessDigits, AuditEvent, AuditKind, Authentication, ClientId, ClinicId, Email, Fault, Happened,
        Outcome, Secret, SessionKind, User, Verdict, password::normalise,
    },
    flows::{Cx, authorize::Waiting, outbox, unattributed},
    store::{self, Conn, Store, StoreError, Tx},
};

pub struct Input {
    pub email: String,
    /// Empty, of somebody who has none.
    pub password: Secret,
    pub code: Secret,
    pub waiting: Option<Waiting>,
    pub previous: Option<Secret>,
}

const KIND: AuditKind = AuditKind::AuthAccessCode;

/// For who was not turned away ([`super::password::turned_away`]) and holds a permit: this function hashes.
pub fn sign_in(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Opened, Refusal>, Fault> {
    let verdict = check(store, cx, input)?;
    if verdict.is_err() {
        cx.addresses.fail(&cx.request.ip);
    }
    Ok(verdict)
}

fn check(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Opened, Refusal>, Fault> {
    let Some(email) = Email::parse(&input.email) else {
        cx.hasher.verify_nobody(input.password.reveal());
        unattributed::record(cx, KIND, &input.email, ()).settle(store)?;
        return Ok(Err(Refusal::BadCredentials));
    };
    let found = store.read(|conn| Found::read(conn, cx, &email, &input))?;
    if let Some(rest) = found.guess.wait(cx.now) {
        unattributed::record(cx, KIND, &email.key(), ()).settle(store)?;
        return Ok(Err(Refusal::Wait(rest)));
    }
    match found.judge(cx, &input) {
        Ok((user, place, code)) => open(store, cx, email, found, (user, place, code), input.waiting),
        Err(wrong) => {
            let cx = cx.clone();
            store.write(move |tx| {
                refuse(tx, &cx, &email, &found, wrong)?;
                Ok(Err(Refusal::BadCredentials))
            })
        }
    }
}

struct Found {
    guess: Guess,
    user: Option<User>,
    code: Option<AccessCode>,
    /// Where the code lets them work; of who has none, where they would.
    place: Option<Place>,
    /// Whose a failure is to look into.
    concerned: Option<ClinicId>,
    /// The application that waits.
    client: Option<ClientId>,
    previous: Option<Previous>,
}

#[derive(Clone, Copy)]
struct Wrong {
    /// For the trail.
    reason: &'static str,
    spends_a_try: bool,
}

impl Wrong {
    /// What was typed was right, and something else is not.
    const fn free(reason: &'static str) -> Self {
        Self { reason, spends_a_try: false }
    }
}

impl Found {
    fn read(conn: &mut Conn, cx: &Cx, email: &Email, input: &Input) -> Result<Self, StoreError> {
        let user = store::users::find_by_email(conn, email)?;
        let code = match &user {
            Some(user) => store::access_codes::find_for_user(conn, &user.id)?.filter(|it| it.code_hash.is_some()),
            None => None,
        };
        let client = input.waiting.as_ref().and_then(Waiting::client_id).cloned();
        let (place, concerned) = match &user {
            Some(user) => {
                let memberships = store::memberships::list_for_user(conn, &user.id)?;
                let wanted: Vec<_> = code.iter().map(|code| &code.clinic_id).collect();
                let place = choose_clinic(&memberships, &wanted, cx.now);
                let place = place.filter(|place| wanted.iter().all(|wanted| place.clinic.id == **wanted));
                (place, concerned(&memberships, &wanted, cx.now).cloned())
            }
            None => (None, None),
        };
        let (guess, previous) =
            (Guess::read_for_code(conn, cx, email)?, Previous::find(conn, input.previous.as_ref())?);
        Ok(Self { guess, user, code, place, concerned, client, previous })
    }

    /// Whatever was typed, one password was hashed and one code.
    fn judge(&self, cx: &Cx, input: &Input) -> Result<(User, Place, AccessCode), Wrong> {
        let password = normalise(input.password.reveal());
        let hash = self.user.as_ref().and_then(|user| user.password_hash.as_ref());
        let password_is_right = match hash {
            Some(hash) => cx.hasher.verify(&password, hash.as_str()),
            None => {
                cx.hasher.verify_nobody(&password);
                true
            }
        };
        let digits = AccessDigits::parse(input.code.reveal());
        let code_is_right = digits.as_ref().zip(self.code.as_ref()).is_some_and(|(digits, code)| {
            let typed = cx.keys.access_code_hash(&code.id, digits);
            code.code_hash.as_ref() == Some(&typed)
        });
        if !password_is_right {
            return Err(Wrong { reason: "wrong_password", spends_a_try: code_is_right });
        }
        let (user, code) = self.user.clone().zip(self.code.clone()).ok_or(Wrong::free("no_code"))?;
        if !code.is_open(cx.now) {
            return Err(Wrong::free("code_over"));
        }
        if !code_is_right {
            return Err(Wrong { reason: "wrong_code", spends_a_try: digits.is_some() });
        }
        if !user.is_active() {
            return Err(Wrong::free("account_disabled"));
        }
        let place = self.place.clone().ok_or(Wrong::free("no_membership"))?;
        Ok((user, place, code))
    }

    /// Whose the failure of a known person is.
    fn clinic(&self) -> Option<&ClinicId> {
        let of_code = self.code.as_ref().map(|code| &code.clinic_id);
        of_code.or(self.concerned.as_ref())
    }
}

fn open(
    store: &Store,
    cx: &Cx,
    email: Email,
    found: Found,
    (user, place, code): (User, Place, AccessCode),
    waiting: Option<Waiting>,
) -> Result<Verdict<Opened, Refusal>, Fault> {
    let client = found.client.clone();
    let opened = Opening {
        user: user.clone(),
        place,
        kind: SessionKind::Ordinary,
        authentication: Authentication::by_access_code(user.password_hash.is_some(), cx.now),
        authenticated_for: waiting.map(|waiting| waiting.id),
        passkey_id: None,
        previous: found.previous.clone(),
    }
    .prepare(cx);
    let cx = cx.clone();
    store.write(move |tx| {
        let stands = session::admit(tx, &opened)? && has_still_this_password(tx, &user)?;
        // The row of guesses stays as it is until the code is taken, or this failure could not be counted in it.
        if !stands || !found.guess.go_on(tx)? || !store::access_codes::take(tx, &code, cx.now)? {
            refuse(tx, &cx, &email, &found, Wrong::free("changed_meanwhile"))?;
            return Ok(Err(Refusal::BadCredentials));
        }
        if !found.guess.succeed(tx)? || !session::open(tx, &cx, &opened)? {
            // A code is not used for nothing: this takes everything back, and the next press opens.
            return Err(Fault::Busy("this browser's session changed meanwhile").into());
        }
        if user.password_failures > 0 {
            store::users::reset_password_failures(tx, &user.id)?;
        }
        let event = cx
            .event_by(KIND, Outcome::Success, &user)
            .clinic(&opened.session.clinic_id)
            .session(&opened.session.id)
            .authentication(&opened.session.authentication)
            .detail(json!({ "code": code.id.as_str() }));
        store::audit_events::insert(tx, &AuditEvent { client_id: client, ..event })?;
        outbox::queue(tx, &cx, Happened::AccessCodeUsed, &user.id, &opened.session.clinic_id, None)?;
        Ok(Ok(opened))
    })
}

/// Or still none. The person's row is held by who [`admit`](session::admit)s them.
fn has_still_this_password(tx: &mut Tx<'_>, user: &User) -> Result<bool, StoreError> {
    let now = store::users::find(tx, &user.id)?;
    Ok(now.is_some_and(|now| now.password_hash == user.password_hash))
}

/// Of many at once that read the same row one is a guess, here as at the password: the others count nowhere, and none of
/// them could have come in.
fn refuse(tx: &mut Tx<'_>, cx: &Cx, email: &Email, found: &Found, wrong: Wrong) -> Result<(), StoreError> {
    let Some(user) = &found.user else {
        found.guess.fail(tx, cx.now)?;
        return unattributed::count(tx, cx, KIND, &email.key());
    };
    let failed = Failed { kind: KIND, reason: wrong.reason, clinic: found.clinic(), client: found.client.as_ref() };
    if !found.guess.fail_of(tx, cx, user, failed)? {
        return unattributed::count(tx, cx, KIND, &email.key());
    }
    if let Some(code) = found.code.as_ref().filter(|_| wrong.spends_a_try) {
        store::access_codes::count_try(tx, &code.id)?;
    }
    Ok(())
}
