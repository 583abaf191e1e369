//! Software that clinics run, and how each kind wants to be registered: where it takes people back, below its own address, and
//! how it shows itself at the token endpoint. `templates/admin/configuration` has the other side of each.

use super::Draft;
use crate::domain::{ClientAuthMethod, ClientType};

pub struct Template {
    pub name: &'static str,
    pub kind: ClientType,
    auth_method: ClientAuthMethod,
    /// Below the application's address.
    redirect: &'static str,
    /// The same, for after signing out.
    signed_out: &'static str,
    /// Some send no `code_challenge` unless told to; their `nonce` stands in for it.
    pkce: bool,
}

use ClientAuthMethod::{ClientSecretBasic, ClientSecretPost};
use ClientType::Web;

#[rustfmt::skip]
pub const TEMPLATES: &[Template] = &[
    Template { name: "mod_auth_openidc", kind: Web, auth_method: ClientSecretBasic, redirect: "/redirect_uri", signed_out: "/", pkce: true },
    Template { name: "orthanc", kind: Web, auth_method: ClientSecretBasic, redirect: "/redirect_uri", signed_out: "/", pkce: true },
    Template { name: "nextcloud", kind: Web, auth_method: ClientSecretPost, redirect: "/apps/user_oidc/code", signed_out: "/", pkce: true },
    Template { name: "grafana", kind: Web, auth_method: ClientSecretBasic, redirect: "/login/generic_oauth", signed_out: "/login", pkce: true },
    Template { name: "oauth2-proxy", kind: Web, auth_method: ClientSecretBasic, redirect: "/oauth2/callback", signed_out: "/", pkce: true },
    Template { name: "spring", kind: Web, auth_method: ClientSecretBasic, redirect: "/login/oauth2/code/genkan", signed_out: "/", pkce: false },
    Template { name: "aspnet", kind: Web, auth_method: ClientSecretPost, redirect: "/signin-oidc", signed_out: "/signout-callback-oidc", pkce: true },
];

impl Template {
    pub fn find(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// What an application at this address is registered as.
    pub fn draft(&self, address: &str) -> Draft {
        let address = address.trim().trim_end_matches('/');
        let below = |path: &str| format!("{address}{path}");
        Draft {
            kind: Some(self.kind),
            auth_method: Some(self.auth_method),
            redirect_uris: Some(vec![below(self.redirect)]),
            post_logout_redirect_uris: Some(vec![below(self.signed_out)]),
            start_uri: Some(below("/")),
            pkce_required: Some(self.pkce),
            ..Draft::default()
        }
    }
}
