//! `/settings/passkeys/{id}/suspend`, `/resume` and `/delete`. Suspending and deleting ask first, on a page that says what
//! it means; all of it works without scripts.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::passkeys::{PATH, sign_in_again};
use crate::{
    domain::{PasskeyId, SessionKind, SignedIn, TooWeak},
    flows::account::passkey_change::{self, Change, Choice, Outlook, Refusal},
    web::{
        extract::{Enrolled, ProtectedForm, Visitor, Who, forget_session, set_cookie},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, PasskeyChangePage},
    },
};

pub async fn ask_suspend(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    ask(&state, &visitor, who, &id, Change::Suspend).await
}

pub async fn ask_delete(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    ask(&state, &visitor, who, &id, Change::Delete).await
}

pub async fn suspend(
    State(state): State<Shared>,
    Who { visitor, who }: Who,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    change(&state, visitor, who, &id, Change::Suspend, &form).await
}

pub async fn resume(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    change(&state, visitor, who, &id, Change::Resume, &form).await
}

pub async fn delete(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    change(&state, visitor, who, &id, Change::Delete, &form).await
}

/// The page of a change, where it asks first.
fn page_of(id: &PasskeyId, change: Change) -> String {
    match change {
        Change::Suspend => format!("{PATH}/{id}/suspend"),
        Change::Delete => format!("{PATH}/{id}/delete"),
        Change::Resume => PATH.to_owned(),
    }
}

async fn ask(state: &Shared, visitor: &Visitor, who: SignedIn, id: &str, change: Change) -> Result<Response, Failure> {
    let Some(id) = PasskeyId::parse(id) else { return Err(ErrorKind::NotFound.into()) };
    let (asked, path) = (who.clone(), page_of(&id, change));
    let found = state
        .run(visitor.info.clone(), move |store, cx| {
            let outlook = passkey_change::look(store, cx, &asked, &id)?;
            Ok(outlook.map(|outlook| (sign_in_again(cx, outlook.may_change, &path), outlook)))
        })
        .await?;
    let Some((again, outlook)) = found else { return Err(ErrorKind::NotFound.into()) };
    if change == Change::Suspend && !outlook.passkey.is_enabled() {
        return Ok(see_other(PATH));
    }
    visitor.page(state, Some(&who), &page(outlook, &who, change, again))
}

fn page(outlook: Outlook, who: &SignedIn, change: Change, again: String) -> PasskeyChangePage {
    let allowed = change == Change::Suspend || outlook.may_change.is_ok();
    PasskeyChangePage {
        enrolling: who.session.kind != SessionKind::Ordinary,
        delete: change == Change::Delete,
        last: outlook.last,
        id: outlook.passkey.id,
        name: outlook.passkey.name,
        sessions: outlook.sessions,
        this_session: outlook.this_session,
        may_change: allowed,
        needs_invitation: !allowed && outlook.may_change == Err(TooWeak::NeedsInvitation),
        sign_in_again_uri: again,
        contact: Some(who.clinic.contact.clone()),
    }
}

async fn change(
    state: &Shared,
    visitor: Visitor,
    who: SignedIn,
    id: &str,
    change: Change,
    form: &ProtectedForm,
) -> Result<Response, Failure> {
    let Some(id) = PasskeyId::parse(id) else { return Err(ErrorKind::NotFound.into()) };
    let said = |name| form.params.single(name) == Some("yes");
    let choice = Choice { end_sessions: said("end_sessions"), knows_last: said("knows_last") };
    let page = page_of(&id, change);
    let back = page.clone();
    let (verdict, again) = state
        .run(visitor.info, move |store, cx| {
            let verdict = passkey_change::change(store, cx, &who, &id, change, choice)?;
            let weak = match verdict {
                Err(Refusal::TooWeak(weak)) => Err(weak),
                _ => Ok(()),
            };
            Ok((verdict, sign_in_again(cx, weak, &back)))
        })
        .await?;
    match verdict {
        Ok(done) if done.this_session => {
            let mut response = see_other("/login?notice=ended_with_passkey");
            set_cookie(&mut response, &forget_session(state));
            Ok(response)
        }
        Ok(_) => Ok(see_other(match change {
            Change::Suspend => "/settings/passkeys?notice=suspended",
            Change::Resume => "/settings/passkeys?notice=resumed",
            Change::Delete => "/settings/passkeys?notice=deleted",
        })),
        Err(Refusal::TooWeak(_)) => Ok(see_other(&again)),
        Err(Refusal::Last) => Ok(see_other(&page)),
        Err(Refusal::Unchanged) => Ok(see_other(PATH)),
        Err(Refusal::ByAdministrator) => Ok(see_other("/settings/passkeys?notice=by_administrator")),
        Err(Refusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
