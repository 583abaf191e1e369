//! Many connections, and the end of all of them.

use std::{sync::mpsc, time::Duration};

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    lock::Locked,
    person::Person,
    raw::Raw,
    relying_party::browser,
    runtime::{block_on, runtime},
};

#[test]
fn idle_connections_keep_nobody_out() {
    let app = TestApp::start_with(Database::sqlite(), |config| {
        config.limits.connections = 40;
        config.limits.connections_per_address = 20;
    });
    let mut first = Raw::at(&app);
    assert!(first.is_served(&app));
    let mut idle: Vec<_> = (0..200).map(|_| Raw::at(&app)).collect();
    let misaki = Person::at(&app);
    assert_eq!(misaki.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    assert!(!first.is_served(&app), "idle longest, it made room");
    let last = idle.last_mut().expect("two hundred");
    assert!(last.is_served(&app), "the latest stay");
}

#[test]
fn who_works_is_never_sent_away_for_who_only_came() {
    let database = Database::sqlite();
    let locked = Locked::new(&database);
    let app = TestApp::start_with(database, |config| config.limits.connections_per_address = 8);
    let misaki = Person::at(&app);
    let token = misaki.get("/login").hidden("form_token").expect("a token");
    let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", PASSWORD)];
    locked.hold(|release| {
        std::thread::scope(|scope| {
            let signing_in = scope.spawn(|| misaki.post_form("/login/password", &fields));
            app.wait_for(|app| app.working() == 1);
            let crowd: Vec<_> = (0..50).map(|_| Raw::at(&app)).collect();
            release();
            assert_eq!(signing_in.join().expect("an answer").status, 303);
            drop(crowd);
        });
    });
}

#[test]
fn what_was_taken_is_finished_at_the_end_and_nothing_more_is_taken() {
    let database = Database::sqlite();
    let locked = Locked::new(&database);
    let mut app = TestApp::start(database);
    let (url, issuer) = (app.url("/login"), app.issuer.clone());
    let browser = self::browser();
    let page = block_on(async { browser.get(&url).send().await.expect("an answer").text().await.expect("a page") });
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").expect("a token");
    let token = rest.split_once('"').expect("its end").0.to_owned();
    let (answered, answer) = mpsc::channel();
    locked.hold(|release| {
        let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", PASSWORD)];
        let sending = browser.post(app.url("/login/password")).header("origin", &issuer).form(&fields).send();
        runtime().spawn(async move {
            answered.send(sending.await.expect("an answer").status().as_u16()).expect("somebody listens");
        });
        app.wait_for(|app| app.working() == 1);
        let mut idle = Raw::at(&app);
        assert!(idle.is_served(&app));
        let stopped = app.stop();
        assert_eq!(idle.rest(), "", "who waits for nothing is let go");
        let refused = block_on(async { self::browser().get(&url).timeout(Duration::from_secs(5)).send().await });
        assert!(refused.is_err(), "nobody listens any more");
        release();
        assert_eq!(answer.recv().expect("an answer"), 303);
        block_on(stopped).expect("it ends");
    });
}
