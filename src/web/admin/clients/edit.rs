//! `/admin/clients/{client}/edit`: everything that may change about an application. What another administrator saved meanwhile is
//! not written over: the form comes back and says what it was.

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};

use super::{PATH, typed};
use crate::{
    domain::{Client, ClientId, Role, TerminalKind, TooWeak},
    flows::{
        Cx,
        admin::{
            applications::{self, ApplicationRefusal},
            clients::Change,
        },
    },
    web::{
        admin::{sign_in_first, typed_before},
        extract::{Admin, ProtectedForm},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{EditClientPage, ErrorKind, Minimum, TypedClient, WrongClient},
    },
};

fn id_of(text: &str) -> Result<ClientId, Failure> {
    ClientId::parse(text).ok_or_else(|| ErrorKind::NotFound.into())
}

pub async fn edit(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let typed = typed_before(&state, &admin, &uri);
    page(&state, admin, id_of(&id)?, typed, None).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    id: ClientId,
    typed: Option<TypedClient>,
    wrong: Option<WrongClient>,
) -> Result<Response, Failure> {
    let (asked, own) = (who.clone(), format!("{PATH}/{id}/edit"));
    let find = move |store: &_, cx: &Cx| {
        let Some((client, _)) = applications::find(store, cx, &asked, &id)? else { return Ok(None) };
        Ok(Some((client, sign_in_first(store, cx, &asked, &own)?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let editable = |client: &Client| {
        applications::may_change(&who, client) && client.removed_at.is_none() && typed::KINDS.contains(&client.kind)
    };
    let Some((client, sign_in_uri)) = found.filter(|(client, _)| editable(client)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let now = typed::of(&client);
    let typed = typed.unwrap_or_else(|| now.clone());
    let meanwhile = typed.seen != now.seen;
    let page = EditClientPage {
        clinic: visitor.name_of(&who.clinic),
        scopes: typed::scopes(),
        algorithms: state.site.signing.algorithms.iter().map(|alg| alg.as_str()).collect(),
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        minima: Minimum::all(),
        terminals: TerminalKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        public: client.is_public(),
        changed_meanwhile: if meanwhile { typed::differing(&typed, &now) } else { Vec::new() },
        typed: TypedClient { seen: now.seen, ..typed },
        id: client.id,
        wrong,
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
    let (who, named, own) = (admin.who.clone(), id.clone(), format!("{PATH}/{id}"));
    let (seen, given, back) = (typed::seen(&form.params), typed.clone(), format!("{own}/edit"));
    let change = move |store: &_, cx: &Cx| {
        let draft = typed::changed_draft(&given);
        let verdict = applications::change(store, cx, &who, (named, seen), Change::Fields(Box::new(draft)))?;
        let draft = cx.keys.seal(&typed::carried(&given), cx.now, cx.random);
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &format!("{back}?draft={draft}"))))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, change).await?;
    match verdict {
        Ok(_) => Ok(see_other(&format!("{own}?notice=edit"))),
        Err(ApplicationRefusal::Refused(refusal)) => {
            page(&state, admin, id, Some(typed), Some(typed::wrong(&refusal))).await
        }
        Err(ApplicationRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(ApplicationRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
