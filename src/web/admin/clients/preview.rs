//! `/admin/clients/{client}/preview`: a sign-in that does not happen, for a person who is named by their address. By a form that
//! is sent, so that no address of anybody stands in one of ours.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use crate::{
    domain::{Acr, Barrier, Client, ClientId, ClientType},
    flows::admin::applications::{self, Preview, PreviewRefusal},
    web::{
        extract::{Admin, ProtectedForm},
        failure::Failure,
        state::Shared,
        view::{ClientPreviewPage, ErrorKind, Outlook},
    },
};

pub async fn ask(State(state): State<Shared>, admin: Admin, Path(id): Path<String>) -> Result<Response, Failure> {
    page(&state, admin, &id, String::new(), None, StatusCode::OK).await
}

pub async fn show(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let email: String = form.params.single("email").unwrap_or_default().chars().take(254).collect();
    let Some(client) = ClientId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let (who, typed) = (admin.who.clone(), email.clone());
    let look = move |store: &_, cx: &_| applications::preview(store, cx, &who, &client, &typed);
    match state.run(form.visitor.info, look).await? {
        Ok(preview) => {
            let clinic = admin.visitor.name_of(&preview.clinic);
            page(&state, admin, &id, email, Some(outlook(preview, clinic)), StatusCode::OK).await
        }
        Err(PreviewRefusal::Nobody) => page(&state, admin, &id, email, None, StatusCode::UNPROCESSABLE_ENTITY).await,
        Err(PreviewRefusal::NoClient) => Err(ErrorKind::NotFound.into()),
    }
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    id: &str,
    email: String,
    outlook: Option<Outlook>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let Some(id) = ClientId::parse(id) else { return Err(ErrorKind::NotFound.into()) };
    let asked = who.clone();
    let find = move |store: &_, cx: &_| applications::find(store, cx, &asked, &id);
    let found = state.run(visitor.info.clone(), find).await?;
    let has_people = |client: &Client| client.kind != ClientType::Machine;
    let Some((client, _)) = found.filter(|(client, _)| has_people(client)) else {
        return Err(ErrorKind::NotFound.into());
    };
    let page = ClientPreviewPage {
        clinic: visitor.name_of(&who.clinic),
        id: client.id,
        name: client.name,
        unknown: status == StatusCode::UNPROCESSABLE_ENTITY,
        email,
        outlook,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

fn outlook(preview: Preview, clinic: String) -> Outlook {
    let indented = |value: &serde_json::Value| format!("{value:#}");
    Outlook {
        enters: preview.enters(),
        person: preview.user.profile.name.clone(),
        clinic,
        kept_out: preview.kept_out,
        ways: preview.ways.iter().map(|(acr, barrier)| (way(*acr), barrier.map(Barrier::as_str))).collect(),
        terminals: preview
            .terminals
            .iter()
            .map(|(kind, barrier)| (kind.as_str(), barrier.map(Barrier::as_str)))
            .collect(),
        asks: preview.asks,
        id_token: indented(&preview.id_token),
        userinfo: indented(&preview.userinfo),
    }
}

/// Its text in the catalogue.
const fn way(acr: Acr) -> &'static str {
    match acr {
        Acr::Password => "password",
        Acr::Temporary => "code",
        Acr::SecondFactor => "second_factor",
        Acr::Passkey => "passkey",
        Acr::HardwarePasskey => "hardware_passkey",
    }
}
