//! Has the person agreed, or are they asked? (OpenID Connect Core §3.1.2.4 and §11, RFC 6749 §10.2.)

use super::{AuthorizationRequest, Prompt};
use crate::domain::{Client, Consent};
use crate::protocol::scope::Scope;

/// With the scopes that are given, or asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    Given(Vec<String>),
    Missing(Vec<String>),
}

/// `remembered`: what the person agreed to before; of our own house nobody asks, unless the application wants it.
pub fn agreement(request: &AuthorizationRequest, client: &Client, remembered: Option<&Consent>) -> Agreement {
    let asks = request.asks(Prompt::Consent);
    let covers = |scopes: &[String]| remembered.is_some_and(|consent| consent.covers(scopes));
    // Where no session ends it, or the application is of another house, it is not had in passing.
    let offline = client.may_use("refresh_token")
        && (client.first_party
            || client.outlives_sessions()
            || asks
            || covers(&[Scope::OfflineAccess.as_str().to_owned()]));
    let wanted = |scope: &&String| offline || scope.as_str() != Scope::OfflineAccess.as_str();
    let scopes: Vec<_> = request.scopes.iter().filter(wanted).cloned().collect();
    if !asks && (client.first_party || covers(&scopes)) { Agreement::Given(scopes) } else { Agreement::Missing(scopes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;
    use crate::protocol::{
        authorize::{CHECKS, Unchecked, check},
        testing::{NOW, client, good_but, native, words},
    };

    const ALL: &str = "openid email offline_access";

    fn of_another_house() -> Client {
        let scopes = words("openid profile email offline_access");
        Client { scopes, grants: words("authorization_code refresh_token"), ..client() }
    }

    fn agreed(client: &Client, prompt: &str, remembered: Option<&str>) -> Agreement {
        let changes = [("scope", ALL), ("prompt", prompt), ("redirect_uri", client.redirect_uris[0].as_str())];
        let request = check(CHECKS, &Unchecked { params: &good_but(&changes), client: Some(client) }).unwrap();
        let remembered = remembered.map(|scopes| Consent {
            user_id: UserId::new("hanako"),
            client_id: client.id.clone(),
            scopes: words(scopes),
            given_at: NOW,
        });
        agreement(&request, client, remembered.as_ref())
    }

    fn given(scopes: &str) -> Agreement {
        Agreement::Given(words(scopes))
    }

    fn missing(scopes: &str) -> Agreement {
        Agreement::Missing(words(scopes))
    }

    #[test]
    fn our_own_house_asks_only_when_the_application_wants_it() {
        let own = Client { first_party: true, ..of_another_house() };
        assert_eq!(agreed(&own, "", None), given(ALL));
        assert_eq!(agreed(&own, "none", None), given(ALL));
        assert_eq!(agreed(&own, "consent", None), missing(ALL));
    }

    #[test]
    fn another_house_is_asked_for_until_everything_is_remembered() {
        let other = of_another_house();
        assert_eq!(agreed(&other, "consent", None), missing(ALL));
        assert_eq!(agreed(&other, "", Some("openid")), missing("openid email"));
        assert_eq!(agreed(&other, "", Some("openid email profile")), given("openid email"));
        assert_eq!(agreed(&other, "", Some(ALL)), given(ALL));
        assert_eq!(agreed(&other, "consent", Some(ALL)), missing(ALL));
    }

    #[test]
    fn offline_access_in_passing_is_ignored_but_for_a_native_application() {
        assert_eq!(agreed(&of_another_house(), "", None), missing("openid email"));
        let native = Client { grants: of_another_house().grants, scopes: of_another_house().scopes, ..native() };
        assert_eq!(agreed(&native, "", None), missing(ALL));
    }

    #[test]
    fn a_client_that_takes_no_refresh_tokens_is_given_no_offline_access() {
        let own = Client { first_party: true, grants: words("authorization_code"), ..of_another_house() };
        assert_eq!(agreed(&own, "", None), given("openid email"));
    }
}
