//! `/login`: anybody may come. The password form works without JavaScript; its POST hashes, so it waits for a permit.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::{
    login_second_factor, passkeys, terminal,
    waiting::{self, Behind},
};
use crate::{
    domain::{Barrier, Fault, Secret, SessionKind, Terminal},
    flows::{
        Cx,
        authorize::Waiting,
        sign_in::password::{self, Input, Passed, Refusal},
    },
    protocol::params::Params,
    store::Store,
    web::{
        extract::{ProtectedForm, Visitor, find, query_params, session_cookie, set_cookie, terminal_cookie},
        failure::{Failure, report},
        ops::metrics::{Tried, Way},
        reply::see_other,
        state::Shared,
        view::{ErrorKind, LoginNotice, LoginPage, Page},
    },
};

const PATH: &str = "/login";

pub async fn show(State(state): State<Shared>, mut visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    if query.single("to") == Some("passkeys") {
        return to_passkeys(&state, &visitor).await;
    }
    let sealed = query.single("continue").map(str::to_owned);
    if sealed.is_none() && find(&visitor, &state).await?.is_some() {
        return Ok(see_other("/"));
    }
    let behind = waiting::look(&state, &visitor, sealed.clone()).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    visitor.accent = behind.accent;
    let notice = notice(&query, &behind);
    let (email, here) = (behind.login_hint.clone(), terminal::here(&state, &visitor).await?);
    let shared = here.as_ref().is_some_and(Terminal::is_shared);
    let mut response = visitor.page(&state, None, &LoginPage { shared, ..page(sealed, behind, email, notice) })?;
    if let (Some(_), Some(secret)) = (here, &visitor.terminal) {
        // Browsers keep no cookie for much longer than a year: every time somebody comes to sign in, that year begins anew.
        set_cookie(&mut response, &terminal_cookie(&state, secret));
    }
    Ok(response)
}

/// For who has to see which passkeys are registered, because none was found.
async fn to_passkeys(state: &Shared, visitor: &Visitor) -> Result<Response, Failure> {
    if find(visitor, state).await?.is_some() {
        return Ok(see_other(passkeys::PATH));
    }
    let cx = state.cx(visitor.info.clone());
    let waiting = Waiting::for_page(&cx, passkeys::PATH.to_owned()).seal(&cx);
    Ok(see_other(&format!("/login?continue={waiting}")))
}

fn notice(query: &Params, behind: &Behind) -> Option<LoginNotice> {
    if behind.expired {
        return Some(LoginNotice::RequestExpired);
    }
    match query.single("notice")? {
        "session_ended" => Some(LoginNotice::SessionEnded),
        "ended_with_passkey" => Some(LoginNotice::EndedWithPasskey),
        "all_ended" => Some(LoginNotice::AllEnded),
        "start_again" => Some(LoginNotice::StartAgain),
        "sign_in_again" => Some(LoginNotice::SignInAgain),
        "sign_in_with_passkey" => Some(LoginNotice::SignInWithPasskey),
        _ => None,
    }
}

fn page(sealed: Option<String>, behind: Behind, email: Option<String>, notice: Option<LoginNotice>) -> LoginPage {
    LoginPage {
        continue_to: sealed.filter(|_| !behind.expired),
        needs: behind.needs.filter(|_| !behind.expired).map(Barrier::as_str),
        application: behind.application,
        email,
        notice,
        shared: false,
        contact: behind.contact,
    }
}

pub async fn password(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let email = params.single("email").unwrap_or_default().to_owned();
    let password = Secret::presented(params.single("password").unwrap_or_default());
    let sealed = params.single("continue").map(str::to_owned);
    let (typed, again) = (email.clone(), sealed.clone());
    let (browser, previous) = (visitor.browser.clone(), visitor.session.clone());
    let sign_in = move |store: &Store, cx: &Cx| {
        let waiting = again.as_deref().and_then(|sealed| Waiting::open(cx, sealed));
        let input = Input { email: typed, password, waiting: waiting.clone(), previous, browser };
        let waiting = again.as_deref().zip(waiting.as_ref());
        Ok(password::sign_in(store, cx, input)?.map(|passed| match passed {
            Passed::Opened(opened) => {
                let enrolling = opened.session.kind != SessionKind::Ordinary;
                (waiting::next_after(waiting, enrolling), Some(opened.secret))
            }
            Passed::TooShort(opened) => ("/settings/password?notice=too_short".to_owned(), Some(opened.secret)),
            Passed::CodeAsked(step) => (login_second_factor::address(&step, waiting.map(|(sealed, _)| sealed)), None),
        }))
    };
    let verdict = match password::turned_away(&state.cx(visitor.info.clone())) {
        Some(refusal) => Ok(Err(refusal)),
        None => state.run_hashing(visitor.info.clone(), sign_in).await,
    };
    let tried = match &verdict {
        Ok(Err(Refusal::Wait(_))) => Tried::Limited,
        other => Tried::of(other),
    };
    // Who is asked for a code is counted when they have typed it.
    if !matches!(&verdict, Ok(Ok((_, None)))) {
        state.metrics.tried_to_sign_in(Way::Password, tried);
    }
    let refused = match verdict {
        Ok(Ok((next, secret))) => {
            let mut response = see_other(&next);
            if let Some(secret) = secret {
                set_cookie(&mut response, &session_cookie(&state, &secret));
            }
            return Ok(response);
        }
        Ok(Err(refusal)) => Ok(refusal),
        Err(fault) => Err(fault),
    };
    let (status, notice) = said(refused)?;
    draw(&state, visitor, Typed { at: PATH, sealed, email: Some(email) }, (status, Some(notice)), |page| page).await
}

/// What a page says of a sign-in that was refused, or that nobody found the time for.
pub fn said(refused: Result<Refusal, Fault>) -> Result<(StatusCode, LoginNotice), Failure> {
    match refused {
        Ok(Refusal::BadCredentials) => Ok((StatusCode::UNAUTHORIZED, LoginNotice::BadCredentials)),
        Ok(Refusal::Wait(rest)) => {
            let seconds = rest.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX);
            Ok((StatusCode::TOO_MANY_REQUESTS, LoginNotice::Wait { seconds }))
        }
        Err(fault @ Fault::Busy(_)) => {
            report(&fault);
            Ok((StatusCode::SERVICE_UNAVAILABLE, LoginNotice::Busy))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// What a page is drawn with again.
pub struct Typed {
    /// Its address.
    pub at: &'static str,
    pub sealed: Option<String>,
    pub email: Option<String>,
}

/// The page of a form with an e-mail address in it. Without a notice it says what becomes of the request that waits.
pub async fn draw<P: Page>(
    state: &Shared,
    mut visitor: Visitor,
    typed: Typed,
    (status, notice): (StatusCode, Option<LoginNotice>),
    into: impl FnOnce(LoginPage) -> P,
) -> Result<Response, Failure> {
    let Typed { at, sealed, email } = typed;
    let behind = waiting::look(state, &visitor, sealed.clone()).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    visitor.accent = behind.accent;
    // The switch of languages comes back by GET.
    visitor.path = waiting::carried(at, sealed.as_deref());
    let notice = notice.or(behind.expired.then_some(LoginNotice::RequestExpired));
    let (email, shared) = (email.or_else(|| behind.login_hint.clone()), terminal::is_shared(state, &visitor).await?);
    let again = into(LoginPage { shared, ..page(sealed, behind, email, notice) });
    let drawn = visitor.page_with(state, None, status, &again)?;
    Ok(match notice {
        Some(LoginNotice::Wait { seconds }) => retry_after(drawn, seconds),
        Some(LoginNotice::Busy) => retry_after(drawn, 2),
        _ => drawn,
    })
}

fn retry_after(mut response: Response, seconds: u64) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response.into_response()
}
