//! `/admin/groups/{group}/remove`: what it means that a group is removed, the press that does it, and the one that undoes it.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{carry_out, id_of, path};
use crate::{
    domain::Permission,
    flows::{
        Cx,
        admin::groups::{self, Change, OneGroup, People},
    },
    web::{
        admin::{clients, sign_in_first},
        extract::{Admin, ProtectedForm},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, RemoveGroupPage},
    },
};

pub async fn ask_remove(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (id, asked) = (id_of(&id)?, who.clone());
    let find = move |store: &_, cx: &Cx| {
        let people = People { inside: true, typed: String::new(), after: None };
        let Some(found) = groups::one(store, cx, &asked, &id, &people)? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &format!("{}/remove", path(&id)))?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let may = |found: &OneGroup| {
        found.group.removed_at.is_none() && who.membership.may_at(Permission::ManageGroups, &found.clinic.id)
    };
    let Some((found, sign_in_uri)) = found.filter(|(found, _)| may(found)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let page = RemoveGroupPage {
        clinic: visitor.name_of(&found.clinic),
        count: found.count,
        told: found.told,
        updated_at: found.group.updated_at,
        name: found.group.name,
        id: found.group.id,
        sign_in_uri,
    };
    visitor.page(&state, Some(&who), &page)
}

pub async fn remove(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    change(&state, admin, &id, form, Change::Remove, "removed").await
}

pub async fn restore(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    change(&state, admin, &id, form, Change::Restore, "restored").await
}

async fn change(
    state: &Shared,
    admin: Admin,
    id: &str,
    form: ProtectedForm,
    change: Change,
    said: &str,
) -> Result<Response, Failure> {
    let (id, seen) = (id_of(id)?, clients::seen(&form.params));
    let own = path(&id);
    let act = move |store: &_, cx: &_| groups::change(store, cx, &admin.who, (id, seen), change);
    match carry_out(state, form.visitor, own.clone(), act).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(Ok(_)) => Ok(see_other(&format!("{own}?notice={said}"))),
        // The name was given to another meanwhile, or somebody else was first.
        Ok(Err(refusal)) => Ok(see_other(&format!("{own}?notice={}", super::wrong(&refusal)))),
    }
}
