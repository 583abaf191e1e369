//! What is done to one of a clinic's people: a page that says what it means and asks for the reason, and the press of its
//! button. The route's permission says which it is. Whoever has to sign in first comes back to what they had typed.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::{Deserialize, Serialize};

use super::person;
use crate::{
    domain::{ClientId, MembershipId, PasskeyId, Permission, SessionId, TooWeak},
    flows::{
        Cx,
        admin::{
            last_day,
            members::{self, Holdings, Member, Order, REASON_LIMIT, Refusal},
        },
    },
    keys::Sealable,
    web::{
        extract::{Admin, ProtectedForm},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ActPage, ErrorKind},
    },
};

/// Of the address.
#[derive(Deserialize)]
pub struct Target {
    member: String,
    passkey: Option<String>,
    session: Option<String>,
    client: Option<String>,
}

/// What had been typed when the sign-in was no longer recent enough.
#[derive(Serialize, Deserialize, Default)]
struct Draft {
    reason: String,
    #[serde(default)]
    until: String,
}

/// How the page comes to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    First,
    /// With what had been typed.
    Again,
    BadReason,
    BadDay,
}

impl Sealable for Draft {
    const PURPOSE: &'static str = "admin-draft";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

impl Target {
    fn order(self, permission: Permission, typed: Draft) -> Result<Order, Failure> {
        let not_found = || Failure::from(ErrorKind::NotFound);
        let passkey = self.passkey.map(|id| PasskeyId::parse(&id).ok_or_else(not_found)).transpose()?;
        let member = MembershipId::parse(&self.member).ok_or_else(not_found)?;
        let session = self.session.map(|id| SessionId::parse(&id).ok_or_else(not_found)).transpose()?;
        let application = self.client.map(ClientId::new);
        Ok(Order { permission, member, passkey, session, application, reason: typed.reason, until: typed.until })
    }
}

pub fn path(order: &Order) -> String {
    let person = person::path(&order.member);
    let what = match order.permission {
        Permission::ResumeMembership | Permission::ResumePasskey => "resume",
        Permission::DeletePasskey => "delete",
        Permission::IssueAccessCode => "access-code",
        Permission::SetEndDate => "end-date",
        Permission::ReinvitePerson => "invite-again",
        Permission::DisablePerson => "disable",
        Permission::EnablePerson => "enable",
        Permission::UnlockPassword => "unlock",
        Permission::EndSessions => "end",
        Permission::WithdrawApplication => "withdraw",
        _ => "suspend",
    };
    match (order.permission, &order.passkey, &order.session, &order.application) {
        (Permission::EndSessions, _, Some(session), _) => format!("{person}/sessions/{session}/{what}"),
        (Permission::EndSessions, _, None, _) => format!("{person}/sessions/{what}"),
        (_, _, _, Some(client)) => format!("{person}/apps/{client}/{what}"),
        (_, Some(passkey), ..) => format!("{person}/passkeys/{passkey}/{what}"),
        _ => format!("{person}/{what}"),
    }
}

pub async fn ask(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    uri: Uri,
) -> Result<Response, Failure> {
    let draft: Option<Draft> = super::typed_before(&state, &admin, &uri);
    let first = draft.is_none();
    let order = target.order(admin.permission, draft.unwrap_or_default())?;
    page(&state, admin, order, if first { Shown::First } else { Shown::Again }).await
}

/// The reason, where somebody comes back from signing in again.
pub fn reason_before(state: &Shared, admin: &Admin, uri: &Uri) -> String {
    super::typed_before::<Draft>(state, admin, uri).map(|draft| draft.reason).unwrap_or_default()
}

async fn page(
    state: &Shared,
    Admin { visitor, who, permission }: Admin,
    order: Order,
    shown: Shown,
) -> Result<Response, Failure> {
    let (asked, again) = (who.clone(), order.clone());
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let Some((member, _)) = members::find(store, &asked, &again.member)? else { return Ok(None) };
            let may = members::may_act(store, cx, &asked)?;
            let no_passkey = may == Err(TooWeak::NoPasskey);
            let held = members::holdings(store, cx, &asked, &again.member)?.unwrap_or_default();
            Ok(Some((member, held, no_passkey, may.err().map(|weak| to_sign_in(cx, &again, weak)))))
        })
        .await?;
    let Some((member, held, no_passkey, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let back = person::path(&order.member);
    if !member.lets(&who, permission) {
        return Ok(see_other(&format!("{back}?notice=out_of_reach")));
    }
    let Some(page) = described(&member, held, &order, visitor.name_of(&member.clinic)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let (bad_reason, bad_day) = (shown == Shown::BadReason, shown == Shown::BadDay);
    let until = match order.permission {
        Permission::SetEndDate if shown == Shown::First => {
            Some(member.membership.ends_at.map(last_day).unwrap_or_default())
        }
        Permission::SetEndDate => Some(order.until.clone()),
        _ => None,
    };
    let page = ActPage { action: path(&order), back, bad_reason, bad_day, until, sign_in_uri, no_passkey, ..page };
    let status = if bad_reason || bad_day { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visitor.page_with(state, Some(&who), status, &page)
}

/// `None`: there is no such passkey, session or application.
fn described(member: &Member, held: Holdings, order: &Order, clinic: String) -> Option<ActPage> {
    let session = match &order.session {
        Some(id) => Some(held.sessions.into_iter().find(|(session, _)| session.id == *id)?.0.user_agent),
        None => None,
    };
    let application = match &order.application {
        Some(id) => Some(held.apps.into_iter().find(|app| app.client_id == *id)?.name),
        None => None,
    };
    let passkey = match &order.passkey {
        Some(id) => Some(member.passkeys.iter().find(|passkey| passkey.id == *id)?),
        None => None,
    };
    let enabled = member.passkeys.iter().filter(|passkey| passkey.is_enabled()).count();
    let takes_away = matches!(order.permission, Permission::SuspendPasskey | Permission::DeletePasskey);
    Some(ActPage {
        what: order.permission.as_str(),
        clinic,
        person: member.user.profile.name.clone(),
        passkey: passkey.map(|passkey| passkey.name.clone()),
        session,
        application,
        last: takes_away && enabled == 1 && passkey.is_some_and(|passkey| passkey.is_enabled()),
        reason: order.reason.clone(),
        reason_limit: REASON_LIMIT,
        ..ActPage::default()
    })
}

/// The login page, which comes back to this one; of who has no passkey, the page where one is registered.
pub fn to_sign_in(cx: &Cx, order: &Order, weak: TooWeak) -> String {
    let kept = |typed: &str| typed.chars().take(REASON_LIMIT).collect();
    let draft = Draft { reason: kept(&order.reason), until: kept(&order.until) };
    let path = format!("{}?draft={}", path(order), cx.keys.seal(&draft, cx.now, cx.random));
    sign_in_again(cx, Err(weak), &path)
}

pub async fn act(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let typed = |name| form.params.single(name).unwrap_or_default().to_owned();
    let order = target.order(admin.permission, Draft { reason: typed("reason"), until: typed("until") })?;
    let (who, given) = (admin.who.clone(), order.clone());
    let (verdict, sign_in) = state
        .run(form.visitor.info, move |store, cx| {
            let verdict = members::act(store, cx, &who, given.clone())?;
            // By passkey alone, however long ago.
            Ok((verdict, to_sign_in(cx, &given, TooWeak::NotStrong)))
        })
        .await?;
    let back = person::path(&order.member);
    match verdict {
        Ok(()) => Ok(see_other(&format!("{back}?notice={}", order.permission.as_str()))),
        Err(Refusal::TooWeak(TooWeak::NoPasskey)) => Ok(see_other(&path(&order))),
        Err(Refusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(Refusal::BadReason) => page(&state, admin, order, Shown::BadReason).await,
        Err(Refusal::BadDay) => page(&state, admin, order, Shown::BadDay).await,
        Err(Refusal::OutOfReach) => Ok(see_other(&format!("{back}?notice=out_of_reach"))),
        Err(Refusal::Unchanged) => Ok(see_other(&format!("{back}?notice=unchanged"))),
        Err(Refusal::LastAdministrator) => Ok(see_other(&format!("{back}?notice=last_administrator"))),
        Err(Refusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
