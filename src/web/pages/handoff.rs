//! `/settings/passkeys/phone`: the PC of a hand-off. Its link as a QR code, the digits to be typed, and what became of it;
//! all of it works without scripts, which only spare reloading.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    passkeys::{PATH, sign_in_again},
    waiting::carried,
};
use crate::{
    domain::{Handoff, HandoffStage, SessionKind, TooWeak, UnixTime},
    flows::enrol::handoff::{self, NotNow},
    web::{
        extract::{Enrolled, ProtectedForm, Visitor, find, query_params},
        failure::Failure,
        reply::{JsonRefusal, see_other},
        state::Shared,
        view::{ErrorKind, HandoffPage},
    },
};

const PAGE: &str = "/settings/passkeys/phone";

pub async fn start(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let to = state
        .run(visitor.info, move |store, cx| {
            Ok(match handoff::start(store, cx, &who)? {
                Ok(()) => carried(PAGE, form.params.single("continue")),
                // What to do is said there.
                Err(NotNow::Otherwise | NotNow::TooWeak(TooWeak::NeedsInvitation | TooWeak::Temporary)) => {
                    PATH.to_owned()
                }
                Err(NotNow::TooWeak(weak)) => sign_in_again(cx, Err(weak), PATH),
            })
        })
        .await?;
    Ok(see_other(&to))
}

pub async fn show(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let waiting = query.single("continue").map(str::to_owned);
    let asked = who.clone();
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            Ok(handoff::follow(store, &asked)?.map(|it| (it.stage_at(cx.now), handoff::token(cx, &it.id), it)))
        })
        .await?;
    let Some((stage, token, handoff)) = found else { return Ok(see_other(&carried(PATH, waiting.as_deref()))) };
    if stage == HandoffStage::Done {
        return Ok(see_other(&carried("/settings/passkeys?notice=registered", waiting.as_deref())));
    }
    let page = HandoffPage {
        enrolling: who.session.kind != SessionKind::Ordinary,
        seen: seen(&handoff, state.clock.now()),
        stage: stage.as_str(),
        link: (stage == HandoffStage::Shown).then(|| format!("{}/phone/{}", state.site.issuer, token.reveal())),
        tries_left: (handoff.wrong_digits > 0).then_some(Handoff::WRONG_DIGITS_LIMIT - handoff.wrong_digits),
        pressed_elsewhere: handoff.pressed_elsewhere,
        end_reason: handoff.end_reason,
        expires_at: handoff.expires_at,
        continue_to: waiting,
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page(&state, Some(&who), &page)
}

/// For the page's own script: whether there is anything new to be seen.
pub async fn state(State(state): State<Shared>, visitor: Visitor) -> Result<Response, JsonRefusal> {
    let Some(who) = find(&visitor, &state).await? else {
        return Err(JsonRefusal::new(StatusCode::UNAUTHORIZED, "signed_out"));
    };
    let now = state.clock.now();
    let found = state.run_read(visitor.info, move |store, _| handoff::follow(store, &who)).await?;
    let seen = found.map(|handoff| seen(&handoff, now)).unwrap_or_default();
    Ok(Json(json!({ "seen": seen })).into_response())
}

/// All that can change on the page while nobody at the PC does anything.
fn seen(handoff: &Handoff, now: UnixTime) -> String {
    let elsewhere = if handoff.pressed_elsewhere { " elsewhere" } else { "" };
    format!("{}{elsewhere}", handoff.stage_at(now).as_str())
}

fn back(form: &ProtectedForm) -> String {
    carried(PAGE, form.params.single("continue"))
}

/// The three digits. What they led to is on the page.
pub async fn confirm(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let (typed, back) = (form.params.single("digits").unwrap_or_default().to_owned(), back(&form));
    state.run(visitor.info, move |store, cx| handoff::confirm(store, cx, &who, &typed)).await?;
    Ok(see_other(&back))
}

pub async fn commit(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let back = back(&form);
    state.run(visitor.info, move |store, cx| handoff::commit(store, cx, &who)).await?;
    Ok(see_other(&back))
}
