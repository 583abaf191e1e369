//! `/admin/people/{member}/access-code`: a one-time code for somebody whose device is broken. The page asks for the reason, or
//! shows what a colleague asked for; the answer to the press of its button is the only place where the code is seen.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{act, person};
use crate::{
    domain::{AccessCodeId, MembershipId, Permission, Purpose, TooWeak},
    flows::admin::members::{
        self, CodeOrder, CodeRefusal, Issued, Member, Order, Ordered, REASON_LIMIT, Refusal, Standing,
    },
    web::{
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{AskCodePage, ErrorKind, IssuedCodePage},
    },
};

/// As the pattern of acts knows it, for its address and its draft.
fn order_of(member: &str, reason: String) -> Result<Order, Failure> {
    let member = MembershipId::parse(member).ok_or_else(|| Failure::from(ErrorKind::NotFound))?;
    Ok(Order::about(Permission::IssueAccessCode, member, reason))
}

pub async fn ask(
    State(state): State<Shared>,
    admin: Admin,
    Path(member): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let order = order_of(&member, act::reason_before(&state, &admin, &uri))?;
    let over = query_params(&uri).is_ok_and(|query| query.single("notice") == Some("over"));
    page(&state, admin, order, Said { over, ..Said::default() }).await
}

#[derive(Clone, Copy, Default)]
struct Said {
    /// What was to be agreed to waits no longer.
    over: bool,
    bad_reason: bool,
    /// There was a code that could still be typed, and it was not said that it should end.
    still_open: bool,
}

async fn page(state: &Shared, admin: Admin, order: Order, said: Said) -> Result<Response, Failure> {
    let Admin { visitor, who, permission } = admin;
    let (asked, again) = (who.clone(), order.clone());
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let Some(standing) = members::standing(store, cx, &asked, Purpose::Code, &again.member)? else {
                return Ok(None);
            };
            let may = members::may_act(store, cx, &asked)?;
            let no_passkey = may == Err(TooWeak::NoPasskey);
            Ok(Some((standing, no_passkey, may.err().map(|weak| act::to_sign_in(cx, &again, weak)))))
        })
        .await?;
    let Some((standing, no_passkey, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let (Standing { member, wish, made, needs_second, .. }, back) = (standing, person::path(&order.member));
    if !member.lets(&who, permission) {
        return Ok(see_other(&format!("{back}?notice=out_of_reach")));
    }
    if !member.is_active(state.clock.now()) {
        return Ok(see_other(&format!("{back}?notice=inactive")));
    }
    let page = AskCodePage {
        clinic: visitor.name_of(&member.clinic),
        person: member.user.profile.name.clone(),
        other: wish.as_ref().is_some_and(|wish| wish.purpose != Purpose::Code),
        wish: wish.filter(|wish| wish.purpose == Purpose::Code),
        made,
        needs_second,
        over: said.over,
        bad_reason: said.bad_reason,
        reason_limit: REASON_LIMIT,
        action: act::path(&order),
        reason: order.reason,
        back,
        sign_in_uri,
        no_passkey,
    };
    let status = match said {
        Said { bad_reason: true, .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Said { still_open: true, .. } => StatusCode::CONFLICT,
        Said { .. } => StatusCode::OK,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn act(
    State(state): State<Shared>,
    admin: Admin,
    Path(member): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let order = order_of(&member, form.params.single("reason").unwrap_or_default().to_owned())?;
    let agrees_to = form.params.single("agrees_to").and_then(AccessCodeId::parse);
    let withdraws = form.params.single("withdraw") == Some("yes");
    let code = CodeOrder { member: order.member.clone(), reason: order.reason.clone(), agrees_to, withdraws };
    let (who, given) = (admin.who.clone(), order.clone());
    let (verdict, sign_in) = state
        .run(form.visitor.info, move |store, cx| {
            let verdict = members::order_code(store, cx, &who, code)?;
            Ok((verdict, act::to_sign_in(cx, &given, TooWeak::NotStrong)))
        })
        .await?;
    let (own, back) = (act::path(&order), person::path(&order.member));
    match verdict {
        Ok(Ordered::Issued(member, issued)) => shown(&state, &admin, *member, &issued),
        Ok(Ordered::Asked) => Ok(see_other(&format!("{back}?notice={}", order.permission.as_str()))),
        Err(CodeRefusal::Over) => Ok(see_other(&format!("{own}?notice=over"))),
        Err(CodeRefusal::Inactive) => Ok(see_other(&format!("{back}?notice=inactive"))),
        Err(CodeRefusal::Open) => page(&state, admin, order, Said { still_open: true, ..Said::default() }).await,
        Err(CodeRefusal::Act(Refusal::TooWeak(TooWeak::NoPasskey))) => Ok(see_other(&own)),
        Err(CodeRefusal::Act(Refusal::TooWeak(_))) => Ok(see_other(&sign_in)),
        Err(CodeRefusal::Act(Refusal::BadReason | Refusal::BadDay)) => {
            page(&state, admin, order, Said { bad_reason: true, ..Said::default() }).await
        }
        Err(CodeRefusal::Act(Refusal::OutOfReach | Refusal::Unchanged | Refusal::LastAdministrator)) => {
            Ok(see_other(&format!("{back}?notice=out_of_reach")))
        }
        Err(CodeRefusal::Act(Refusal::NotFound)) => Err(ErrorKind::NotFound.into()),
    }
}

/// Nothing is asked for again: the code cannot be shown twice.
fn shown(state: &Shared, admin: &Admin, member: Member, issued: &Issued) -> Result<Response, Failure> {
    let visitor = &admin.visitor;
    let page = IssuedCodePage {
        clinic: visitor.name_of(&member.clinic),
        person: member.user.profile.name,
        has_password: member.user.password_hash.is_some(),
        code: issued.digits.shown(),
        until: issued.until,
        back: person::path(&member.membership.id),
    };
    visitor.page(state, Some(&admin.who), &page)
}
