//! Access tokens for Genkan's own endpoints: sealed values that name their grant. Nothing is stored for them, revoking the
//! grant ends them at once, and nobody else can read them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{domain::GrantId, keys::Sealable};

#[derive(Serialize, Deserialize)]
pub struct AccessToken {
    pub grant: GrantId,
    /// Names of the single claims that the `claims` parameter asked of userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

impl Sealable for AccessToken {
    const PURPOSE: &'static str = "access-token";
    /// The longest that can be configured; the grant it names ends sooner.
    const LIFETIME: Duration = Duration::from_secs(24 * 3600);
}
