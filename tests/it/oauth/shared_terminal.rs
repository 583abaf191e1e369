//! Single sign-on where whoever comes by sits down: it ends soon, and is asked about before that.

use std::time::Duration;

use genkan::{domain::TerminalKind, flows::admin::clients};

use super::party::{MISAKI, OFFLINE, Party, part, waiting};
use crate::support::{
    app::{PASSWORD, Registered, TestApp, draft},
    ceremony::enrolled,
    database::{Database, on_both_databases},
    person::{Answer, Person},
    receiver::Receiver,
};

on_both_databases! {
    after_ten_minutes_an_application_is_entered_by_who_says_that_it_is_still_they,
    somebody_else_ends_the_session_of_before_everywhere_and_signs_in_for_the_same_request,
}

const MINUTE: Duration = Duration::from_secs(60);
const MOMENT: Duration = Duration::from_millis(1);
const NONE: (&str, &str) = ("prompt", "none");

/// A house of shared PCs.
fn shared(database: Database, told: Option<&Receiver>) -> TestApp {
    let app = TestApp::start_with(database, |config| {
        config.fetch.allowed =
            told.into_iter().filter_map(|it| genkan::domain::Authority::parse(&it.authority)).collect();
    });
    for clinic in [&app.demo, &app.sakura] {
        app.unregistered_terminals(clinic, TerminalKind::Shared);
    }
    app
}

/// An application that wants to hear of the end.
fn told(app: &TestApp, receiver: &Receiver) -> Registered {
    app.register(clients::Draft { backchannel_logout_uri: Some(receiver.url()), ..draft("電子カルテ") })
}

/// Ten minutes after the sign-in, in use all the while.
fn stay(app: &TestApp, person: &Person<'_>) {
    for _ in 0..3 {
        app.advance(200 * Duration::from_secs(1));
        assert_eq!(person.get("/").status, 200);
    }
}

/// The page that asks who it is, with its address.
fn question(party: &Party<'_>, person: &Person<'_>) -> Answer {
    let asked = party.ask(person, &[]);
    assert!(asked.location().starts_with("/oauth/confirm?continue="), "{asked:?}");
    person.get(asked.location())
}

fn answer(person: &Person<'_>, page: &Answer, says: &str) -> Answer {
    let (token, question) = (page.hidden("form_token"), page.hidden("question"));
    let fields = [
        ("form_token", token.as_deref().expect("a token")),
        ("question", question.as_deref().expect("a question")),
        ("answer", says),
    ];
    person.post_form("/oauth/confirm", &fields)
}

#[test]
fn single_sign_on_ends_after_five_minutes_and_what_was_given_lives_on() {
    let app = shared(Database::sqlite(), None);
    let party = Party::renewing(&app);
    let person = Person::at(&app);
    let tokens = party.sign_in_to_tokens(&person, &[("scope", OFFLINE)]);
    app.advance(5 * MINUTE - MOMENT);
    party.callback(&person, &[NONE]).code();
    app.advance(5 * MINUTE);
    assert_eq!(party.callback(&person, &[NONE]).error(), "login_required");
    assert!(party.ask(&person, &[]).location().starts_with("/login?continue="));
    assert_eq!(party.userinfo(&tokens.access_token).status, 200, "a doctor at work is not thrown out");
}

fn after_ten_minutes_an_application_is_entered_by_who_says_that_it_is_still_they(database: Database) {
    let app = shared(database, None);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    let first = party.sign_in_to_tokens(&person, &[]);
    stay(&app, &person);
    party.callback(&person, &[NONE]).code();
    app.advance(MOMENT);
    assert_eq!(party.callback(&person, &[NONE]).error(), "interaction_required");

    let before = app.trail().len();
    let page = question(&party, &person);
    for text in ["大塚 美咲 さんですか？", "はい、大塚 美咲 です", "別の人", "「さくら予約」", ">終了</button>"]
    {
        assert!(page.body.contains(text), "{text} in {}", page.body);
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new(), "asking changes nothing");
    let tokens = party.tokens(&party.came_back(&answer(&person, &page, "same")).code());
    assert_eq!(app.recorded_since(before), ["session.confirmed success", "token.issued success"]);
    assert_eq!((tokens.text("sid"), tokens.auth_time()), (first.text("sid"), first.auth_time()));

    // That is good for ten minutes more, and a sign-in as well.
    app.advance(4 * MINUTE);
    party.callback(&person, &[NONE]).code();
    stay(&app, &person);
    assert_eq!(party.callback(&person, &[NONE]).error(), "interaction_required");
    party.sign_in(&person, &[("prompt", "login")]).code();
    party.callback(&person, &[NONE]).code();
}

#[test]
fn on_a_pc_of_ones_own_nobody_is_asked() {
    let app = shared(Database::sqlite(), None);
    let (person, _) = app.at_terminal(&app.demo, TerminalKind::Personal);
    let party = Party::booking(&app);
    party.sign_in(&person, &[]).code();
    stay(&app, &person);
    app.advance(25 * MINUTE);
    party.callback(&person, &[NONE]).code();
}

fn somebody_else_ends_the_session_of_before_everywhere_and_signs_in_for_the_same_request(database: Database) {
    let receiver = Receiver::start();
    let app = shared(database, Some(&receiver));
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let party = Party::new(&app, &told(&app, &receiver));
    let person = Person::at(&app);
    let misakis = party.sign_in_to_tokens(&person, &[]);
    stay(&app, &person);
    app.advance(MOMENT);
    let page = question(&party, &person);
    let before = app.trail().len();
    let sent = answer(&person, &page, "another");
    assert_eq!(app.recorded_since(before)[0], "session.ended success somebody_else");
    let sealed = waiting(&sent);
    assert!(person.get(sent.location()).body.contains("「電子カルテ」にログインします"));
    assert_eq!(party.userinfo(&misakis.access_token).status, 401);
    app.wait_for(|_| !receiver.got().is_empty());
    assert_eq!(part(&receiver.got()[0].form["logout_token"], 1)["sid"], misakis.text("sid"));

    let next = person.passkey(&key, Some(&sealed)).json()["next"].as_str().expect("an address").to_owned();
    let hanakos = party.tokens(&party.came_back(&person.get(&next)).code());
    assert_ne!((hanakos.text("sub"), hanakos.text("sid")), (misakis.text("sub"), misakis.text("sid")));
}

#[test]
fn a_tab_that_still_asks_about_the_person_before_answers_for_nobody_else() {
    let app = shared(Database::sqlite(), None);
    let (_, key) = enrolled(&app, "hanako@sakura.example");
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]).code();
    stay(&app, &person);
    app.advance(MOMENT);
    let old = question(&party, &person);
    assert_eq!(person.passkey(&key, None).status, 200, "hanako has sat down");
    for says in ["same", "another"] {
        let asked = answer(&person, &old, says);
        assert!(asked.location().starts_with("/oauth/confirm?continue="), "{says}: {asked:?}");
        let page = person.get(asked.location());
        assert!(page.body.contains("山田 花子 さんですか？"), "{}", page.body);
    }
    assert_eq!(person.get("/settings/sessions").status, 200, "hanako is still signed in");
    let now = person.get(answer(&person, &old, "same").location());
    let tokens = party.tokens(&party.came_back(&answer(&person, &now, "same")).code());
    assert_eq!(tokens.text("sub"), app.hanako.id.as_str());
}

#[test]
fn a_question_that_nobody_answers_in_time_or_here_gives_nothing() {
    let app = shared(Database::sqlite(), None);
    let party = Party::booking(&app);
    let person = Person::at(&app);
    party.sign_in(&person, &[]).code();
    stay(&app, &person);
    app.advance(MOMENT);
    let page = question(&party, &person);
    let elsewhere = Person::at(&app);
    let question = page.hidden("question").expect("a question");
    let sent = elsewhere.submit("/login", "/oauth/confirm", &[("question", &question), ("answer", "same")]);
    assert!(sent.location().starts_with("/login?continue="), "in another browser nobody is signed in: {sent:?}");
    for forged in ["", "made-up", &question[..40]] {
        let sent = person.submit("/help", "/oauth/confirm", &[("question", forged), ("answer", "same")]);
        assert_eq!(sent.status, 400, "{forged}");
    }
    // Left alone: by then the session is idle, and the request waits for a sign-in.
    app.advance(5 * MINUTE);
    assert!(answer(&person, &page, "same").location().starts_with("/login?continue="));
    assert!(person.get("/oauth/confirm?continue=made-up").location().starts_with("/oauth/authorize?continue="));
    app.advance(60 * MINUTE);
    assert_eq!(answer(&person, &page, "same").status, 400, "the request itself has run out");
}

/// M-09: leaving the terminal reaches the applications.
#[test]
fn finishing_ends_the_session_here_and_in_the_applications_and_says_in_which() {
    let receiver = Receiver::start();
    let app = shared(Database::sqlite(), Some(&receiver));
    let (listens, deaf) = (Party::new(&app, &told(&app, &receiver)), Party::booking(&app));
    let person = Person::at(&app);
    let tokens = listens.sign_in_to_tokens(&person, &[]);
    deaf.tokens(&deaf.callback(&person, &[]).code());
    let portal = person.get("/");
    let token = portal.hidden("form_token").expect("a token");
    let left = person.post_form("/oauth/logout", &[("form_token", &token)]);
    assert!(left.body.contains("ログアウトしました"), "{}", left.body);
    let (before, after) = left.body.split_once("次のアプリケーションには知らせる方法がありません").expect("both lists");
    assert!(before.contains("次のアプリケーションにも、ログアウトを知らせています。"), "{before}");
    assert!(before.contains("<li>電子カルテ</li>") && after.contains("<li>さくら予約</li>"), "{}", left.body);
    assert_eq!(person.get("/settings/sessions").location(), "/login?notice=session_ended");
    app.wait_for(|_| !receiver.got().is_empty());
    assert_eq!(part(&receiver.got()[0].form["logout_token"], 1)["sid"], tokens.text("sid"));
    for party in [&listens, &deaf] {
        assert_eq!(party.callback(&person, &[NONE]).error(), "login_required");
    }
    // Whoever comes next signs in anew.
    assert_eq!(person.sign_in(MISAKI, PASSWORD, None).location(), "/");
}
