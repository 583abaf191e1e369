//! What the trail keeps of tokens: who, for which application, in which session, how they had signed in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use genkan::{
    domain::{Acr, Actor, AuditEvent, AuditKind, Outcome},
    flows::admin::clients,
};
use sha2::{Digest, Sha256};

use super::party::{Party, Tokens};
use crate::support::{
    app::{TestApp, draft},
    database::Database,
    person::Person,
};

fn only(app: &TestApp, kind: AuditKind) -> AuditEvent {
    let mut events = app.trail().into_iter().filter(|event| event.kind == kind);
    let first = events.next().unwrap_or_else(|| panic!("no {}", kind.as_str()));
    assert!(events.next().is_none(), "more than one {}", kind.as_str());
    first
}

fn assert_names(app: &TestApp, event: &AuditEvent, client_id: &str, sid: &str) {
    let what = event.kind.as_str();
    assert_eq!(event.client_id.as_ref().map(|id| id.as_str()), Some(client_id), "{what}");
    assert_eq!(event.subject.as_ref(), Some(&app.misaki.id), "{what}");
    assert_eq!(event.clinic_id.as_ref(), Some(&app.demo.id), "{what}");
    assert_eq!(event.session_ref, Some(URL_SAFE_NO_PAD.encode(Sha256::digest(sid))), "{what}");
    assert_eq!(event.acr, Some(Acr::Password), "{what}");
    assert!(!event.amr.is_empty() && !event.request.request_id.is_empty() && !event.request.ip.is_empty(), "{what}");
}

#[test]
fn a_token_and_the_reuse_of_its_code_are_recorded_with_client_session_and_acr() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let code = party.sign_in(&Person::at(&app), &[]).code();
    let tokens = party.tokens(&code);
    party.exchange(&code, &[]);
    for (kind, outcome) in
        [(AuditKind::TokenIssued, Outcome::Success), (AuditKind::TokenReuseDetected, Outcome::Denied)]
    {
        let event = only(&app, kind);
        assert_names(&app, &event, &app.booking.client_id, tokens.text("sid"));
        assert_eq!(event.outcome, outcome);
        assert!(matches!(&event.actor, Actor::Client(id) if id.as_str() == app.booking.client_id));
    }
    assert_nothing_secret(&app, &code, &tokens);
}

fn assert_nothing_secret(app: &TestApp, code: &str, tokens: &Tokens) {
    let trail = format!("{:?}", app.trail());
    let sid = tokens.text("sid");
    for secret in [code, &tokens.access_token, &tokens.id_token, sid, super::party::VERIFIER] {
        assert!(!trail.contains(secret), "{secret}");
    }
}

#[test]
fn a_denial_is_recorded_with_client_session_and_acr() {
    let app = TestApp::start(Database::sqlite());
    let client = app.register(clients::Draft { clinic: Some(app.sakura.id.to_string()), ..draft("電子カルテ") });
    let person = Person::at(&app);
    let sid = Party::booking(&app).sign_in_to_tokens(&person, &[]).text("sid").to_owned();
    assert_eq!(Party::new(&app, &client).callback(&person, &[]).error(), "access_denied");
    let event = only(&app, AuditKind::AccessDenied);
    assert_names(&app, &event, &client.client_id, &sid);
    assert_eq!((event.outcome, event.reason.as_deref()), (Outcome::Denied, Some("other_clinic")));
    assert!(matches!(&event.actor, Actor::User { id, .. } if *id == app.misaki.id));
}

#[test]
fn a_token_refused_for_a_known_person_is_recorded_with_why() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let sid = party.sign_in_to_tokens(&person, &[]).text("sid").to_owned();
    let code = party.callback(&person, &[]).code();
    app.disable(&app.misaki);
    party.exchange(&code, &[]);
    let event = only(&app, AuditKind::TokenRefused);
    assert_names(&app, &event, &app.booking.client_id, &sid);
    assert_eq!((event.outcome, event.reason.as_deref()), (Outcome::Denied, Some("account_disabled")));
}
