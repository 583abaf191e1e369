//! `/admin/terminals`: a clinic's PCs, shared or one person's own. One more is offered by a link, which is shown once and opened on the
//! PC; one that is gone is revoked.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use crate::{
    domain::{ClinicId, Permission, TerminalId, TerminalKind, TooWeak, UnixTime},
    flows::admin::{
        members::{self, TerminalRefusal, Terminals},
        terminals::{Added, Listed, NAME_LIMIT},
    },
    web::{
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, RevokeTerminalPage, TerminalLine, TerminalLinkPage, TerminalsPage},
    },
};

pub const PATH: &str = "/admin/terminals";

fn path_of(clinic: Option<&ClinicId>) -> String {
    clinic.map_or_else(|| PATH.to_owned(), |clinic| format!("{PATH}?clinic={clinic}"))
}

fn id_of(text: &str) -> Result<TerminalId, Failure> {
    TerminalId::parse(text).ok_or_else(|| ErrorKind::NotFound.into())
}

pub async fn show(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let revoked = query.single("notice") == Some(Permission::ManageTerminals.as_str());
    let shown = TerminalsPage { revoked, ..TerminalsPage::default() };
    let after = query.single("after").map(TerminalId::new);
    page(&state, admin, (query.single("clinic").map(ClinicId::new), after), shown).await
}

/// `after`: where the list begins. `shown`: what the page says beside it.
async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    (clinic, after): (Option<ClinicId>, Option<TerminalId>),
    shown: TerminalsPage,
) -> Result<Response, Failure> {
    let (asked, now, later) = (who.clone(), state.clock.now(), after.is_some());
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let Some(found) = members::terminals(store, cx, &asked, clinic.as_ref(), after.as_ref())? else {
                return Ok(None);
            };
            let sign_in_uri = super::sign_in_first(store, cx, &asked, &path_of(clinic.as_ref()))?;
            Ok(Some((found, sign_in_uri)))
        })
        .await?;
    let Some((Terminals { clinic, terminals, more_after }, sign_in_uri)) = found else {
        return Err(ErrorKind::NotFound.into());
    };
    let status = if shown.bad_name { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = TerminalsPage {
        clinic: visitor.name_of(&clinic),
        may_manage: who.membership.may_at(Permission::ManageTerminals, &clinic.id),
        other_clinic: Some(clinic.id).filter(|id| *id != who.clinic.id),
        terminals: terminals.into_iter().map(|listed| line(listed, now)).collect(),
        more_after,
        later,
        name_limit: NAME_LIMIT,
        sign_in_uri,
        ..shown
    };
    visitor.page_with(state, Some(&who), status, &page)
}

fn line(Listed { terminal, signed_in }: Listed, now: UnixTime) -> TerminalLine {
    TerminalLine {
        state: terminal.state(now).as_str(),
        until: terminal.link_expires_at(),
        kind: terminal.kind.as_str(),
        registered: terminal.registered,
        last_seen: terminal.last_seen,
        places: signed_in.len(),
        name: terminal.name,
        id: terminal.id,
    }
}

pub async fn add(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let field = |name| form.params.single(name).unwrap_or_default().to_owned();
    let other = form.params.single("clinic").map(ClinicId::new);
    let kind = TerminalKind::parse(&field("kind")).unwrap_or(TerminalKind::Shared);
    let clinic = other.clone().unwrap_or_else(|| admin.who.clinic.id.clone());
    let (who, name, back) = (admin.who.clone(), field("name"), path_of(other.as_ref()));
    let add = move |store: &_, cx: &_| {
        let verdict = members::add_terminal(store, cx, &who, (clinic, name, kind))?;
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &back)))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, add).await?;
    match verdict {
        Ok(added) => offered(&state, admin, other, added),
        Err(TerminalRefusal::BadName) => {
            let shown =
                TerminalsPage { bad_name: true, typed: field("name"), kind: kind.as_str(), ..TerminalsPage::default() };
            page(&state, admin, (other, None), shown).await
        }
        Err(TerminalRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(TerminalRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}

fn offered(state: &Shared, admin: Admin, other: Option<ClinicId>, added: Added) -> Result<Response, Failure> {
    let page = TerminalLinkPage {
        clinic: admin.visitor.name_of(&added.clinic),
        link: format!("{}/terminal/{}", state.site.issuer, added.secret.reveal()),
        until: added.terminal.link_expires_at(),
        kind: added.terminal.kind.as_str(),
        name: added.terminal.name,
        back: path_of(other.as_ref()),
    };
    admin.visitor.page(state, Some(&admin.who), &page)
}

pub async fn ask_revoke(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (id, asked) = (id_of(&id)?, who.clone());
    let action = format!("{PATH}/{id}/revoke");
    let back = action.clone();
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let Some(found) = members::terminal(store, cx, &asked, &id)? else { return Ok(None) };
            Ok(Some((found, super::sign_in_first(store, cx, &asked, &back)?)))
        })
        .await?;
    let Some(((terminal, clinic), sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let page = RevokeTerminalPage {
        clinic: visitor.name_of(&clinic),
        back: path_of(Some(&clinic.id).filter(|id| **id != who.clinic.id)),
        name: terminal.name,
        action,
        sign_in_uri,
    };
    visitor.page(&state, Some(&who), &page)
}

pub async fn revoke(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let own = format!("{PATH}/{id}/revoke");
    let revoke = move |store: &_, cx: &_| {
        let verdict = members::revoke_terminal(store, cx, &admin.who, id)?;
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &own)))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, revoke).await?;
    match verdict {
        Ok(()) => Ok(see_other(&format!("{PATH}?notice={}", Permission::ManageTerminals.as_str()))),
        Err(TerminalRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(TerminalRefusal::NotFound | TerminalRefusal::BadName) => Err(ErrorKind::NotFound.into()),
    }
}
