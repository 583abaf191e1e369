//! Why a passkey ceremony was refused.

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// The text goes to the audit trail and, for browsers, into the JSON error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum PasskeyRefusal { $($(#[$doc])* #[error($text)] $variant),* }

        impl PasskeyRefusal {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }
    };
}

refusals! {
    /// Not the JSON of a credential, or a part of it is not what it should be.
    Malformed = "malformed_credential",
    /// Another ceremony's answer.
    WrongType = "wrong_type",
    WrongChallenge = "wrong_challenge",
    WrongOrigin = "wrong_origin",
    /// Made inside a frame of another site.
    CrossOrigin = "cross_origin",
    WrongRpId = "wrong_rp_id",
    UserNotPresent = "user_not_present",
    UserNotVerified = "user_not_verified",
    /// No user handle: not a discoverable passkey.
    NoUserHandle = "no_user_handle",
    /// The user handle of another person.
    OtherUser = "other_user",
    Suspended = "passkey_suspended",
    /// BE changed, or BS without BE.
    BackupFlags = "backup_flags",
    NotDiscoverable = "not_discoverable",
    UnsupportedAlgorithm = "unsupported_algorithm",
    /// Of another credential than the one found or attested, or longer than 1023 bytes.
    WrongCredentialId = "wrong_credential_id",
    BadSignature = "bad_signature",
    BadAttestation = "bad_attestation",
    UnknownFormat = "unknown_attestation_format",
    /// Our own record of it cannot be read: the row is broken, not the answer.
    UnreadableCredential = "unreadable_credential",
}
