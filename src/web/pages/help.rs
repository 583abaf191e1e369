//! `/help…`: for everybody, signed in or not. Those who are read whom to ask in their clinic.

use axum::{extract::State, response::Response};

use crate::{
    domain::SignedIn,
    web::{
        extract::{Visitor, find},
        failure::Failure,
        state::Shared,
        view::{CheckPage, DowntimePage, GuidePage},
    },
};

pub async fn guide(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    visitor.page(&state, who.as_ref(), &GuidePage::new(contact(who.as_ref())))
}

pub async fn check(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    let page = CheckPage {
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

/// Help is there when the database is not: then nobody is known.
async fn reader(state: &Shared, visitor: &Visitor) -> Option<SignedIn> {
    find(visitor, state).await.unwrap_or_default()
}

fn contact(who: Option<&SignedIn>) -> Option<String> {
    who.map(|who| who.clinic.contact.clone())
}
