//! Registering a passkey (Web Authentication Level 3 §7.1).

use serde::{Deserialize, Serialize};

/// What a registration challenge has to remember; its 60 s and single use are the sealing flow's.
#[derive(Clone, Serialize, Deserialize)]
pub struct RegistrationState {
    challenge: String,
}

/// What of a new passkey is stored.
#[derive(Clone, Debug)]
pub struct NewCredential {
    pub credential_id: String,
    pub credential: String,
    pub aaguid: uuid::Uuid,
    pub transports: Vec<String>,
    pub backup_eligible: bool,
    pub backup_state: bool,
    pub sign_count: i64,
}
