//! What an application does by itself; sign-ins with a provider are in `tests/it`.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use tower::ServiceExt;

use super::*;
use crate::{demo::apps::SampleApp, domain::Secret};

/// Nothing listens at the issuer's address.
fn app(kind: Kind) -> Router {
    let app = SampleApp {
        kind,
        listen: ([127, 0, 0, 1], 0).into(),
        base_url: "http://127.0.0.1:8090".to_owned(),
        issuer: "http://127.0.0.1:1".to_owned(),
        client_id: "app".to_owned(),
        client_secret: Secret::presented("secret"),
    };
    app.routes(Clock::System).expect("the application is set up right")
}

async fn get(path: &str, language: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language).body(Body::empty());
    answer(app(Kind::Appointments), request.expect("a request")).await
}

async fn answer(app: Router, request: Request) -> (StatusCode, HeaderMap, String) {
    let response = app.oneshot(request).await.expect("routers don't fail");
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn a_stranger_is_told_what_this_is_and_where_to_sign_in() {
    let (status, headers, body) = get("/", "ja").await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("href=\"/login\"") && body.contains("Genkanでログイン"));
    assert!(!body.contains("本日の予約") && !body.contains("中村"), "no patient before somebody signed in");
    let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert!(headers.get(header::SET_COOKIE).is_none(), "looking in leaves nothing behind");
}

#[tokio::test]
async fn english_is_spoken_to_those_who_ask_for_it() {
    let (_, _, body) = get("/", "en-GB").await;
    assert!(body.contains("Sign in with Genkan"));
}

#[tokio::test]
async fn an_answer_that_nobody_here_asked_for_is_refused() {
    for path in
        ["/callback", "/callback?code=c&state=s&iss=http://127.0.0.1:1", "/callback?error=access_denied&state=s"]
    {
        let (status, _, body) = get(path, "en").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert!(body.contains("not begun in this browser") && body.contains("href=\"/login\""), "{path}");
    }
}

#[tokio::test]
async fn an_answer_with_a_parameter_twice_is_refused() {
    let (status, _, body) = get("/callback?state=a&state=b", "en").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body.contains("could not be read"));
}

#[tokio::test]
async fn a_missing_provider_is_named_and_the_way_back_is_offered() {
    let (status, _, body) = get("/login", "en").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(body.contains("cannot be reached") && body.contains("href=\"/login\""));
}

#[tokio::test]
async fn signing_out_is_refused_to_a_form_of_another_site() {
    let from =
        |origin: &str| Request::post("/logout").header(header::ORIGIN, origin).body(Body::empty()).expect("a request");
    let (status, _, _) = answer(app(Kind::Imaging), from("http://elsewhere.example")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, headers, _) = answer(app(Kind::Imaging), from("http://127.0.0.1:8090")).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(headers[header::LOCATION], "/logged-out");
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let (status, _, body) = get("/nowhere", "en").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("No such page"));
}
