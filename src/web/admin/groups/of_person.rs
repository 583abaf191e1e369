//! `/admin/people/{member}/groups`: the groups of somebody of the clinic, ticked.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{carry_out, notice, ticks, typed};
use crate::{
    domain::{GroupId, MembershipId, Permission},
    flows::{
        Cx,
        admin::groups::{self, Placing},
    },
    web::{
        admin::{person, sign_in_first},
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, GroupTick, PersonGroupsPage},
    },
};

fn id_of(text: &str) -> Result<MembershipId, Failure> {
    MembershipId::parse(text).ok_or_else(|| ErrorKind::NotFound.into())
}

fn own(id: &MembershipId) -> String {
    format!("{}/groups", person::path(id))
}

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let (id, typed, said) = (id_of(&id)?, typed(&query), notice(&query, &["saved", "unchanged", "changed"]));
    let after = query.single("after").map(GroupId::new);
    let (asked, name, first) = (who.clone(), typed.clone(), after.is_none());
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = groups::of_person(store, &asked, &id, &name, after.as_ref())? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &own(&id))?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let Some((found, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let page = PersonGroupsPage {
        clinic: visitor.name_of(&found.clinic),
        person: found.user.profile.name,
        may_manage: who.membership.may_at(Permission::ManageGroups, &found.clinic.id),
        groups: found
            .groups
            .into_iter()
            .map(|(group, inside)| GroupTick { id: group.id, name: group.name, inside })
            .collect(),
        more_after: found.more_after,
        id: found.membership.id,
        notice: said,
        typed,
        first,
        sign_in_uri,
    };
    visitor.page(&state, Some(&who), &page)
}

/// What differs from what the form showed, and nothing else.
pub async fn place(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let own = own(&id);
    let differing = ticks(&form.params).into_iter().filter(|tick| tick.is != tick.was);
    let placings: Vec<_> =
        differing.map(|tick| Placing { group: GroupId::new(tick.id), member: id.clone(), inside: tick.is }).collect();
    if placings.is_empty() {
        return Ok(see_other(&format!("{own}?notice=unchanged")));
    }
    let place = move |store: &_, cx: &_| groups::place(store, cx, &admin.who, placings);
    match carry_out(&state, form.visitor, own.clone(), place).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(Ok(())) => Ok(see_other(&format!("{own}?notice=saved"))),
        Ok(Err(_)) => Ok(see_other(&format!("{own}?notice=changed"))),
    }
}
