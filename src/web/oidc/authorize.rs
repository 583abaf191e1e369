//! `/oauth/authorize` (OpenID Connect Core §3.1.2). A POST comes from another site and so without our cookies: it reads
//! none, and is sent on to its own GET.

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::Barrier,
    flows::authorize::{self, Answer},
    protocol::{
        authorize::{AuthorizeRefusal, PageReason},
        params::Params,
    },
    web::{
        extract::{CrossSiteForm, Visitor, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{Application, ErrorKind},
    },
};

/// Names the sealed request that waited behind a sign-in.
pub const CONTINUE: &str = "continue";

pub async fn get(State(state): State<Shared>, visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let params = match query_params(&uri) {
        Ok(params) => params,
        Err(bad) => return Err(explain(AuthorizeRefusal::from(bad))),
    };
    answer(state, visitor, params, true).await
}

pub async fn post(
    State(state): State<Shared>,
    visitor: Visitor,
    CrossSiteForm(params): CrossSiteForm,
) -> Result<Response, Failure> {
    answer(state, visitor, params, false).await
}

async fn answer(state: Shared, visitor: Visitor, params: Params, with_cookies: bool) -> Result<Response, Failure> {
    let session = visitor.session.filter(|_| with_cookies);
    let answer = state
        .run_read(visitor.info, move |store, cx| match sealed(&params).filter(|_| with_cookies) {
            Some(sealed) => authorize::resume(store, cx, sealed, session.as_ref()),
            None if with_cookies => authorize::begin(store, cx, &params, session.as_ref()),
            None => authorize::seal(store, cx, &params),
        })
        .await?;
    reply(answer)
}

/// We send it alone. An application may send a parameter of the same name, as any that we do not know (RFC 6749 §3.1).
fn sealed(params: &Params) -> Option<&str> {
    params.single(CONTINUE).filter(|_| params.get("client_id") == Ok(None))
}

/// Where the browser goes.
pub fn reply(answer: Answer) -> Result<Response, Failure> {
    match answer {
        Answer::Redirect(url) => Ok(see_other(&url)),
        Answer::Continue(sealed) => Ok(see_other(&format!("/oauth/authorize?{CONTINUE}={sealed}"))),
        Answer::SignIn(sealed) => Ok(see_other(&format!("/login?{CONTINUE}={sealed}"))),
        Answer::Enrol(sealed) => Ok(see_other(&format!("/settings/passkeys?{CONTINUE}={sealed}"))),
        Answer::Confirm(sealed) => Ok(see_other(&format!("/oauth/confirm?{CONTINUE}={sealed}"))),
        Answer::Clinic(sealed) => Ok(see_other(&format!("/clinic?{CONTINUE}={sealed}"))),
        Answer::Consent(question) => Ok(see_other(&format!("/oauth/consent?{CONTINUE}={}", question.waiting))),
        Answer::NotAdmitted { client, barrier, back, otherwise } => {
            let application = Application { name: client.name.clone(), start_uri: Some(back) };
            let sign_in_uri = otherwise.map(|sealed| format!("/login?{CONTINUE}={sealed}"));
            Err(Failure::not_admitted(kept_out(barrier), application, sign_in_uri))
        }
        Answer::Page(reason) => Err(explain(AuthorizeRefusal::Page(reason))),
        Answer::Expired(client) => {
            let application =
                client.map(|client| Application { name: client.name.clone(), start_uri: client.start_uri.clone() });
            Err(Failure::with_application(ErrorKind::RequestExpired, application))
        }
    }
}

const fn kept_out(barrier: Barrier) -> ErrorKind {
    match barrier {
        Barrier::OtherClinic | Barrier::Role => ErrorKind::NotAdmitted,
        Barrier::Terminal => ErrorKind::TerminalNotAdmitted,
        Barrier::Temporary => ErrorKind::CodeNotTaken,
        Barrier::SecondFactor => ErrorKind::SecondFactorNeeded,
        Barrier::Passkey => ErrorKind::PasskeyNeeded,
        Barrier::HardwarePasskey => ErrorKind::HardwarePasskeyNeeded,
    }
}

/// Causes inside, pages outside.
fn explain(refusal: AuthorizeRefusal) -> Failure {
    let AuthorizeRefusal::Page(reason) = refusal else { return ErrorKind::BadAuthorization.into() };
    let kind = match reason {
        PageReason::ClientMissing | PageReason::ClientRepeated | PageReason::ClientUnknown => ErrorKind::UnknownClient,
        PageReason::ClientDisabled => ErrorKind::ClientDisabled,
        PageReason::RedirectUriMissing
        | PageReason::RedirectUriRepeated
        | PageReason::RedirectUriNotRegistered
        | PageReason::Unproven => ErrorKind::WrongRedirectUri,
        PageReason::TooLong | PageReason::BadEncoding => ErrorKind::BadAuthorization,
    };
    Failure::with_detail(kind, reason.as_str())
}
