//! The operations listener.

use crate::support::{app::TestApp, database::Database, person::Person};

#[test]
fn the_operations_listener_says_that_it_lives_and_is_ready() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    for (path, words) in [("/livez", "ok\n"), ("/readyz", "ready\n")] {
        let answer = person.get(&app.ops(path));
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, words), "{path}");
    }
}

#[test]
fn operations_and_pages_are_on_listeners_of_their_own() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    for path in ["/livez", "/readyz"] {
        assert_eq!(person.get(path).status, 404, "{path}");
    }
    for path in ["/login", "/oauth/jwks", "/.well-known/openid-configuration"] {
        assert_eq!(person.get(&app.ops(path)).status, 404, "{path}");
    }
}
