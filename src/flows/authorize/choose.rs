//! For which of their clinics somebody works today. Asked once after signing in, before they go on to an application that several
//! clinics share; changed at any time from the pages of ours. What applications hold already stays with the clinic that it was given for.
//!
//! Sealed for one session and the clinic of before, so that a tab that still asks somebody else, or about an earlier day, changes nothing.
//! Silently (`prompt=none`) nobody is asked: until the choice is made an application hears that a page is due, and no clinic's claims.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Waiting, go_on, signed_in};
use crate::{
    domain::{
        Acr, AuditKind, Client, Clinic, ClinicChoice, ClinicId, Fallback, Fault, Membership, Outcome, Secret,
        SessionId, SessionKind, SignedIn,
    },
    flows::{
        Cx,
        sign_in::{Place, choose_clinic},
    },
    keys::{Opened, Sealable},
    store::{self, Store},
};

#[derive(Serialize, Deserialize)]
struct ClinicForm {
    waiting: Option<Waiting>,
    session_id: SessionId,
    from: ClinicId,
}

impl Sealable for ClinicForm {
    const PURPOSE: &'static str = "clinic-form";
    /// As long as the request itself may wait.
    const LIFETIME: Duration = Waiting::LIFETIME;
}

pub struct Offered {
    pub who: SignedIn,
    /// The one that they chose last comes first, the others by name.
    pub clinics: Vec<Clinic>,
    /// The first of them.
    pub last: Option<ClinicId>,
    /// The question, sealed: for the page's form.
    pub form: String,
}

/// `None`: there is nobody to be asked, or nothing to choose from.
pub fn offer(store: &Store, cx: &Cx, sealed: Option<&str>, session: Option<&Secret>) -> Result<Option<Offered>, Fault> {
    // An administrator's code is for the clinic that it was made for.
    let free = |who: &SignedIn| who.session.kind == SessionKind::Ordinary && !who.session.is_temporary();
    let Some(who) = signed_in(store, cx, session)?.filter(free) else { return Ok(None) };
    let (all, last) = store.read(|conn| {
        let all = store::memberships::list_for_user(conn, &who.user.id)?;
        Ok((all, store::memberships::last_chosen(conn, &who.user.id)?))
    })?;
    let mut clinics: Vec<_> =
        all.into_iter().filter(|(membership, _)| membership.is_active(cx.now)).map(|(_, clinic)| clinic).collect();
    if clinics.len() < 2 {
        return Ok(None);
    }
    clinics.sort_by_key(|clinic| Some(&clinic.id) != last.as_ref());
    let last = last.filter(|last| clinics.first().is_some_and(|first| first.id == *last));
    let waiting = sealed.and_then(|sealed| Waiting::open(cx, sealed));
    let form = ClinicForm { waiting, session_id: who.session.id.clone(), from: who.clinic.id.clone() };
    Ok(Some(Offered { form: cx.keys.seal(&form, cx.now, cx.random), clinics, last, who }))
}

pub enum Chosen {
    /// On to the application.
    GoOn(Answer),
    /// Nothing waits.
    Home,
    /// It is no longer as it was when the question was asked: it is asked anew.
    Again(Option<String>),
    /// Their sign-in is not enough for that clinic.
    TooWeak(Option<String>),
}

/// The answer to what was [`offer`]ed.
pub fn choose(
    store: &Store,
    cx: &Cx,
    form: &str,
    clinic: &ClinicId,
    session: Option<&Secret>,
) -> Result<Chosen, Fault> {
    let Ok(Opened { value, issued_at, expired }) = cx.keys.open_late::<ClinicForm>(form, cx.now) else {
        return Ok(Chosen::GoOn(Answer::Expired(None)));
    };
    let ClinicForm { waiting, session_id, from } = value;
    let on = |session| match waiting.clone() {
        Some(value) => go_on(store, cx, Opened { value, issued_at, expired }, session, None).map(Chosen::GoOn),
        None => Ok(Chosen::Home),
    };
    let Some(who) = signed_in(store, cx, session)?.filter(|_| !expired) else { return on(None) };
    let again = || waiting.as_ref().map(|waiting| waiting.seal(cx));
    if who.session.id != session_id || who.clinic.id != from {
        return Ok(Chosen::Again(again()));
    }
    let all = store.read(|conn| store::memberships::list_for_user(conn, &who.user.id))?;
    let Some(place) = choose_clinic(&all, &[clinic], cx.now).filter(|place| place.clinic.id == *clinic) else {
        return Ok(Chosen::Again(again()));
    };
    // A clinic joined since they signed in may ask for more.
    if who.session.is_temporary()
        || who.session.authentication.acr == Acr::Password && place.password != Fallback::PasswordOnly
    {
        return Ok(Chosen::TooWeak(again()));
    }
    if work_for(store, cx, who, place)? { on(session) } else { Ok(Chosen::Again(again())) }
}

/// The limits of the session only ever become stricter.
fn work_for(store: &Store, cx: &Cx, who: SignedIn, place: Place) -> Result<bool, Fault> {
    let idle = who.session.idle_limit.min(place.session_idle);
    let expires_at = who.session.expires_at.min(who.session.authentication.at.plus(place.session_absolute));
    let cx = cx.clone();
    store.write(move |tx| {
        let (user, from, to) = (&who.user.id, &who.clinic.id, &place.clinic.id);
        if !store::ground::still_admitted(tx, user, to, cx.now)?
            || !store::sessions::work_for(tx, &who.session.id, from, (to, idle, expires_at), cx.now)?
        {
            return Ok(false);
        }
        store::memberships::note_chosen(tx, user, to, cx.now)?;
        let event = cx.event_by(AuditKind::SessionClinicChosen, Outcome::Success, &who.user).clinic(to);
        let event = event.session(&who.session.id).detail(json!({ "from": from.as_str() }));
        store::audit_events::insert(tx, &event)?;
        Ok(true)
    })
}

/// Whether they are to be asked before they enter this application. Who has one clinic alone costs no read.
pub(super) fn is_due(store: &Store, cx: &Cx, client: &Client, who: &SignedIn) -> Result<bool, Fault> {
    if who.session.clinic_choice != ClinicChoice::Open || client.clinic_id.is_some() {
        return Ok(false);
    }
    let all = store.read(|conn| store::memberships::list_for_user(conn, &who.user.id))?;
    let alive = |membership: &Membership| membership.is_active(cx.now);
    let admitted: Vec<_> = all
        .iter()
        .filter(|(membership, _)| alive(membership) && membership.has_one_of(&client.roles))
        .map(|(_, clinic)| &clinic.id)
        .collect();
    let several = all.iter().filter(|(membership, _)| alive(membership)).count() > 1;
    Ok(several && !admitted.is_empty() && admitted != [&who.clinic.id])
}
