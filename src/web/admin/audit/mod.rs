//! `/admin/audit`: the trail, newest first, and narrowed down.

mod entry;
mod export;
mod one;

pub use export::export;
pub use one::show as one;

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::{AuditGroup, Outcome, Permission},
    flows::admin::audit::{self, Trouble, Typed},
    protocol::params::Params,
    web::{
        extract::{Admin, query_params},
        failure::Failure,
        state::Shared,
        view::{AuditChoice, AuditPage, ErrorKind, TooMuch},
    },
};
use entry::entry;

pub const PATH: &str = "/admin/audit";

/// What was asked, in an address as in a form.
fn typed(params: &Params) -> Typed {
    Typed::of(|name| params.single(name).map(str::to_owned))
}

pub async fn show(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let (asked, cursor) = (typed(&query), query.single("before").map(str::to_owned));
    page(&state, admin, asked, cursor, None).await
}

/// `too_much`: an export was asked for of more than a file holds.
async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    asked: Typed,
    cursor: Option<String>,
    too_much: Option<TooMuch>,
) -> Result<Response, Failure> {
    let (seen, sought) = (who.clone(), asked.clone());
    let from = cursor.clone();
    let look = move |store: &_, cx: &_| {
        let apps = audit::apps(store, &seen)?;
        Ok((audit::look(store, cx, &seen, &sought, from.as_deref())?, apps))
    };
    let (found, apps) = state.run(visitor.info.clone(), look).await?;
    let (found, trouble): (_, Option<Trouble>) = match found {
        None => return Err(ErrorKind::NotFound.into()),
        Some(Ok(found)) => (Some(found), None),
        Some(Err(trouble)) => (None, Some(trouble)),
    };
    let everywhere = who.membership.may_for(Permission::SeeAudit, None);
    let (mut entries, mut next, mut looked_to) = (Vec::new(), None, None);
    if let Some(found) = found {
        entries = found.events.iter().map(|event| entry(event, &found.names, visitor.lang)).collect();
        (next, looked_to) = (found.next, found.looked_to);
    }
    let page = AuditPage {
        clinic: (!everywhere).then(|| visitor.name_of(&who.clinic)),
        everywhere,
        apps: apps.into_iter().map(|client| (client.id.to_string(), client.name)).collect(),
        groups: choices(),
        outcomes: Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect(),
        pairs: pairs(&asked),
        typed: asked,
        trouble,
        entries,
        next,
        looked_to,
        first: cursor.is_none(),
        too_much,
        most: audit::MOST,
    };
    visitor.page(state, Some(&who), &page)
}

fn pairs(asked: &Typed) -> Vec<(&'static str, String)> {
    asked.pairs().into_iter().map(|(name, text)| (name, text.to_owned())).collect()
}

pub fn choices() -> Vec<AuditChoice> {
    let of = |group: &AuditGroup| AuditChoice {
        name: group.as_str(),
        kinds: group.kinds().map(|kind| kind.as_str()).collect(),
    };
    AuditGroup::ALL.iter().map(of).collect()
}
