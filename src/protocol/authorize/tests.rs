//! The list as a whole: what passes, what each check refuses, and that no check is there in vain.

use super::*;
use crate::domain::{ClientAuthMethod, ClientType};
use crate::protocol::{
    error::{AuthorizeError, is_plain},
    testing::{CALLBACK, CHALLENGE, GOOD, client, good_and, good_but, native, params, words},
};

fn checked(params: &Params, client: Option<&Client>) -> Result<AuthorizationRequest, AuthorizeRefusal> {
    check(CHECKS, &Unchecked { params, client })
}

fn accepted(changes: &[(&str, &str)]) -> AuthorizationRequest {
    checked(&good_but(changes), Some(&client())).unwrap_or_else(|refusal| panic!("{changes:?}: {refusal:?}"))
}

/// Error and state of a redirect.
fn redirected(params: &Params, client: &Client) -> (AuthorizeError, Option<String>) {
    match checked(params, Some(client)) {
        Err(AuthorizeRefusal::Redirect(error)) => {
            assert_eq!(error.redirect_uri, CALLBACK);
            assert!(is_plain(error.description), "{}", error.description);
            (error.error, error.state)
        }
        other => panic!("{params:?}: {other:?}"),
    }
}

fn refused(changes: &[(&str, &str)]) -> AuthorizeError {
    redirected(&good_but(changes), &client()).0
}

fn page(params: &Params, client: Option<&Client>) -> PageReason {
    match checked(params, client) {
        Err(AuthorizeRefusal::Page(reason)) => reason,
        other => panic!("{params:?}: {other:?}"),
    }
}

#[test]
fn a_good_request_is_read_whole() {
    let request = accepted(&[
        ("nonce", "n"),
        ("prompt", "login create"),
        ("max_age", "0"),
        ("login_hint", "buffy@id.example"),
        ("ui_locales", "se ja"),
        ("claims_locales", "se"),
        ("acr_values", "1 phr"),
        ("id_token_hint", "a.b.c"),
        ("display", "popup"),
        ("extra", "foobar"),
    ]);
    assert_eq!(request.client_id.as_str(), "clinic-app");
    assert_eq!(request.redirect_uri, CALLBACK);
    assert_eq!(request.scopes, words("openid profile"));
    assert_eq!(request.state.as_deref(), Some("s-._~+/ =&%41日"));
    assert_eq!(request.nonce.as_deref(), Some("n"));
    assert_eq!(request.code_challenge.as_deref(), Some(CHALLENGE));
    assert_eq!(request.prompt, [Prompt::Login]);
    assert_eq!(request.max_age, Some(0));
    assert_eq!(request.login_hint.as_deref(), Some("buffy@id.example"));
    assert_eq!(request.ui_locales, words("se ja"));
    assert_eq!(request.acr_values, words("1 phr"));
    assert_eq!(request.id_token_hint.as_deref(), Some("a.b.c"));
    assert_eq!(request.display, Display::Popup);
}

#[test]
fn a_request_survives_being_sealed() {
    let request = accepted(&[("prompt", "none"), ("claims", r#"{"userinfo":{"name":null}}"#), ("nonce", "n")]);
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<AuthorizationRequest>(&text).unwrap(), request);
}

#[test]
fn scopes_are_taken_in_any_order_and_unknown_or_unregistered_ones_dropped() {
    assert_eq!(accepted(&[("scope", "email openid")]).scopes, words("email openid"));
    assert_eq!(accepted(&[("scope", "openid openid gold offline_access")]).scopes, words("openid"));
    let modest = Client { scopes: words("openid"), ..client() };
    assert_eq!(checked(&good_but(&[]), Some(&modest)).unwrap().scopes, words("openid"));
}

#[test]
fn an_unknown_display_or_prompt_is_ignored() {
    let request = accepted(&[("display", "hologram"), ("prompt", "create")]);
    assert_eq!((request.display, request.prompt), (Display::Page, vec![]));
}

#[test]
fn an_unknown_client_gets_a_page() {
    assert_eq!(page(&good_but(&[]), None), PageReason::ClientUnknown);
    assert_eq!(page(&good_but(&[("client_id", "other")]), Some(&client())), PageReason::ClientUnknown);
    assert_eq!(page(&good_but(&[("client_id", "")]), None), PageReason::ClientMissing);
}

#[test]
fn a_disabled_client_gets_a_page() {
    let off = Client { disabled_at: Some(crate::protocol::testing::NOW), ..client() };
    assert_eq!(page(&good_but(&[]), Some(&off)), PageReason::ClientDisabled);
}

#[test]
fn a_redirect_uri_that_is_missing_or_not_registered_gets_a_page() {
    let client = client();
    assert_eq!(page(&good_but(&[("redirect_uri", "")]), Some(&client)), PageReason::RedirectUriMissing);
    for uri in ["https://app.example/callback/x", "https://evil.example/", "https://app.example/callback?x=y"] {
        let params = good_but(&[("redirect_uri", uri)]);
        assert_eq!(page(&params, Some(&client)), PageReason::RedirectUriNotRegistered, "{uri}");
    }
}

#[test]
fn a_bad_redirect_uri_gets_a_page_even_beside_a_request_object() {
    let params = good_but(&[("redirect_uri", "https://evil.example/"), ("request", "e30.e30.")]);
    assert_eq!(page(&params, Some(&client())), PageReason::RedirectUriNotRegistered);
}

#[test]
fn a_repeated_client_id_or_redirect_uri_gets_a_page() {
    let client = client();
    assert_eq!(page(&good_and(&[("client_id", "clinic-app")]), Some(&client)), PageReason::ClientRepeated);
    assert_eq!(page(&good_and(&[("redirect_uri", CALLBACK)]), Some(&client)), PageReason::RedirectUriRepeated);
}

#[test]
fn another_repeated_parameter_is_an_invalid_request() {
    for (name, value) in &GOOD[2..] {
        let (error, state) = redirected(&good_and(&[(name, value)]), &client());
        assert_eq!(error, AuthorizeError::InvalidRequest, "{name}");
        assert_eq!(state.is_none(), *name == "state", "a repeated state is not sent back");
    }
    assert!(checked(&good_and(&[("resource", "a"), ("resource", "b")]), Some(&client())).is_ok(), "unknown: ignored");
}

#[test]
fn an_over_long_value_is_an_invalid_request() {
    for (name, limit) in request::PARAMETERS {
        if ["client_id", "redirect_uri", "request", "request_uri", "registration"].contains(name) {
            continue;
        }
        let (error, state) = redirected(&good_but(&[(name, &"1".repeat(limit + 1))]), &client());
        assert_eq!(error, AuthorizeError::InvalidRequest, "{name}");
        assert_eq!(state.is_none(), *name == "state", "an over-long state is not sent back");
    }
    assert_eq!(accepted(&[("state", &"s".repeat(2048))]).state.map(|state| state.len()), Some(2048));
}

#[test]
fn bad_encoding_and_over_long_requests_get_a_page() {
    let refusal = |raw: &str| AuthorizeRefusal::from(Params::parse(raw).unwrap_err());
    assert_eq!(refusal("state=%zz"), AuthorizeRefusal::Page(PageReason::BadEncoding));
    assert_eq!(refusal(&"a".repeat(70_000)), AuthorizeRefusal::Page(PageReason::TooLong));
}

#[test]
fn request_objects_are_refused_by_name() {
    assert_eq!(refused(&[("request", "e30.e30.")]), AuthorizeError::RequestNotSupported);
    assert_eq!(refused(&[("request_uri", "https://app.example/r")]), AuthorizeError::RequestUriNotSupported);
    assert_eq!(refused(&[("registration", "{}")]), AuthorizeError::RegistrationNotSupported);
    let bare = params(&[("client_id", "clinic-app"), ("redirect_uri", CALLBACK), ("request", "e30.e30.")]);
    assert_eq!(redirected(&bare, &client()), (AuthorizeError::RequestNotSupported, None));
}

#[test]
fn a_missing_response_type_redirects_with_the_state() {
    let (error, state) = redirected(&good_but(&[("response_type", "")]), &client());
    assert_eq!((error, state.as_deref()), (AuthorizeError::InvalidRequest, Some("s-._~+/ =&%41日")));
}

#[test]
fn other_response_types_and_modes_are_refused() {
    for response_type in ["token", "id_token", "code id_token", "Code", "none"] {
        assert_eq!(refused(&[("response_type", response_type)]), AuthorizeError::UnsupportedResponseType);
    }
    for mode in ["fragment", "form_post", "jwt"] {
        assert_eq!(refused(&[("response_mode", mode)]), AuthorizeError::InvalidRequest);
    }
    accepted(&[("response_mode", "query")]);
}

#[test]
fn a_machine_or_a_client_without_the_grant_is_unauthorized() {
    let machine = Client { kind: ClientType::Machine, ..client() };
    let without = Client { grants: vec![], ..client() };
    for client in [machine, without] {
        assert_eq!(redirected(&good_but(&[]), &client).0, AuthorizeError::UnauthorizedClient);
    }
}

#[test]
fn the_scope_openid_is_required() {
    for scope in ["", "profile", "OPENID", "openid,profile"] {
        assert_eq!(refused(&[("scope", scope)]), AuthorizeError::InvalidScope, "{scope}");
    }
}

#[test]
fn pkce_is_s256_or_nothing() {
    for changes in [
        [("code_challenge", ""), ("code_challenge_method", "")],
        [("code_challenge", ""), ("code_challenge_method", "S256")],
        [("code_challenge", CHALLENGE), ("code_challenge_method", "")],
        [("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
        [("code_challenge", CHALLENGE), ("code_challenge_method", "s256")],
        [("code_challenge", "short"), ("code_challenge_method", "S256")],
    ] {
        assert_eq!(refused(&changes), AuthorizeError::InvalidRequest, "{changes:?}");
    }
}

#[test]
fn only_a_confidential_client_may_be_registered_without_pkce() {
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let lenient = Client { pkce_required: false, ..client() };
    assert_eq!(checked(&good_but(&without), Some(&lenient)).unwrap().code_challenge, None);
    let plain = good_but(&[("code_challenge_method", "plain")]);
    assert_eq!(redirected(&plain, &lenient).0, AuthorizeError::InvalidRequest);
    let public = Client { auth_method: ClientAuthMethod::None, ..lenient };
    assert_eq!(redirected(&good_but(&without), &public).0, AuthorizeError::InvalidRequest);
}

#[test]
fn prompt_none_stands_alone() {
    for prompt in ["none login", "login none", "none consent", "none create"] {
        assert_eq!(refused(&[("prompt", prompt)]), AuthorizeError::InvalidRequest, "{prompt}");
    }
    assert!(accepted(&[("prompt", "none")]).asks(Prompt::None));
}

#[test]
fn max_age_is_a_whole_number() {
    for max_age in ["-1", "+1", "1.5", "soon", "1e3", "99999999999999999999"] {
        assert_eq!(refused(&[("max_age", max_age)]), AuthorizeError::InvalidRequest, "{max_age}");
    }
    assert_eq!(accepted(&[("max_age", "10000")]).max_age, Some(10_000));
}

#[test]
fn malformed_claims_are_an_invalid_request() {
    for claims in ["{", "[]", "1", r#"{"userinfo":[]}"#, r#"{"id_token":{"acr":"phr"}}"#] {
        assert_eq!(refused(&[("claims", claims)]), AuthorizeError::InvalidRequest, "{claims}");
    }
    accepted(&[("claims", r#"{"userinfo":{"gold":null},"future":[1]}"#)]);
}

#[test]
fn a_native_application_may_come_from_any_port() {
    let params = good_but(&[("redirect_uri", "http://127.0.0.1:49152/cb")]);
    assert_eq!(checked(&params, Some(&native())).unwrap().redirect_uri, "http://127.0.0.1:49152/cb");
}

/// One refused request per check, spoilt in nothing else.
fn refused_cases() -> Vec<(&'static str, Params, Option<Client>)> {
    let spoilt = |what, changes: &[(&str, &str)]| (what, good_but(changes), Some(client()));
    let long = "x".repeat(4000);
    vec![
        ("unknown client", good_but(&[]), None),
        ("disabled client", good_but(&[]), Some(Client { disabled_at: Some(client().created_at), ..client() })),
        spoilt("foreign redirect URI", &[("redirect_uri", "https://evil.example/")]),
        ("repeated nonce", good_and(&[("nonce", "1"), ("nonce", "2")]), Some(client())),
        spoilt("long nonce", &[("nonce", &long)]),
        spoilt("request object", &[("request", "e30.e30.")]),
        spoilt("implicit flow", &[("response_type", "token")]),
        spoilt("fragment", &[("response_mode", "fragment")]),
        ("machine", good_but(&[]), Some(Client { kind: ClientType::Machine, ..client() })),
        spoilt("no openid", &[("scope", "profile")]),
        spoilt("plain PKCE", &[("code_challenge_method", "plain")]),
        spoilt("none and login", &[("prompt", "none login")]),
        spoilt("negative age", &[("max_age", "-1")]),
        spoilt("broken claims", &[("claims", "{")]),
    ]
}

#[test]
fn the_list_minus_any_one_check_judges_some_refused_request_differently() {
    let cases = refused_cases();
    let verdicts = |list: &[Check]| -> Vec<_> {
        cases.iter().map(|(_, params, client)| check(list, &Unchecked { params, client: client.as_ref() })).collect()
    };
    let whole = verdicts(CHECKS);
    for ((what, ..), verdict) in cases.iter().zip(&whole) {
        assert!(verdict.is_err(), "{what} should be refused");
    }
    for left_out in CHECKS {
        let list: Vec<Check> = CHECKS.iter().filter(|check| check.name != left_out.name).copied().collect();
        assert_eq!(list.len(), CHECKS.len() - 1, "two checks are named {}", left_out.name);
        assert_ne!(verdicts(&list), whole, "nothing changes without the check: {}", left_out.name);
    }
}

#[test]
fn no_list_of_checks_redirects_to_an_address_that_is_not_registered() {
    for (what, params, client) in refused_cases() {
        for left_out in CHECKS {
            let list: Vec<Check> = CHECKS.iter().filter(|check| check.name != left_out.name).copied().collect();
            match check(&list, &Unchecked { params: &params, client: client.as_ref() }) {
                Ok(request) => assert_eq!(request.redirect_uri, CALLBACK, "{what} without {}", left_out.name),
                Err(AuthorizeRefusal::Redirect(error)) => assert_eq!(error.redirect_uri, CALLBACK, "{what}"),
                Err(AuthorizeRefusal::Page(_)) => {}
            }
        }
    }
}

#[test]
fn garbage_never_panics() {
    let alphabet: Vec<char> = "aZ09=&%+?#/:@[].-_~ \\\"{}日\u{0}\u{7f}\u{1F469}".chars().collect();
    let names: Vec<&str> = request::PARAMETERS.iter().map(|(name, _)| *name).collect();
    // A linear congruential generator: the same garbage on every run.
    let mut seed: u64 = 1;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let clients = [client(), native()];
    for _ in 0..4_000 {
        let mut raw = String::new();
        for _ in 0..next(6) {
            raw.push_str(names[next(names.len())]);
            raw.push('=');
            raw.extend((0..next(24)).map(|_| alphabet[next(alphabet.len())]));
            raw.push('&');
        }
        let noise: String = (0..next(40)).map(|_| alphabet[next(alphabet.len())]).collect();
        let good = form_urlencoded::Serializer::new(String::new()).extend_pairs(GOOD).finish();
        for raw in [format!("{good}&{raw}"), raw, noise] {
            if let Ok(params) = Params::parse(&raw) {
                for client in &clients {
                    drop(checked(&params, Some(client)));
                }
                drop(crate::protocol::token::CodeExchange::parse(&params));
                drop(crate::protocol::token::Refresh::parse(&params));
                drop(crate::protocol::shown_token::ShownToken::parse(&params));
                drop(crate::protocol::client_auth::Presented::read(Some(&raw), &params));
                drop(crate::protocol::bearer::read(Some(&raw), Some(&params)));
                drop(crate::protocol::logout::LogoutRequest::parse(&params));
            }
            for kind in ClientType::ALL {
                let _ = crate::protocol::redirect_uri::validate_for_registration(&raw, *kind);
            }
        }
    }
}
