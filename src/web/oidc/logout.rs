//! `/oauth/logout` (OpenID Connect RP-Initiated Logout 1.0 §2): from applications by GET or cross-site POST, and from the
//! button on our own pages, whose form carries a token.

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    flows::logout::{self, Answer, Next},
    protocol::{logout::LogoutRequest, params::Params},
    web::{
        extract::{CrossSiteForm, Visitor, forget_session, form_token_fits, query_params, set_cookie},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{Application, ErrorKind, LoggedOutPage, LogoutPage},
    },
};

pub async fn get(State(state): State<Shared>, visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let params = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadLogout))?;
    answer(state, visitor, &params, false).await
}

pub async fn post(
    State(state): State<Shared>,
    visitor: Visitor,
    CrossSiteForm(params): CrossSiteForm,
) -> Result<Response, Failure> {
    // From another site the cookie is held back, and the session would live on: our own GET brings it.
    if visitor.session.is_none() {
        return Ok(see_other(&read(&params).address("/oauth/logout")));
    }
    let confirmed = form_token_fits(&state, &visitor, &params);
    answer(state, visitor, &params, confirmed).await
}

/// Repeated parameters are as good as none: the person can still leave.
fn read(params: &Params) -> LogoutRequest {
    LogoutRequest::parse(params).unwrap_or_default()
}

async fn answer(state: Shared, mut visitor: Visitor, params: &Params, confirmed: bool) -> Result<Response, Failure> {
    let (request, session) = (read(params), visitor.session.clone());
    visitor.speak(&request.ui_locales, None);
    let answer = state
        .run(visitor.info.clone(), move |store, cx| logout::logout(store, cx, &request, session.as_ref(), confirmed))
        .await?;
    match answer {
        Answer::Ask { application, fields } => visitor.page(&state, None, &LogoutPage { application, fields }),
        Answer::Done { ended, next } => {
            let mut response = match next {
                Next::Application(url) => see_other(&url),
                Next::OurPage(client) => {
                    let application =
                        client.map(|client| Application { name: client.name, start_uri: client.start_uri });
                    let (told, untold) = ended.map(|ended| (ended.told, ended.untold)).unwrap_or_default();
                    visitor.page(&state, None, &LoggedOutPage { application, told, untold })?
                }
            };
            set_cookie(&mut response, &forget_session(&state));
            Ok(response)
        }
    }
}
