//! `/admin/clients`: a clinic's applications, one of them, one more, and the secret of one.

use minijinja::{Value, context, value::Serde};
use serde::{Deserialize, Serialize};

use super::{ClientLimits, Lang, Minimum, Page, View};
use crate::domain::{Client, ClientId, Fault, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct ClientsPage {
    pub clinic: String,
    /// What is looked for.
    pub typed: String,
    pub clients: Vec<ClientLine>,
    /// Where the next page begins, if there is one.
    pub more_after: Option<ClientId>,
    /// The first page.
    pub first: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClientLine {
    pub id: ClientId,
    pub name: String,
    /// As the protocol calls it.
    pub kind: &'static str,
    pub whose: Whose,
    pub state: ClientState,
    /// When its secret ends, where that is soon.
    pub secret_ends: Option<UnixTime>,
    pub secret_is_over: bool,
    pub last_used_at: Option<UnixTime>,
}

/// Whose people may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Own,
    /// Of another clinic than the administrator works for now.
    Other,
    Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientState {
    Enabled,
    Disabled,
    Removed,
}

impl Page for ClientsPage {
    const TEMPLATE: &'static str = "admin/clients.html";
}

/// As it was typed into the form for a new one, or for one that is there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TypedClient {
    pub name: String,
    /// Of software that is known: everything else comes from the template.
    pub address: String,
    pub kind: String,
    /// One a line.
    pub redirect_uris: String,
    pub post_logout_redirect_uris: String,
    pub backchannel_logout_uri: String,
    pub start_uri: String,
    pub scopes: Vec<String>,
    pub alg: String,
    pub pkce: bool,
    /// People are asked before it hears of them.
    pub asks: bool,
    /// Who may enter; none: everybody.
    pub roles: Vec<String>,
    /// What it calls a claim: `ours=theirs`, one a line.
    pub claims: String,
    /// The weakest `acr` that enters; empty: any.
    pub min_acr: String,
    /// An administrator's one-time code enters too.
    pub temporary: bool,
    /// From where it is entered; none: from everywhere.
    pub terminals: Vec<String>,
    /// Empty: as for all.
    pub access_token_minutes: String,
    pub id_token_minutes: String,
    pub refresh_token_days: String,
    pub secret_days: String,
    /// Every clinic's people may enter.
    pub shared: bool,
    /// When whoever changes it saw it last, in milliseconds.
    pub seen: String,
}

/// What of it cannot be: a name in the catalogue, and the text that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct WrongClient {
    pub what: &'static str,
    /// The field that it is in.
    pub field: &'static str,
    pub text: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct NewClientPage {
    pub clinic: String,
    /// Software that is known, by name; none: any other.
    pub template: Option<&'static str>,
    pub templates: Vec<&'static str>,
    pub kinds: Vec<&'static str>,
    pub typed: TypedClient,
    pub may_share: bool,
    pub wrong: Option<WrongClient>,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
}

impl Page for NewClientPage {
    const TEMPLATE: &'static str = "admin/new_client.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct EditClientPage {
    pub id: ClientId,
    pub clinic: String,
    pub typed: TypedClient,
    pub scopes: Vec<&'static str>,
    pub algorithms: Vec<&'static str>,
    pub roles: Vec<&'static str>,
    pub minima: Vec<Minimum>,
    pub terminals: Vec<&'static str>,
    /// It keeps no secret, and PKCE is not to be given up.
    pub public: bool,
    pub wrong: Option<WrongClient>,
    /// What another administrator set meanwhile, by name.
    pub changed_meanwhile: Vec<&'static str>,
    pub sign_in_uri: Option<String>,
}

impl Page for EditClientPage {
    const TEMPLATE: &'static str = "admin/edit_client.html";
}

/// What is configured at the application.
#[derive(Clone, Debug, Serialize)]
pub struct ClientFacts {
    pub id: ClientId,
    pub name: String,
    pub issuer: String,
    pub kind: &'static str,
    pub auth_method: &'static str,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    pub backchannel_logout_uri: Option<String>,
    pub start_uri: Option<String>,
    pub scope: String,
    pub alg: &'static str,
    pub pkce: bool,
    pub public: bool,
}

/// Of software that is known: what it is told, ready to paste.
#[derive(Clone, Serialize)]
pub struct Configuration {
    pub name: &'static str,
    pub text: String,
}

impl ClientFacts {
    pub fn of(client: &Client, issuer: &str) -> Self {
        Self {
            id: client.id.clone(),
            name: client.name.clone(),
            issuer: issuer.to_owned(),
            kind: client.kind.as_str(),
            auth_method: client.auth_method.as_str(),
            redirect_uris: client.redirect_uris.clone(),
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: client.backchannel_logout_uri.clone(),
            start_uri: client.start_uri.clone(),
            scope: client.scopes.join(" "),
            alg: client.id_token_alg.as_str(),
            pkce: client.pkce_required,
            public: client.is_public(),
        }
    }
}

impl View {
    /// One for each of these that the application could be. Without the secret there is a word in its place.
    pub fn configurations(
        &self,
        names: impl Iterator<Item = &'static str>,
        facts: &ClientFacts,
        secret: Option<&str>,
    ) -> Result<Vec<Configuration>, Fault> {
        // Each of them takes people back somewhere, and proves itself by a secret.
        if facts.public || facts.redirect_uris.is_empty() {
            return Ok(Vec::new());
        }
        let text = |name| {
            let path = format!("admin/configuration/{name}.txt");
            let template = self.speaking(Lang::En).get_template(&path);
            let text =
                template.and_then(|template| template.render(context! { facts => Value::from(Serde(facts)), secret }));
            text.map(|text| Configuration { name, text })
                .map_err(|error| Fault::internal("a configuration", format!("{error:#}")))
        };
        names.map(text).collect()
    }
}

#[derive(Clone, Serialize)]
pub struct ClientPage {
    pub clinic: String,
    pub facts: ClientFacts,
    pub configurations: Vec<Configuration>,
    /// The clinic whose own it is.
    pub owner: Option<String>,
    pub state: ClientState,
    pub comes_back_until: Option<UnixTime>,
    pub asks: bool,
    pub roles: Vec<&'static str>,
    pub limits: ClientLimits,
    pub former_secret_until: Option<UnixTime>,
    pub created_at: UnixTime,
    /// Also what a button says that it was pressed upon.
    pub updated_at: UnixTime,
    pub may_change: bool,
    pub sign_in_uri: Option<String>,
    pub notice: Option<&'static str>,
}

impl Page for ClientPage {
    const TEMPLATE: &'static str = "admin/client.html";
}

/// The answer to the press that made it: shown this once.
#[derive(Clone, Serialize)]
pub struct ClientSecretPage {
    pub clinic: String,
    pub facts: ClientFacts,
    /// With the secret.
    pub configurations: Vec<Configuration>,
    pub secret: Option<String>,
    /// It is new; otherwise its secret is.
    pub registered: bool,
    pub former_secret_until: Option<UnixTime>,
    /// The software that it was registered as.
    pub template: Option<&'static str>,
}

impl Page for ClientSecretPage {
    const TEMPLATE: &'static str = "admin/client_secret.html";
}
