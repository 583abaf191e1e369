//! `/clinic`: for which of their clinics does somebody work today? Without JavaScript; each clinic is a button, and the first one is
//! that of last time.

use axum::{extract::State, http::Uri, response::Response};

use super::{passkeys::sign_in_again, waiting};
use crate::{
    domain::{ClinicId, TooWeak},
    flows::{
        Cx,
        authorize::{self, Chosen},
    },
    web::{
        extract::{ProtectedForm, Visitor, query_params},
        failure::Failure,
        oidc::authorize::{CONTINUE, reply},
        reply::see_other,
        state::Shared,
        view::{ClinicOffer, ErrorKind, WorkplacePage},
    },
};

pub const PATH: &str = "/clinic";

pub async fn show(State(state): State<Shared>, mut visitor: Visitor, uri: Uri) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let sealed = query.single(CONTINUE).map(str::to_owned);
    let behind = waiting::look(&state, &visitor, sealed.clone()).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    let (waits, session) = (sealed.clone(), visitor.session.clone());
    let offer = move |store: &_, cx: &Cx| authorize::offer(store, cx, waits.as_deref(), session.as_ref());
    let Some(offered) = state.run(visitor.info.clone(), offer).await? else {
        let on = sealed.map(|sealed| waiting::carried("/oauth/authorize", Some(&sealed)));
        return Ok(see_other(on.as_deref().unwrap_or("/")));
    };
    let clinics = offered.clinics.iter().map(|clinic| ClinicOffer {
        name: visitor.name_of(clinic),
        now: clinic.id == offered.who.clinic.id,
        last: offered.last.as_ref() == Some(&clinic.id),
        id: clinic.id.clone(),
    });
    let page = WorkplacePage {
        application: behind.application.map(|application| application.name),
        clinics: clinics.collect(),
        form: offered.form,
        contact: offered.who.clinic.contact.clone(),
    };
    visitor.page(&state, Some(&offered.who), &page)
}

pub async fn choose(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let ProtectedForm { visitor, params } = form;
    let Some(clinic) = params.single("clinic").and_then(ClinicId::parse) else {
        return Err(ErrorKind::BadRequest.into());
    };
    let sealed = params.single("question").unwrap_or_default().to_owned();
    let session = visitor.session.clone();
    let choose = move |store: &_, cx: &Cx| {
        let chosen = authorize::choose(store, cx, &sealed, &clinic, session.as_ref())?;
        Ok((chosen, sign_in_again(cx, Err(TooWeak::NotStrong), PATH)))
    };
    let (chosen, again) = state.run(visitor.info, choose).await?;
    match chosen {
        Chosen::GoOn(answer) => reply(answer),
        Chosen::Home => Ok(see_other("/")),
        Chosen::Again(sealed) => Ok(see_other(&waiting::carried(PATH, sealed.as_deref()))),
        Chosen::TooWeak(Some(sealed)) => {
            Ok(see_other(&waiting::carried("/login?notice=sign_in_with_passkey", Some(&sealed))))
        }
        Chosen::TooWeak(None) => Ok(see_other(&again)),
    }
}
