//! `/login/second-factor`: the code after the password. Works without JavaScript; what waits behind the sign-in is kept.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::Response,
};

use super::waiting;
use crate::{
    domain::Secret,
    flows::{
        authorize::Waiting,
        sign_in::second_factor::{self, Input, Refusal, Typed},
    },
    web::{
        extract::{ProtectedForm, Visitor, query_params, session_cookie, set_cookie},
        failure::Failure,
        ops::metrics::{Tried, Way},
        reply::see_other,
        state::Shared,
        view::{CodePage, CodeTrouble, ErrorKind},
    },
};

/// Where the right password leads to.
pub fn address(step: &str, sealed: Option<&str>) -> String {
    waiting::carried(&format!("/login/second-factor?step={step}"), sealed)
}

fn start_again(sealed: Option<&str>) -> Response {
    see_other(&waiting::carried("/login?notice=start_again", sealed))
}

/// What the two pages carry along.
struct Carried {
    step: String,
    sealed: Option<String>,
}

pub async fn show(State(state): State<Shared>, visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let step = query.single("step").unwrap_or_default().to_owned();
    // What is sent on is only what can be one of ours.
    let sealed = query.single("continue").filter(|text| is_sealed(text)).map(str::to_owned);
    if !second_factor::is_open(&state.cx(visitor.info.clone()), &step, &visitor.browser) {
        return Ok(start_again(sealed.as_deref()));
    }
    draw(&state, visitor, Carried { step, sealed }, StatusCode::OK, None, false).await
}

fn is_sealed(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

async fn draw(
    state: &Shared,
    mut visitor: Visitor,
    carried: Carried,
    status: StatusCode,
    trouble: Option<CodeTrouble>,
    recovery: bool,
) -> Result<Response, Failure> {
    let behind = waiting::look(state, &visitor, carried.sealed.clone()).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    visitor.accent = behind.accent;
    // The switch of languages comes back by GET.
    visitor.path = address(&carried.step, carried.sealed.as_deref());
    let page = CodePage {
        step: carried.step,
        continue_to: carried.sealed.filter(|_| !behind.expired),
        application: behind.application,
        trouble,
        recovery,
        contact: behind.contact,
    };
    let mut drawn = visitor.page_with(state, None, status, &page)?;
    if let Some(CodeTrouble::Wait { seconds }) = trouble {
        drawn.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(drawn)
}

pub async fn finish(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let text = |name| params.single(name).unwrap_or_default();
    let recovery = params.single("recovery_code").map(Secret::presented);
    let by_recovery_code = recovery.is_some();
    let typed = recovery.map_or_else(|| Typed::Code(Secret::presented(text("code"))), Typed::RecoveryCode);
    let carried = Carried {
        step: text("step").to_owned(),
        sealed: params.single("continue").filter(|text| is_sealed(text)).map(str::to_owned),
    };
    let (step, sealed) = (carried.step.clone(), carried.sealed.clone());
    let (browser, previous) = (visitor.browser.clone(), visitor.session.clone());
    let verdict = state
        .run(visitor.info.clone(), move |store, cx| {
            let waiting = sealed.as_deref().and_then(|sealed| Waiting::open(cx, sealed));
            let input = Input { step, typed, browser, waiting: waiting.clone(), previous };
            let opened = second_factor::finish(store, cx, input)?;
            Ok(opened
                .map(|opened| (waiting::next_after(sealed.as_deref().zip(waiting.as_ref()), false), opened.secret)))
        })
        .await;
    let tried = match &verdict {
        Ok(Err(Refusal::Wait(_))) => Tried::Limited,
        other => Tried::of(other),
    };
    state.metrics.tried_to_sign_in(Way::SecondFactor, tried);
    let (status, trouble) = match verdict? {
        Ok((next, secret)) => {
            let mut response = see_other(&next);
            set_cookie(&mut response, &session_cookie(&state, &secret));
            return Ok(response);
        }
        Err(Refusal::StartAgain) => return Ok(start_again(carried.sealed.as_deref())),
        Err(Refusal::WrongCode) => (StatusCode::UNAUTHORIZED, CodeTrouble::Wrong),
        Err(Refusal::Wait(rest)) => {
            let seconds = rest.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX);
            (StatusCode::TOO_MANY_REQUESTS, CodeTrouble::Wait { seconds })
        }
    };
    draw(&state, visitor, carried, status, Some(trouble), by_recovery_code).await
}
