//! `/admin/groups/new`: one more group of a clinic.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{PATH, carry_out, list_of, path, wrong};
use crate::{
    domain::{ClinicId, Group, Permission},
    flows::{Cx, admin::groups},
    store,
    web::{
        admin::sign_in_first,
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, NewGroupPage},
    },
};

fn own(clinic: Option<&ClinicId>) -> String {
    clinic.map_or_else(|| format!("{PATH}/new"), |clinic| format!("{PATH}/new?clinic={clinic}"))
}

pub async fn ask(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    page(&state, admin, query.single("clinic").map(ClinicId::new), String::new(), None).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    other: Option<ClinicId>,
    typed: String,
    wrong: Option<&'static str>,
) -> Result<Response, Failure> {
    let (asked, back) = (who.clone(), own(other.as_ref()));
    let id = other.unwrap_or_else(|| who.clinic.id.clone());
    let find = move |store: &store::Store, cx: &Cx| {
        if !asked.membership.may_at(Permission::ManageGroups, &id) {
            return Ok(None);
        }
        let found = store.read(|conn| store::clinics::find(conn, &id))?;
        let sign_in_uri = sign_in_first(store, cx, &asked, &back)?;
        Ok(found.map(|clinic| (clinic, sign_in_uri)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let Some((clinic, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = NewGroupPage {
        clinic: visitor.name_of(&clinic),
        back: list_of(&who, &clinic.id),
        other_clinic: Some(clinic.id).filter(|id| *id != who.clinic.id),
        typed,
        name_limit: Group::NAME_LIMIT,
        wrong,
        sign_in_uri,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn add(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let other = form.params.single("clinic").map(ClinicId::new);
    let typed = form.params.single("name").unwrap_or_default().to_owned();
    let clinic = other.clone().unwrap_or_else(|| admin.who.clinic.id.clone());
    let (who, name) = (admin.who.clone(), typed.clone());
    let add = move |store: &_, cx: &_| groups::add(store, cx, &who, clinic, name);
    match carry_out(&state, form.visitor, own(other.as_ref()), add).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(Ok(group)) => Ok(see_other(&format!("{}?notice=created", path(&group.id)))),
        Ok(Err(refusal)) => page(&state, admin, other, typed, Some(wrong(&refusal))).await,
    }
}
