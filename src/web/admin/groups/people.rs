//! Who belongs to a group: people of the clinic are ticked and put in, or ticked and taken out.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{carry_out, id_of, path, ticks};
use crate::{
    domain::{GroupId, MembershipId, Permission},
    flows::{
        Cx,
        admin::groups::{self, OneGroup, Placing},
    },
    web::{
        admin::{people, sign_in_first},
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, JoinGroupPage},
    },
};

pub async fn ask_join(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let (id, people) = (id_of(&id)?, super::people(&query, false));
    let (asked, listed) = (who.clone(), people.clone());
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = groups::one(store, cx, &asked, &id, &listed)? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &format!("{}/join", path(&id)))?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let may = |found: &OneGroup| {
        found.group.removed_at.is_none() && who.membership.may_at(Permission::ManageGroups, &found.clinic.id)
    };
    let Some((found, sign_in_uri)) = found.filter(|(found, _)| may(found)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let now = state.clock.now();
    let page = JoinGroupPage {
        clinic: visitor.name_of(&found.clinic),
        people: found.people.into_iter().map(|person| people::line(person, now)).collect(),
        first: people.after.is_none(),
        typed: people.typed,
        more_after: found.more_after,
        name: found.group.name,
        id: found.group.id,
        sign_in_uri,
    };
    visitor.page(&state, Some(&who), &page)
}

pub async fn join(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    place(&state, admin, id_of(&id)?, form, true).await
}

pub async fn leave(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    place(&state, admin, id_of(&id)?, form, false).await
}

/// Those who are ticked.
async fn place(
    state: &Shared,
    admin: Admin,
    id: GroupId,
    form: ProtectedForm,
    inside: bool,
) -> Result<Response, Failure> {
    let own = path(&id);
    let back = if inside { format!("{own}/join") } else { own.clone() };
    let placing =
        |id: &GroupId, member: String| Placing { group: id.clone(), member: MembershipId::new(member), inside };
    let ticked = ticks(&form.params).into_iter().filter(|tick| tick.is);
    let placings: Vec<_> = ticked.map(|tick| placing(&id, tick.id)).collect();
    if placings.is_empty() {
        return Ok(see_other(&format!("{own}?notice=nobody")));
    }
    let place = move |store: &_, cx: &_| groups::place(store, cx, &admin.who, placings);
    match carry_out(state, form.visitor, back, place).await? {
        Err(elsewhere) => Ok(elsewhere),
        Ok(Ok(())) => Ok(see_other(&format!("{own}?notice={}", if inside { "joined" } else { "left" }))),
        Ok(Err(_)) => Ok(see_other(&format!("{own}?notice=changed"))),
    }
}
