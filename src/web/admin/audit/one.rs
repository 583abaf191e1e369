//! `/admin/audit/{event}`: one event, whole.

use axum::{
    extract::{Path, State},
    response::Response,
};

use super::entry;
use crate::{
    domain::Permission,
    flows::admin::audit,
    web::{
        extract::Admin,
        failure::Failure,
        state::Shared,
        view::{AuditEventPage, ErrorKind},
    },
};

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id = uuid::Uuid::try_parse(&id).map_err(|_| Failure::from(ErrorKind::NotFound))?.to_string();
    let asked = who.clone();
    let found = state.run(visitor.info.clone(), move |store, cx| audit::open(store, cx, &asked, &id)).await?;
    let Some(whole) = found else { return Err(ErrorKind::NotFound.into()) };
    let everywhere = who.membership.may_for(Permission::SeeAudit, None);
    let page = AuditEventPage {
        clinic: (!everywhere).then(|| visitor.name_of(&who.clinic)),
        entry: entry(&whole.event, &whole.names, visitor.lang),
    };
    visitor.page(&state, Some(&who), &page)
}
