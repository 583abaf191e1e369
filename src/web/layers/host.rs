//! We are one fixed origin. A GET under another host or scheme is sent there; anything else is answered 421 (RFC 9110
//! §15.5.20). Behind a proxy both are what the client asked the proxy for.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::web::extract::Origin;

/// The answer to who asked for another than us.
pub fn elsewhere(issuer: &str, request: &Request) -> Option<Response> {
    if is_ours(issuer, request) {
        return None;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let location = Some(request.method())
        .filter(|method| matches!(**method, Method::GET | Method::HEAD))
        .and_then(|_| HeaderValue::from_str(&format!("{issuer}{path}")).ok());
    Some(match location {
        Some(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        None => StatusCode::MISDIRECTED_REQUEST.into_response(),
    })
}

fn is_ours(issuer: &str, request: &Request) -> bool {
    let (scheme, authority) = issuer.split_once("://").unwrap_or_default();
    let proxied = request.extensions().get::<Origin>();
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let named = request.uri().authority().map(|authority| authority.as_str()).or(named);
    let named = proxied.and_then(|origin| origin.host.as_deref()).or(named);
    let same_scheme =
        proxied.and_then(|origin| origin.scheme.as_deref()).is_none_or(|asked| asked.eq_ignore_ascii_case(scheme));
    same_scheme && named.is_some_and(|host| without_default_port(host, scheme).eq_ignore_ascii_case(authority))
}

/// Some clients name it where browsers leave it out (RFC 9110 §4.2.3). The issuer never does.
fn without_default_port<'a>(authority: &'a str, scheme: &str) -> &'a str {
    let default = if scheme == "https" { ":443" } else { ":80" };
    authority.strip_suffix(default).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> Request {
        Request::builder().uri("/login").header(header::HOST, host).body(axum::body::Body::empty()).expect("a request")
    }

    #[test]
    fn the_default_port_of_the_scheme_may_be_named_and_no_other() {
        for (issuer, host, ours) in [
            ("https://id.example", "id.example", true),
            ("https://id.example", "ID.example:443", true),
            ("https://id.example", "id.example:80", false),
            ("https://id.example", "id.example:4430", false),
            ("http://localhost", "localhost:80", true),
            ("http://localhost:8080", "localhost:8080", true),
            ("http://localhost:8080", "localhost:80", false),
            ("http://localhost:8080", "localhost", false),
        ] {
            assert_eq!(is_ours(issuer, &asked(host)), ours, "{issuer} as {host}");
        }
    }
}
