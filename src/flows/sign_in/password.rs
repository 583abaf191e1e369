//! Signing in with e-mail address and password; whoever has a second factor is asked for a code next (`second_factor`).
//!
//! Every failure gets the same answer and costs the same work, whether the address is known, the password wrong, the
//! account closed or the clinic against passwords (2省ガイドライン 別紙2 ①-9, ASVS 6.3.8); the trail knows which it was.

use std::time::Duration;

use serde_json::json;

use super::{
    Place, choose_clinic, concerned,
    guess::{Failed, Guess},
    second_factor,
    session::{self, Opened, Opening, Previous},
    wanted_clinics,
};
use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Authentication, ClientId, ClinicId, Email, EnrolledBy, Fallback, Fault,
        Invitation, Outcome, PasswordHash, SecondFactor, Secret, SessionKind, User, Verdict,
        password::{PasswordClass, normalise},
    },
    flows::{Cx, authorize::Waiting, unattributed},
    store::{self, Conn, Store, StoreError, Tx},
};

pub struct Input {
    pub email: String,
    pub password: Secret,
    /// The authorization request that waits behind the login page.
    pub waiting: Option<Waiting>,
    pub previous: Option<Secret>,
    pub browser: Secret,
}

/// What a right password has led to.
pub enum Passed {
    Opened(Box<Opened>),
    /// A session in which a longer password is chosen: this one is too short to stand alone.
    TooShort(Box<Opened>),
    /// The question for a code, sealed.
    CodeAsked(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Whatever the cause.
    BadCredentials,
    /// Too soon after a wrong one.
    Wait(Duration),
}

/// To be asked before a permit to hash is waited for: whoever guesses at everybody takes none of those that others wait for.
pub fn turned_away(cx: &Cx) -> Option<Refusal> {
    cx.addresses.wait(&cx.request.ip).map(Refusal::Wait)
}

/// For who was not [`turned_away`] and holds a permit: this function takes 17 ms and 19 MiB.
pub fn sign_in(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Passed, Refusal>, Fault> {
    let verdict = check(store, cx, input)?;
    // Who does not wait is counted too: every guess that is refused costs a turn, and a write.
    if verdict.is_err() {
        cx.addresses.fail(&cx.request.ip);
    }
    Ok(verdict)
}

fn check(store: &Store, cx: &Cx, input: Input) -> Result<Verdict<Passed, Refusal>, Fault> {
    let Some(email) = Email::parse(&input.email) else {
        cx.hasher.verify_nobody(input.password.reveal());
        unattributed::record(cx, AuditKind::AuthPassword, &input.email, ()).settle(store)?;
        return Ok(Err(Refusal::BadCredentials));
    };
    let found = store.read(|conn| Found::read(conn, cx, &email, &input))?;
    if let Some(rest) = found.guess.wait(cx.now) {
        unattributed::record(cx, AuditKind::AuthPassword, &email.key(), ()).settle(store)?;
        return Ok(Err(Refusal::Wait(rest)));
    }
    let judged = found.judge(cx, &input);
    match judged {
        Err(reason) => {
            let cx = cx.clone();
            store.write(move |tx| {
                refuse(tx, &cx, &email, &found, reason)?;
                Ok(Err(Refusal::BadCredentials))
            })
        }
        Ok(Right { next: Next::Code, user, place, rehash }) => {
            ask_for_code(store, cx, email, found, (user, place, rehash), &input)
        }
        Ok(Right { next: Next::Session(kind), user, place, rehash }) => {
            open(store, cx, email, found, (user, place, rehash), kind, input)
        }
    }
}

struct Found {
    guess: Guess,
    user: Option<User>,
    place: Option<Place>,
    /// Whose a failure is to look into.
    concerned: Option<ClinicId>,
    /// The application that waits.
    client: Option<ClientId>,
    invitation: Option<Invitation>,
    second_factor: Option<SecondFactor>,
    previous: Option<Previous>,
}

/// What a right password opens.
struct Right {
    user: User,
    place: Place,
    next: Next,
    rehash: Option<String>,
}

enum Next {
    Session(SessionKind),
    Code,
}

impl Found {
    fn read(conn: &mut Conn, cx: &Cx, email: &Email, input: &Input) -> Result<Self, StoreError> {
        let user = store::users::find_by_email(conn, email)?;
        let guess = Guess::read(conn, cx, email)?;
        let previous = Previous::find(conn, input.previous.as_ref())?;
        let client = input.waiting.as_ref().and_then(Waiting::client_id).cloned();
        let (place, concerned, invitation, second_factor) = match &user {
            None => (None, None, None, None),
            Some(user) => {
                let wanted = wanted_clinics(input.waiting.as_ref(), previous.as_ref());
                let memberships = store::memberships::list_for_user(conn, &user.id)?;
                let place = choose_clinic(&memberships, &wanted, cx.now);
                let invitation = store::invitations::latest_for_user(conn, &user.id)?;
                let concerned = concerned(&memberships, &wanted, cx.now).cloned();
                (place, concerned, invitation, store::second_factors::find(conn, &user.id)?)
            }
        };
        Ok(Self { guess, user, place, concerned, client, invitation, second_factor, previous })
    }

    /// `Err`: why not, for the trail.
    fn judge(&self, cx: &Cx, input: &Input) -> Result<Right, &'static str> {
        let password = normalise(input.password.reveal());
        let known = self.user.as_ref().and_then(|user| user.password_hash.as_ref().map(|hash| (user, hash)));
        let Some((user, hash)) = known else {
            cx.hasher.verify_nobody(&password);
            return Err("no_password");
        };
        if !cx.hasher.verify(&password, hash.as_str()) {
            return Err("wrong_password");
        }
        if !user.is_active() {
            return Err("account_disabled");
        }
        if !user.password_way_is_open() {
            return Err("password_closed");
        }
        let Some(place) = self.place.clone() else {
            return Err("no_membership");
        };
        let next = self.next(cx, user, place.password)?;
        let rehash = cx.hasher.wants_rehash(hash.as_str()).then(|| cx.hasher.hash(&password, cx.random).ok()).flatten();
        Ok(Right { user: user.clone(), place, next, rehash })
    }

    fn next(&self, cx: &Cx, user: &User, policy: Fallback) -> Result<Next, &'static str> {
        let enrolling = Next::Session(SessionKind::Enrolling(EnrolledBy::Password));
        let vouched = self.invitation.as_ref().is_some_and(|invitation| invitation.is_fresh(cx.now));
        match policy {
            Fallback::Deny => Err("password_denied"),
            // Whoever has one is asked for it, even where nobody has to have one.
            Fallback::SecondFactor | Fallback::PasswordOnly if self.second_factor.is_some() => Ok(Next::Code),
            Fallback::PasswordOnly if user.password_class < PasswordClass::Alone => Ok(enrolling),
            Fallback::PasswordOnly => Ok(Next::Session(SessionKind::Ordinary)),
            Fallback::SecondFactor if !user.ever_enrolled && vouched => Ok(enrolling),
            Fallback::SecondFactor => Err("password_alone_not_allowed"),
        }
    }
}

/// Whose password was right, where they would work, and its hash made anew.
type Known = (User, Place, Option<String>);

fn open(
    store: &Store,
    cx: &Cx,
    email: Email,
    found: Found,
    (user, place, rehash): Known,
    kind: SessionKind,
    input: Input,
) -> Result<Verdict<Passed, Refusal>, Fault> {
    let client = found.client.clone();
    let too_short = place.password == Fallback::PasswordOnly && kind != SessionKind::Ordinary;
    let opened = Opening {
        user: user.clone(),
        place,
        kind,
        authentication: Authentication::by_password(cx.now),
        authenticated_for: input.waiting.map(|waiting| waiting.id),
        passkey_id: None,
        previous: found.previous.clone(),
    }
    .prepare(cx);
    let cx = cx.clone();
    store.write(move |tx| {
        let admitted = session::admit(tx, &opened)? && still_right(tx, &cx, &user, &opened)?;
        if !admitted || !found.guess.succeed(tx)? || !session::open(tx, &cx, &opened)? {
            refuse(tx, &cx, &email, &found, "changed_meanwhile")?;
            return Ok(Err(Refusal::BadCredentials));
        }
        if user.password_failures > 0 {
            store::users::reset_password_failures(tx, &user.id)?;
        }
        renew_hash(tx, &cx, &user, rehash.as_deref())?;
        let event = cx
            .event_by(AuditKind::AuthPassword, Outcome::Success, &user)
            .clinic(&opened.session.clinic_id)
            .session(&opened.session.id)
            .authentication(&opened.session.authentication)
            .detail(json!({ "enrolling": opened.session.kind != SessionKind::Ordinary }));
        store::audit_events::insert(tx, &AuditEvent { client_id: client, ..event })?;
        let opened = Box::new(opened);
        Ok(Ok(if too_short { Passed::TooShort(opened) } else { Passed::Opened(opened) }))
    })
}

/// Nothing is forgiven yet, and nobody is in; but whose password is known to somebody is on the record.
fn ask_for_code(
    store: &Store,
    cx: &Cx,
    email: Email,
    found: Found,
    (user, place, rehash): Known,
    input: &Input,
) -> Result<Verdict<Passed, Refusal>, Fault> {
    let client = found.client.clone();
    let hash = rehash.as_deref().or(user.password_hash.as_ref().map(PasswordHash::as_str)).unwrap_or_default();
    let step = second_factor::ask(cx, &user, hash, &input.browser);
    let cx = cx.clone();
    store.write(move |tx| {
        let admitted = store::ground::still_admitted(tx, &user.id, &place.clinic.id, cx.now)? && is_still(tx, &user)?;
        if !admitted || !found.guess.go_on(tx)? {
            refuse(tx, &cx, &email, &found, "changed_meanwhile")?;
            return Ok(Err(Refusal::BadCredentials));
        }
        renew_hash(tx, &cx, &user, rehash.as_deref())?;
        let event = cx.event(AuditKind::AuthPasswordAccepted, Outcome::Success, Actor::Nobody);
        let event = AuditEvent { client_id: client, ..event.subject(&user.id).clinic(&place.clinic.id) };
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(Passed::CodeAsked(step)))
    })
}

fn renew_hash(tx: &mut Tx<'_>, cx: &Cx, user: &User, rehash: Option<&str>) -> Result<(), StoreError> {
    if let Some(hash) = rehash {
        let old = user.password_hash.as_ref().map(PasswordHash::as_str);
        store::users::set_password(tx, &user.id, hash, old, cx.now)?;
    }
    Ok(())
}

/// The password was not changed meanwhile, nor the way closed to it.
fn is_still(tx: &mut Tx<'_>, user: &User) -> Result<bool, StoreError> {
    match &user.password_hash {
        Some(hash) => store::users::password_is_still(tx, &user.id, hash.as_str()),
        None => Ok(false),
    }
}

/// And it still leads here.
fn still_right(tx: &mut Tx<'_>, cx: &Cx, user: &User, opened: &Opened) -> Result<bool, StoreError> {
    if !is_still(tx, user)? {
        return Ok(false);
    }
    let memberships = store::memberships::list_for_user(tx, &user.id)?;
    let place = choose_clinic(&memberships, &[&opened.session.clinic_id], cx.now);
    let asks_more = store::second_factors::find(tx, &user.id)?.is_some();
    let leads_here = |policy| match opened.session.kind {
        SessionKind::Ordinary => policy == Fallback::PasswordOnly,
        SessionKind::Enrolling(_) => policy != Fallback::Deny,
    };
    Ok(place.is_some_and(|place| leads_here(place.password)) && !asks_more)
}

fn refuse(tx: &mut Tx<'_>, cx: &Cx, email: &Email, found: &Found, reason: &str) -> Result<(), StoreError> {
    let (clinic, client) = (found.concerned.as_ref(), found.client.as_ref());
    let attributed = match &found.user {
        Some(user) => {
            found.guess.fail_of(tx, cx, user, Failed { kind: AuditKind::AuthPassword, reason, clinic, client })?
        }
        None => {
            found.guess.fail(tx, cx.now)?;
            false
        }
    };
    if attributed { Ok(()) } else { unattributed::count(tx, cx, AuditKind::AuthPassword, &email.key()) }
}
