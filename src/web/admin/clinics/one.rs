//! `/admin/clinics/{clinic}`: a clinic as it is set, and who looks after it.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{id_of, typed};
use crate::{
    domain::{ClinicId, Membership, PasswordFallback, Permission, User},
    flows::admin::clinics::{self, Found},
    web::{
        extract::{Admin, query_params},
        failure::Failure,
        state::Shared,
        view::{Administrator, ClinicPage, ErrorKind},
    },
};

/// What is said after it was done, by its permission.
const SAID: [Permission; 2] = [Permission::AddClinic, Permission::ManageClinic];

pub async fn own(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let id = admin.who.clinic.id.clone();
    page(&state, admin, id, &uri).await
}

pub async fn show(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    page(&state, admin, id_of(&id)?, &uri).await
}

async fn page(state: &Shared, Admin { visitor, who, .. }: Admin, id: ClinicId, uri: &Uri) -> Result<Response, Failure> {
    let said = query_params(uri).ok().and_then(|query| query.single("notice").map(str::to_owned));
    let notice = SAID.into_iter().map(Permission::as_str).find(|name| said.as_deref() == Some(name));
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, _| clinics::find(store, &asked, &id)).await?;
    let Some(Found { clinic, administrators }) = found else { return Err(ErrorKind::NotFound.into()) };
    let now = state.clock.now();
    let page = ClinicPage {
        clinic: visitor.name_of(&clinic),
        set: typed::of(&clinic),
        until_over: matches!(clinic.password_fallback, PasswordFallback::PasswordOnly { until, .. } if until <= now),
        windows_hello: clinic.registration.windows_hello_on_personal_pc,
        administrators: administrators.into_iter().map(administrator).collect(),
        own: clinic.id == who.clinic.id,
        may_manage: clinics::may_manage(&who, &clinic.id),
        sees_all: who.membership.may(Permission::SeeClinics),
        created_at: clinic.created_at,
        updated_at: clinic.updated_at,
        id: clinic.id,
        notice,
    };
    visitor.page(state, Some(&who), &page)
}

fn administrator((membership, user): (Membership, User)) -> Administrator {
    Administrator {
        role: membership.role().as_str(),
        suspended: membership.suspended_at.is_some() || !user.is_active(),
        id: membership.id,
        name: user.profile.name,
        email: user.email.as_str().to_owned(),
    }
}
