//! `GET /`: my applications for who is signed in, the way to sign in for everybody else.

use axum::{extract::State, response::Response};

use super::{clinic, terminal};
use crate::{
    domain::SessionKind,
    flows::account::portal,
    web::{
        extract::{Visitor, find},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{Application, LoginPage, PasskeyAdvice, PortalPage},
    },
};

pub async fn show(State(state): State<Shared>, visitor: Visitor) -> Result<Response, Failure> {
    let Some(who) = find(&visitor, &state).await? else {
        let shared = terminal::is_shared(&state, &visitor).await?;
        return visitor.page(&state, None, &LoginPage { shared, ..LoginPage::default() });
    };
    if who.session.kind != SessionKind::Ordinary {
        return Ok(see_other("/settings/passkeys"));
    }
    let asked = who.clone();
    let home = state.run(visitor.info.clone(), move |store, cx| portal::home(store, cx, &asked)).await?;
    if home.clinic_open {
        return Ok(see_other(clinic::PATH));
    }
    let applications = home
        .applications
        .into_iter()
        .map(|client| Application { name: client.name, start_uri: client.start_uri })
        .collect();
    let advice = match home.passkeys {
        _ if who.session.is_shared() || who.session.is_temporary() => None,
        0 => Some(PasskeyAdvice::RegisterOne),
        1 => Some(PasskeyAdvice::AddSpare),
        _ => None,
    };
    let page = PortalPage {
        email: who.user.email.as_str().to_owned(),
        applications,
        advice,
        password_only_until: home.password_only_until,
        last: home.news.last,
        changes: home.news.changes,
    };
    visitor.page(&state, Some(&who), &page)
}
