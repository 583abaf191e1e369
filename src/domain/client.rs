//! A relying party: a clinic application registered with us.

use std::time::Duration;

use super::{ClaimNames, ClientId, ClinicId, Demands, Lifetimes, Role, SecretHash, UnixTime, folded, named::named};

named! {
    /// What the application is; decides which rules of RFC 9700 and RFC 8252 apply to it.
    ClientType { Web = "web", Spa = "spa", Native = "native", Machine = "machine" }

    /// `token_endpoint_auth_method` (OpenID Connect Core §9). One per client.
    ClientAuthMethod { ClientSecretBasic = "client_secret_basic", ClientSecretPost = "client_secret_post", None = "none" }

    /// `id_token_signed_response_alg` (RFC 7518 §3.1).
    SigningAlg { Rs256 = "RS256", Es256 = "ES256" }
}

/// The secret before the last change of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerSecret {
    pub hash: SecretHash,
    pub until: UnixTime,
}

#[derive(Clone, Debug)]
pub struct Client {
    pub id: ClientId,
    pub name: String,
    pub kind: ClientType,
    pub auth_method: ClientAuthMethod,
    /// `None` for public clients.
    pub secret_hash: Option<SecretHash>,
    /// Good beside it until the application knows the new one.
    pub former_secret: Option<FormerSecret>,
    /// For how long a secret is good; `None`: until there is another.
    pub secret_days: Option<u32>,
    /// Of the one that is there.
    pub secret_expires_at: Option<UnixTime>,
    /// Compared as exact strings; see `protocol::redirect_uri`.
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub backchannel_logout_uri: Option<String>,
    /// Where a person enters the application when no request is waiting.
    pub start_uri: Option<String>,
    /// Space-separated when shown; always holds `openid` for a web, spa or native client.
    pub scopes: Vec<String>,
    /// `grant_types`.
    pub grants: Vec<String>,
    pub id_token_alg: SigningAlg,
    /// PKCE S256 is required unless a confidential client is registered otherwise.
    pub pkce_required: bool,
    /// Of our own house: never asks for consent.
    pub first_party: bool,
    /// The one clinic whose people may enter; `None`: every clinic's.
    pub clinic_id: Option<ClinicId>,
    /// Whoever has one of these in their clinic may enter; empty: everybody.
    pub roles: Vec<Role>,
    pub demands: Demands,
    pub lifetimes: Lifetimes,
    pub claim_names: ClaimNames,
    /// Written at most once an hour.
    pub last_used_at: Option<UnixTime>,
    pub disabled_at: Option<UnixTime>,
    /// Disabled too, at the same time or before.
    pub removed_at: Option<UnixTime>,
    pub created_at: UnixTime,
    pub updated_at: UnixTime,
}

impl Client {
    /// For how long one that was removed can come back.
    pub const COMES_BACK_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
    /// `last_used_at` is not written more often than this.
    pub const USED_EVERY: Duration = Duration::from_secs(3600);
    /// So long before a secret ends it is warned of.
    pub const SECRET_WARNED_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
    pub const MOST_SECRET_DAYS: u32 = 3650;

    /// What it is found by, and ordered.
    pub fn name_key(&self) -> String {
        folded(&self.name)
    }

    /// The secret or the former one. Both are compared, whichever fits.
    pub fn accepts(&self, presented: &SecretHash, now: UnixTime) -> bool {
        let current = self.secret_hash.as_ref().is_some_and(|hash| hash == presented) && !self.secret_is_over(now);
        let former = self.former_secret.as_ref().is_some_and(|former| former.hash == *presented && now < former.until);
        current | former
    }

    pub fn secret_is_over(&self, now: UnixTime) -> bool {
        self.secret_expires_at.is_some_and(|at| at <= now)
    }

    /// When its secret ends, where that is soon or was before.
    pub fn secret_ends_soon(&self, now: UnixTime) -> Option<UnixTime> {
        self.secret_expires_at.filter(|at| *at <= now.plus(Self::SECRET_WARNED_FOR))
    }

    /// From now on the secret is good for as long as one is.
    pub fn begin_secret_term(&mut self, now: UnixTime) {
        let days = self.secret_days.filter(|_| self.secret_hash.is_some());
        self.secret_expires_at = days.map(|days| now.plus(Duration::from_secs(u64::from(days) * 24 * 3600)));
    }

    pub fn wants_use(&self, now: UnixTime) -> bool {
        self.last_used_at.is_none_or(|at| now.since(at) >= Self::USED_EVERY)
    }

    /// It was removed so long ago that it cannot come back.
    pub fn is_gone(&self, now: UnixTime) -> bool {
        self.comes_back_until().is_some_and(|until| until <= now)
    }

    pub fn comes_back_until(&self) -> Option<UnixTime> {
        self.removed_at.map(|at| at.plus(Self::COMES_BACK_FOR))
    }

    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    pub fn is_public(&self) -> bool {
        self.auth_method == ClientAuthMethod::None
    }

    pub fn may_use(&self, grant: &str) -> bool {
        self.grants.iter().any(|registered| registered == grant)
    }

    /// No browser session stands behind it: what it was given for `offline_access` lives until it is withdrawn.
    pub fn outlives_sessions(&self) -> bool {
        matches!(self.kind, ClientType::Native | ClientType::Machine)
    }
}
