//! `/admin/clinics`: every clinic, for who looks after them all.

use axum::{extract::State, response::Response};

use crate::{
    flows::admin::members,
    web::{
        extract::Admin,
        failure::Failure,
        state::Shared,
        view::{ClinicLine, ClinicsPage},
    },
};

pub const PATH: &str = "/admin/clinics";

pub async fn show(State(state): State<Shared>, Admin { visitor, who, .. }: Admin) -> Result<Response, Failure> {
    let found = state.run(visitor.info.clone(), |store, _| members::clinics(store)).await?;
    let clinics = found.into_iter().map(|clinic| ClinicLine {
        own: clinic.id == who.clinic.id,
        name: visitor.name_of(&clinic),
        id: clinic.id,
    });
    let page = ClinicsPage { clinics: clinics.collect() };
    visitor.page(&state, Some(&who), &page)
}
