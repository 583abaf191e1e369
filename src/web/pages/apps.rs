//! `/settings/apps`: what applications hold of oneself, and withdrawing it.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use crate::{
    domain::ClientId,
    flows::account::apps,
    web::{
        extract::{ProtectedForm, Who, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{AppsPage, ErrorKind},
    },
};

pub async fn show(State(state): State<Shared>, Who { visitor, who }: Who, uri: Uri) -> Result<Response, Failure> {
    let asked = who.clone();
    let apps = state.run(visitor.info.clone(), move |store, cx| apps::list(store, cx, &asked)).await?;
    let withdrawn = query_params(&uri).is_ok_and(|query| query.single("notice") == Some("withdrawn"));
    visitor.page(&state, Some(&who), &AppsPage { apps, withdrawn })
}

pub async fn withdraw(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
    _: ProtectedForm,
) -> Result<Response, Failure> {
    let id = ClientId::new(id);
    if state.run(visitor.info, move |store, cx| apps::withdraw(store, cx, &who, &id)).await? {
        Ok(see_other("/settings/apps?notice=withdrawn"))
    } else {
        Err(ErrorKind::NotFound.into())
    }
}
