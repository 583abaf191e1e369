//! `demo.json`: what scripts need to know of a running demo. Also where a second start finds the clients' secrets.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::{Failure, Places, folder::failed};

pub const FILE: &str = "demo.json";

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    pub issuer: String,
    /// Address of `/livez` and `/readyz`.
    pub ops: String,
    pub apps: Vec<App>,
    #[serde(flatten)]
    pub seeded: Seeded,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct App {
    pub name: String,
    pub url: String,
}

/// What is in the store.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Seeded {
    pub clinics: Vec<Clinic>,
    /// In the order of the applications.
    pub clients: Vec<Client>,
    pub users: Vec<User>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Clinic {
    pub id: String,
    pub name: String,
    pub password_alone: bool,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Client {
    pub client_id: String,
    pub client_secret: String,
    pub name: String,
    pub redirect_uris: Vec<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    pub email: String,
    pub password: String,
    pub name: String,
    pub clinic: String,
    pub roles: Vec<String>,
    /// A password alone signs this person in.
    pub for_scripts: bool,
}

impl Summary {
    pub fn of(places: &Places, ops: SocketAddr, seeded: Seeded) -> Self {
        let app = |place: &super::Place| App { name: place.kind.name().to_owned(), url: place.base_url.clone() };
        Self {
            issuer: places.issuer.clone(),
            ops: format!("http://{ops}"),
            apps: places.apps.iter().map(app).collect(),
            seeded,
        }
    }

    /// What the last start wrote; empty when there was none, or when somebody broke it.
    pub fn read(dir: &Path) -> Self {
        let text = fs::read(dir.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Everything that must answer before we say that we are there.
    pub fn addresses(&self) -> Vec<String> {
        let mut addresses =
            vec![format!("{}/.well-known/openid-configuration", self.issuer), format!("{}/readyz", self.ops)];
        addresses.extend(self.apps.iter().map(|app| format!("{}/", app.url)));
        addresses
    }

    /// Appears whole or not at all, so that a script may wait for it.
    pub fn write(&self, dir: &Path) -> Result<(), Failure> {
        let (path, unfinished) = (dir.join(FILE), dir.join("demo.json.new"));
        let text = serde_json::to_string_pretty(self).map_err(std::io::Error::other);
        let written = text.and_then(|text| {
            let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)
        });
        written.map_err(|cause| failed(&path, cause))
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("email", &self.email).finish_non_exhaustive()
    }
}
