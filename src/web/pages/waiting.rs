//! The sealed request that waits behind our sign-in pages, as far as a page needs to know it.

use crate::{
    domain::{Accent, Barrier, Client, Clinic, ClinicId, Fault, UnixTime},
    flows::authorize::{Destination, Waiting},
    protocol::authorize::needed,
    store::{self, Store},
    web::{extract::Visitor, state::Shared, view::Application},
};

/// What is said about it on the page.
#[derive(Default)]
pub struct Behind {
    pub application: Option<Application>,
    /// What it wants of the sign-in.
    pub needs: Option<Barrier>,
    /// Whom to ask at the clinic of the application.
    pub contact: Option<String>,
    /// The colour of that clinic.
    pub accent: Option<Accent>,
    pub login_hint: Option<String>,
    pub ui_locales: Vec<String>,
    pub asked_at: Option<UnixTime>,
    /// A sealed text was sent that is not ours or has run out.
    pub expired: bool,
}

pub async fn look(state: &Shared, visitor: &Visitor, sealed: Option<String>) -> Result<Behind, Fault> {
    let Some(sealed) = sealed else { return Ok(Behind::default()) };
    state
        .run(visitor.info.clone(), move |store, cx| match Waiting::open_late(cx, &sealed) {
            None => Ok(Behind { expired: true, ..Behind::default() }),
            Some(opened) => {
                let (asked_at, expired) = (Some(opened.issued_at), opened.expired);
                Ok(Behind { asked_at, expired, ..describe(store, opened.value)? })
            }
        })
        .await
}

fn describe(store: &Store, waiting: Waiting) -> Result<Behind, Fault> {
    let Destination::Application(request) = waiting.destination else { return Ok(Behind::default()) };
    let (client, clinic): (Option<Client>, Option<Clinic>) = store.read(|conn| {
        let client = store::clients::find(conn, &request.client_id)?;
        let clinic: Option<&ClinicId> = waiting.clinic_id.as_ref();
        let clinic = clinic.map(|id| store::clinics::find(conn, id)).transpose()?.flatten();
        Ok((client, clinic))
    })?;
    Ok(Behind {
        needs: client.as_ref().and_then(|client| needed(&request, &client.demands)),
        application: client.map(|client| Application { name: client.name, start_uri: client.start_uri }),
        accent: clinic.as_ref().and_then(|clinic| clinic.accent),
        contact: clinic.map(|clinic| clinic.contact),
        login_hint: request.login_hint,
        ui_locales: request.ui_locales,
        ..Behind::default()
    })
}

/// Where a sign-in that has just succeeded goes on; `waiting`: what waited, sealed and opened.
pub fn next_after(waiting: Option<(&str, &Waiting)>, enrolling: bool) -> String {
    match waiting {
        Some((sealed, _)) if enrolling => format!("/settings/passkeys?continue={sealed}"),
        Some((sealed, Waiting { destination: Destination::Application(_), .. })) => {
            format!("/oauth/authorize?continue={sealed}")
        }
        Some((_, Waiting { destination: Destination::Page(path), .. })) => path.clone(),
        None if enrolling => "/settings/passkeys".to_owned(),
        None => "/".to_owned(),
    }
}

/// An address of ours, with the sealed request that waits behind it.
pub fn carried(to: &str, sealed: Option<&str>) -> String {
    let is_sealed = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    match sealed.filter(is_sealed) {
        Some(sealed) => format!("{to}{}continue={sealed}", if to.contains('?') { '&' } else { '?' }),
        None => to.to_owned(),
    }
}
