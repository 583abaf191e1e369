//! `/admin/people`: those who belong to a clinic, by name, and finding one of them.

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::{ClinicId, Membership, MembershipId, Permission, UnixTime, User},
    flows::admin::members,
    web::{
        extract::{Admin, query_params},
        failure::Failure,
        state::Shared,
        view::{End, ErrorKind, PeoplePage, PersonLine},
    },
};

pub const PATH: &str = "/admin/people";

/// Characters of what is looked for.
const TYPED_LIMIT: usize = 100;

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let id = |name| query.single(name).map(str::to_owned);
    let (clinic, after) = (id("clinic").map(ClinicId::new), id("after").map(MembershipId::new));
    let typed: String = query.single("name").unwrap_or_default().chars().take(TYPED_LIMIT).collect();
    let (asked, name, first) = (who.clone(), typed.clone(), after.is_none());
    let list = move |store: &_, cx: &_| {
        let Some(found) = members::list(store, &asked, clinic.as_ref(), &name, after.as_ref())? else {
            return Ok(None);
        };
        let waiting = members::wishes(store, cx, &asked, &found.clinic.id)?;
        Ok(Some((found, waiting)))
    };
    let found = state.run(visitor.info.clone(), list).await?;
    let Some((members, waiting)) = found else { return Err(ErrorKind::NotFound.into()) };
    let now = state.clock.now();
    let page = PeoplePage {
        clinic: visitor.name_of(&members.clinic),
        may_invite: members.clinic.id == who.clinic.id && who.membership.may(Permission::InvitePerson),
        other_clinic: Some(members.clinic.id).filter(|id| *id != who.clinic.id),
        typed,
        people: members.people.into_iter().map(|person| line(person, now)).collect(),
        waiting,
        more_after: members.more_after,
        first,
    };
    visitor.page(&state, Some(&who), &page)
}

pub fn line((membership, user): (Membership, User), now: UnixTime) -> PersonLine {
    PersonLine {
        role: membership.role(),
        suspended: membership.suspended_at.is_some(),
        end: End::of(&membership, now),
        disabled: !user.is_active(),
        passkeys: user.passkey_count,
        email: user.email.as_str().to_owned(),
        name: user.profile.name,
        kana: user.profile.name_kana,
        id: membership.id,
    }
}
