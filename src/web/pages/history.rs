//! `/settings/history`: one's own sign-ins and changes, and 「これは自分ではありません」, which asks before it ends anything.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use crate::{
    flows::account::history,
    web::{
        extract::{ProtectedForm, Who, forget_session, query_params, set_cookie},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, HistoryPage, NotMePage},
    },
};

pub async fn show(State(state): State<Shared>, Who { visitor, who }: Who, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let before = query.single("before").map(event_id).transpose()?;
    let disowned = query.single("notice") == Some("disowned");
    let (asked, from) = (who.clone(), before.clone());
    let found = state.run(visitor.info.clone(), move |store, _| history::list(store, &asked, from.as_deref())).await?;
    let page = HistoryPage { entries: found.entries, older: found.older, newest: before.is_none(), disowned };
    visitor.page(&state, Some(&who), &page)
}

/// Ids of events are UUIDs.
fn event_id(text: &str) -> Result<String, Failure> {
    uuid::Uuid::try_parse(text).map(|id| id.to_string()).map_err(|_| ErrorKind::NotFound.into())
}

pub async fn ask(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (id, asked) = (event_id(&id)?, who.clone());
    let found = state.run(visitor.info.clone(), move |store, _| history::suspect(store, &asked, &id)).await?;
    let Some(suspect) = found else { return Err(ErrorKind::NotFound.into()) };
    let contact = Some(who.clinic.contact.clone());
    let page = NotMePage { entry: suspect.entry, this_session: suspect.this_session, contact };
    visitor.page(&state, Some(&who), &page)
}

pub async fn disown(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
    _: ProtectedForm,
) -> Result<Response, Failure> {
    let id = event_id(&id)?;
    let found = state.run(visitor.info, move |store, cx| history::disown(store, cx, &who, &id)).await?;
    let Some(suspect) = found else { return Err(ErrorKind::NotFound.into()) };
    if !suspect.this_session {
        return Ok(see_other("/settings/history?notice=disowned"));
    }
    let mut response = see_other("/login?notice=all_ended");
    set_cookie(&mut response, &forget_session(&state));
    Ok(response)
}
