//! `/settings/apps`: what applications hold of oneself, and withdrawing it.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use crate::{
    domain::ClientId,
    flows::account::apps::{self, App},
    web::{
        extract::{ProtectedForm, Who, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{AppCard, AppsPage, ErrorKind},
    },
};

pub async fn show(State(state): State<Shared>, Who { visitor, who }: Who, uri: Uri) -> Result<Response, Failure> {
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, cx| apps::list(store, cx, &asked)).await?;
    let withdrawn = query_params(&uri).is_ok_and(|query| query.single("notice") == Some("withdrawn"));
    let page = AppsPage { apps: found.into_iter().map(card).collect(), withdrawn };
    visitor.page(&state, Some(&who), &page)
}

fn card(app: App) -> AppCard {
    AppCard {
        client_id: app.client_id,
        name: app.name,
        since: app.since,
        last_used: app.last_used,
        scopes: app.scopes,
        lasting: app.lasting,
    }
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
