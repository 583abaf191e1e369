//! What userinfo tells of a person (OpenID Connect Core §5.1, §5.3, §5.4). What is not known is left out.

use serde_json::{Map, Value};

use crate::domain::User;

/// Claims of the scopes, and those asked for one by one, with `sub`.
pub fn userinfo(_user: &User, _scopes: &[String], _requested: &[String]) -> Value {
    todo!()
}

/// Just those claims, as far as they have a value: for the ID token.
pub fn named(_user: &User, _names: &[String]) -> Map<String, Value> {
    todo!()
}
