//! A Genkan to drive, in a folder of its own: configuration, master key, two applications, and people who know a password
//! at a clinic that lets one alone sign in.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use genkan::{
    clock::Clock,
    config::{Config, Environment},
    domain::{ClientAuthMethod, ClinicId, PasswordFallback, Secret, SigningAlg, TerminalKind, UnixTime},
    flows::admin::{By, clients, clinics, users},
    keys::{MasterKey, PasswordCost, PasswordHasher},
    random::Random,
    store::{self, Store, StoreOptions},
};

use crate::{
    Result,
    target::{Application, CALLBACK, Person, Target},
};

pub const CONFIG: &str = "genkan.toml";
pub const TARGET: &str = "target.json";
const PASSWORD: &str = "komorebi-no-michi-27";

/// What stands in `folder` afterwards: [`CONFIG`] for `genkan serve`, [`TARGET`] for the driver.
pub fn seed(folder: &Path, port: u16, store_url: &str, people: usize) -> Result<Target> {
    let issuer = format!("http://localhost:{port}");
    let config = format!(
        "[server]\nissuer = \"{issuer}\"\nlisten = \"127.0.0.1:{port}\"\n\
         [operations]\nlisten = \"127.0.0.1:0\"\n[store]\nurl = \"{store_url}\"\n"
    );
    fs::write(folder.join(CONFIG), config)?;
    let key = folder.join("genkan.key");
    fs::write(&key, MasterKey::generate(Random).to_text().as_bytes())?;
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600))?;
    let store = open(folder)?;
    store.migrate()?;
    let target = Target {
        authorize: "/oauth/authorize".to_owned(),
        token: "/oauth/token".to_owned(),
        userinfo: "/oauth/userinfo".to_owned(),
        jwks: "/oauth/jwks".to_owned(),
        es256: application(&store, SigningAlg::Es256)?,
        rs256: application(&store, SigningAlg::Rs256)?,
        people: hire(&store, people)?,
        issuer,
    };
    fs::write(folder.join(TARGET), serde_json::to_vec_pretty(&target)?)?;
    Ok(target)
}

pub fn config(folder: &Path) -> Result<Config> {
    Ok(Config::load(Some(&folder.join(CONFIG)), &Environment::default())?)
}

/// The store of such a folder.
pub fn open(folder: &Path) -> Result<Store> {
    Ok(Store::open(&StoreOptions::new(config(folder)?.store.url.as_str()))?)
}

pub fn now() -> UnixTime {
    Clock::System.now()
}

fn by() -> By {
    By::command_line(now(), Random)
}

fn application(store: &Store, alg: SigningAlg) -> Result<Application> {
    let draft = clients::Draft {
        name: Some(format!("予約 {}", alg.as_str())),
        redirect_uris: Some(vec![CALLBACK.to_owned()]),
        auth_method: Some(ClientAuthMethod::ClientSecretBasic),
        scope: Some("openid profile email offline_access".to_owned()),
        grants: Some("authorization_code refresh_token".to_owned()),
        id_token_alg: Some(alg),
        first_party: Some(true),
        ..clients::Draft::default()
    };
    let registered = clients::add(store, &by(), draft, &Config::sample().keys.algorithms)??;
    let secret = registered.secret.as_ref().map(Secret::reveal).unwrap_or_default().to_owned();
    Ok(Application { id: registered.client.id.to_string(), secret })
}

fn clinic(store: &Store) -> Result<ClinicId> {
    let draft = clinics::Draft {
        name: Some("デモ医院".to_owned()),
        contact: Some("受付 内線 1234".to_owned()),
        password_fallback: Some(PasswordFallback::PasswordOnly {
            reason: "更新待ち".to_owned(),
            until: by().now.plus(std::time::Duration::from_secs(365 * 86_400)),
        }),
        // A run may outlive what a shared terminal allows.
        unregistered_terminal: Some(TerminalKind::Personal),
        ..clinics::Draft::default()
    };
    let sessions = Config::sample().sessions;
    Ok(clinics::add(store, &by(), &draft, sessions.idle, sessions.absolute)??.id)
}

fn hire(store: &Store, people: usize) -> Result<Vec<Person>> {
    let clinic = clinic(store)?;
    let hash = PasswordHasher::new(PasswordCost::default())?.hash(PASSWORD, Random)?;
    let mut hired = Vec::new();
    for number in 0..people {
        let email = format!("staff{number}@demo.example");
        let details = users::Details {
            name: Some("大塚 美咲".to_owned()),
            name_kana: Some("オオツカ ミサキ".to_owned()),
            ..users::Details::default()
        };
        let invite =
            users::Invite { until: None, email: email.clone(), clinic: clinic.clone(), roles: Vec::new(), details };
        let user = users::invite(store, &by(), invite)??.user;
        let (hash, now) = (hash.clone(), now());
        store.write(move |tx| store::users::set_password(tx, &user.id, &hash, None, now))?;
        hired.push(Person { email, password: PASSWORD.to_owned() });
    }
    Ok(hired)
}
