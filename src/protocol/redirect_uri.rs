//! Redirect URIs (RFC 9700 §2.1, §4.1; RFC 8252 §7): compared as exact strings, but for the port of a native
//! application on a loopback address; and what may be registered at all.

use crate::domain::{Client, ClientType};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRedirectUri {
    #[error("it is longer than 2048 bytes")]
    TooLong,
    #[error("it is not an absolute URI")]
    NotAbsolute,
    #[error("it holds a character that a URI does not have (spaces, backslashes, controls, non-ASCII, *)")]
    BadCharacter,
    #[error("it has a fragment (#…)")]
    Fragment,
    #[error("it names a user or a password before the host")]
    UserInfo,
    #[error("it has a path segment . or ..")]
    DotSegments,
    #[error("http is for localhost, 127.0.0.1 and [::1] only; use https")]
    NotSecure,
    #[error("its own scheme is for native applications only")]
    SchemeNotNative,
    #[error("a native application's own scheme needs a dot, as in com.example.app")]
    SchemeWithoutDot,
}

/// Is this one of the client's registered redirect URIs?
pub fn is_registered(_client: &Client, _presented: &str) -> bool {
    todo!()
}

/// For redirect and post-logout redirect URIs alike.
pub fn validate_for_registration(_uri: &str, _kind: ClientType) -> Result<(), BadRedirectUri> {
    todo!()
}
