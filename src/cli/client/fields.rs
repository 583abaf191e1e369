//! What `client add` and `client set` share: the flags of a client, and how one is printed.

use serde_json::Value;

use super::super::{
    Failure, Output,
    opened::{Opened, by_command_line},
    parse,
};
use super::limits::LimitFlags;
use crate::domain::{Client, ClientAuthMethod, ClientId, ClientType, SigningAlg};
use crate::flows::admin::clients::{self, Change, Draft, Registered};

#[derive(Debug, clap::Args)]
pub struct Fields {
    /// Where people are sent back to, exactly; repeat it for several
    #[arg(long = "redirect-uri", value_name = "URI", num_args = 1..)]
    redirect_uris: Option<Vec<String>>,
    /// Where people may be sent after signing out; repeat it for several
    #[arg(long = "post-logout-uri", value_name = "URI", num_args = 1..)]
    post_logout_uris: Option<Vec<String>>,
    /// Where Genkan tells the application that a session has ended
    #[arg(long, value_name = "URI")]
    backchannel_uri: Option<String>,
    /// Where a person enters the application
    #[arg(long, value_name = "URI")]
    start_uri: Option<String>,
    /// web, spa, native or machine [a new client: web]
    #[arg(long = "type", value_name = "TYPE", value_parser = parse::client_type)]
    kind: Option<ClientType>,
    /// client_secret_basic, client_secret_post or none [a new client: as its type wants it]
    #[arg(long, value_name = "METHOD", value_parser = parse::auth_method)]
    auth_method: Option<ClientAuthMethod>,
    /// Separated by spaces [a new client: "openid profile email"]
    #[arg(long, value_name = "SCOPES")]
    scope: Option<String>,
    /// Separated by spaces [a new client: authorization_code]
    #[arg(long, value_name = "GRANTS")]
    grants: Option<String>,
    /// What its ID tokens are signed with: RS256 or ES256 [a new client: RS256]
    #[arg(long, value_name = "ALG", value_parser = parse::algorithm)]
    alg: Option<SigningAlg>,
    /// required or optional [a new client: required]
    #[arg(long, value_name = "RULE", value_parser = ["required", "optional"])]
    pkce: Option<String>,
    /// Of our own house: never asks for consent
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    first_party: Option<bool>,
    /// The one clinic whose people may enter [a new client: every clinic's]
    #[arg(long, value_name = "ID")]
    clinic: Option<String>,
    /// Who may enter: whoever has one of these roles, separated by spaces [a new client: everybody]
    #[arg(long, value_name = "ROLES")]
    roles: Option<String>,
    /// What it calls claims that it knows by another name, as in "roles=groups name=display_name"; "": as everybody does
    #[arg(long, value_name = "PAIRS")]
    claims: Option<String>,
    #[command(flatten)]
    limits: LimitFlags,
    #[arg(long)]
    pub json: bool,
}

/// Of a change that needs no more than the client.
#[derive(Debug, clap::Args)]
pub struct Named {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

impl Named {
    pub fn run(self, opened: &Opened, wanted: Change, out: &mut Output) -> Result<(), Failure> {
        print(&change(opened, self.id, wanted)?, self.json, out)
    }
}

impl Fields {
    pub fn into_draft(self) -> Draft {
        Draft {
            kind: self.kind,
            auth_method: self.auth_method,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_uris,
            backchannel_logout_uri: self.backchannel_uri,
            start_uri: self.start_uri,
            scope: self.scope,
            grants: self.grants,
            id_token_alg: self.alg,
            pkce_required: self.pkce.map(|rule| rule == "required"),
            first_party: self.first_party,
            clinic: self.clinic,
            roles: self.roles,
            claim_names: self.claims,
            limits: self.limits.into_limits(),
            ..Draft::default()
        }
    }
}

pub fn change(opened: &Opened, id: String, change: Change) -> Result<Registered, Failure> {
    let algorithms = &opened.config.keys.algorithms;
    Ok(clients::change(&opened.store, &by_command_line(), ClientId::new(id), change, algorithms)??)
}

/// The client, with its secret right below its id where there is a new one.
pub fn print(registered: &Registered, json: bool, out: &mut Output) -> Result<(), Failure> {
    let secret = registered.secret.as_ref().map(|secret| secret.reveal());
    if json {
        let mut value = clients::to_json(&registered.client);
        if let (Some(object), Some(secret)) = (value.as_object_mut(), secret) {
            object.insert("client_secret".to_owned(), secret.into());
        }
        return out.json(&value);
    }
    print_client(&registered.client, secret, out)?;
    if secret.is_some() {
        out.line("\nThe secret is not shown again: give it to the application now.")?;
    }
    Ok(())
}

pub fn print_client(client: &Client, secret: Option<&str>, out: &mut Output) -> Result<(), Failure> {
    let value = clients::to_json(client);
    for (name, value) in value.as_object().into_iter().flatten() {
        let text = match value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        };
        out.line(&format!("{name:<29} {text}"))?;
        if let (true, Some(secret)) = (name == "client_id", secret) {
            out.line(&format!("{:<29} {secret}", "client_secret"))?;
        }
    }
    Ok(())
}
