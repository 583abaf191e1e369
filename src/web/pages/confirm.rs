//! `/oauth/confirm`: on a shared terminal, is it still you? Without JavaScript; the first form goes on, and its first button
//! says yes.

use axum::{extract::State, http::Uri, response::Response};

use super::waiting;
use crate::{
    flows::authorize,
    web::{
        extract::{ProtectedForm, Visitor, query_params},
        failure::Failure,
        oidc::authorize::{CONTINUE, reply},
        reply::see_other,
        state::Shared,
        view::{ConfirmPage, ErrorKind},
    },
};

pub async fn show(State(state): State<Shared>, mut visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let sealed = query.single(CONTINUE).unwrap_or_default().to_owned();
    let behind = waiting::look(&state, &visitor, Some(sealed.clone())).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    let (waiting, session) = (sealed.clone(), visitor.session.clone());
    let asked =
        state.run(visitor.info.clone(), move |store, cx| authorize::ask(store, cx, &waiting, session.as_ref())).await?;
    let Some(asked) = asked else { return Ok(see_other(&waiting::carried("/oauth/authorize", Some(&sealed)))) };
    let page = ConfirmPage {
        application: behind.application.map(|application| application.name),
        person: asked.who.user.profile.name.clone(),
        form: asked.form,
        contact: asked.who.clinic.contact.clone(),
    };
    visitor.page(&state, Some(&asked.who), &page)
}

pub async fn answer(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let (same, session) = (params.single("answer") == Some("same"), visitor.session.clone());
    let sealed = params.single("question").unwrap_or_default().to_owned();
    let answer = state
        .run(visitor.info, move |store, cx| authorize::confirm(store, cx, &sealed, same, session.as_ref()))
        .await?;
    reply(answer)
}
