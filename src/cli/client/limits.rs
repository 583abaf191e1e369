//! The flags of a client that say how people enter it, and for how long things last.

use crate::flows::admin::clients::Limits;

#[derive(Debug, clap::Args)]
pub struct LimitFlags {
    /// The weakest sign-in that enters: urn:genkan:acr:mfa, phr or phrh; "": any [a new client: any]
    #[arg(long, value_name = "ACR")]
    min_acr: Option<String>,
    /// Whether an administrator's one-time code enters [a new client: true]
    #[arg(long, value_name = "BOOL")]
    temporary_access: Option<bool>,
    /// From what kinds of terminal it is entered: shared or personal; "": all [a new client: all]
    #[arg(long, value_name = "KINDS")]
    terminals: Option<String>,
    /// How long an access token is good; "": as the configuration says
    #[arg(long, value_name = "MINUTES")]
    access_token: Option<String>,
    /// The same for an ID token
    #[arg(long, value_name = "MINUTES")]
    id_token: Option<String>,
    /// How long it renews its tokens; "": as the configuration says
    #[arg(long, value_name = "DAYS")]
    refresh_token: Option<String>,
    /// For how long a secret is good, from now or from the next one on; "": until there is another
    #[arg(long, value_name = "DAYS")]
    secret_days: Option<String>,
}

impl LimitFlags {
    pub fn into_limits(self) -> Limits {
        Limits {
            min_acr: self.min_acr,
            takes_temporary: self.temporary_access,
            terminals: self.terminals,
            access_token_minutes: self.access_token,
            id_token_minutes: self.id_token,
            refresh_token_days: self.refresh_token,
            secret_days: self.secret_days,
        }
    }
}
