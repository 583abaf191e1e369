//! Scopes (OpenID Connect Core §5.4; RFC 6749 §3.3). Unknown ones are dropped, not refused.

use crate::domain::Client;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    OpenId,
    Profile,
    Email,
    Address,
    Phone,
    /// Ours: the clinic that the person works for now.
    Clinic,
    /// Ours: what they are there.
    Roles,
    /// Ours: by which names its applications tell its people apart.
    Groups,
    /// Ours: what they are by training, as far as the clinic knows.
    Profession,
    /// OpenID Connect Core §11: a refresh token.
    OfflineAccess,
}

impl Scope {
    pub const ALL: &'static [Self] = &[
        Self::OpenId,
        Self::Profile,
        Self::Email,
        Self::Address,
        Self::Phone,
        Self::Clinic,
        Self::Roles,
        Self::Groups,
        Self::Profession,
        Self::OfflineAccess,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Address => "address",
            Self::Phone => "phone",
            Self::Clinic => "clinic",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Profession => "profession",
            Self::OfflineAccess => "offline_access",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text)
    }
}

/// Whether this scope is among them.
pub fn holds(scopes: &[String], scope: Scope) -> bool {
    scopes.iter().any(|word| word == scope.as_str())
}

/// What of the requested scopes the client gets: those that we know and that it is registered for, each once.
pub fn granted(requested: &str, client: &Client) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for word in requested.split(' ').filter_map(Scope::parse).map(Scope::as_str) {
        let registered = client.scopes.iter().any(|scope| scope == word);
        if registered && !scopes.iter().any(|scope| scope == word) {
            scopes.push(word.to_owned());
        }
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::{client, words};

    #[test]
    fn known_and_registered_scopes_are_granted_once_each() {
        assert_eq!(granted("email openid email  gold", &client()), words("email openid"));
    }

    #[test]
    fn a_scope_that_the_client_is_not_registered_for_is_dropped() {
        let modest = Client { scopes: words("openid gold"), ..client() };
        assert_eq!(granted("openid email gold", &modest), words("openid"));
    }
}
