//! Logging out: OpenID Connect RP-Initiated Logout 1.0 §2, and the button on our own pages.
//!
//! A valid hint whose `sid` is this browser's session ends it at once; everything else asks the person first, so that a
//! link in a mail signs nobody out. Nobody is sent to an address that the client did not register.

use crate::{
    domain::{AuditKind, Client, Fault, Outcome, Secret, SessionState, SignedIn},
    flows::{Cx, authorize::verified_hint, sign_in::session},
    protocol::logout::{LogoutRequest, ReturnTo},
    store::{self, Store},
};

pub enum Answer {
    /// Ask first; the form sends the same parameters again.
    Ask { application: Option<String>, fields: Vec<(String, String)> },
    /// Nobody is signed in here any more.
    Done { ended: Option<Ended>, next: Next },
}

/// The session that this ended.
pub struct Ended {
    /// Applications that are told of it, by name.
    pub told: Vec<String>,
    /// Those that it was used for as well, and that cannot be told.
    pub untold: Vec<String>,
}

pub enum Next {
    /// Back to the application, with its `state`.
    Application(String),
    /// Our own page, with the application's start address where one is known.
    OurPage(Option<Box<Client>>),
}

/// `confirmed`: the person pressed the button on our own page, its form token checked.
pub fn logout(
    store: &Store,
    cx: &Cx,
    request: &LogoutRequest,
    session: Option<&Secret>,
    confirmed: bool,
) -> Result<Answer, Fault> {
    let hint = request.id_token_hint.as_deref().and_then(|hint| verified_hint(cx, hint));
    let client = match &hint {
        Some(hint) => store.read(|conn| store::clients::find(conn, &hint.audience))?,
        None => None,
    };
    let who = match session {
        Some(secret) => store.read(|conn| store::sessions::find_signed_in(conn, &secret.hash()))?,
        None => None,
    };
    let who = who.filter(|who| who.session.state(cx.now) != SessionState::Ended);
    let next = match request.return_to(hint.as_ref(), client.as_ref()) {
        ReturnTo::Application(url) => Next::Application(url),
        ReturnTo::OurPage | ReturnTo::Refused => Next::OurPage(client.clone().map(Box::new)),
    };
    let Some(who) = who else { return Ok(Answer::Done { ended: None, next }) };
    if !confirmed && !request.ends_at_once(hint.as_ref(), Some(&who.session.id)) {
        return Ok(Answer::Ask { application: client.map(|client| client.name), fields: request.fields() });
    }
    Ok(Answer::Done { ended: end(store, cx, who, client)?, next })
}

fn end(store: &Store, cx: &Cx, who: SignedIn, client: Option<Client>) -> Result<Option<Ended>, Fault> {
    let cx = cx.clone();
    store.write(move |tx| {
        if !session::end(tx, &cx, &who.session, "logout", &who.user)? {
            return Ok(None);
        }
        let mut event = cx.event_in(AuditKind::AuthLogout, Outcome::Success, &who);
        event.client_id = client.map(|client| client.id);
        store::audit_events::insert(tx, &event)?;
        let (told, untold): (Vec<_>, Vec<_>) =
            store::grants::list_entered(tx, &who.session.id)?.into_iter().partition(|(_, is_told)| *is_told);
        let names = |applications: Vec<(String, bool)>| applications.into_iter().map(|(name, _)| name).collect();
        Ok(Some(Ended { told: names(told), untold: names(untold) }))
    })
}
