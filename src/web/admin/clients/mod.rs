//! `/admin/clients`: a clinic's applications. One more is registered by a short form, and answered with its secret and with what
//! the other side is to be told; that page is the only one that ever shows the secret.

mod edit;
mod new;
mod one;
mod preview;
mod typed;

pub use edit::{change, edit};
pub use new::{ask, register};
pub use one::{act, show};
pub use preview::{ask as ask_preview, show as preview};
pub use typed::seen;

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::{Client, ClientId, SignedIn, UnixTime},
    flows::admin::{
        applications::{self, TEMPLATES},
        clients::Registered,
    },
    web::{
        extract::{Admin, query_params},
        failure::Failure,
        state::Shared,
        view::{ClientFacts, ClientLine, ClientSecretPage, ClientState, ClientsPage, ErrorKind, Whose},
    },
};

pub const PATH: &str = "/admin/clients";

/// Characters of what is looked for.
const TYPED_LIMIT: usize = 100;

pub async fn list(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let typed: String = query.single("name").unwrap_or_default().chars().take(TYPED_LIMIT).collect();
    let after = query.single("after").map(ClientId::new);
    let (asked, name, first) = (who.clone(), typed.clone(), after.is_none());
    let list = move |store: &_, cx: &_| applications::list(store, cx, &asked, &name, after.as_ref());
    let found = state.run(visitor.info.clone(), list).await?;
    let page = ClientsPage {
        clinic: visitor.name_of(&who.clinic),
        typed,
        clients: found.clients.into_iter().map(|client| line(client, &who, state.clock.now())).collect(),
        more_after: found.more_after,
        first,
    };
    visitor.page(&state, Some(&who), &page)
}

fn line(client: Client, who: &SignedIn, now: UnixTime) -> ClientLine {
    ClientLine {
        secret_ends: client.secret_ends_soon(now),
        secret_is_over: client.secret_is_over(now),
        last_used_at: client.last_used_at,
        whose: whose(&client, who),
        state: state_of(&client),
        kind: client.kind.as_str(),
        name: client.name,
        id: client.id,
    }
}

fn whose(client: &Client, who: &SignedIn) -> Whose {
    match &client.clinic_id {
        None => Whose::Shared,
        Some(id) if *id == who.clinic.id => Whose::Own,
        Some(_) => Whose::Other,
    }
}

const fn state_of(client: &Client) -> ClientState {
    match (client.removed_at, client.disabled_at) {
        (Some(_), _) => ClientState::Removed,
        (None, Some(_)) => ClientState::Disabled,
        (None, None) => ClientState::Enabled,
    }
}

fn known() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|template| template.name)
}

/// The one page with a secret.
fn made(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    made: Registered,
    template: Option<&'static str>,
) -> Result<Response, Failure> {
    let facts = ClientFacts::of(&made.client, &state.site.issuer);
    let secret = made.secret.map(|secret| secret.reveal().to_owned());
    let page = ClientSecretPage {
        clinic: visitor.name_of(&who.clinic),
        configurations: state.view.configurations(known(), &facts, secret.as_deref())?,
        secret,
        registered: made.changed.is_empty(),
        former_secret_until: made.client.former_secret.as_ref().map(|former| former.until),
        template,
        facts,
    };
    visitor.page(state, Some(&who), &page)
}
