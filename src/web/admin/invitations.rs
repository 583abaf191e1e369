//! `/admin/invitations`: who is on their way in; sending again, and taking back. `/admin/people/invite`: bringing somebody in,
//! by a letter or by a sheet of paper, which is the answer to the press itself.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use crate::{
    domain::{InvitationId, Permission, Role, TooWeak},
    flows::{
        Cx,
        admin::members::{self, Brought, Guest, Invitations, InviteRefusal, Sheet, Wrong},
    },
    keys::Sealable,
    web::{
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, InvitationsPage, InvitePage, SheetPage},
    },
};

pub const PATH: &str = "/admin/invitations";
const INVITE: &str = "/admin/people/invite";

/// What had been typed when the sign-in was no longer recent enough.
impl Sealable for Guest {
    const PURPOSE: &'static str = "admin-guest";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).ok();
    let after = query.as_ref().and_then(|query| query.single("after")).map(InvitationId::new);
    let (asked, later) = (who.clone(), after.is_some());
    let list = move |store: &_, cx: &_| members::invitations(store, cx, &asked, after.as_ref());
    let Invitations { open, more_after } = state.run(visitor.info.clone(), list).await?;
    let page = InvitationsPage {
        clinic: visitor.name_of(&who.clinic),
        open,
        more_after,
        later,
        may_invite: who.membership.may(Permission::InvitePerson),
        notice: query.as_ref().and_then(|query| query.single("notice")).and_then(notice),
    };
    visitor.page(&state, Some(&who), &page)
}

const NOTICES: &[&str] = &[
    "invite_person",
    "join_person",
    "invite_people",
    "join_people",
    "resend_invitation",
    "revoke_invitation",
    "out_of_reach",
    "over",
];

fn notice(name: &str) -> Option<&'static str> {
    NOTICES.iter().copied().find(|known| *known == name)
}

pub async fn ask(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let way = if state.mailer.is_some() { "mail" } else { "sheet" };
    let draft = super::typed_before(&state, &admin, &uri);
    let empty = Guest { role: Role::Member.as_str().to_owned(), way: way.to_owned(), ..Guest::default() };
    page(&state, admin, draft.unwrap_or(empty), None).await
}

async fn page(state: &Shared, admin: Admin, guest: Guest, wrong: Option<Wrong>) -> Result<Response, Failure> {
    let Admin { visitor, who, .. } = admin;
    let (asked, again) = (who.clone(), guest.clone());
    let may = move |store: &_, cx: &Cx| {
        let weak = members::may_act(store, cx, &asked)?.err();
        Ok((weak.map(|weak| to_sign_in(cx, &again, weak)), cx.mailer.is_some()))
    };
    let (sign_in_uri, mails) = state.run(visitor.info.clone(), may).await?;
    let page = InvitePage {
        clinic: visitor.name_of(&who.clinic),
        guest,
        roles: members::may_grant(&who).into_iter().map(Role::as_str).collect(),
        mails,
        wrong,
        sign_in_uri,
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    visitor.page_with(state, Some(&who), status, &page)
}

/// Of what was typed no more is kept than anybody types.
fn to_sign_in(cx: &Cx, guest: &Guest, weak: TooWeak) -> String {
    let kept = |typed: &str| typed.chars().take(100).collect();
    let draft = Guest {
        name: kept(&guest.name),
        kana: kept(&guest.kana),
        email: kept(&guest.email),
        role: kept(&guest.role),
        until: kept(&guest.until),
        way: kept(&guest.way),
    };
    sign_in_again(cx, Err(weak), &format!("{INVITE}?draft={}", cx.keys.seal(&draft, cx.now, cx.random)))
}

pub async fn invite(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let typed = |name| form.params.single(name).unwrap_or_default().to_owned();
    let guest = Guest {
        name: typed("name"),
        kana: typed("kana"),
        email: typed("email"),
        role: typed("role"),
        until: typed("until"),
        way: typed("way"),
    };
    let (who, given) = (admin.who.clone(), guest.clone());
    let (verdict, sign_in) = state
        .run(form.visitor.info, move |store, cx| {
            let verdict = members::invite(store, cx, &who, &given)?;
            Ok((verdict, to_sign_in(cx, &given, TooWeak::NotStrong)))
        })
        .await?;
    match verdict {
        Ok(Brought::Printed(sheet)) => print(&state, admin, *sheet),
        Ok(Brought::Sent) => Ok(see_other(&format!("{PATH}?notice=invite_person"))),
        Ok(Brought::Joined(_)) => Ok(see_other(&format!("{PATH}?notice=join_person"))),
        Err(InviteRefusal::Wrong(wrong)) => page(&state, admin, guest, Some(wrong)).await,
        Err(InviteRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(_) => Err(ErrorKind::NotFound.into()),
    }
}

pub fn print(state: &Shared, admin: Admin, sheet: Sheet) -> Result<Response, Failure> {
    let page = paper(state, &admin, sheet);
    admin.visitor.page(state, Some(&admin.who), &page)
}

pub(super) fn paper(state: &Shared, Admin { visitor, .. }: &Admin, sheet: Sheet) -> SheetPage {
    SheetPage {
        clinic: visitor.name_of(&sheet.clinic),
        contact: sheet.clinic.contact,
        person: sheet.user.profile.name,
        address: format!("{}/invite/{}", state.site.issuer, sheet.secret.reveal()),
        until: sheet.until,
    }
}

/// Again, with a new link, or not any more; the route's permission says which.
pub async fn change(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let Some(id) = InvitationId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let (who, permission) = (admin.who.clone(), admin.permission);
    let (verdict, sign_in) = state
        .run(form.visitor.info, move |store, cx| {
            let verdict = match permission {
                Permission::RevokeInvitation => members::revoke(store, cx, &who, &id)?.map(|()| None),
                _ => members::resend(store, cx, &who, &id)?,
            };
            Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), PATH)))
        })
        .await?;
    match verdict {
        Ok(Some(sheet)) => print(&state, admin, sheet),
        Ok(None) => Ok(see_other(&format!("{PATH}?notice={}", permission.as_str()))),
        Err(InviteRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(InviteRefusal::OutOfReach) => Ok(see_other(&format!("{PATH}?notice=out_of_reach"))),
        Err(InviteRefusal::Over) => Ok(see_other(&format!("{PATH}?notice=over"))),
        Err(InviteRefusal::NotFound | InviteRefusal::Wrong(_)) => Err(ErrorKind::NotFound.into()),
    }
}
