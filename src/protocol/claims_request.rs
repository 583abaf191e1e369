//! The `claims` parameter (OpenID Connect Core §5.5): which claims an application asks for one by one.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::claims::scope_of;
use crate::domain::Client;

/// Names of the claims asked for, voluntary and essential alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsRequest {
    #[serde(default, rename = "u", skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    #[serde(default, rename = "i", skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// Values of an essential `acr`: one of them, or the request fails. Empty: none asked for.
    #[serde(default, rename = "a", skip_serializing_if = "Vec::is_empty")]
    pub essential_acr: Vec<String>,
    /// The one person that the application wants (§5.5.1); works like an `id_token_hint`.
    #[serde(default, rename = "s", skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
}

impl ClaimsRequest {
    /// `None`: not the JSON that §5.5 describes. Unknown claims and members are fine.
    pub fn parse(text: &str) -> Option<Self> {
        let Value::Object(whole) = serde_json::from_str(text).ok()? else {
            return None;
        };
        let (userinfo, id_token) = (member(&whole, "userinfo")?, member(&whole, "id_token")?);
        let wanted = |name: &str| id_token.get(name).and_then(Value::as_object);
        let sub = wanted("sub").and_then(|sub| sub.get("value")).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            userinfo: userinfo.keys().cloned().collect(),
            id_token: id_token.keys().cloned().collect(),
            essential_acr: wanted("acr").map(essential_values).unwrap_or_default(),
            sub,
        })
    }

    /// Leaves the claims of those scopes that the client is registered for: asking one by one opens nothing more. They are asked
    /// for by the names that the client knows, and kept by ours.
    pub fn allowed_for(mut self, client: &Client) -> Self {
        let allowed = |name: &String| {
            scope_of(name).is_some_and(|scope| client.scopes.iter().any(|registered| registered == scope.as_str()))
        };
        for names in [&mut self.userinfo, &mut self.id_token] {
            for name in names.iter_mut() {
                *name = client.claim_names.ours(name).to_owned();
            }
            names.retain(allowed);
        }
        self
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An object whose members are each `null` or an object.
fn member(whole: &Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match whole.get(name) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(claims)) if claims.values().all(|claim| claim.is_null() || claim.is_object()) => {
            Some(claims.clone())
        }
        Some(_) => None,
    }
}

fn essential_values(acr: &Map<String, Value>) -> Vec<String> {
    if acr.get("essential") != Some(&Value::Bool(true)) {
        return Vec::new();
    }
    let several = acr.get("values").and_then(Value::as_array).into_iter().flatten();
    acr.get("value").into_iter().chain(several).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::{client, words};

    #[test]
    fn voluntary_and_essential_claims_are_read() {
        let text = r#"{"userinfo":{"name":{"essential":true},"gold":null},
            "id_token":{"email":null,"acr":{"essential":true,"values":["phr","x"]},"sub":{"value":"u"}}}"#;
        let request = ClaimsRequest::parse(text).unwrap().allowed_for(&client());
        assert_eq!(request.userinfo, words("name"));
        assert_eq!(request.id_token, words("email"));
        assert_eq!(request.essential_acr, words("phr x"));
        assert_eq!(request.sub.as_deref(), Some("u"));
    }

    #[test]
    fn a_voluntary_acr_binds_nobody() {
        let request = ClaimsRequest::parse(r#"{"id_token":{"acr":{"values":["phr"]}}}"#).unwrap();
        assert!(request.essential_acr.is_empty());
    }

    #[test]
    fn claims_of_a_scope_that_the_client_lacks_are_left_out() {
        let modest = Client { scopes: words("openid profile"), ..client() };
        let text = r#"{"userinfo":{"name":null,"email":null,"address":null}}"#;
        assert_eq!(ClaimsRequest::parse(text).unwrap().allowed_for(&modest).userinfo, words("name"));
    }

    #[test]
    fn what_is_not_that_json_is_refused() {
        let deep = format!(r#"{{"userinfo":{}1{}}}"#, "[".repeat(4000), "]".repeat(4000));
        for text in ["", "{", "[]", "null", r#"{"userinfo":1}"#, r#"{"id_token":{"name":true}}"#, &deep] {
            assert_eq!(ClaimsRequest::parse(text), None);
        }
        assert!(ClaimsRequest::parse(r#"{"userinfo":null}"#).unwrap().is_empty());
    }
}
