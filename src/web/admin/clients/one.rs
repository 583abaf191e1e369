//! `/admin/clients/{client}`: an application as it is registered, and what is done to it by one press.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use super::{PATH, known, made, state_of, typed};
use crate::{
    domain::{ClientId, Role, TooWeak},
    flows::{
        Cx,
        admin::{
            Refusal,
            applications::{self, ApplicationRefusal},
            clients::{Change, Draft},
        },
    },
    web::{
        admin::sign_in_first,
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ClientFacts, ClientLimits, ClientPage, ErrorKind},
    },
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// By the name that its button has: what is done, and said afterwards.
fn act_of(name: &str) -> Option<(&'static str, Change)> {
    let enabled = |enabled| Change::Fields(Box::new(Draft { enabled: Some(enabled), ..Draft::default() }));
    Some(match name {
        "rotate_now" => ("rotate_now", Change::RotateSecret { keep: Duration::ZERO }),
        "rotate" => ("rotate", Change::RotateSecret { keep: DAY * 7 }),
        "end_former" => ("end_former", Change::EndFormerSecret),
        "disable" => ("disable", enabled(false)),
        "enable" => ("enable", enabled(true)),
        "remove" => ("remove", Change::Remove),
        "restore" => ("restore", Change::Restore),
        _ => return None,
    })
}

/// Said too: done by a form of its own, or not done.
const OTHERS: [&str; 3] = ["edit", "changed", "refused"];

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let Some(id) = ClientId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let query = query_params(&uri).ok();
    let said = query.as_ref().and_then(|query| query.single("notice"));
    let other = |name| OTHERS.into_iter().find(|other| *other == name);
    let notice = said.and_then(|name| act_of(name).map(|(name, _)| name).or_else(|| other(name)));
    let (asked, own) = (who.clone(), format!("{PATH}/{id}"));
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = applications::find(store, cx, &asked, &id)? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &own)?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let Some(((client, owner), sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let facts = ClientFacts::of(&client, &state.site.issuer);
    let page = ClientPage {
        clinic: visitor.name_of(&who.clinic),
        owner: owner.map(|clinic| visitor.name_of(&clinic)),
        state: state_of(&client),
        comes_back_until: client.comes_back_until(),
        asks: !client.first_party,
        roles: client.roles.iter().map(|role: &Role| role.as_str()).collect(),
        limits: ClientLimits::of(&client, state.clock.now()),
        former_secret_until: client
            .former_secret
            .as_ref()
            .map(|former| former.until)
            .filter(|until| state.clock.now() < *until),
        created_at: client.created_at,
        updated_at: client.updated_at,
        may_change: applications::may_change(&who, &client),
        configurations: state.view.configurations(known(), &facts, None)?,
        facts,
        sign_in_uri,
        notice,
    };
    visitor.page(&state, Some(&who), &page)
}

pub async fn act(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let named = form.params.single("act").and_then(act_of);
    let (Some(id), Some((name, change))) = (ClientId::parse(&id), named) else {
        return Err(ErrorKind::NotFound.into());
    };
    let (who, own) = (admin.who.clone(), format!("{PATH}/{id}"));
    let (back, seen) = (own.clone(), typed::seen(&form.params));
    let act = move |store: &_, cx: &Cx| {
        let verdict = applications::change(store, cx, &who, (id, seen), change)?;
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &back)))
    };
    let (verdict, sign_in) = state.run(form.visitor.info, act).await?;
    match verdict {
        Ok(done) if done.secret.is_some() => made(&state, admin, done, None),
        Ok(_) => Ok(see_other(&format!("{own}?notice={name}"))),
        Err(ApplicationRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(ApplicationRefusal::Refused(refusal)) => {
            let said = if refusal == Refusal::Changed { "changed" } else { "refused" };
            Ok(see_other(&format!("{own}?notice={said}")))
        }
        Err(ApplicationRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
