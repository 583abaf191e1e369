//! `/admin/people/{member}/invite-again`: a new invitation for somebody who has lost every way in, or has never been in. The page says what ends, and
//! asks how it was made sure who they are, or shows what a colleague asked for; the sheet is the answer to the press itself.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{act, invitations, person};
use crate::{
    domain::{AccessCodeId, IdentityCheck, MembershipId, Permission, Purpose, TooWeak},
    flows::{
        Cx,
        admin::members::{
            self, Again, Order, REASON_LIMIT, Refusal, ReinviteOrder, ReinviteRefusal, Reinvited, Standing, WrongAgain,
        },
    },
    keys::Sealable,
    web::{
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, InviteAgainPage},
    },
};

/// What had been typed when the sign-in was no longer recent enough.
impl Sealable for Again {
    const PURPOSE: &'static str = "admin-again";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

fn id(member: &str) -> Result<MembershipId, Failure> {
    MembershipId::parse(member).ok_or_else(|| ErrorKind::NotFound.into())
}

/// As the pattern of acts has it.
fn path(member: &MembershipId) -> String {
    act::path(&Order::about(Permission::ReinvitePerson, member.clone(), String::new()))
}

/// Of what was typed no more is kept than anybody types.
fn to_sign_in(cx: &Cx, member: &MembershipId, typed: &Again, weak: TooWeak) -> String {
    let kept = |typed: &str| typed.chars().take(REASON_LIMIT).collect();
    let draft = Again { checked: kept(&typed.checked), reason: kept(&typed.reason), way: kept(&typed.way) };
    sign_in_again(cx, Err(weak), &format!("{}?draft={}", path(member), cx.keys.seal(&draft, cx.now, cx.random)))
}

pub async fn ask(
    State(state): State<Shared>,
    admin: Admin,
    Path(member): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let way = if state.mailer.is_some() { "mail" } else { "sheet" };
    let empty = Again { way: way.to_owned(), ..Again::default() };
    let typed = super::typed_before(&state, &admin, &uri).unwrap_or(empty);
    let over = query_params(&uri).is_ok_and(|query| query.single("notice") == Some("over"));
    page(&state, admin, id(&member)?, typed, Said { over, ..Said::default() }).await
}

#[derive(Clone, Copy, Default)]
struct Said {
    /// What was to be agreed to waits no longer.
    over: bool,
    wrong: Option<WrongAgain>,
    /// There was a code that could still be typed, and it was not said that it should end.
    still_open: bool,
}

async fn page(
    state: &Shared,
    admin: Admin,
    member: MembershipId,
    typed: Again,
    said: Said,
) -> Result<Response, Failure> {
    let Admin { visitor, who, permission } = admin;
    let (asked, about, again) = (who.clone(), member.clone(), typed.clone());
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let Some(standing) = members::standing(store, cx, &asked, Purpose::Invitation, &about)? else {
                return Ok(None);
            };
            let may = members::may_act(store, cx, &asked)?;
            let no_passkey = may == Err(TooWeak::NoPasskey);
            let sign_in_uri = may.err().map(|weak| to_sign_in(cx, &about, &again, weak));
            Ok(Some((standing, no_passkey, sign_in_uri, cx.mailer.is_some())))
        })
        .await?;
    let Some((standing, no_passkey, sign_in_uri, mails)) = found else { return Err(ErrorKind::NotFound.into()) };
    let (action, back) = (path(&member), person::path(&member));
    let Standing { member, wish, made, been_in, needs_second } = standing;
    if !member.lets(&who, permission) {
        return Ok(see_other(&format!("{back}?notice=out_of_reach")));
    }
    if !member.is_active(state.clock.now()) {
        return Ok(see_other(&format!("{back}?notice=inactive")));
    }
    let page = InviteAgainPage {
        clinic: visitor.name_of(&member.clinic),
        anew: !been_in,
        passkeys: member.passkeys.iter().filter(|passkey| passkey.is_enabled()).count(),
        email: member.user.email.as_str().to_owned(),
        proven: member.user.email_verified,
        person: member.user.profile.name,
        mails,
        other: wish.as_ref().is_some_and(|wish| wish.purpose != Purpose::Invitation),
        wish: wish.filter(|wish| wish.purpose == Purpose::Invitation),
        open: made.is_some_and(|made| !made.dead),
        needs_second,
        over: said.over,
        checks: IdentityCheck::ALL,
        typed,
        reason_limit: REASON_LIMIT,
        wrong: said.wrong,
        action,
        back,
        sign_in_uri,
        no_passkey,
    };
    let status = match said {
        Said { wrong: Some(_), .. } => StatusCode::UNPROCESSABLE_ENTITY,
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
    let field = |name| form.params.single(name).unwrap_or_default().to_owned();
    let typed = Again { checked: field("checked"), reason: field("reason"), way: field("way") };
    let (member, agrees_to) = (id(&member)?, form.params.single("agrees_to").and_then(AccessCodeId::parse));
    let withdraws = form.params.single("withdraw") == Some("yes");
    let order = ReinviteOrder { member: member.clone(), typed: typed.clone(), agrees_to, withdraws };
    let who = admin.who.clone();
    let (verdict, sign_in) = state
        .run(form.visitor.info, move |store, cx| {
            let sign_in = to_sign_in(cx, &order.member, &order.typed, TooWeak::NotStrong);
            Ok((members::reinvite(store, cx, &who, order)?, sign_in))
        })
        .await?;
    let (own, back) = (path(&member), person::path(&member));
    match verdict {
        Ok(Reinvited::Printed(sheet)) => invitations::print(&state, admin, *sheet),
        Ok(Reinvited::Anew) => Ok(see_other(&format!("{back}?notice=invited_anew"))),
        Ok(Reinvited::Sent) => Ok(see_other(&format!("{back}?notice=reinvited"))),
        Ok(Reinvited::Asked) => Ok(see_other(&format!("{back}?notice={}", admin.permission.as_str()))),
        Err(ReinviteRefusal::Over) => Ok(see_other(&format!("{own}?notice=over"))),
        Err(ReinviteRefusal::Inactive) => Ok(see_other(&format!("{back}?notice=inactive"))),
        Err(ReinviteRefusal::Open) => {
            page(&state, admin, member, typed, Said { still_open: true, ..Said::default() }).await
        }
        Err(ReinviteRefusal::Wrong(wrong)) => {
            page(&state, admin, member, typed, Said { wrong: Some(wrong), ..Said::default() }).await
        }
        Err(ReinviteRefusal::Act(Refusal::TooWeak(TooWeak::NoPasskey))) => Ok(see_other(&own)),
        Err(ReinviteRefusal::Act(Refusal::TooWeak(_))) => Ok(see_other(&sign_in)),
        Err(ReinviteRefusal::Act(Refusal::NotFound)) => Err(ErrorKind::NotFound.into()),
        Err(ReinviteRefusal::Act(_)) => Ok(see_other(&format!("{back}?notice=out_of_reach"))),
    }
}
