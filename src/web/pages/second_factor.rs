//! `/settings/second-factor`: an authenticator app beside the password, set up with a code of its own, and its recovery
//! codes; for an enrolling session too. All of it works without scripts.

use axum::{extract::State, http::StatusCode, http::Uri, response::Response};

use super::passkeys::sign_in_again;
use crate::{
    domain::{RecoveryCode, SessionKind, SignedIn, TooWeak},
    flows::{
        Cx,
        account::second_factor::{self, Offer, Refusal},
        authorize::Waiting,
    },
    web::{
        extract::{Enrolled, ProtectedForm, Visitor, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{
            EnabledFactor, ErrorKind, RecoveryCodesPage, RemoveFactorPage, SecondFactorNotice, SecondFactorPage,
            SetUpPage,
        },
    },
};

const PATH: &str = "/settings/second-factor";

pub async fn show(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let asked = who.clone();
    let (found, again, onward) = state
        .run(visitor.info.clone(), move |store, cx| {
            let found = second_factor::overview(store, cx, &asked)?;
            let again = sign_in_again(cx, found.may_change, PATH);
            let onward = sign_in_home(cx, &asked).filter(|_| found.enabled.is_some() && found.has_password);
            Ok((found, again, onward))
        })
        .await?;
    let page = SecondFactorPage {
        enrolling: is_enrolling(&who),
        enabled: found.enabled.map(|enabled| EnabledFactor {
            since: enabled.since,
            last_used_at: enabled.last_used_at,
            recovery_codes_left: enabled.recovery_codes_left,
        }),
        has_password: found.has_password,
        may_change: found.may_change.is_ok(),
        needs_invitation: found.may_change == Err(TooWeak::NeedsInvitation),
        sign_in_again_uri: again,
        continue_uri: onward,
        notice: match query.single("notice") {
            Some("removed") => Some(SecondFactorNotice::Removed),
            Some("password_saved") => Some(SecondFactorNotice::PasswordSaved),
            Some("late") => Some(SecondFactorNotice::Late),
            _ => None,
        },
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page(&state, Some(&who), &page)
}

/// An enrolling session gives no application anything: whoever has just become able to, signs in.
fn sign_in_home(cx: &Cx, who: &SignedIn) -> Option<String> {
    is_enrolling(who).then(|| format!("/login?continue={}", Waiting::for_page(cx, "/".to_owned()).seal(cx)))
}

fn is_enrolling(who: &SignedIn) -> bool {
    who.session.kind != SessionKind::Ordinary
}

pub async fn offer(State(state): State<Shared>, Enrolled { visitor, who }: Enrolled) -> Result<Response, Failure> {
    let asked = who.clone();
    let verdict = state.run(visitor.info.clone(), move |store, cx| second_factor::offer(store, cx, &asked)).await?;
    match verdict {
        Ok(offer) => draw(&state, &visitor, &who, &offer, false),
        // The page itself says what is missing.
        Err(_) => Ok(see_other(PATH)),
    }
}

fn draw(state: &Shared, visitor: &Visitor, who: &SignedIn, offer: &Offer, wrong: bool) -> Result<Response, Failure> {
    let mut secret = Vec::new();
    let mut rest = offer.secret.as_str();
    while let Some((group, after)) = rest.split_at_checked(4).filter(|(group, _)| !group.is_empty()) {
        secret.push(group.to_owned());
        rest = after;
    }
    let page = SetUpPage {
        enrolling: is_enrolling(who),
        uri: offer.uri.to_string(),
        secret,
        set_up: offer.set_up.clone(),
        wrong,
        contact: Some(who.clinic.contact.clone()),
    };
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visitor.page_with(state, Some(who), status, &page)
}

pub async fn confirm(
    State(state): State<Shared>,
    Enrolled { mut visitor, who }: Enrolled,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let text = |name| form.params.single(name).unwrap_or_default().to_owned();
    let (asked, set_up, code) = (who.clone(), text("set_up"), text("code"));
    let (verdict, again) = state
        .run(visitor.info.clone(), move |store, cx| {
            let verdict = second_factor::confirm(store, cx, &asked, &set_up, &code)?;
            Ok((verdict, second_factor::offer_again(cx, &asked, set_up)))
        })
        .await?;
    match (verdict, again) {
        (Ok(codes), _) => show_codes(&state, visitor, &who, true, &codes),
        (Err(Refusal::WrongCode), Some(offer)) => {
            visitor.path = format!("{PATH}/set-up");
            draw(&state, &visitor, &who, &offer, true)
        }
        (Err(Refusal::WrongCode | Refusal::Late), _) => Ok(see_other("/settings/second-factor?notice=late")),
        (Err(Refusal::TooWeak(_) | Refusal::Unchanged), _) => Ok(see_other(PATH)),
    }
}

pub async fn renew_recovery_codes(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    _: ProtectedForm,
) -> Result<Response, Failure> {
    let asked = who.clone();
    let renew = move |store: &_, cx: &Cx| second_factor::renew_recovery_codes(store, cx, &asked);
    match state.run(visitor.info.clone(), renew).await? {
        Ok(codes) => show_codes(&state, visitor, &who, false, &codes),
        Err(_) => Ok(see_other(PATH)),
    }
}

fn show_codes(
    state: &Shared,
    mut visitor: Visitor,
    who: &SignedIn,
    first: bool,
    codes: &[RecoveryCode],
) -> Result<Response, Failure> {
    PATH.clone_into(&mut visitor.path);
    let cx = state.cx(visitor.info.clone());
    let page = RecoveryCodesPage {
        enrolling: is_enrolling(who),
        first,
        codes: codes.iter().map(RecoveryCode::shown).collect(),
        email: who.user.email.as_str().to_owned(),
        made_at: cx.now,
        has_password: who.user.password_hash.is_some(),
        continue_uri: sign_in_home(&cx, who),
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page(state, Some(who), &page)
}

pub async fn ask_remove(State(state): State<Shared>, Enrolled { visitor, who }: Enrolled) -> Result<Response, Failure> {
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, cx| second_factor::overview(store, cx, &asked)).await?;
    if found.enabled.is_none() || found.may_change.is_err() {
        return Ok(see_other(PATH));
    }
    let page = RemoveFactorPage {
        enrolling: is_enrolling(&who),
        last: found.without,
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page(&state, Some(&who), &page)
}

pub async fn remove(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let end_others = form.params.single("end_others") == Some("yes");
    let verdict = state.run(visitor.info, move |store, cx| second_factor::remove(store, cx, &who, end_others)).await?;
    Ok(see_other(if verdict.is_ok() { "/settings/second-factor?notice=removed" } else { PATH }))
}
