//! `/settings/sessions`: one's own sessions, and ending them.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use crate::{
    domain::{Session, SessionId, SignedIn},
    flows::account::sessions,
    web::{
        extract::{ProtectedForm, Who, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, SessionCard, SessionsNotice, SessionsPage, SignedInBy},
    },
};

pub async fn show(State(state): State<Shared>, Who { visitor, who }: Who, uri: Uri) -> Result<Response, Failure> {
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, cx| sessions::list(store, cx, &asked)).await?;
    let clinic = visitor.clinic_name(&who);
    let sessions = found.into_iter().map(|session| card(session, &who, &clinic)).collect();
    let query = query_params(&uri).ok();
    let notice = query.as_ref().and_then(|query| match query.single("notice")? {
        "ended" => Some(SessionsNotice::Ended),
        "others_ended" => Some(SessionsNotice::OthersEnded),
        _ => None,
    });
    visitor.page(&state, Some(&who), &SessionsPage { sessions, notice })
}

fn card(session: Session, who: &SignedIn, clinic: &str) -> SessionCard {
    SessionCard {
        current: session.id == who.session.id,
        how: SignedInBy::of(session.authentication.acr),
        clinic: if session.clinic_id == who.clinic.id { clinic.to_owned() } else { String::new() },
        started_at: session.created_at,
        last_seen_at: session.last_seen_at,
        user_agent: session.user_agent,
        address: session.ip,
        id: session.id,
    }
}

pub async fn end(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
    _: ProtectedForm,
) -> Result<Response, Failure> {
    let Some(id) = SessionId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    if state.run(visitor.info, move |store, cx| sessions::end(store, cx, &who, &id)).await? {
        Ok(see_other("/settings/sessions?notice=ended"))
    } else {
        Err(ErrorKind::NotFound.into())
    }
}

pub async fn end_others(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    _: ProtectedForm,
) -> Result<Response, Failure> {
    state.run(visitor.info, move |store, cx| sessions::end_others(store, cx, &who)).await?;
    Ok(see_other("/settings/sessions?notice=others_ended"))
}
