//! What somebody wants a client to be: a new one over the defaults of its type, or changes to one that is there.

use super::{
    super::{By, Refusal, text},
    Limits,
};
use crate::domain::{
    ClaimNames, Client, ClientAuthMethod, ClientId, ClientType, ClinicId, Demands, Lifetimes, Role, SigningAlg,
};

/// `None` leaves a field as it is; an empty text or list takes its value away.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pub name: Option<String>,
    pub kind: Option<ClientType>,
    pub auth_method: Option<ClientAuthMethod>,
    pub redirect_uris: Option<Vec<String>>,
    pub post_logout_redirect_uris: Option<Vec<String>>,
    pub backchannel_logout_uri: Option<String>,
    pub start_uri: Option<String>,
    /// Separated by spaces.
    pub scope: Option<String>,
    /// Separated by spaces.
    pub grants: Option<String>,
    pub id_token_alg: Option<SigningAlg>,
    pub pkce_required: Option<bool>,
    pub first_party: Option<bool>,
    pub clinic: Option<String>,
    /// Separated by spaces.
    pub roles: Option<String>,
    pub limits: Limits,
    /// `ours=theirs`, separated by white space.
    pub claim_names: Option<String>,
    /// Asked of a client that is there; a new one is enabled.
    pub enabled: Option<bool>,
}

impl Draft {
    /// A new client before anything but its type is known.
    pub(super) fn blank(&self, by: &By) -> Client {
        let kind = self.kind.unwrap_or(ClientType::Web);
        let auth_method = self.auth_method.unwrap_or(match kind {
            ClientType::Web | ClientType::Machine => ClientAuthMethod::ClientSecretBasic,
            ClientType::Spa | ClientType::Native => ClientAuthMethod::None,
        });
        let (scopes, grants) = match kind {
            ClientType::Machine => (Vec::new(), Vec::new()),
            _ => (words("openid profile email"), words("authorization_code")),
        };
        Client {
            id: ClientId::new(by.random.id(by.now)),
            name: String::new(),
            kind,
            auth_method,
            secret_hash: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            start_uri: None,
            scopes,
            grants,
            id_token_alg: SigningAlg::Rs256,
            pkce_required: true,
            first_party: false,
            clinic_id: None,
            roles: Vec::new(),
            demands: Demands::default(),
            lifetimes: Lifetimes::default(),
            claim_names: ClaimNames::default(),
            secret_days: None,
            secret_expires_at: None,
            last_used_at: None,
            disabled_at: None,
            removed_at: None,
            former_secret: None,
            created_at: by.now,
            updated_at: by.now,
        }
    }

    pub(super) fn apply(&self, client: &mut Client) -> Result<(), Refusal> {
        let given = |uris: &Vec<String>| uris.iter().filter(|uri| !uri.is_empty()).cloned().collect();
        let unless_empty = |text: &String| (!text.is_empty()).then(|| text.clone());
        if let Some(name) = &self.name {
            client.name = text::line("the name", name, 100)?;
        }
        put(&mut client.kind, self.kind);
        put(&mut client.auth_method, self.auth_method);
        put(&mut client.redirect_uris, self.redirect_uris.as_ref().map(given));
        put(&mut client.post_logout_redirect_uris, self.post_logout_redirect_uris.as_ref().map(given));
        put(&mut client.backchannel_logout_uri, self.backchannel_logout_uri.as_ref().map(unless_empty));
        put(&mut client.start_uri, self.start_uri.as_ref().map(unless_empty));
        put(&mut client.scopes, self.scope.as_deref().map(words));
        put(&mut client.grants, self.grants.as_deref().map(words));
        put(&mut client.id_token_alg, self.id_token_alg);
        put(&mut client.pkce_required, self.pkce_required);
        put(&mut client.first_party, self.first_party);
        put(&mut client.roles, self.roles.as_deref().map(roles).transpose()?);
        self.limits.apply(client)?;
        let claim_names = self.claim_names.as_deref().map(ClaimNames::parse).transpose();
        put(&mut client.claim_names, claim_names.map_err(|pair| Refusal::BadClaimName { pair })?);
        put(&mut client.clinic_id, self.clinic.as_ref().map(|id| unless_empty(id).map(ClinicId::new)));
        Ok(())
    }
}

fn put<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn roles(text: &str) -> Result<Vec<Role>, Refusal> {
    let known = || Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let role = |word: String| Role::parse(&word).ok_or_else(|| Refusal::BadRole { role: word, known: known() });
    words(text).into_iter().map(role).collect()
}

/// Each once, in the order given.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    words
}
