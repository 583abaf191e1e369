//! `/settings/passkeys/{id}`: when, where and for which application a passkey of one's own was used.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    domain::PasskeyId,
    flows::account::history,
    web::{
        extract::Who,
        failure::Failure,
        state::Shared,
        view::{ErrorKind, PasskeyUsesPage},
    },
};

pub async fn show(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let Some(id) = PasskeyId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, _| history::uses(store, &asked, &id)).await?;
    let Some(uses) = found else { return Err(ErrorKind::NotFound.into()) };
    let page = PasskeyUsesPage {
        name: uses.passkey.name,
        use_count: uses.passkey.use_count,
        created_at: uses.passkey.created_at,
        created_user_agent: uses.passkey.created_user_agent,
        created_address: uses.passkey.created_ip,
        entries: uses.entries,
    };
    visitor.page(&state, Some(&who), &page)
}
