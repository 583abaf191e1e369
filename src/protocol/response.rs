//! Authorization responses in the query (RFC 6749 §4.1.2; RFC 9207). The redirect URI's own query is kept, `state`
//! comes back as it was sent, `iss` is in every answer.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::authorize::{AuthorizationRequest, ErrorRedirect};

/// Everything but RFC 3986's unreserved characters: read alike by those who undo `+` and by those who don't.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub fn redirect_with_code(request: &AuthorizationRequest, code: &str, issuer: &str) -> String {
    let state = request.state.as_deref().map(|state| ("state", state));
    with_query(&request.redirect_uri, [("code", code), ("iss", issuer)].into_iter().chain(state))
}

pub fn redirect_with_error(refusal: &ErrorRedirect, issuer: &str) -> String {
    let answer = [("error", refusal.error.as_str()), ("error_description", refusal.description), ("iss", issuer)];
    let state = refusal.state.as_deref().map(|state| ("state", state));
    with_query(&refusal.redirect_uri, answer.into_iter().chain(state))
}

/// Appends parameters to the query of a URI without fragment.
pub(super) fn with_query<'a>(uri: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut whole = uri.to_owned();
    for (name, value) in pairs {
        whole.push_str(match whole.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        });
        whole.push_str(name);
        whole.push('=');
        whole.extend(utf8_percent_encode(value, ENCODED));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{
        authorize::{CHECKS, Unchecked, check},
        error::AuthorizeError,
        params::Params,
        testing::{CALLBACK, client, good_but},
    };

    const ISSUER: &str = "https://id.example";

    fn answered(changes: &[(&str, &str)]) -> String {
        let client = client();
        let request = check(CHECKS, &Unchecked { params: &good_but(changes), client: Some(&client) }).unwrap();
        redirect_with_code(&request, "the-code", ISSUER)
    }

    fn query(url: &str) -> Params {
        Params::parse(url.split_once('?').unwrap().1).unwrap()
    }

    #[test]
    fn a_code_goes_back_with_state_and_issuer() {
        let url = answered(&[("state", "x")]);
        assert_eq!(url, format!("{CALLBACK}?code=the-code&iss=https%3A%2F%2Fid.example&state=x"));
    }

    #[test]
    fn the_redirect_uri_keeps_its_own_query() {
        let url = answered(&[("redirect_uri", "https://app.example/other?keep=1"), ("state", "")]);
        assert!(url.starts_with("https://app.example/other?keep=1&code=the-code&iss="), "{url}");
    }

    #[test]
    fn state_comes_back_byte_for_byte() {
        let vschars: String = (' '..='~').collect();
        for state in [vschars.as_str(), "日本語\u{1F469}", "%41+%2B", "a\r\nb"] {
            let url = answered(&[("state", state)]);
            assert_eq!(query(&url).single("state"), Some(state));
            assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "{url}");
        }
    }

    #[test]
    fn no_state_sent_means_none_returned() {
        assert!(!answered(&[("state", "")]).contains("state"));
    }

    #[test]
    fn an_error_goes_back_with_description_state_and_issuer_and_no_code() {
        let refusal = ErrorRedirect {
            redirect_uri: CALLBACK.to_owned(),
            state: Some("a b".to_owned()),
            error: AuthorizeError::LoginRequired,
            description: "nobody is signed in",
        };
        let url = redirect_with_error(&refusal, ISSUER);
        let expected = "?error=login_required&error_description=nobody%20is%20signed%20in\
                        &iss=https%3A%2F%2Fid.example&state=a%20b";
        assert_eq!(url, format!("{CALLBACK}{expected}"));
    }

    #[test]
    fn a_question_mark_or_ampersand_at_the_end_is_not_doubled() {
        assert_eq!(with_query("a:/b?", [("c", "d")]), "a:/b?c=d");
        assert_eq!(with_query("a:/b?x&", [("c", "d")]), "a:/b?x&c=d");
    }
}
