//! What an application does by itself; sign-ins with a provider are in `tests/it`.

use axum::{
    Router,
    body::{Body, to_bytes},
};
use tower::ServiceExt;

use super::*;
use crate::{
    demo::apps::{
        SampleApp,
        stand_in::{Lie, StandIn},
    },
    domain::Secret,
};

/// Nothing listens at the issuer's address.
fn app(kind: Kind) -> Router {
    app_of(kind, "http://127.0.0.1:1")
}

fn app_of(kind: Kind, issuer: &str) -> Router {
    let app = SampleApp {
        kind,
        listen: ([127, 0, 0, 1], 0).into(),
        base_url: "http://127.0.0.1:8090".to_owned(),
        issuer: issuer.to_owned(),
        client_id: "app".to_owned(),
        client_secret: Secret::presented("secret"),
        mail: "/nowhere".into(),
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

/// A browser's way through `/login`; the provider's answer comes back changed by `answered`.
async fn sign_in(lie: Lie, answered: impl Fn(&mut Vec<(String, String)>)) -> (Router, StatusCode, HeaderMap, String) {
    let provider = StandIn::start(lie).await;
    let app = app_of(Kind::Appointments, &provider.issuer);
    let begin = Request::get("/login").body(Body::empty()).expect("a request");
    let (status, headers, _) = answer(app.clone(), begin).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let to = url::Url::parse(headers[header::LOCATION].to_str().expect("text")).expect("an address");
    let sent = |name: &str| to.query_pairs().find(|(key, _)| key == name).expect("it was sent").1.into_owned();
    assert_eq!((sent("code_challenge_method").as_str(), sent("response_type").as_str()), ("S256", "code"));
    provider.saw_nonce(&sent("nonce"));
    let mut query = vec![
        ("code".to_owned(), "c".to_owned()),
        ("state".to_owned(), sent("state")),
        ("iss".to_owned(), provider.issuer.clone()),
    ];
    answered(&mut query);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let (status, headers, body) = answer(app.clone(), with_cookie(&format!("/callback?{query}"), &headers)).await;
    (app, status, headers, body)
}

fn with_cookie(path: &str, from: &HeaderMap) -> Request {
    let cookie = from[header::SET_COOKIE].to_str().expect("text").split(';').next().expect("a cookie").to_owned();
    Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).expect("a request")
}

fn set<'a>(name: &'a str, value: &'a str) -> impl Fn(&mut Vec<(String, String)>) + 'a {
    move |query| {
        query.retain(|(key, _)| key != name);
        query.push((name.to_owned(), value.to_owned()));
    }
}

#[tokio::test]
async fn whoever_comes_back_with_good_tokens_sees_the_list_and_signs_out_at_the_provider_too() {
    let (app, status, headers, _) = sign_in(Lie::None, |_| {}).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let cookie = headers[header::SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let (_, _, home) = answer(app.clone(), with_cookie("/", &headers)).await;
    for shown in ["山田 花子", "phr", "session-1", "本日の予約"] {
        assert!(home.contains(shown), "{shown} is not shown");
    }
    let mut logout = with_cookie("/logout", &headers);
    *logout.method_mut() = axum::http::Method::POST;
    let (_, gone, _) = answer(app.clone(), logout).await;
    let to = gone[header::LOCATION].to_str().expect("text");
    for sent in
        ["/logout?", "id_token_hint=", "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8090%2Flogged-out", "state="]
    {
        assert!(to.contains(sent), "{sent} is not in {to}");
    }
    let (_, _, home) = answer(app, with_cookie("/", &headers)).await;
    assert!(!home.contains("山田 花子"));
}

#[tokio::test]
async fn tokens_that_do_not_hold_sign_nobody_in() {
    for lie in [
        Lie::OtherNonce,
        Lie::OtherAudience,
        Lie::OtherIssuer,
        Lie::Expired,
        Lie::ForeignKey,
        Lie::OtherSubjectInUserInfo,
        Lie::CodeRefused,
    ] {
        let (_, status, headers, body) = sign_in(lie, |_| {}).await;
        assert_eq!(status, StatusCode::BAD_GATEWAY, "{lie:?}");
        assert!(headers.get(header::SET_COOKIE).is_none(), "{lie:?}");
        assert!(body.contains("href=\"/login\""), "{lie:?}");
    }
}

#[tokio::test]
async fn an_answer_of_another_provider_or_to_another_question_is_refused() {
    for wrong in [("iss", "https://elsewhere.example"), ("iss", ""), ("state", "guessed")] {
        let (_, status, _, _) = sign_in(Lie::None, set(wrong.0, wrong.1)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong:?}");
    }
    let (_, status, _, _) = sign_in(Lie::None, |query| query.retain(|(key, _)| key != "iss")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn what_the_provider_answers_is_shown_with_a_way_to_try_again() {
    let (_, status, _, body) = sign_in(Lie::None, set("error", "access_denied")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(body.contains("access_denied") && body.contains("href=\"/login\""));
}
