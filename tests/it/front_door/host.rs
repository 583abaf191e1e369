//! One fixed origin.

use reqwest::{Method, header};

use crate::support::{
    app::{PASSWORD, TestApp},
    database::Database,
    person::{Answer, Person},
};

fn ask(app: &TestApp, method: Method, path: &str, host: &str) -> Answer {
    let person = Person::at(app);
    person.send(person.http.request(method, app.url(path)).header(header::HOST, host))
}

#[test]
fn a_get_under_another_host_is_sent_to_the_issuer() {
    let app = TestApp::start(Database::sqlite());
    let port = app.issuer.rsplit(':').next().expect("a port");
    let numbers = format!("127.0.0.1:{port}");
    for host in [numbers.as_str(), "localhost", "localhost:1", "evil.example", "localhost.evil.example"] {
        for (method, path) in
            [(Method::GET, "/login?continue=a%20b&x=%E3%81%82"), (Method::HEAD, "/"), (Method::GET, "/x")]
        {
            let answer = ask(&app, method, path, host);
            assert_eq!((answer.status.as_u16(), answer.location()), (308, app.url(path).as_str()), "{host}");
            assert!(!answer.headers.contains_key("set-cookie"), "{host}");
        }
    }
}

#[test]
fn anything_else_under_another_host_is_misdirected() {
    let app = TestApp::start(Database::sqlite());
    let misaki = Person::at(&app);
    let token = misaki.get("/login").hidden("form_token").expect("a token");
    let fields = [("form_token", token.as_str()), ("email", "misaki@demo.example"), ("password", PASSWORD)];
    let before = app.trail().len();
    let request = misaki.http.post(app.url("/login/password")).form(&fields).header(header::HOST, "evil.example");
    assert_eq!(misaki.send(request).status, 421);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        assert_eq!(ask(&app, method.clone(), "/oauth/token", "evil.example").status, 421, "{method}");
    }
    assert_eq!(app.recorded_since(before), Vec::<String>::new());
}

#[test]
fn a_host_is_ours_in_whatever_case() {
    let app = TestApp::start(Database::sqlite());
    let ours = app.issuer.strip_prefix("http://").expect("an authority").to_uppercase();
    assert_eq!(ask(&app, Method::GET, "/login", &ours).status, 200);
}

#[test]
fn headers_of_a_proxy_move_nothing() {
    let app = TestApp::start(Database::sqlite());
    let person = Person::at(&app);
    let request = person
        .http
        .get(app.url("/login"))
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("forwarded", "host=evil.example");
    let answer = person.send(request);
    assert_eq!(answer.status, 200);
    assert!(!answer.body.contains("evil.example"));
}
