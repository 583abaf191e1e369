//! `/oauth/consent`: may this application have that? Without JavaScript; the first form goes on, and its first button
//! says yes.

use axum::{extract::State, http::Uri, response::Response};

use super::waiting;
use crate::{
    flows::authorize::{self, Answer, Question},
    web::{
        extract::{ProtectedForm, Visitor, query_params},
        failure::Failure,
        oidc::authorize::reply,
        state::Shared,
        view::{ConsentPage, ErrorKind},
    },
};

pub async fn show(State(state): State<Shared>, mut visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let sealed = query.single("continue").unwrap_or_default().to_owned();
    let behind = waiting::look(&state, &visitor, Some(sealed.clone())).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    let session = visitor.session.clone();
    let answer = state
        .run(visitor.info.clone(), move |store, cx| authorize::resume(store, cx, &sealed, session.as_ref()))
        .await?;
    match answer {
        Answer::Consent(question) => draw(&state, &visitor, *question),
        settled => reply(settled),
    }
}

fn draw(state: &Shared, visitor: &Visitor, question: Question) -> Result<Response, Failure> {
    let page = ConsentPage {
        application: question.client.name.clone(),
        lasting: question.client.outlives_sessions(),
        scopes: question.scopes,
        form: question.form,
        contact: question.who.clinic.contact.clone(),
    };
    visitor.page(state, Some(&question.who), &page)
}

pub async fn answer(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let (agrees, session) = (params.single("answer") == Some("allow"), visitor.session.clone());
    let sealed = params.single("question").unwrap_or_default().to_owned();
    let answer = state
        .run(visitor.info, move |store, cx| authorize::consent(store, cx, &sealed, agrees, session.as_ref()))
        .await?;
    reply(answer)
}
