//! Client authentication at the token endpoint (RFC 6749 §2.3, OpenID Connect Core §9): Basic, post or none; one at a
//! time, and the one that the client is registered for.

use std::borrow::Borrow;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    error::TokenErrorCode,
    params::{Params, decode},
    token::TokenError,
};
use crate::domain::{Client, ClientAuthMethod, ClientId, Secret, UnixTime};

/// Who a client says it is, and with what it would prove it.
#[derive(Clone, Debug)]
pub struct Presented {
    pub client_id: ClientId,
    method: ClientAuthMethod,
    secret: Option<Secret>,
}

impl Presented {
    /// `authorization`: the header's value.
    pub fn read(authorization: Option<&str>, form: &Params) -> Result<Self, TokenError> {
        let (id, secret) = (form.get("client_id")?, form.get("client_secret")?);
        let assertion = form.get("client_assertion")?.is_some();
        match (authorization, id, secret) {
            (Some(_), _, Some(_)) => Err(TokenError::invalid_request("more than one way of client authentication")),
            (Some(_), ..) | (_, _, Some(_)) if assertion => {
                Err(TokenError::invalid_request("more than one way of client authentication"))
            }
            _ if assertion => Err(refused("client assertions are not offered", false)),
            (Some(header), id, None) => {
                let (header_id, secret) =
                    basic(header).ok_or(refused("the Authorization header is not Basic", true))?;
                if id.is_some_and(|id| id != header_id) {
                    return Err(TokenError::invalid_request("client_id differs from the Authorization header"));
                }
                Ok(Self::new(&header_id, ClientAuthMethod::ClientSecretBasic, Some(secret)))
            }
            (None, Some(id), Some(secret)) => {
                Ok(Self::new(id, ClientAuthMethod::ClientSecretPost, Some(Secret::presented(secret))))
            }
            (None, Some(id), None) => Ok(Self::new(id, ClientAuthMethod::None, None)),
            (None, None, _) => Err(refused("client_id is missing", false)),
        }
    }

    fn new(id: &str, method: ClientAuthMethod, secret: Option<Secret>) -> Self {
        Self { client_id: ClientId::new(id), method, secret }
    }

    /// `client`: whom `client_id` names. One answer whatever is wrong, so that nobody learns which clients exist.
    pub fn prove<C: Borrow<Client>>(&self, client: Option<C>, now: UnixTime) -> Result<C, TokenError> {
        let proven = client.filter(|client| {
            let client = client.borrow();
            let secret_fits = match &self.secret {
                Some(presented) => client.accepts(&presented.hash(), now),
                None => client.is_public(),
            };
            client.id == self.client_id && client.auth_method == self.method && client.is_enabled() && secret_fits
        });
        proven.ok_or(refused("client authentication failed", self.method == ClientAuthMethod::ClientSecretBasic))
    }
}

fn refused(description: &'static str, challenge: bool) -> TokenError {
    TokenError { challenge, ..TokenError::new(TokenErrorCode::InvalidClient, description) }
}

/// RFC 7617; both halves are form-urlencoded before (RFC 6749 §2.3.1).
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let (id, secret) = (decode(id)?, decode(secret)?);
    (!id.is_empty() && !secret.is_empty()).then(|| (id, Secret::presented(secret)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Secret;
    use crate::protocol::testing::{NOW, client, native, params, secret};

    fn header(id: &str, secret: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    }

    fn proven(authorization: Option<&str>, form: &[(&str, &str)], client: &Client) -> Result<String, TokenError> {
        let presented = Presented::read(authorization, &params(form))?;
        presented.prove(Some(client.clone()), NOW).map(|client| client.id.to_string())
    }

    fn by_post() -> Client {
        Client { auth_method: ClientAuthMethod::ClientSecretPost, ..client() }
    }

    #[test]
    fn each_method_proves_the_client_that_is_registered_for_it() {
        let right = secret();
        let form = [("client_id", "clinic-app"), ("client_secret", right.reveal())];
        assert!(proven(Some(&header("clinic-app", right.reveal())), &[], &client()).is_ok());
        assert!(proven(Some(&header("clinic-app", right.reveal())), &form[..1], &client()).is_ok());
        assert!(proven(None, &form, &by_post()).is_ok());
        assert!(proven(None, &form[..1], &native()).is_ok());
    }

    #[test]
    fn another_method_than_the_registered_one_is_refused() {
        let right = secret();
        let form = [("client_id", "clinic-app"), ("client_secret", right.reveal())];
        let basic = header("clinic-app", right.reveal());
        for (authorization, form, client) in [
            (None, &form[..], client()),
            (None, &form[..1], client()),
            (Some(basic.as_str()), &form[..0], by_post()),
            (Some(basic.as_str()), &form[..0], native()),
            (None, &form[..1], by_post()),
        ] {
            let refused = proven(authorization, form, &client).unwrap_err();
            assert_eq!(refused.code, TokenErrorCode::InvalidClient);
            assert_eq!(refused.www_authenticate().is_some(), authorization.is_some());
        }
    }

    #[test]
    fn a_wrong_secret_or_an_unknown_or_disabled_client_gets_one_answer() {
        let right = secret();
        let wrong = Secret::from_bytes([8; 32]);
        let expected = refused("client authentication failed", true);
        let wrong_secret = proven(Some(&header("clinic-app", wrong.reveal())), &[], &client()).unwrap_err();
        assert_eq!(wrong_secret, expected);
        let off = Client { disabled_at: Some(NOW), ..client() };
        assert_eq!(proven(Some(&header("clinic-app", right.reveal())), &[], &off).unwrap_err(), expected);
        let presented = Presented::read(Some(&header("nobody", right.reveal())), &params(&[])).unwrap();
        assert_eq!(presented.prove(None::<Client>, NOW).unwrap_err(), expected);
        assert_eq!(presented.prove(Some(client()), NOW).unwrap_err(), expected);
    }

    #[test]
    fn both_halves_of_basic_are_form_urlencoded() {
        let odd = Secret::presented("p:%& +ü");
        let client = Client { id: ClientId::new("a:b c"), secret_hash: Some(odd.hash()), ..client() };
        assert!(proven(Some(&header("a%3Ab+c", "p%3A%25%26%20%2B%C3%BC")), &[], &client).is_ok());
        assert!(proven(Some(&header("a%3Ab+c", "p%3A%25%26%20%2B%zz")), &[], &client).is_err());
    }

    #[test]
    fn two_methods_at_once_are_an_invalid_request() {
        let right = secret();
        let basic = header("clinic-app", right.reveal());
        let assertion = ("client_assertion", "a.b.c");
        for (authorization, form) in [
            (Some(basic.as_str()), vec![("client_id", "clinic-app"), ("client_secret", right.reveal())]),
            (Some(basic.as_str()), vec![assertion]),
            (None, vec![("client_id", "clinic-app"), ("client_secret", right.reveal()), assertion]),
            (Some(basic.as_str()), vec![("client_id", "another")]),
            (None, vec![("client_id", "clinic-app"), ("client_id", "clinic-app")]),
            (None, vec![("client_id", "clinic-app"), ("client_secret", "1"), ("client_secret", "2")]),
        ] {
            let refused = Presented::read(authorization, &params(&form)).unwrap_err();
            assert_eq!((refused.code, refused.status()), (TokenErrorCode::InvalidRequest, 400));
        }
    }

    #[test]
    fn who_shows_nothing_readable_is_an_invalid_client() {
        for authorization in ["", "Basic", "Basic ", "Basic !!!", "Basic Og==", "Basic bm9jb2xvbg==", "Bearer x"] {
            let refused = Presented::read(Some(authorization), &params(&[])).unwrap_err();
            assert_eq!(refused.code, TokenErrorCode::InvalidClient, "{authorization}");
            assert!(refused.www_authenticate().is_some(), "{authorization}");
        }
        for form in [&[][..], &[("client_secret", "x")], &[("client_assertion", "a.b.c")]] {
            assert_eq!(Presented::read(None, &params(form)).unwrap_err().status(), 401);
        }
    }

    #[test]
    fn the_scheme_is_read_in_any_case() {
        let basic = header("clinic-app", secret().reveal()).replace("Basic", "bAsIc");
        assert!(proven(Some(&basic), &[], &client()).is_ok());
    }
}
