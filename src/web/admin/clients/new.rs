//! `/admin/clients/new`: software that is known wants its address alone; any other says where people are sent back to.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::{PATH, known, made, typed};
use crate::{
    domain::{Permission, TooWeak},
    flows::{
        Cx,
        admin::{
            applications::{self, ApplicationRefusal, Template},
            members,
        },
    },
    web::{
        admin::typed_before,
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, NewClientPage, TypedClient, WrongClient},
    },
};

pub async fn ask(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let template = query_params(&uri).ok().and_then(|query| query.single("template").and_then(Template::find));
    let empty = TypedClient { kind: typed::KINDS[0].as_str().to_owned(), ..TypedClient::default() };
    let draft = typed_before(&state, &admin, &uri).unwrap_or(empty);
    page(&state, admin, template, draft, None).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    template: Option<&'static Template>,
    typed: TypedClient,
    wrong: Option<WrongClient>,
) -> Result<Response, Failure> {
    let (asked, again) = (who.clone(), typed.clone());
    let may = move |store: &_, cx: &Cx| {
        let weak = members::may_act(store, cx, &asked)?.err();
        Ok(weak.map(|weak| to_sign_in(cx, template, &again, weak)))
    };
    let sign_in_uri = state.run(visitor.info.clone(), may).await?;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = NewClientPage {
        clinic: visitor.name_of(&who.clinic),
        template: template.map(|template| template.name),
        templates: known().collect(),
        kinds: typed::KINDS.into_iter().map(|kind| kind.as_str()).collect(),
        typed,
        may_share: who.membership.may_for(Permission::ManageApplications, None),
        wrong,
        sign_in_uri,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

fn to_sign_in(cx: &Cx, template: Option<&Template>, typed: &TypedClient, weak: TooWeak) -> String {
    let draft = cx.keys.seal(&typed::carried(typed), cx.now, cx.random);
    let template = template.map(|template| format!("template={}&", template.name)).unwrap_or_default();
    sign_in_again(cx, Err(weak), &format!("{PATH}/new?{template}draft={draft}"))
}

pub async fn register(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let template = form.params.single("template").and_then(Template::find);
    let typed = typed::read(&form.params);
    let (who, given) = (admin.who.clone(), typed.clone());
    let register = move |store: &_, cx: &Cx| {
        let draft = typed::new_draft(&given, template, &who.clinic.id);
        let verdict = applications::register(store, cx, &who, draft)?;
        Ok((verdict, to_sign_in(cx, template, &given, TooWeak::NotStrong)))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, register).await?;
    match verdict {
        Ok(registered) => made(&state, admin, registered, template.map(|template| template.name)),
        Err(ApplicationRefusal::Refused(refusal)) => {
            page(&state, admin, template, typed, Some(typed::wrong(&refusal))).await
        }
        Err(ApplicationRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(ApplicationRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
