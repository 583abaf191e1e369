//! The demo as it is started by `genkan demo`, on a database and on ports of its own: both sample applications take part.

use std::net::{SocketAddr, TcpListener};

use genkan::{
    config::Environment,
    demo::{Demo, DemoOptions},
};
use tempfile::TempDir;

use super::place::{BY_PASSKEY, BY_PASSWORD, REGISTER, person};
use crate::support::{
    browser::{Kind, Tab, poll},
    database::Database,
    runtime::block_on,
};

pub struct RunningDemo {
    pub issuer: String,
    /// さくら予約.
    pub booking: String,
    /// 画像ワークリスト.
    pub imaging: String,
    demo: Option<Demo>,
    folder: TempDir,
    _database: Database,
}

impl RunningDemo {
    pub fn start(database: Database) -> Self {
        let folder = TempDir::new().expect("a folder for the demo");
        let [listen, booking, _] = free_ports();
        let options = DemoOptions { dir: folder.path().join("demo"), listen, app_listen: booking };
        let environment = Environment { store_url: Some(database.url().to_owned().into()), ..Environment::default() };
        let demo = block_on(Demo::start(options, environment)).expect("the demo starts");
        let app = |index: usize| demo.summary.apps[index].url.clone();
        Self {
            issuer: demo.summary.issuer.clone(),
            booking: app(0),
            imaging: app(1),
            demo: Some(demo),
            folder,
            _database: database,
        }
    }

    /// 小野 誠 of さくらクリニック with a passkey, where he looks after his people.
    pub fn administrator(&self) -> Tab {
        let (email, password) = self.somebody("小野 誠");
        let tab = person();
        tab.authenticator(Kind::Internal);
        tab.goto(&format!("{}/login", self.issuer));
        tab.fill("#email", &email);
        tab.fill("#password", &password);
        tab.follow(BY_PASSWORD);
        tab.follow(REGISTER);
        tab.follow(BY_PASSKEY);
        tab.wait_for_text("ログイン中の方");
        tab
    }

    /// The link of the invitation in the letter to this address, as soon as it has come.
    pub fn invitation_for(&self, address: &str) -> String {
        let mail = self.folder.path().join("demo/mail");
        let link = || {
            let letters = std::fs::read_dir(&mail).into_iter().flatten().flatten();
            let texts = letters.filter_map(|letter| std::fs::read_to_string(letter.path()).ok());
            let theirs = texts.filter(|text| text.contains(address));
            theirs.filter_map(|text| invitation_in(&text, &self.issuer)).next()
        };
        poll(link).unwrap_or_else(|| panic!("no letter to {address}"))
    }

    /// E-mail address and password of somebody of this clinic.
    pub fn somebody_of(&self, clinic: &str) -> (String, String) {
        let summary = &self.demo.as_ref().expect("the demo runs until it is dropped").summary;
        let user = summary.seeded.users.iter().find(|user| user.clinic == clinic).expect("somebody works there");
        (user.email.clone(), user.password.clone())
    }

    /// E-mail address and password of who is called so.
    pub fn somebody(&self, name: &str) -> (String, String) {
        let summary = &self.demo.as_ref().expect("the demo runs until it is dropped").summary;
        let user = summary.seeded.users.iter().find(|user| user.name == name).expect("somebody is called so");
        (user.email.clone(), user.password.clone())
    }
}

impl Drop for RunningDemo {
    fn drop(&mut self) {
        if let Some(demo) = self.demo.take() {
            block_on(demo.stop()).expect("the demo stops");
        }
    }
}

/// The link of an invitation in a letter or on a sheet.
pub fn invitation_in(text: &str, issuer: &str) -> Option<String> {
    let start = format!("{issuer}/invite/");
    let (_, rest) = text.split_once(&start)?;
    Some(format!("{start}{}", rest.chars().take(43).collect::<String>()))
}

/// One for the provider and two next to each other for the applications, below those that the system gives out by itself.
fn free_ports() -> [SocketAddr; 3] {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + u16::try_from(std::process::id() % 1000).expect("below 1000") * 12;
    loop {
        let port = start + NEXT.fetch_add(3, Ordering::Relaxed);
        let three = [port, port + 1, port + 2].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        if three.iter().all(|address| TcpListener::bind(address).is_ok()) {
            return three;
        }
    }
}
