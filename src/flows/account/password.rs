//! Choosing or changing one's password (NIST SP 800-63B §3.1.1; 医療情報システムの安全管理に関するガイドライン 運用編 14).
//!
//! A session opened by a passkey or an invitation needs no old password; one opened by a password does.

use std::time::Duration;

use serde_json::json;

use crate::{
    domain::{
        Acr, AuditKind, EnrolledBy, Fallback, Fault, Happened, Outcome, PasswordHash, Secret, SessionKind, SignedIn,
        TooWeak, UnixTime, User, Verdict,
        password::{Context, NewPassword, PasswordClass, PasswordProblem, normalise},
    },
    flows::{
        Cx,
        account::{holdings::Holdings, sessions},
        outbox,
        sign_in::{
            choose_clinic,
            guess::{Failed, Guess},
        },
    },
    store::{self, Store, StoreError, Tx},
};

/// Replaced passwords that may not come back, besides the present one.
const REMEMBERED: usize = 4;

pub struct Input {
    pub current: Option<Secret>,
    pub new: Secret,
    /// Every other session of the person ends with the old password.
    pub end_others: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    TooWeak(TooWeak),
    WrongCurrent,
    Wait(Duration),
    Problems(Vec<PasswordProblem>),
    /// The password was changed elsewhere meanwhile.
    ChangedMeanwhile,
}

pub fn asks_for_current(who: &SignedIn) -> bool {
    let vouched = matches!(who.session.kind, SessionKind::Enrolling(EnrolledBy::Invitation(_)));
    who.user.password_hash.is_some() && who.session.authentication.acr < Acr::Passkey && !vouched
}

/// As for passkeys, but that who knows the old password may replace it where there is no passkey: that makes nobody stronger.
/// One that is suspended counts: a leaked password could suspend it first, and lock its owner out.
pub fn may_change(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Result<(), TooWeak>, Fault> {
    Ok(admit(&store.read(|conn| Holdings::read(conn, &who.user.id))?, cx, who))
}

fn admit(held: &Holdings, cx: &Cx, who: &SignedIn) -> Result<(), TooWeak> {
    match held.may_change(&who.session, cx.now) {
        Err(TooWeak::NeedsInvitation) if asks_for_current(who) && held.passkeys.is_empty() => Ok(()),
        other => other,
    }
}

/// What a new password has to be: with two factors a shorter one will do.
pub fn least(store: &Store, cx: &Cx, who: &SignedIn) -> Result<PasswordClass, Fault> {
    let memberships = store.read(|conn| store::memberships::list_for_user(conn, &who.user.id))?;
    let place = choose_clinic(&memberships, &[], cx.now);
    Ok(place.map_or(Fallback::Deny, |place| place.password).least_password())
}

/// Hashes several times: the caller holds a permit.
pub fn change(store: &Store, cx: &Cx, who: &SignedIn, input: &Input) -> Result<Verdict<(), Refusal>, Fault> {
    if let Err(weak) = may_change(store, cx, who)? {
        return Ok(Err(Refusal::TooWeak(weak)));
    }
    let guess = if asks_for_current(who) {
        match check_current(store, cx, who, input.current.as_ref())? {
            Ok(guess) => Some(guess),
            Err(refusal) => return Ok(Err(refusal)),
        }
    } else {
        None
    };
    let profile = &who.user.profile;
    let others: Vec<&str> = [&profile.name_kana, &profile.given_name, &profile.family_name, &who.clinic.name_en]
        .into_iter()
        .filter_map(Option::as_deref)
        .chain([who.clinic.name.as_str()])
        .collect();
    let context = Context { name: &profile.name, email: who.user.email.as_str(), others: &others };
    let new = match NewPassword::parse(input.new.reveal(), &context, least(store, cx, who)?) {
        Ok(new) => new,
        Err(problems) => return Ok(Err(Refusal::Problems(problems))),
    };
    if was_used(store, cx, who, &new)? {
        return Ok(Err(Refusal::Problems(vec![PasswordProblem::Reused])));
    }
    let hash = cx.hasher.hash(new.reveal(), cx.random)?;
    let (cx, who, end_others, class) = (cx.clone(), who.clone(), input.end_others, new.class());
    store.write(move |tx| {
        let active = store::users::still_active(tx, &who.user.id)?;
        // One of many tried at once is none, as at the door.
        let alone = guess.map_or(Ok(true), |guess| guess.succeed(tx))?;
        let old = who.user.password_hash.as_ref().map(PasswordHash::as_str);
        if !active
            || !alone
            || !store::sessions::still_alive(tx, &who.session.id, cx.now)?
            || admit(&Holdings::read(tx, &who.user.id)?, &cx, &who).is_err()
            || !store::users::set_password(tx, &who.user.id, &hash, old, cx.now)?
        {
            return Ok(Err(Refusal::ChangedMeanwhile));
        }
        store::users::note_password_class(tx, &who.user.id, class)?;
        if let Some(old) = old {
            store::password_history::remember(tx, &who.user.id, old, REMEMBERED, cx.now)?;
        }
        store::users::reset_password_failures(tx, &who.user.id)?;
        let ended = match end_others {
            true => Some(sessions::end_all_but(tx, &cx, &who.session, "password_changed", &who.user)?),
            false => None,
        };
        let mut event = cx.event_in(AuditKind::PasswordChanged, Outcome::Success, &who);
        event.detail = ended
            .map(|ended| json!({ "sessions_ended": ended.sessions, "access_codes_withdrawn": ended.access_codes }));
        store::audit_events::insert(tx, &event)?;
        outbox::queue(tx, &cx, Happened::PasswordChanged, &who.user.id, &who.clinic.id, None)?;
        Ok(Ok(()))
    })
}

/// For who cannot confirm it and is invited anew; it does not come back either. `false` when there was none.
pub fn forget(tx: &mut Tx<'_>, user: &User, now: UnixTime) -> Result<bool, StoreError> {
    let Some(old) = &user.password_hash else { return Ok(false) };
    store::password_history::remember(tx, &user.id, old.as_str(), REMEMBERED, now)?;
    store::users::forget_password(tx, &user.id, now)
}

fn was_used(store: &Store, cx: &Cx, who: &SignedIn, new: &NewPassword) -> Result<bool, Fault> {
    let mut known = store.read(|conn| store::password_history::list(conn, &who.user.id))?;
    known.extend(who.user.password_hash.iter().map(|hash| hash.as_str().to_owned()));
    Ok(known.iter().any(|hash| cx.hasher.verify(new.reveal(), hash)))
}

/// A guess as at the door: it waits, and counts, in the same row.
fn check_current(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    current: Option<&Secret>,
) -> Result<Verdict<Guess, Refusal>, Fault> {
    let guess = Guess::find(store, cx, &who.user)?;
    if let Some(rest) = guess.wait(cx.now).or_else(|| cx.addresses.wait(&cx.request.ip)) {
        return Ok(Err(Refusal::Wait(rest)));
    }
    let right = match (&who.user.password_hash, current) {
        (Some(hash), Some(current)) => cx.hasher.verify(&normalise(current.reveal()), hash.as_str()),
        _ => false,
    };
    if right && who.user.password_way_is_open() {
        return Ok(Ok(guess));
    }
    cx.addresses.fail(&cx.request.ip);
    let (cx, user, clinic) = (cx.clone(), who.user.clone(), who.clinic.id.clone());
    store.write(move |tx| {
        let (kind, reason) = (AuditKind::AuthPassword, "wrong_current_password");
        guess.fail_of(tx, &cx, &user, Failed { kind, reason, clinic: Some(&clinic), client: None })?;
        Ok(())
    })?;
    Ok(Err(Refusal::WrongCurrent))
}
