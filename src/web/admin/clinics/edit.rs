//! `/admin/clinics/{clinic}/edit`: everything that may change about a clinic. What another administrator saved meanwhile is not
//! written over; whoever would be shut out is named first.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{PATH, id_of, typed};
use crate::{
    domain::{ClinicId, Permission, TooWeak, User},
    flows::{
        Cx,
        admin::{
            Refusal,
            clinics::{self, ClinicRefusal},
        },
    },
    web::{
        admin::{sign_in_first, typed_before},
        extract::{Admin, ProtectedForm},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{EditClinicPage, ErrorKind, TypedClinic, WrongClinic},
    },
};

/// Why the form comes back.
#[derive(Default)]
struct Trouble {
    wrong: Option<WrongClinic>,
    locked_out: Vec<User>,
}

pub async fn edit(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let typed = typed_before(&state, &admin, &uri);
    page(&state, admin, id_of(&id)?, typed, Trouble::default()).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    id: ClinicId,
    typed: Option<TypedClinic>,
    trouble: Trouble,
) -> Result<Response, Failure> {
    let (asked, own) = (who.clone(), format!("{PATH}/{id}/edit"));
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = clinics::find(store, &asked, &id)? else { return Ok(None) };
        Ok(Some((found.clinic, sign_in_first(store, cx, &asked, &own)?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let found = found.filter(|(clinic, _)| clinics::may_manage(&who, &clinic.id));
    let Some((clinic, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let status = if trouble.wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let now = typed::of(&clinic);
    let typed = typed.unwrap_or_else(|| now.clone());
    let meanwhile = typed.seen != now.seen;
    let page = EditClinicPage {
        clinic: visitor.name_of(&clinic),
        choices: typed::choices(),
        changed_meanwhile: if meanwhile { typed::differing(&typed, &now) } else { Vec::new() },
        typed: TypedClinic { seen: now.seen, ..typed },
        id: Some(clinic.id),
        wrong: trouble.wrong,
        locked_out: trouble
            .locked_out
            .into_iter()
            .map(|user| (user.profile.name, user.email.as_str().to_owned()))
            .collect(),
        address: visitor.info.ip.clone(),
        sign_in_uri,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn change(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let id = id_of(&id)?;
    let typed = typed::read(&form.params);
    let draft = match typed::draft(&typed) {
        Ok(draft) => draft,
        Err(wrong) => {
            let trouble = Trouble { wrong: Some(wrong), ..Trouble::default() };
            return page(&state, admin, id, Some(typed), trouble).await;
        }
    };
    let (who, given, named, seen) = (admin.who.clone(), typed.clone(), id.clone(), typed::seen(&form.params));
    let change = move |store: &_, cx: &Cx| {
        let verdict = clinics::change(store, cx, &who, (named.clone(), seen), draft.clone())?;
        let locked_out = match &verdict {
            Err(ClinicRefusal::Refused(Refusal::LocksOut { .. })) => clinics::would(store, cx, &who, &named, &draft)?,
            _ => Vec::new(),
        };
        let sealed = cx.keys.seal(&typed::carried(&given), cx.now, cx.random);
        let back = format!("{PATH}/{named}/edit?draft={sealed}");
        Ok((verdict, locked_out, sign_in_again(cx, Err(TooWeak::NotStrong), &back)))
    };
    let (verdict, locked_out, sign_in) = state.run(form.visitor.info, change).await?;
    match verdict {
        Ok(_) => Ok(see_other(&format!("{PATH}/{id}?notice={}", Permission::ManageClinic.as_str()))),
        Err(ClinicRefusal::Refused(refusal)) => {
            let trouble = Trouble { wrong: Some(typed::wrong(&refusal)), locked_out };
            page(&state, admin, id, Some(typed), trouble).await
        }
        Err(ClinicRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(ClinicRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
