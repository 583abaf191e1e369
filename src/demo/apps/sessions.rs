//! The application's own sessions, in memory: a restart signs everybody out, which is well for a demo.
//!
//! A cookie names a session; until somebody has signed in, it only holds the sign-ins that this browser began.

use std::{collections::HashMap, sync::Arc, sync::Mutex, sync::MutexGuard, sync::PoisonError, time::Duration};

use openidconnect::CsrfToken;

use super::provider::{Pending, SignedIn};
use crate::{
    domain::{Secret, UnixTime},
    random::Random,
};

/// A working day.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);
/// How long a person may take at the provider.
const PENDING_FOR: Duration = Duration::from_secs(15 * 60);
/// Tabs of one browser that may be signing in at once; the oldest gives way.
const MOST_PENDING: usize = 8;
/// So that strangers cannot fill the memory; the oldest gives way.
const MOST_SESSIONS: usize = 2_000;

#[derive(Debug, Default)]
struct Session {
    touched: Option<UnixTime>,
    pending: Vec<(UnixTime, Pending)>,
    signed_in: Option<Arc<SignedIn>>,
    logging_out: Option<CsrfToken>,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Remembers a sign-in that begins, in the browser's session or a new one; returns the cookie's value.
    pub fn begin(&self, cookie: Option<&str>, pending: Pending, now: UnixTime) -> String {
        let mut all = self.alive(now);
        let id = cookie
            .filter(|id| all.contains_key(*id))
            .map_or_else(|| Random.secret().reveal().to_owned(), ToOwned::to_owned);
        make_room(&mut all);
        let session = all.entry(id.clone()).or_default();
        session.touched = Some(now);
        session.pending.retain(|(begun, _)| now.since(*begun) < PENDING_FOR);
        if session.pending.len() >= MOST_PENDING {
            session.pending.remove(0);
        }
        session.pending.push((now, pending));
        id
    }

    /// The sign-in that this browser began with that `state`, once.
    pub fn take_pending(&self, cookie: Option<&str>, state: &str, now: UnixTime) -> Option<Pending> {
        let mut all = self.alive(now);
        let pending = &mut all.get_mut(cookie?)?.pending;
        pending.retain(|(begun, _)| now.since(*begun) < PENDING_FOR);
        let presented = Secret::presented(state).hash();
        let found =
            pending.iter().position(|(_, it)| Secret::presented(it.state.secret().as_str()).hash() == presented)?;
        Some(pending.remove(found).1)
    }

    /// Signs in under a new name, so that a cookie planted beforehand is worth nothing. Returns the cookie's value.
    pub fn sign_in(&self, cookie: Option<&str>, signed_in: SignedIn, now: UnixTime) -> String {
        let mut all = self.alive(now);
        let before = cookie.and_then(|id| all.remove(id)).unwrap_or_default();
        make_room(&mut all);
        let id = Random.secret().reveal().to_owned();
        let session = Session {
            touched: Some(now),
            pending: before.pending,
            signed_in: Some(Arc::new(signed_in)),
            logging_out: None,
        };
        all.insert(id.clone(), session);
        id
    }

    pub fn signed_in(&self, cookie: Option<&str>, now: UnixTime) -> Option<Arc<SignedIn>> {
        self.alive(now).get(cookie?)?.signed_in.clone()
    }

    /// Ends the sign-in here and remembers the `state` with which the provider is asked to end it there.
    pub fn sign_out(&self, cookie: Option<&str>, state: &CsrfToken, now: UnixTime) -> Option<Arc<SignedIn>> {
        let mut all = self.alive(now);
        let session = all.get_mut(cookie?)?;
        session.logging_out = Some(state.clone());
        session.signed_in.take()
    }

    /// Ends the sign-ins that belong to one session at the provider; whether there were any.
    pub fn end(&self, subject: &str, session: &str, now: UnixTime) -> bool {
        let mut ended = false;
        for own in self.alive(now).values_mut() {
            let belongs = |it: &mut Arc<SignedIn>| {
                let sid = it.claims.additional_claims().sid.as_deref();
                it.claims.subject().as_str() == subject && sid == Some(session)
            };
            ended |= own.signed_in.take_if(belongs).is_some();
        }
        ended
    }

    /// Whether this browser went to the provider to sign out with that `state`; asked once.
    pub fn came_back_from_logout(&self, cookie: Option<&str>, state: &str, now: UnixTime) -> bool {
        let mut all = self.alive(now);
        let asked = cookie.and_then(|id| all.get_mut(id)).and_then(|session| session.logging_out.take());
        asked.is_some_and(|asked| Secret::presented(asked.secret().as_str()).hash() == Secret::presented(state).hash())
    }

    fn alive(&self, now: UnixTime) -> MutexGuard<'_, HashMap<String, Session>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, session| session.touched.is_some_and(|touched| now.since(touched) < LIFETIME));
        all
    }
}

fn make_room(all: &mut HashMap<String, Session>) {
    if all.len() < MOST_SESSIONS {
        return;
    }
    // Those that hold nobody go first.
    let oldest = all.iter().min_by_key(|(_, session)| (session.signed_in.is_some(), session.touched));
    if let Some(id) = oldest.map(|(id, _)| id.clone()) {
        all.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use openidconnect::{Nonce, PkceCodeVerifier};

    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    fn pending(state: &str) -> Pending {
        Pending {
            state: CsrfToken::new(state.to_owned()),
            nonce: Nonce::new("nonce".to_owned()),
            verifier: PkceCodeVerifier::new("v".repeat(43)),
        }
    }

    #[test]
    fn a_state_is_found_once_and_only_in_the_browser_that_began_it() {
        let sessions = Sessions::default();
        let mine = sessions.begin(None, pending("a"), NOW);
        let other = sessions.begin(None, pending("b"), NOW);
        assert!(sessions.take_pending(Some(&other), "a", NOW).is_none());
        assert!(sessions.take_pending(None, "a", NOW).is_none());
        assert!(sessions.take_pending(Some(&mine), "a", NOW).is_some());
        assert!(sessions.take_pending(Some(&mine), "a", NOW).is_none());
    }

    #[test]
    fn two_tabs_may_sign_in_at_once_and_the_ninth_displaces_the_first() {
        let sessions = Sessions::default();
        let id = sessions.begin(None, pending("0"), NOW);
        for tab in 1..=MOST_PENDING {
            assert_eq!(sessions.begin(Some(&id), pending(&tab.to_string()), NOW), id);
        }
        assert!(sessions.take_pending(Some(&id), "0", NOW).is_none());
        assert!(sessions.take_pending(Some(&id), "1", NOW).is_some());
        assert!(sessions.take_pending(Some(&id), &MOST_PENDING.to_string(), NOW).is_some());
    }

    #[test]
    fn a_sign_in_left_lying_is_forgotten() {
        let sessions = Sessions::default();
        let id = sessions.begin(None, pending("a"), NOW);
        assert!(sessions.take_pending(Some(&id), "a", NOW.plus(PENDING_FOR)).is_none());
    }

    #[test]
    fn an_unknown_cookie_is_never_adopted() {
        let sessions = Sessions::default();
        assert_ne!(sessions.begin(Some("planted"), pending("a"), NOW), "planted");
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let sessions = Sessions::default();
        for visitor in 0..MOST_SESSIONS + 10 {
            sessions.begin(None, pending(&visitor.to_string()), NOW);
        }
        assert_eq!(sessions.alive(NOW).len(), MOST_SESSIONS);
    }

    #[test]
    fn coming_back_from_logout_counts_only_with_the_state_that_was_sent() {
        let sessions = Sessions::default();
        let id = sessions.begin(None, pending("a"), NOW);
        sessions.sign_out(Some(&id), &CsrfToken::new("out".to_owned()), NOW);
        assert!(!sessions.came_back_from_logout(None, "out", NOW));
        assert!(sessions.came_back_from_logout(Some(&id), "out", NOW));
        assert!(!sessions.came_back_from_logout(Some(&id), "out", NOW));
    }
}
