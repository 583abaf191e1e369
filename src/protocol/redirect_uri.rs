//! Redirect URIs (RFC 9700 §2.1, §4.1; RFC 8252 §7): compared as exact strings, but for the port of a native
//! application on a loopback address; and what may be registered at all.

use crate::domain::{Client, ClientType};

/// Longest redirect URI that is registered.
pub const MAX_LENGTH: usize = 2048;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirectUri {
    #[error("it is longer than 2048 bytes")]
    TooLong,
    #[error("it is not an absolute URI")]
    NotAbsolute,
    #[error("it holds a character that a redirect URI cannot have (space, backslash, control, non-ASCII, *)")]
    BadCharacter,
    #[error("it has a fragment (#…)")]
    Fragment,
    #[error("it names a user or a password before the host")]
    UserInfo,
    #[error("it has a path segment . or ..")]
    DotSegments,
    #[error("http is for localhost, 127.0.0.1 and [::1] only; use https")]
    NotSecure,
    #[error("a scheme other than https is for native applications only")]
    SchemeNotNative,
    #[error("a native application's own scheme needs a dot, as in com.example.app")]
    SchemeWithoutDot,
}

/// Is this one of the client's registered redirect URIs?
pub fn is_registered(client: &Client, presented: &str) -> bool {
    client.redirect_uris.iter().any(|registered| {
        registered == presented || client.kind == ClientType::Native && differ_in_port_alone(registered, presented)
    })
}

/// RFC 8252 §7.3: the operating system chooses a native application's port when it listens.
fn differ_in_port_alone(registered: &str, presented: &str) -> bool {
    matches!((loopback(registered), loopback(presented)), (Some(one), Some(other)) if one == other)
}

/// Host and what follows the port of an http URI on a loopback address. Read as text, so that no parser's leniency
/// (userinfo, other ways to write an address, case) decides.
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    let after_scheme = uri.strip_prefix("http://")?;
    ["localhost", "127.0.0.1", "[::1]"].into_iter().find_map(|host| {
        let after_host = after_scheme.strip_prefix(host)?;
        let rest = match after_host.strip_prefix(':') {
            None => after_host,
            Some(after_colon) => {
                let end = after_colon.find(|c: char| !c.is_ascii_digit()).unwrap_or(after_colon.len());
                let (port, rest) = after_colon.split_at(end);
                (!port.starts_with('0') && port.parse::<u16>().is_ok()).then_some(rest)?
            }
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
    })
}

/// As browsers write an `Origin` (RFC 6454 §6.2); `None` for a scheme that has none.
pub fn origin(uri: &str) -> Option<String> {
    let origin = url::Url::parse(uri).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// For redirect and post-logout redirect URIs alike.
pub fn validate_for_registration(uri: &str, kind: ClientType) -> Result<(), BadRedirectUri> {
    if uri.len() > MAX_LENGTH {
        return Err(BadRedirectUri::TooLong);
    }
    if uri.bytes().any(|byte| !byte.is_ascii_graphic() || b"\"*<>\\^`{|}".contains(&byte)) {
        return Err(BadRedirectUri::BadCharacter);
    }
    if uri.contains('#') {
        return Err(BadRedirectUri::Fragment);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(BadRedirectUri::NotAbsolute)?;
    let parsed = url::Url::parse(uri).map_err(|_| BadRedirectUri::NotAbsolute)?;
    if !parsed.username().is_empty() || parsed.password().is_some() || authority(rest).contains('@') {
        return Err(BadRedirectUri::UserInfo);
    }
    if has_dot_segments(rest) {
        return Err(BadRedirectUri::DotSegments);
    }
    match scheme {
        // The parser mends a missing slash, which an exact comparison would then never see.
        "https" if authority(rest).is_empty() => Err(BadRedirectUri::NotAbsolute),
        "https" => Ok(()),
        "http" if loopback(uri).is_some() => Ok(()),
        "http" => Err(BadRedirectUri::NotSecure),
        _ if kind != ClientType::Native => Err(BadRedirectUri::SchemeNotNative),
        _ if !scheme.contains('.') => Err(BadRedirectUri::SchemeWithoutDot),
        _ => Ok(()),
    }
}

fn authority(rest: &str) -> &str {
    let authority = rest.strip_prefix("//").unwrap_or_default();
    authority.split(['/', '?']).next().unwrap_or_default()
}

fn has_dot_segments(rest: &str) -> bool {
    let path = rest.split('?').next().unwrap_or_default();
    path.split('/').any(|segment| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::{CALLBACK, client, native};

    #[test]
    fn what_is_registered_is_found_query_and_all() {
        assert!(is_registered(&client(), CALLBACK));
        assert!(is_registered(&client(), "https://app.example/other?keep=1"));
        assert!(is_registered(&native(), "com.example.app:/cb"));
    }

    #[test]
    fn an_origin_is_scheme_host_and_a_port_that_is_not_the_usual_one() {
        for (uri, expected) in [
            ("https://app.example/callback?a=b", Some("https://app.example")),
            ("https://app.example:443/", Some("https://app.example")),
            ("http://localhost:5173/cb", Some("http://localhost:5173")),
            ("http://[::1]:80/", Some("http://[::1]")),
            ("com.example.app:/cb", None),
            ("nonsense", None),
        ] {
            assert_eq!(origin(uri).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn whatever_differs_from_the_registered_uri_is_refused() {
        let table = [
            ("extra path segment", "https://app.example/callback/x"),
            ("query added", "https://app.example/callback?a=b"),
            ("empty query added", "https://app.example/callback?"),
            ("other query", "https://app.example/other?keep=2"),
            ("query left out", "https://app.example/other"),
            ("case of the host", "https://APP.example/callback"),
            ("case of the path", "https://app.example/Callback"),
            ("case of the scheme", "HTTPS://app.example/callback"),
            ("port", "https://app.example:8443/callback"),
            ("default port", "https://app.example:443/callback"),
            ("fragment", "https://app.example/callback#x"),
            ("empty fragment", "https://app.example/callback#"),
            ("userinfo", "https://user@app.example/callback"),
            ("host as userinfo", "https://app.example@evil.example/callback"),
            ("trailing slash", "https://app.example/callback/"),
            ("dot segments", "https://app.example/x/../callback"),
            ("encoded dot segments", "https://app.example/x/%2e%2e/callback"),
            ("percent-encoded letter", "https://app.example/%63allback"),
            ("trailing dot of the host", "https://app.example./callback"),
            ("subdomain", "https://x.app.example/callback"),
            ("http", "http://app.example/callback"),
            ("space before", " https://app.example/callback"),
            ("backslash", "https://app.example\\callback"),
            ("prefix", "https://app.example/callbac"),
            ("empty", ""),
        ];
        for (what, uri) in table {
            assert!(!is_registered(&client(), uri), "{what}: {uri}");
        }
    }

    #[test]
    fn a_native_application_is_free_in_its_loopback_port() {
        for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"] {
            assert!(is_registered(&native(), uri), "{uri}");
        }
        let six = Client { redirect_uris: vec!["http://[::1]:1234/cb?x".to_owned()], ..native() };
        assert!(is_registered(&six, "http://[::1]:4321/cb?x"));
    }

    #[test]
    fn a_native_application_is_free_in_nothing_else() {
        let table = [
            ("localhost for 127.0.0.1", "http://localhost:1234/cb"),
            ("IPv6 for IPv4", "http://[::1]:1234/cb"),
            ("path", "http://127.0.0.1:1234/cb/x"),
            ("query", "http://127.0.0.1:1234/cb?x"),
            ("https", "https://127.0.0.1:1234/cb"),
            ("userinfo", "http://127.0.0.1:1234@evil.example/cb"),
            ("longer host", "http://127.0.0.1.evil.example/cb"),
            ("empty port", "http://127.0.0.1:/cb"),
            ("port zero", "http://127.0.0.1:0/cb"),
            ("port too big", "http://127.0.0.1:65536/cb"),
            ("port with a sign", "http://127.0.0.1:+80/cb"),
            ("fragment", "http://127.0.0.1:1234/cb#x"),
            ("other spelling of the address", "http://127.1:1234/cb"),
            ("port on its own scheme", "com.example.app://:1/cb"),
        ];
        for (what, uri) in table {
            assert!(!is_registered(&native(), uri), "{what}: {uri}");
        }
    }

    #[test]
    fn the_port_of_a_web_application_is_not_free() {
        let web = Client { redirect_uris: vec!["http://127.0.0.1:8090/cb".to_owned()], ..client() };
        assert!(is_registered(&web, "http://127.0.0.1:8090/cb"));
        assert!(!is_registered(&web, "http://127.0.0.1:8091/cb"));
    }

    #[test]
    fn good_uris_may_be_registered() {
        for uri in [CALLBACK, "https://app.example", "https://a.example:8443/cb?x=%20&y", "http://127.0.0.1:8090/cb"] {
            assert_eq!(validate_for_registration(uri, ClientType::Web), Ok(()), "{uri}");
        }
        for uri in ["com.example.app:/cb", "http://localhost/cb", "http://[::1]/cb"] {
            assert_eq!(validate_for_registration(uri, ClientType::Native), Ok(()), "{uri}");
        }
    }

    #[test]
    fn bad_uris_may_not_be_registered() {
        use BadRedirectUri::*;
        let long = format!("https://app.example/{}", "a".repeat(MAX_LENGTH));
        let table = [
            (long.as_str(), TooLong),
            ("", NotAbsolute),
            ("/callback", NotAbsolute),
            ("https:app.example/cb", NotAbsolute),
            ("https:///cb", NotAbsolute),
            ("https://app.example/a b", BadCharacter),
            ("https://app.example\\cb", BadCharacter),
            ("https://*.app.example/cb", BadCharacter),
            ("https://薬.example/cb", BadCharacter),
            ("https://app.example/cb\r\nX: y", BadCharacter),
            ("https://app.example/cb#x", Fragment),
            ("https://user@app.example/cb", UserInfo),
            ("https://:pw@app.example/cb", UserInfo),
            ("https://@app.example/cb", UserInfo),
            ("https://app.example/a/../cb", DotSegments),
            ("https://app.example/%2E%2e/cb", DotSegments),
            ("https://app.example/./cb", DotSegments),
            ("http://app.example/cb", NotSecure),
            ("http://localhost.evil.example/cb", NotSecure),
            ("http://127.1/cb", NotSecure),
        ];
        for (uri, why) in table {
            assert_eq!(validate_for_registration(uri, ClientType::Web), Err(why), "{uri}");
        }
    }

    #[test]
    fn schemes_of_their_own_are_for_native_applications_and_have_a_dot() {
        assert_eq!(
            validate_for_registration("com.example.app:/cb", ClientType::Web),
            Err(BadRedirectUri::SchemeNotNative)
        );
        for uri in ["myapp:/cb", "javascript:alert(1)", "data:text/html,x", "ftp://x.example/"] {
            let refused = validate_for_registration(uri, ClientType::Native);
            assert_eq!(refused, Err(BadRedirectUri::SchemeWithoutDot), "{uri}");
        }
    }
}
