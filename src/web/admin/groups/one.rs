//! `/admin/groups/{group}`: one group with its people, and its name.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{carry_out, id_of, list_of, notice, path, wrong};
use crate::{
    domain::{Group, GroupId, Permission},
    flows::{
        Cx,
        admin::groups::{self, Change, People},
    },
    web::{
        admin::{clients, people, sign_in_first},
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, GroupPage},
    },
};

const NOTICES: &[&str] = &["created", "renamed", "joined", "left", "removed", "restored", "changed", "taken", "nobody"];

/// A name that was typed and cannot be, and why.
type Bad = Option<(String, &'static str)>;

pub async fn show(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let (people, said) = (super::people(&query, true), notice(&query, NOTICES));
    page(&state, admin, id_of(&id)?, people, said, None).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    id: GroupId,
    people: People,
    notice: Option<&'static str>,
    bad: Bad,
) -> Result<Response, Failure> {
    let (asked, listed) = (who.clone(), people.clone());
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = groups::one(store, cx, &asked, &id, &listed)? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &path(&id))?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let Some((found, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let (group, now) = (found.group, state.clock.now());
    let status = if bad.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (called, wrong) = bad.map_or_else(|| (group.name.clone(), None), |(typed, wrong)| (typed, Some(wrong)));
    let page = GroupPage {
        clinic: visitor.name_of(&found.clinic),
        count: found.count,
        comes_back_until: group.comes_back_until(),
        updated_at: group.updated_at,
        told: found.told,
        people: found.people.into_iter().map(|person| people::line(person, now)).collect(),
        first: people.after.is_none(),
        typed: people.typed,
        more_after: found.more_after,
        called,
        name_limit: Group::NAME_LIMIT,
        wrong,
        may_manage: who.membership.may_at(Permission::ManageGroups, &group.clinic_id),
        sign_in_uri,
        back: list_of(&who, &group.clinic_id),
        name: group.name,
        id: group.id,
        notice,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn rename(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let typed = form.params.single("name").unwrap_or_default().to_owned();
    let (who, named, seen) = (admin.who.clone(), id.clone(), clients::seen(&form.params));
    let change = Change::Rename(typed.clone());
    let rename = move |store: &_, cx: &_| groups::change(store, cx, &who, (named, seen), change);
    match carry_out(&state, form.visitor, path(&id), rename).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(Ok(_)) => Ok(see_other(&format!("{}?notice=renamed", path(&id)))),
        Ok(Err(refusal)) => {
            let everybody = People { inside: true, typed: String::new(), after: None };
            page(&state, admin, id, everybody, None, Some((typed, wrong(&refusal)))).await
        }
    }
}
