//! `/settings/password`: choosing or changing one's password, for an enrolling session too. The POST hashes.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::passkeys::sign_in_again;
use crate::{
    domain::{Secret, SessionKind, TooWeak, password::PasswordProblem},
    flows::account::{
        password::{self, Input, Refusal},
        second_factor,
    },
    web::{
        extract::{Enrolled, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{PasswordPage, PasswordTrouble},
    },
};

const PATH: &str = "/settings/password";

pub async fn show(State(state): State<Shared>, enrolled: Enrolled, uri: Uri) -> Result<Response, Failure> {
    let too_short = query_params(&uri).is_ok_and(|query| query.single("notice") == Some("too_short"));
    draw(&state, enrolled, StatusCode::OK, Said { too_short, ..Said::default() }).await
}

/// What the page says about a form that was sent.
#[derive(Default)]
struct Said {
    troubles: Vec<PasswordTrouble>,
    wait: Option<u64>,
    saved: bool,
    too_short: bool,
}

async fn draw(
    state: &Shared,
    Enrolled { mut visitor, who }: Enrolled,
    status: StatusCode,
    said: Said,
) -> Result<Response, Failure> {
    PATH.clone_into(&mut visitor.path);
    let asked = who.clone();
    let (may_change, again, least) = state
        .run(visitor.info.clone(), move |store, cx| {
            let may_change = password::may_change(store, cx, &asked)?;
            Ok((may_change, sign_in_again(cx, may_change, PATH), password::least(store, cx, &asked)?))
        })
        .await?;
    let page = PasswordPage {
        enrolling: who.session.kind != SessionKind::Ordinary,
        email: who.user.email.as_str().to_owned(),
        has_password: password::asks_for_current(&who),
        may_change: may_change.is_ok(),
        needs_invitation: may_change == Err(TooWeak::NeedsInvitation),
        sign_in_again_uri: again,
        troubles: said.troubles,
        wait: said.wait,
        saved: said.saved,
        too_short: said.too_short,
        min: least.min(),
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn change(State(state): State<Shared>, enrolled: Enrolled, form: ProtectedForm) -> Result<Response, Failure> {
    let current = form.params.single("current_password").map(Secret::presented);
    let new = Secret::presented(form.params.single("new_password").unwrap_or_default());
    let end_others = form.params.single("end_others") == Some("yes");
    let who = enrolled.who.clone();
    let verdict = state
        .run_hashing(enrolled.visitor.info.clone(), move |store, cx| {
            password::change(store, cx, &who, &Input { current, new, end_others })
        })
        .await?;
    let (troubles, wait) = match verdict {
        Ok(()) if enrolled.who.session.kind != SessionKind::Ordinary => {
            return onward(&state, enrolled).await;
        }
        Ok(()) => return draw(&state, enrolled, StatusCode::OK, Said { saved: true, ..Said::default() }).await,
        // Drawn again: the page itself says that a newer or stronger sign-in is needed.
        Err(Refusal::TooWeak(_) | Refusal::ChangedMeanwhile) => (Vec::new(), None),
        Err(Refusal::WrongCurrent) => (vec![PasswordTrouble::WrongCurrent], None),
        Err(Refusal::Wait(rest)) => (Vec::new(), Some(rest.as_secs().saturating_add(1))),
        Err(Refusal::Problems(problems)) => (problems.into_iter().map(trouble).collect(), None),
    };
    draw(&state, enrolled, StatusCode::UNPROCESSABLE_ENTITY, Said { troubles, wait, ..Said::default() }).await
}

/// Who is enrolling has chosen a password beside a code, or registers a passkey next.
async fn onward(state: &Shared, Enrolled { visitor, who }: Enrolled) -> Result<Response, Failure> {
    let held = state.run(visitor.info, move |store, cx| second_factor::overview(store, cx, &who)).await?;
    Ok(see_other(match held.enabled {
        Some(_) => "/settings/second-factor?notice=password_saved",
        None => "/settings/passkeys?notice=password_saved",
    }))
}

const fn trouble(problem: PasswordProblem) -> PasswordTrouble {
    match problem {
        PasswordProblem::TooShort => PasswordTrouble::TooShort,
        PasswordProblem::TooLong => PasswordTrouble::TooLong,
        PasswordProblem::NoLetter => PasswordTrouble::NoLetter,
        PasswordProblem::NoDigit => PasswordTrouble::NoDigit,
        PasswordProblem::Common => PasswordTrouble::Common,
        PasswordProblem::Personal => PasswordTrouble::Personal,
        PasswordProblem::Reused => PasswordTrouble::Reused,
    }
}

/// `/.well-known/change-password` (W3C, A Well-Known URL for Changing Passwords).
pub async fn well_known() -> Response {
    see_other(PATH)
}
