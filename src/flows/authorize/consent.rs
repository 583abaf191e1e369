//! Consent: what an application of another house may have is asked of the person, and remembered.
//!
//! The question travels sealed, for this session, person and request. Whoever comes back with it goes the same way as any
//! request, so that no form gives what could not be had without one. Nothing is spent: to press twice is to agree twice to
//! the same.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Answer, Waiting, answer_with_code, issue, refuse};
use crate::{
    domain::{AuditKind, Client, Consent, Fault, Outcome, SessionId, SignedIn, UserId},
    flows::Cx,
    keys::Sealable,
    protocol::{
        authorize::{Agreement, AuthorizationRequest, Prompt, agreement},
        error::AuthorizeError,
    },
    store::{self, Store, StoreError, Tx, ground::Ground},
};

/// A request for which all but this is decided.
pub struct Ready<'a> {
    pub client: &'a Arc<Client>,
    pub waiting: &'a Waiting,
    pub request: &'a AuthorizationRequest,
    pub who: SignedIn,
}

/// What is asked.
#[derive(Debug)]
pub struct Question {
    pub who: SignedIn,
    pub client: Arc<Client>,
    pub scopes: Vec<String>,
    /// The request, sealed: for the page's address.
    pub waiting: String,
    /// The question, sealed: for the page's form.
    pub form: String,
}

#[derive(Serialize, Deserialize)]
pub struct ConsentForm {
    pub waiting: Waiting,
    session_id: SessionId,
    user_id: UserId,
    scopes: Vec<String>,
}

impl Sealable for ConsentForm {
    const PURPOSE: &'static str = "consent-form";
    /// As long as the request itself may wait.
    const LIFETIME: Duration = Waiting::LIFETIME;
}

/// What was answered to which question.
pub struct Said {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub scopes: Vec<String>,
    pub agrees: bool,
}

impl ConsentForm {
    pub fn answered(self, agrees: bool) -> (Waiting, Said) {
        let Self { waiting, session_id, user_id, scopes } = self;
        (waiting, Said { session_id, user_id, scopes, agrees })
    }
}

/// The last step before the code.
pub fn settle(store: &Store, cx: &Cx, ready: Ready<'_>, said: Option<Said>) -> Result<Answer, Fault> {
    let Ready { client, request, who, .. } = &ready;
    match said.filter(|said| said.session_id == who.session.id && said.user_id == who.user.id) {
        Some(Said { agrees: true, mut scopes, .. }) => {
            // As far as the application may still ask for it.
            scopes.retain(|scope| request.scopes.contains(scope));
            return give(store, cx, &ready, scopes);
        }
        Some(Said { agrees: false, .. }) => return cancel(store, cx, &ready),
        None => {}
    }
    let remembered = match client.first_party {
        true => None,
        false => store.read(|conn| store::consents::find(conn, &who.user.id, &client.id))?,
    };
    match agreement(request, client, remembered.as_ref()) {
        Agreement::Given(scopes) => issue(store, cx, &ready, scopes),
        Agreement::Missing(_) if request.asks(Prompt::None) => {
            Ok(refuse(cx, request, AuthorizeError::ConsentRequired, "the person has not agreed to this yet"))
        }
        Agreement::Missing(scopes) => Ok(Answer::Consent(Box::new(ask(cx, ready, scopes)))),
    }
}

fn ask(cx: &Cx, Ready { client, waiting, who, .. }: Ready<'_>, scopes: Vec<String>) -> Question {
    let form = ConsentForm {
        waiting: waiting.clone(),
        session_id: who.session.id.clone(),
        user_id: who.user.id.clone(),
        scopes: scopes.clone(),
    };
    let form = cx.keys.seal(&form, cx.now, cx.random);
    Question { who, client: Arc::clone(client), scopes, waiting: waiting.seal(cx), form }
}

fn give(store: &Store, cx: &Cx, ready: &Ready<'_>, scopes: Vec<String>) -> Result<Answer, Fault> {
    let (asked, client, who, given) = (cx.clone(), Arc::clone(ready.client), ready.who.clone(), scopes.clone());
    let kept = store.write(move |tx| {
        let ground = Ground {
            user: &who.user.id,
            clinic: &who.clinic.id,
            session: &who.session.id,
            client: &client.id,
            roles: &client.roles,
            demands: &client.demands,
        };
        let still = store::ground::still_holds(tx, &ground, asked.now)?;
        if still {
            remember(tx, &asked, &client, &who, &given)?;
        }
        Ok(still)
    })?;
    Ok(if kept { answer_with_code(cx, ready, scopes) } else { Answer::SignIn(ready.waiting.seal(cx)) })
}

/// Beside what was agreed to before.
fn remember(tx: &mut Tx<'_>, cx: &Cx, client: &Client, who: &SignedIn, given: &[String]) -> Result<(), StoreError> {
    let before = store::consents::find(tx, &who.user.id, &client.id)?.map(|consent| consent.scopes);
    let mut scopes = before.unwrap_or_default();
    scopes.retain(|scope| !given.contains(scope));
    scopes.extend_from_slice(given);
    let (user_id, client_id) = (who.user.id.clone(), client.id.clone());
    store::consents::save(tx, &Consent { user_id, client_id, scopes, given_at: cx.now })?;
    store::sessions::touch(tx, &who.session.id, cx.now)?;
    let event = cx.event_in(AuditKind::ConsentGiven, Outcome::Success, who).client(&client.id);
    store::audit_events::insert(tx, &event.detail(json!({ "scope": given.join(" ") })))
}

/// The application hears it, the trail keeps it.
fn cancel(store: &Store, cx: &Cx, Ready { client, request, who, .. }: &Ready<'_>) -> Result<Answer, Fault> {
    let event = cx
        .event_in(AuditKind::AccessDenied, Outcome::Denied, who)
        .client(&client.id)
        .authentication(&who.session.authentication)
        .reason("consent_refused");
    store.write(move |tx| store::audit_events::insert(tx, &event))?;
    Ok(refuse(cx, request, AuthorizeError::AccessDenied, "the person did not agree"))
}
