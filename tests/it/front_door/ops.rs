//! The operations listener.

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::Person,
};

#[test]
fn the_operations_listener_says_that_it_lives_and_is_ready() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    let alive = person.get(&app.ops("/livez"));
    assert_eq!((alive.status.as_u16(), alive.body.as_str()), (200, "ok\n"));
    let ready = person.get(&app.ops("/readyz"));
    assert_eq!(ready.status, 200);
    for line in ["good      store        SQLite answers", "good      keys ", "good      certificate  none", " clock "] {
        assert!(ready.body.contains(line), "{line} in {}", ready.body);
    }
}

#[test]
fn operations_and_pages_are_on_listeners_of_their_own() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    for path in ["/livez", "/readyz", "/metrics"] {
        assert_eq!(person.get(path).status, 404, "{path}");
    }
    for path in ["/login", "/oauth/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(person.get(&app.ops(path)).status, 404, "{path}");
    }
}

#[test]
fn metrics_tell_how_it_is_going_and_nothing_of_anybody() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    assert_eq!(person.get("/invite/a-secret-of-somebody").status, 410);
    assert_eq!(person.get("/no-such-page/a-secret-of-somebody").status, 404);
    assert_eq!(person.sign_in("misaki@demo.example", PASSWORD, None).status, 303);
    let answer = person.get(&app.ops("/metrics"));
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(kind)));
    for line in [
        "genkan_requests_total{route=\"/invite/{token}\",status=\"410\"} 1",
        "genkan_requests_total{route=\"none\",status=\"404\"} 1",
        "genkan_request_duration_seconds_count{route=\"/login/password\"} 1",
        "genkan_sign_ins_total{way=\"Password\",outcome=\"Success\"} 1",
        "genkan_gate_shed_total{gate=\"hashing\"} 0.0",
        "genkan_gate_working{gate=\"requests\"} 0",
        "genkan_store_commits_total ",
        "genkan_signing_key_age_seconds{",
        "genkan_clock_synchronised ",
        "genkan_clock_error_seconds ",
        "genkan_build_info{version=",
    ] {
        assert!(answer.body.contains(line), "{line} in {}", answer.body);
    }
    for word in ["a-secret-of-somebody", "misaki", "127.0.0.1"] {
        assert!(!answer.body.contains(word), "{word} in {}", answer.body);
    }
    assert!(answer.body.ends_with("# EOF\n"));
}
