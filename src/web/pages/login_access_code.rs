//! `/login/code`: an administrator's one-time code, for who cannot use their device. Works without JavaScript; what waits behind
//! the sign-in is kept. The POST hashes, so it waits for a permit.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{
    login::{self, Typed},
    waiting,
};
use crate::{
    domain::Secret,
    flows::{
        authorize::Waiting,
        sign_in::{
            access_code::{self, Input},
            password,
        },
    },
    web::{
        extract::{ProtectedForm, Visitor, query_params, session_cookie, set_cookie},
        failure::Failure,
        ops::metrics::{Tried, Way},
        reply::see_other,
        state::Shared,
        view::{AccessCodePage, ErrorKind},
    },
};

pub const PATH: &str = "/login/code";

pub async fn show(State(state): State<Shared>, visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let typed = Typed { at: PATH, sealed: query.single("continue").map(str::to_owned), email: None };
    login::draw(&state, visitor, typed, (StatusCode::OK, None), AccessCodePage).await
}

pub async fn finish(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let text = |name| params.single(name).unwrap_or_default().to_owned();
    let (email, sealed) = (text("email"), params.single("continue").map(str::to_owned));
    let (password, code) = (Secret::presented(text("password")), Secret::presented(text("code")));
    let (typed, again, previous) = (email.clone(), sealed.clone(), visitor.session.clone());
    let verdict = match password::turned_away(&state.cx(visitor.info.clone())) {
        Some(refusal) => Ok(Err(refusal)),
        None => {
            let sign_in = move |store: &_, cx: &_| {
                let waiting = again.as_deref().and_then(|sealed| Waiting::open(cx, sealed));
                let input = Input { email: typed, password, code, waiting: waiting.clone(), previous };
                let opened = access_code::sign_in(store, cx, input)?;
                let waiting = again.as_deref().zip(waiting.as_ref());
                Ok(opened.map(|opened| (waiting::next_after(waiting, false), opened.secret)))
            };
            state.run_hashing(visitor.info.clone(), sign_in).await
        }
    };
    let tried = match &verdict {
        Ok(Err(password::Refusal::Wait(_))) => Tried::Limited,
        other => Tried::of(other),
    };
    state.metrics.tried_to_sign_in(Way::AccessCode, tried);
    let refused = match verdict {
        Ok(Ok((next, secret))) => {
            let mut response = see_other(&next);
            set_cookie(&mut response, &session_cookie(&state, &secret));
            return Ok(response);
        }
        Ok(Err(refusal)) => Ok(refusal),
        Err(fault) => Err(fault),
    };
    let (status, notice) = login::said(refused)?;
    let typed = Typed { at: PATH, sealed, email: Some(email) };
    login::draw(&state, visitor, typed, (status, Some(notice)), AccessCodePage).await
}
