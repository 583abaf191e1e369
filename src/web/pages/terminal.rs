//! `/terminal/{token}`: the link that registers a PC, opened on it. Looking changes nothing; the press spends it, and this
//! browser is that terminal from then on.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    domain::{Fault, Secret, Terminal},
    flows::{
        enrol::{NotUsable, invitation::Unusable},
        terminals::{self, Offered},
    },
    web::{
        extract::{ProtectedForm, Visitor, set_cookie, terminal_cookie},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, TerminalPage},
    },
};

/// The registered terminal that this browser is, if it is one.
pub async fn here(state: &Shared, visitor: &Visitor) -> Result<Option<Terminal>, Fault> {
    match visitor.terminal {
        Some(_) => state.run_read(visitor.info.clone(), terminals::here).await,
        None => Ok(None),
    }
}

pub async fn is_shared(state: &Shared, visitor: &Visitor) -> Result<bool, Fault> {
    Ok(here(state, visitor).await?.is_some_and(|terminal| terminal.is_shared()))
}

pub async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let link = Secret::presented(token.clone());
    let verdict = state.run(visitor.info.clone(), move |store, cx| terminals::look(store, cx, &link)).await?;
    let Offered { terminal, clinic } = verdict.map_err(explain)?;
    let page = TerminalPage {
        token,
        expires_at: terminal.link_expires_at(),
        name: terminal.name,
        kind: terminal.kind.as_str(),
        clinic: visitor.name_of(&clinic),
        contact: clinic.contact,
    };
    visitor.page(&state, None, &page)
}

pub async fn register(
    State(state): State<Shared>,
    Path(token): Path<String>,
    ProtectedForm { visitor, .. }: ProtectedForm,
) -> Result<Response, Failure> {
    let link = Secret::presented(token);
    let verdict = state.run(visitor.info, move |store, cx| terminals::register(store, cx, &link)).await?;
    let secret = verdict.map_err(explain)?;
    let mut response = see_other("/help/check");
    set_cookie(&mut response, &terminal_cookie(&state, &secret));
    Ok(response)
}

fn explain(NotUsable { why, contact }: NotUsable<Unusable>) -> Failure {
    let kind = match why {
        Unusable::Unknown => ErrorKind::TerminalLinkUnknown,
        Unusable::Expired => ErrorKind::TerminalLinkExpired,
        Unusable::Used => ErrorKind::TerminalLinkUsed,
    };
    Failure::with_contact(kind, contact)
}
