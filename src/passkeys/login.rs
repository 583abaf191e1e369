//! Signing in with a passkey (Web Authentication Level 3 §7.2).

use serde::{Deserialize, Serialize};

/// What a login challenge has to remember; its 60 s and single use are the sealing flow's.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoginState {
    challenge: String,
}

/// What a verified assertion told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginProof {
    pub sign_count: i64,
    /// A risk signal, not a refusal: the authenticator may have been cloned.
    pub counter_went_back: bool,
    pub backup_state: bool,
}
