//! `/admin/groups`: a clinic's groups, by which its applications tell its people apart. `/admin/people/{member}/groups`: those of one person.

mod new;
mod of_person;
mod one;
mod people;
mod remove;

pub use new::{add, ask};
pub use of_person::{place, show as show_of_person};
pub use one::{rename, show};
pub use people::{ask_join, join, leave};
pub use remove::{ask_remove, remove, restore};

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::{ClinicId, Fault, Group, GroupId, MembershipId, Permission, SignedIn, TooWeak, Verdict},
    flows::{
        Cx,
        admin::groups::{self, GroupRefusal, People},
    },
    protocol::params::Params,
    store::Store,
    web::{
        extract::{Admin, Visitor, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, GroupLine, GroupsPage},
    },
};

pub const PATH: &str = "/admin/groups";

/// Characters of what is looked for.
const TYPED_LIMIT: usize = 100;
/// Lines of a form that are ticked or not: as many as a page shows.
const TICKS: usize = 50;

pub fn path(id: &GroupId) -> String {
    format!("{PATH}/{id}")
}

/// The list of a clinic's, which is not to be named where it is the administrator's own.
fn list_of(who: &SignedIn, clinic: &ClinicId) -> String {
    if *clinic == who.clinic.id { PATH.to_owned() } else { format!("{PATH}?clinic={clinic}") }
}

fn id_of(text: &str) -> Result<GroupId, Failure> {
    GroupId::parse(text).ok_or_else(|| ErrorKind::NotFound.into())
}

pub async fn list(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let (typed, clinic) = (typed(&query), query.single("clinic").map(ClinicId::new));
    let after = query.single("after").map(GroupId::new);
    let (asked, name, first) = (who.clone(), typed.clone(), after.is_none());
    let list = move |store: &_, cx: &_| groups::list(store, cx, &asked, clinic.as_ref(), &name, after.as_ref());
    let Some(found) = state.run(visitor.info.clone(), list).await? else { return Err(ErrorKind::NotFound.into()) };
    let page = GroupsPage {
        clinic: visitor.name_of(&found.clinic),
        may_manage: who.membership.may_at(Permission::ManageGroups, &found.clinic.id),
        other_clinic: Some(found.clinic.id).filter(|id| *id != who.clinic.id),
        typed,
        groups: found.groups.into_iter().map(line).collect(),
        more_after: found.more_after,
        first,
    };
    visitor.page(&state, Some(&who), &page)
}

fn line((group, people): (Group, i64)) -> GroupLine {
    GroupLine { removed: group.removed_at.is_some(), name: group.name, id: group.id, people }
}

/// What is looked for.
fn typed(query: &Params) -> String {
    query.single("name").unwrap_or_default().chars().take(TYPED_LIMIT).collect()
}

/// Whom a page about a group lists.
fn people(query: &Params, inside: bool) -> People {
    People { inside, typed: typed(query), after: query.single("after").map(MembershipId::new) }
}

/// A line of a form, by what it names: whether it was ticked when the form was drawn, and when it was sent.
struct Tick {
    id: String,
    was: bool,
    is: bool,
}

/// A name stands in a form once: so a form says which lines it shows, and each has a box of its own.
fn ticks(form: &Params) -> Vec<Tick> {
    let had: Vec<_> = form.single("had").unwrap_or_default().split(' ').collect();
    let shown = form.single("shown").unwrap_or_default().split(' ').take(TICKS);
    shown
        .map(|id| Tick { id: id.to_owned(), was: had.contains(&id), is: form.single(&format!("on.{id}")).is_some() })
        .collect()
}

/// The same word of the address that a notice has in the catalogue.
fn notice(query: &Params, known: &[&'static str]) -> Option<&'static str> {
    let said = query.single("notice")?;
    known.iter().find(|known| **known == said).copied()
}

/// How an act ended, in `Ok` with where to go on to.
type Ended<T> = Result<T, GroupRefusal>;

/// Carries it out; whoever has to sign in first comes back to `back`.
async fn carry_out<T: Send + 'static>(
    state: &Shared,
    visitor: Visitor,
    back: String,
    act: impl FnOnce(&Store, &Cx) -> Result<Verdict<T, GroupRefusal>, Fault> + Send + 'static,
) -> Result<Result<Ended<T>, Response>, Failure> {
    let run = move |store: &Store, cx: &Cx| {
        let verdict = act(store, cx)?;
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &back)))
    };
    let (verdict, sign_in) = state.run(visitor.info, run).await?;
    match verdict {
        Err(GroupRefusal::TooWeak(_)) => Ok(Err(see_other(&sign_in))),
        Err(GroupRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
        ended => Ok(Ok(ended)),
    }
}

/// What of a name cannot be, by its name in the catalogue.
fn wrong(refusal: &GroupRefusal) -> &'static str {
    match refusal {
        GroupRefusal::NameTaken => "taken",
        GroupRefusal::Changed => "changed",
        _ => "name",
    }
}
