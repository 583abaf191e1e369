//! `/help…`: for everybody, signed in or not. Those who are read whom to ask in their clinic.

use axum::{extract::State, response::Response};

use super::terminal;
use crate::{
    domain::SignedIn,
    web::{
        extract::{Visitor, find},
        failure::Failure,
        state::Shared,
        view::{CheckPage, DowntimePage, GuidePage, TerminalHere},
    },
};

pub async fn guide(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    visitor.page(&state, who.as_ref(), &GuidePage::new(contact(who.as_ref())))
}

pub async fn check(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    let terminal = terminal_here(&state, &visitor, who.as_ref()).await;
    let page = CheckPage {
        terminal,
        user_agent: visitor.info.user_agent.clone(),
        address: visitor.info.ip.clone(),
        https: state.is_https(),
        cookie: !visitor.is_new,
        contact: contact(who.as_ref()),
    };
    visitor.page(&state, who.as_ref(), &page)
}

pub async fn downtime(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    visitor.page(&state, who.as_ref(), &DowntimePage { contact: contact(who.as_ref()) })
}

/// As it is registered; where it is not, as the clinic of the reader has it.
async fn terminal_here(state: &Shared, visitor: &Visitor, who: Option<&SignedIn>) -> TerminalHere {
    let here = terminal::here(state, visitor).await.unwrap_or_default();
    match here.filter(|here| who.is_none_or(|who| who.clinic.id == here.clinic_id)) {
        Some(here) => TerminalHere { name: Some(here.name), kind: Some(here.kind.as_str()) },
        None => TerminalHere { name: None, kind: who.map(|who| who.session.terminal_kind.as_str()) },
    }
}

/// Help is there when the database is not: then nobody is known.
async fn reader(state: &Shared, visitor: &Visitor) -> Option<SignedIn> {
    find(visitor, state).await.unwrap_or_default()
}

fn contact(who: Option<&SignedIn>) -> Option<String> {
    who.map(|who| who.clinic.contact.clone())
}
