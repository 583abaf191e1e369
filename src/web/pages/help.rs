//! `/help`: for everybody, signed in or not. Those who are read whom to ask in their clinic.

use axum::{extract::State, response::Response};

use crate::{
    domain::SignedIn,
    web::{
        extract::{Visitor, find},
        failure::Failure,
        state::Shared,
        view::GuidePage,
    },
};

pub async fn guide(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let who = reader(&state, &visitor).await;
    visitor.page(&state, who.as_ref(), &GuidePage::new(contact(who.as_ref())))
}

/// Help is there when the database is not: then nobody is known.
async fn reader(state: &Shared, visitor: &Visitor) -> Option<SignedIn> {
    find(visitor, state).await.unwrap_or_default()
}

fn contact(who: Option<&SignedIn>) -> Option<String> {
    who.map(|who| who.clinic.contact.clone())
}
