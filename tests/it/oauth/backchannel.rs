//! Applications hear of the end of a session (OpenID Connect Back-Channel Logout 1.0), whatever ended it, and whatever
//! they do when they are told.

use std::time::Duration;

use genkan::{
    domain::{AuditEvent, Happened, Message, Notice, SessionId, Waiting, Way},
    flows::admin::clients,
    store::outbox,
};
use josekit::{
    jwk::JwkSet,
    jws::{RS256, deserialize_compact},
};
use serde_json::{Value, json};

use super::party::{Party, Tokens, part};
use crate::support::{
    app::{Registered, TestApp, draft},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::Person,
    receiver::{Manner, Receiver},
};

on_both_databases! {
    whatever_ends_a_session_its_applications_hear_of_it_once,
    being_idle_ends_single_sign_on_alone,
    what_does_not_arrive_is_tried_for_a_day_and_given_up_on_the_record,
    a_node_that_dies_after_taking_loses_nothing_and_at_worst_tells_twice,
}

const HOUR: Duration = Duration::from_secs(3600);

fn started(database: Database, receivers: &[&Receiver]) -> TestApp {
    TestApp::start_with(database, |config| {
        config.fetch.allowed =
            receivers.iter().filter_map(|it| genkan::domain::Authority::parse(&it.authority)).collect();
        config.fetch.timeout = Duration::from_millis(300);
    })
}

/// An application that wants to hear of it there.
fn registered(app: &TestApp, url: &str) -> Registered {
    app.register(clients::Draft { backchannel_logout_uri: Some(url.to_owned()), ..draft("電子カルテ") })
}

fn delivered(app: &TestApp, what: &str) -> Vec<AuditEvent> {
    app.trail().into_iter().filter(|event| event.kind.as_str() == what).collect()
}

fn waiting(app: &TestApp) -> Vec<Waiting> {
    let ever = app.clock().now().plus(48 * HOUR);
    app.store()
        .read(|conn| outbox::list_due(conn, Way::Post, ever, 100))
        .expect("the outbox")
        .into_iter()
        .flatten()
        .collect()
}

/// Signed by the key that is published, and of the type that no other token of ours has.
fn verified(app: &TestApp, token: &str) -> Value {
    let jwks = JwkSet::from_bytes(Person::at(app).get("/oauth/jwks").body).expect("keys");
    let header = part(token, 0);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("RS256")));
    let keys = jwks.get(header["kid"].as_str().expect("a kid"));
    let verifier = RS256.verifier_from_jwk(keys.first().expect("a published key")).expect("a verifier");
    let (payload, _) = deserialize_compact(token, &verifier).expect("a good signature");
    serde_json::from_slice(&payload).expect("claims")
}

fn whatever_ends_a_session_its_applications_hear_of_it_once(database: Database) {
    let receiver = Receiver::start();
    let app = started(database, &[&receiver]);
    let told = registered(&app, &receiver.url());
    let party = Party::new(&app, &told);
    let another = Party::booking(&app);
    let sign_in = || {
        let person = Person::at(&app);
        let tokens = party.sign_in_to_tokens(&person, &[]);
        (person, tokens)
    };
    let session = |tokens: &Tokens| SessionId::new(tokens.text("sid"));
    let mut heard = 0;
    let mut hears = |tokens: &[&Tokens], how: &str| {
        heard += tokens.len();
        app.wait_for(|_| receiver.got().len() >= heard);
        let got = receiver.got();
        for tokens in tokens {
            let posted = got.iter().find(|posted| part(&posted.form["logout_token"], 1)["sid"] == tokens.text("sid"));
            let posted = posted.unwrap_or_else(|| panic!("{how} was not told"));
            let claims = verified(&app, &posted.form["logout_token"]);
            assert_eq!((&claims["sub"], &claims["aud"]), (&tokens.claims["sub"], &json!(told.client_id)), "{how}");
        }
        app.wait_for(|app| delivered(app, "logout.delivered").len() == heard);
    };

    let (person, tokens) = sign_in();
    // It was here twice, and an application that wants to hear nothing was too.
    party.tokens(&party.callback(&person, &[]).code());
    another.tokens(&another.callback(&person, &[]).code());
    person.get(&format!("/oauth/logout?id_token_hint={}", tokens.id_token));
    hears(&[&tokens], "logging out");
    let claims = verified(&app, &receiver.got()[0].form["logout_token"]);
    let members: Vec<_> = claims.as_object().expect("claims").keys().map(String::as_str).collect();
    assert_eq!(members, ["iss", "aud", "sub", "sid", "iat", "exp", "jti", "events"]);
    assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
    assert_eq!((&claims["iss"], receiver.got()[0].path.as_str()), (&json!(app.issuer), "/backchannel-logout"));
    assert!(claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat") <= 120);
    let event = &delivered(&app, "logout.delivered")[0];
    assert_eq!(event.client_id.as_ref().map(|id| id.as_str()), Some(told.client_id.as_str()));
    assert_eq!(event.subject.as_ref(), Some(&app.misaki.id));

    let (one, first) = sign_in();
    let (_, second) = sign_in();
    let (_, third) = sign_in();
    let page = "/settings/sessions";
    one.submit(page, &format!("{page}/{}/end", session(&second)), &[]);
    hears(&[&second], "ending one from another");
    one.submit(page, &format!("{page}/end-others"), &[]);
    hears(&[&third], "ending all others");
    app.disable(&app.misaki);
    hears(&[&first], "disabling the person");
    genkan::flows::admin::users::enable(app.store(), &app.by(), app.misaki.email.as_str(), None)
        .expect("no fault")
        .expect("ok");

    let (person, _) = enrolled(&app, app.hanako.email.as_str());
    let tokens = party.tokens(&party.callback(&person, &[]).code());
    let suspend = format!("/settings/passkeys/{}/suspend", app.passkeys(&app.hanako)[0].id);
    person.submit(&suspend, &suspend, &[("end_sessions", "yes"), ("knows_last", "yes")]);
    hears(&[&tokens], "suspending the passkey that opened it");

    let (_, tokens) = sign_in();
    app.advance(12 * HOUR);
    app.run_jobs();
    hears(&[&tokens], "the absolute limit");
    let ended = app.trail().into_iter().rfind(|event| event.kind.as_str() == "session.ended").expect("an event");
    assert_eq!(ended.reason.as_deref(), Some("absolute_limit"));
    assert!(waiting(&app).is_empty());
}

fn being_idle_ends_single_sign_on_alone(database: Database) {
    let receiver = Receiver::start();
    let app = started(database, &[&receiver]);
    let party = Party::new(&app, &registered(&app, &receiver.url()));
    let person = Person::at(&app);
    party.sign_in_to_tokens(&person, &[]);
    app.advance(2 * HOUR);
    app.run_jobs();
    assert_eq!(party.callback(&person, &[("prompt", "none")]).error(), "login_required");
    assert!(waiting(&app).is_empty() && receiver.got().is_empty());
}

fn what_does_not_arrive_is_tried_for_a_day_and_given_up_on_the_record(database: Database) {
    let receivers: Vec<_> = (0..5).map(|_| Receiver::start()).collect();
    let app = started(database, &receivers.iter().collect::<Vec<_>>());
    let elsewhere = Receiver::start();
    let manners = [Manner::Status(500), Manner::Redirects, Manner::Hangs, Manner::Status(400), Manner::Talks];
    let mut urls: Vec<_> = receivers.iter().map(Receiver::url).collect();
    // Inside the house, and not listed.
    urls.push(elsewhere.url().replace("http:", "https:"));
    let person = Person::at(&app);
    let mut clients = Vec::new();
    for (url, manner) in urls.iter().zip(manners.iter().map(Some).chain([None])) {
        let client = registered(&app, url);
        let party = Party::new(&app, &client);
        if clients.is_empty() {
            party.sign_in_to_tokens(&person, &[]);
        } else {
            party.tokens(&party.callback(&person, &[]).code());
        }
        clients.push(client);
        if let (Some(manner), Some(receiver)) = (manner, receivers.get(clients.len() - 1)) {
            receiver.be(*manner);
        }
    }
    let session = app.sessions(&app.misaki)[0].id.clone();
    let now = app.clock().now();
    app.store().write(move |tx| genkan::store::sessions::end(tx, &session, "revoked", now)).expect("ended");
    // What is final is over at once, and everything else still waits.
    app.wait_for(|app| waiting(app).len() == 4);
    assert_eq!(delivered(&app, "logout.delivered").len(), 1, "a body that never ends is not read");
    assert_eq!(delivered(&app, "logout.undelivered").len(), 1);
    app.wait_for(|app| {
        app.run_jobs();
        app.advance(HOUR);
        waiting(app).is_empty()
    });
    let undelivered = delivered(&app, "logout.undelivered");
    let reason = |client: &Registered| {
        let event =
            undelivered.iter().find(|event| event.client_id.as_ref().is_some_and(|id| id.as_str() == client.client_id));
        event.map(|event| (event.reason.clone().unwrap_or_default(), event.outcome.as_str()))
    };
    let expected =
        ["answered_500", "answered_307", "timed_out", "answered_400"].map(|why| Some((why.to_owned(), "failure")));
    assert_eq!(clients.iter().map(reason).collect::<Vec<_>>()[..4], expected);
    assert_eq!(reason(&clients[4]), None);
    assert_eq!(reason(&clients[5]), Some(("inside_address".to_owned(), "failure")));
    assert!(elsewhere.got().is_empty(), "nobody knocks there");
    assert!(receivers[0].got().len() > 10, "{} attempts in a day", receivers[0].got().len());
    assert_eq!((receivers[3].got().len(), receivers[4].got().len()), (1, 1));
    assert!(receivers[1].got().iter().all(|posted| posted.path == "/backchannel-logout"), "a redirect is not followed");
    let attempts = undelivered[1].detail.as_ref().expect("a detail")["attempts"].as_i64().expect("a number");
    assert!(attempts > 10, "{attempts}");
}

fn a_node_that_dies_after_taking_loses_nothing_and_at_worst_tells_twice(database: Database) {
    let receiver = Receiver::start();
    let app = started(database, &[&receiver]);
    let party = Party::new(&app, &registered(&app, &receiver.url()));
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[]);
    let (session, now) = (SessionId::new(tokens.text("sid")), app.clock().now());
    let letter = Message::Notice(Notice {
        what: Happened::PasswordChanged,
        user: app.misaki.id.clone(),
        clinic: app.demo.id.clone(),
        at: now,
        ip: String::new(),
        user_agent: String::new(),
        name: None,
        reason: None,
    });
    // Ended, and taken by a node of which nothing more is heard: it may have told, or not.
    let taken = app.store().write(move |tx| {
        outbox::insert(tx, "a letter", &letter, now.minus(HOUR))?;
        genkan::store::sessions::end(tx, &session, "revoked", now)?;
        let [Ok(waiting)] = <[_; 1]>::try_from(outbox::list_due(tx, Way::Post, now, 1)?).expect("one message") else {
            panic!("no letter is in its way");
        };
        let until = waiting.next_due(now);
        assert!(outbox::take(tx, &waiting, until)? && !outbox::take(tx, &waiting, until)?, "by one of two");
        Ok(waiting)
    });
    let taken = taken.expect("taken");
    app.run_jobs();
    assert!(receiver.got().is_empty(), "nobody sends what somebody else is sending");
    app.advance(taken.next_due(now).since(now));
    app.wait_for(|app| {
        app.run_jobs();
        !receiver.got().is_empty() && waiting(app).is_empty()
    });
    assert_eq!(receiver.got().len(), 1);
    assert_eq!(delivered(&app, "logout.delivered")[0].detail, Some(json!({ "attempts": 2 })));
}
