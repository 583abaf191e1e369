//! RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): GET or POST, every parameter optional. Nobody is sent
//! back without a valid hint: an address alone proves nothing.

use super::{
    hint::IdTokenHint,
    params::{Params, Repeated},
    response::with_query,
};
use crate::domain::{Client, SessionId};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    pub id_token_hint: Option<String>,
    pub client_id: Option<String>,
    pub post_logout_redirect_uri: Option<String>,
    pub state: Option<String>,
    pub ui_locales: Vec<String>,
}

/// Why we show an error page instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLogout {
    Repeated,
    TooLong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// None asked for: end with our own page.
    OurPage,
    /// Proven: the whole URL with `state`.
    Application(String),
    /// Asked for but not proven (no valid hint, another client's, not registered): our own page, and never there.
    Refused,
}

impl LogoutRequest {
    pub fn parse(params: &Params) -> Result<Self, BadLogout> {
        let read = |name: &str, limit: usize| match params.get(name)? {
            Some(value) if value.len() > limit => Err(BadLogout::TooLong),
            value => Ok(value.map(str::to_owned)),
        };
        let locales = read("ui_locales", 512)?.unwrap_or_default();
        Ok(Self {
            id_token_hint: read("id_token_hint", 8192)?,
            client_id: read("client_id", 256)?,
            post_logout_redirect_uri: read("post_logout_redirect_uri", 2048)?,
            state: read("state", 2048)?,
            ui_locales: locales.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        })
    }

    /// What was sent, for whoever sends it again.
    pub fn fields(&self) -> Vec<(String, String)> {
        let locales = (!self.ui_locales.is_empty()).then(|| self.ui_locales.join(" "));
        let named = [
            ("id_token_hint", self.id_token_hint.clone()),
            ("client_id", self.client_id.clone()),
            ("post_logout_redirect_uri", self.post_logout_redirect_uri.clone()),
            ("state", self.state.clone()),
            ("ui_locales", locales),
        ];
        named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// The same request by GET.
    pub fn address(&self, endpoint: &str) -> String {
        with_query(endpoint, self.fields().iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// A valid hint whose `sid` is this session ends it at once; everything else asks the person first.
    pub fn ends_at_once(&self, hint: Option<&IdTokenHint>, session: Option<&SessionId>) -> bool {
        let hinted = self.agreed(hint).and_then(|hint| hint.session.as_ref());
        hinted.is_some() && hinted == session
    }

    /// `client`: whom the valid hint was made for.
    pub fn return_to(&self, hint: Option<&IdTokenHint>, client: Option<&Client>) -> ReturnTo {
        let Some(uri) = &self.post_logout_redirect_uri else {
            return ReturnTo::OurPage;
        };
        let proven = self.agreed(hint).zip(client).is_some_and(|(hint, client)| {
            client.id == hint.audience && client.is_enabled() && client.post_logout_redirect_uris.contains(uri)
        });
        if proven {
            ReturnTo::Application(with_query(uri, self.state.as_deref().map(|state| ("state", state))))
        } else {
            ReturnTo::Refused
        }
    }

    /// `client_id`, if sent too, must be whom the hint was made for.
    fn agreed<'h>(&self, hint: Option<&'h IdTokenHint>) -> Option<&'h IdTokenHint> {
        hint.filter(|hint| self.client_id.as_deref().is_none_or(|id| id == hint.audience.as_str()))
    }
}

impl From<Repeated> for BadLogout {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ClientId, UserId};
    use crate::protocol::testing::{client, params};

    const BYE: &str = "https://app.example/bye";

    fn hint() -> IdTokenHint {
        IdTokenHint {
            subject: UserId::new("hanako"),
            audience: ClientId::new("clinic-app"),
            session: Some(SessionId::new("s")),
        }
    }

    fn request(pairs: &[(&str, &str)]) -> LogoutRequest {
        LogoutRequest::parse(&params(pairs)).unwrap()
    }

    fn returned(pairs: &[(&str, &str)], hint: Option<IdTokenHint>) -> ReturnTo {
        request(pairs).return_to(hint.as_ref(), Some(&client()))
    }

    #[test]
    fn a_registered_address_with_a_valid_hint_is_returned_to_with_the_state() {
        let state = "a b&c=%41~!\"'()*";
        let ReturnTo::Application(url) = returned(&[("post_logout_redirect_uri", BYE), ("state", state)], Some(hint()))
        else {
            panic!("should return to the application");
        };
        let query = Params::parse(url.strip_prefix(&format!("{BYE}?")).unwrap()).unwrap();
        assert_eq!(query.single("state"), Some(state));
    }

    #[test]
    fn no_state_sent_means_none_returned() {
        let back = returned(&[("post_logout_redirect_uri", BYE)], Some(hint()));
        assert_eq!(back, ReturnTo::Application(BYE.to_owned()));
    }

    #[test]
    fn no_address_asked_for_ends_on_our_page() {
        for pairs in [&[][..], &[("state", "x")], &[("id_token_hint", "a.b.c")]] {
            assert_eq!(returned(pairs, Some(hint())), ReturnTo::OurPage);
        }
    }

    #[test]
    fn an_address_that_is_not_exactly_registered_is_refused() {
        for uri in ["https://app.example/bye?foo=bar", "https://app.example/bye/", "https://evil.example/", "bye"] {
            assert_eq!(returned(&[("post_logout_redirect_uri", uri)], Some(hint())), ReturnTo::Refused, "{uri}");
        }
    }

    #[test]
    fn an_address_without_a_valid_hint_of_that_client_is_refused() {
        let asked = [("post_logout_redirect_uri", BYE)];
        assert_eq!(returned(&asked, None), ReturnTo::Refused);
        let of_another = IdTokenHint { audience: ClientId::new("another"), ..hint() };
        assert_eq!(returned(&asked, Some(of_another)), ReturnTo::Refused);
        assert_eq!(returned(&[asked[0], ("client_id", "another")], Some(hint())), ReturnTo::Refused);
        assert_eq!(request(&asked).return_to(Some(&hint()), None), ReturnTo::Refused);
    }

    #[test]
    fn only_a_hint_for_this_very_session_ends_it_at_once() {
        let (this, other) = (SessionId::new("s"), SessionId::new("t"));
        let without_sid = IdTokenHint { session: None, ..hint() };
        assert!(request(&[]).ends_at_once(Some(&hint()), Some(&this)));
        assert!(!request(&[]).ends_at_once(Some(&hint()), Some(&other)));
        assert!(!request(&[]).ends_at_once(None, Some(&this)));
        assert!(!request(&[]).ends_at_once(Some(&without_sid), None));
        assert!(!request(&[("client_id", "another")]).ends_at_once(Some(&hint()), Some(&this)));
    }

    #[test]
    fn repeated_and_over_long_parameters_are_refused() {
        let twice = params(&[("state", "a"), ("state", "b")]);
        assert_eq!(LogoutRequest::parse(&twice), Err(BadLogout::Repeated));
        let long = params(&[("state", &"a".repeat(2049))]);
        assert_eq!(LogoutRequest::parse(&long), Err(BadLogout::TooLong));
    }
}
