//! `/admin`: a clinic's people and what they hold, for those who look after them; its trail, for those who look through it.

pub mod access_code;
pub mod act;
pub mod audit;
pub mod clients;
pub mod clinics;
pub mod groups;
mod holdings;
pub mod invitations;
pub mod invite_again;
pub mod invite_list;
pub mod people;
pub mod person;
pub mod qualifications;
pub mod terminals;
mod why;

use axum::{http::Uri, response::Response};

use super::{
    extract::{Admin, Who, query_params},
    failure::Failure,
    pages::passkeys::sign_in_again,
    reply::see_other,
    state::Shared,
    view::ErrorKind,
};
use crate::{
    domain::{Fault, Membership, Permission, SignedIn},
    flows::{Cx, admin::members},
    keys::Sealable,
    store::Store,
};

/// What the navigation offers, in its order: name in the catalogue, address, and for whom.
pub const ADMIN_PAGES: &[(&str, &str, Permission)] = &[
    ("people", people::PATH, Permission::SeePeople),
    ("groups", groups::PATH, Permission::SeeGroups),
    ("invitations", invitations::PATH, Permission::SeePeople),
    ("terminals", terminals::PATH, Permission::SeeTerminals),
    ("clients", clients::PATH, Permission::SeeApplications),
    ("audit", audit::PATH, Permission::SeeAudit),
    ("clinic", clinics::OWN, Permission::SeeClinic),
    ("clinics", clinics::PATH, Permission::SeeClinics),
];

pub fn pages(membership: &Membership) -> impl Iterator<Item = (&'static str, &'static str)> {
    ADMIN_PAGES.iter().filter(|(.., permission)| membership.may(*permission)).map(|(name, path, _)| (*name, *path))
}

/// What somebody had typed who comes back from signing in again.
fn typed_before<T: Sealable>(state: &Shared, admin: &Admin, uri: &Uri) -> Option<T> {
    let sealed = query_params(uri).ok().and_then(|query| query.single("draft").map(str::to_owned))?;
    state.cx(admin.visitor.info.clone()).keys.open(&sealed, state.clock.now()).ok()
}

/// Where to sign in first, to come back to `path`, whose sign-in is not recent or strong enough to change anything.
fn sign_in_first(store: &Store, cx: &Cx, who: &SignedIn, path: &str) -> Result<Option<String>, Fault> {
    let weak = members::may_act(store, cx, who)?.err();
    Ok(weak.map(|weak| sign_in_again(cx, Err(weak), path)))
}

pub async fn enter(Who { who, .. }: Who) -> Result<Response, Failure> {
    let first = pages(&who.membership).next();
    first.map(|(_, path)| see_other(path)).ok_or_else(|| ErrorKind::NotFound.into())
}
