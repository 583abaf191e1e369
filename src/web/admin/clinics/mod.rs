//! `/admin/clinics`: clinics, one of them, one more, and everything that may change about one; `/admin/clinic`: the own one.

mod edit;
mod new;
mod one;
mod typed;

pub use edit::{change, edit};
pub use new::{add, ask};
pub use one::{own, show};

use axum::{extract::State, http::Uri, response::Response};

use crate::{
    domain::{Clinic, ClinicId, InstitutionCode, SignedIn},
    flows::admin::clinics,
    web::{
        extract::{Admin, Visitor, query_params},
        failure::Failure,
        state::Shared,
        view::{ClinicLine, ClinicsPage, ErrorKind},
    },
};

pub const PATH: &str = "/admin/clinics";
pub const OWN: &str = "/admin/clinic";

/// Characters of what is looked for.
const TYPED_LIMIT: usize = 100;

pub async fn list(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let typed: String = query.single("name").unwrap_or_default().chars().take(TYPED_LIMIT).collect();
    let after = query.single("after").map(ClinicId::new);
    let (name, first) = (typed.clone(), after.is_none());
    let list = move |store: &_, _: &_| clinics::list_page(store, &name, after.as_ref());
    let found = state.run(visitor.info.clone(), list).await?;
    let page = ClinicsPage {
        typed,
        clinics: found.clinics.into_iter().map(|clinic| line(&visitor, clinic, &who)).collect(),
        more_after: found.more_after,
        first,
    };
    visitor.page(&state, Some(&who), &page)
}

fn line(visitor: &Visitor, clinic: Clinic, who: &SignedIn) -> ClinicLine {
    ClinicLine {
        own: clinic.id == who.clinic.id,
        name: visitor.name_of(&clinic),
        kana: clinic.name_kana,
        code: clinic.code.as_ref().map(InstitutionCode::as_str).map(str::to_owned),
        id: clinic.id,
    }
}

fn id_of(text: &str) -> Result<ClinicId, Failure> {
    ClinicId::parse(text).ok_or_else(|| ErrorKind::NotFound.into())
}
