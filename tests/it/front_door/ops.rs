//! The operations listener.

use crate::support::{app::TestApp, database::Database, person::Person};

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
