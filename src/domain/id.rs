//! Names of our things: UUIDv7 as text, made by `random.rs`. Newtypes, so that a person is never taken for a session.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// What a stranger sent, if it can be one of ours.
            pub fn parse(text: &str) -> Option<Self> {
                uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(|_| Self(text.to_owned()))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// Of a one-time code, or of the wish for one.
    AccessCodeId
    /// OAuth `client_id`.
    ClientId
    ClinicId
    /// Equal to the id of the authorization code that made it, so that a second use of the code finds what to revoke.
    GrantId
    GroupId
    /// Of a phone that registers its own passkey.
    HandoffId
    InvitationId
    MembershipId
    PasskeyId
    QualificationId
    /// The `sid` that applications see; knowing it opens nothing.
    SessionId
    /// Tells a PC apart; its cookie holds another secret.
    TerminalId
    /// The `sub` that applications see. Never given to another person.
    UserId
}
