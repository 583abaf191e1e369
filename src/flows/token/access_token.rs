//! Access tokens for Genkan's own endpoints: sealed values that name their grant. Nothing is stored for them, revoking the
//! grant ends them at once, and nobody else can read them.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{Grant, GrantId, Secret, UnixTime},
    flows::Cx,
    keys::{Opened, Sealable},
};

#[derive(Serialize, Deserialize)]
pub struct AccessToken {
    pub grant: GrantId,
    pub expires_at: UnixTime,
    /// Where less was asked for than was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// Names of the single claims that the `claims` parameter asked of userinfo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
}

impl Sealable for AccessToken {
    const PURPOSE: &'static str = "access-token";
    /// The longest that can be configured; its own end comes sooner.
    const LIFETIME: Duration = Duration::from_secs(24 * 3600);
}

impl AccessToken {
    /// `None`: not ours, or its time is over.
    pub fn open(cx: &Cx, presented: &Secret) -> Option<Opened<Self>> {
        let opened = cx.keys.open_late::<Self>(presented.reveal(), cx.now).ok()?;
        (!opened.expired && cx.now < opened.value.expires_at).then_some(opened)
    }

    /// What it is good for.
    pub fn scopes<'a>(&'a self, grant: &'a Grant) -> &'a [String] {
        self.scopes.as_deref().unwrap_or(&grant.scopes)
    }
}
