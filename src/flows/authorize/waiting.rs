//! What waits, sealed in the browser's hands, while a person signs in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{Client, ClientId, ClinicId},
    flows::Cx,
    keys::{Opened, Sealable},
    protocol::authorize::AuthorizationRequest,
};

#[derive(Clone, Serialize, Deserialize)]
pub struct Waiting {
    /// The session row keeps it: `prompt=login` is met by this id alone.
    pub id: String,
    /// The one clinic whose people may enter.
    pub clinic_id: Option<ClinicId>,
    pub destination: Destination,
}

#[derive(Clone, Serialize, Deserialize)]
pub enum Destination {
    Application(Box<AuthorizationRequest>),
    /// A page of ours, by its path.
    Page(String),
}

impl Sealable for Waiting {
    const PURPOSE: &'static str = "waiting";
    /// As long as somebody may take to find their phone.
    const LIFETIME: Duration = Duration::from_secs(3600);
}

impl Waiting {
    pub fn for_application(cx: &Cx, client: &Client, request: AuthorizationRequest) -> Self {
        let id = cx.random.id(cx.now);
        Self { id, clinic_id: client.clinic_id.clone(), destination: Destination::Application(Box::new(request)) }
    }

    /// `path`: one of ours, never what a stranger sent.
    pub fn for_page(cx: &Cx, path: String) -> Self {
        Self { id: cx.random.id(cx.now), clinic_id: None, destination: Destination::Page(path) }
    }

    /// The application that waits.
    pub fn client_id(&self) -> Option<&ClientId> {
        match &self.destination {
            Destination::Application(request) => Some(&request.client_id),
            Destination::Page(_) => None,
        }
    }

    pub fn seal(&self, cx: &Cx) -> String {
        cx.keys.seal(self, cx.now, cx.random)
    }

    /// `None` if it is not ours or has run out: the person can still sign in.
    pub fn open(cx: &Cx, sealed: &str) -> Option<Self> {
        cx.keys.open(sealed, cx.now).ok()
    }

    /// Whether it has run out or not: who waited too long is still told for which application.
    pub fn open_late(cx: &Cx, sealed: &str) -> Option<Opened<Self>> {
        cx.keys.open_late(sealed, cx.now).ok()
    }
}
