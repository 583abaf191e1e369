//! `/admin/clinics/new`: one more clinic, by its name and whom its people ask. Everything else can be set afterwards.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{PATH, typed};
use crate::{
    domain::{Permission, TooWeak},
    flows::{
        Cx,
        admin::{
            clinics::{self, ClinicRefusal},
            members,
        },
    },
    web::{
        admin::typed_before,
        extract::{Admin, ProtectedForm},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{EditClinicPage, ErrorKind, TypedClinic, WrongClinic},
    },
};

pub async fn ask(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let typed = typed_before(&state, &admin, &uri).unwrap_or_default();
    page(&state, admin, typed, None).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    typed: TypedClinic,
    wrong: Option<WrongClinic>,
) -> Result<Response, Failure> {
    let (asked, again) = (who.clone(), typed.clone());
    let may = move |store: &_, cx: &Cx| {
        let weak = members::may_act(store, cx, &asked)?.err();
        Ok(weak.map(|weak| to_sign_in(cx, &again, weak)))
    };
    let sign_in_uri = state.run(visitor.info.clone(), may).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = EditClinicPage {
        id: None,
        clinic: visitor.name_of(&who.clinic),
        typed,
        choices: typed::choices(),
        wrong,
        locked_out: Vec::new(),
        changed_meanwhile: Vec::new(),
        address: visitor.info.ip.clone(),
        sign_in_uri,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

fn to_sign_in(cx: &Cx, typed: &TypedClinic, weak: TooWeak) -> String {
    let draft = cx.keys.seal(&typed::carried(typed), cx.now, cx.random);
    sign_in_again(cx, Err(weak), &format!("{PATH}/new?draft={draft}"))
}

pub async fn add(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let typed = typed::read(&form.params);
    let (who, given) = (admin.who.clone(), typed.clone());
    let add = move |store: &_, cx: &Cx| {
        let verdict = clinics::found(store, cx, &who, &typed::details(&given))?;
        Ok((verdict, to_sign_in(cx, &given, TooWeak::NotStrong)))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, add).await?;
    match verdict {
        Ok(clinic) => Ok(see_other(&format!("{PATH}/{}?notice={}", clinic.id, Permission::AddClinic.as_str()))),
        Err(ClinicRefusal::Refused(refusal)) => page(&state, admin, typed, Some(typed::wrong(&refusal))).await,
        Err(ClinicRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(ClinicRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
