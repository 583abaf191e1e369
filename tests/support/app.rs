//! A whole server for a test, with a cast and a clock: two clinics, two people, one application.
//!
//! さくらクリニック wants a second factor beside passwords; hanako has just been invited and knows a password. デモ医院 allows them; misaki
//! signs in with hers. Both take any passkey, until [`TestApp::registration`] says otherwise, and every PC as somebody's own. The booking application is a
//! confidential client, open to both.

use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use genkan::{
    app::{Running, ServeOptions},
    clock::Clock,
    config::{Config, Issuer, MasterKeySource, StoreUrl},
    domain::{
        AllowedPasskeys, AuditEvent, Clinic, Membership, Passkey, PasswordFallback, Profile, RequestInfo, Role, Secret,
        Session, TerminalKind, User,
    },
    flows::{
        Cx,
        admin::{By, clients, clinics, users},
    },
    keys::MasterKey,
    random::Random,
    store::{self, Store},
    web::listener::Certificates,
};
use tokio::task::JoinHandle;

use super::{
    database::Database,
    relying_party::RelyingParty,
    runtime::{block_on, runtime},
};

/// No test turns the clock further.
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 86_400);

pub const CALLBACK: &str = "http://127.0.0.1:9/callback";
pub const LOGGED_OUT: &str = "http://127.0.0.1:9/logged-out";
/// What hanako and misaki type.
pub const PASSWORD: &str = "komorebi-no-michi-27";

pub struct TestApp {
    pub issuer: String,
    pub sakura: Clinic,
    pub demo: Clinic,
    pub hanako: User,
    pub misaki: User,
    /// The booking application.
    pub booking: Registered,
    clock: Arc<AtomicI64>,
    config: Config,
    /// Kept open, so that nobody else gets its port.
    listener: TcpListener,
    running: Option<Running>,
    /// Held so that the database lives as long as the server.
    database: Database,
}

#[derive(Clone, Debug)]
pub struct Registered {
    pub client_id: String,
    pub secret: Option<String>,
}

impl TestApp {
    pub fn start(database: Database) -> Self {
        Self::start_with(database, |_| {})
    }

    /// With a configuration of its own.
    pub fn start_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let mut config = config(&format!("http://localhost:{port}"), &database);
        change(&mut config);
        let issuer = config.server.issuer.as_str().to_owned();
        // The real time to begin with, so that real browsers and libraries agree with it.
        let clock = Arc::new(AtomicI64::new(Clock::System.now().millis()));
        let running = serve(&listener, &config, &clock);
        let store = running.state.store.clone();
        let by = By::command_line(running.state.clock.now(), Random);
        let sakura = clinic(&store, &by, &config, "さくらクリニック", "Sakura Clinic", PasswordFallback::SecondFactor);
        let allowed =
            PasswordFallback::PasswordOnly { reason: "更新待ち".to_owned(), until: by.now.plus(TEN_YEARS) };
        let demo = clinic(&store, &by, &config, "デモ医院", "Demo Clinic", allowed);
        let hash = running.state.hasher.hash(PASSWORD, Random).expect("a hash");
        let hanako = person(&store, &by, (&sakura, &[]), "hanako@sakura.example", "山田 花子", &hash);
        let misaki = person(&store, &by, (&demo, &[]), "misaki@demo.example", "大塚 美咲", &hash);
        let booking = register(&store, &by, draft("さくら予約"));
        let running = Some(running);
        Self { issuer, sakura, demo, hanako, misaki, booking, clock, config, listener, running, database }
    }

    /// The same installation, at the same address with the same master key, on another database that knows its people.
    pub fn moved_to(mut self, database: Database) -> Self {
        block_on(self.running.take().expect("it runs").stop());
        self.config.store.url = store_url(&database);
        self.running = Some(serve(&self.listener, &self.config, &self.clock));
        self.database = database;
        self
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the server runs until it is dropped")
    }

    /// Of an SQLite database.
    pub fn database_file(&self) -> &std::path::Path {
        std::path::Path::new(self.database.url().strip_prefix("sqlite:").expect("a file"))
    }

    pub fn store(&self) -> &Store {
        &self.running().state.store
    }

    /// Turns the server's clock on.
    pub fn advance(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).expect("a short time");
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Sets the server's clock back.
    pub fn turn_back(&self, span: Duration) {
        let millis = i64::try_from(span.as_millis()).expect("a short time");
        self.clock.fetch_sub(millis, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        Clock::Manual(Arc::clone(&self.clock))
    }

    /// Requests that are being worked on.
    pub fn working(&self) -> usize {
        self.running().state.working.crowd().working
    }

    /// One line of `/metrics`, by its name and labels.
    pub fn metric(&self, name: &str) -> f64 {
        let url = self.ops("/metrics");
        let text = block_on(async { reqwest::get(url).await.expect("an answer").text().await.expect("text") });
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name} in {text}"));
        line.trim().parse().expect("a number")
    }

    /// What the timers would do now.
    pub fn run_jobs(&self) {
        genkan::jobs::once(self.store(), &self.cx()).expect("the jobs run");
    }

    /// Polls until it is so.
    pub fn wait_for(&self, so: impl Fn(&Self) -> bool) {
        while !so(self) {
            std::thread::yield_now();
        }
    }

    /// Tells the server to stop; it has when the handle is done.
    pub fn stop(&mut self) -> JoinHandle<()> {
        runtime().spawn(self.running.take().expect("it runs").stop())
    }

    pub fn certificates(&self) -> &Certificates {
        self.running().state.certificates.as_ref().expect("a server on https")
    }

    /// As a flow would be called by a request from nowhere.
    pub fn cx(&self) -> Cx {
        self.running().state.cx(RequestInfo::default())
    }

    pub fn by(&self) -> By {
        By::command_line(self.clock().now(), Random)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    pub fn ops(&self, path: &str) -> String {
        format!("http://{}{path}", self.running().ops)
    }

    /// Another application. [`draft`] is where to begin.
    pub fn register(&self, draft: clients::Draft) -> Registered {
        register(self.store(), &self.by(), draft)
    }

    pub fn relying_party(&self, client: &Registered) -> RelyingParty {
        let found = RelyingParty::discover(&self.issuer, &client.client_id, client.secret.as_deref(), CALLBACK);
        block_on(found).expect("discovery").with_clock(self.clock())
    }

    /// Which passkeys the people of a clinic may register from now on.
    pub fn registration(&self, clinic: &Clinic, registration: clinics::RegistrationDraft) {
        let draft = clinics::Draft { registration, ..clinics::Draft::default() };
        clinics::set(self.store(), &self.by(), clinic.id.clone(), draft).expect("no fault").expect("set");
    }

    /// What a password leads to at a clinic from now on, whomever it shuts out.
    pub fn password_fallback(&self, clinic: &Clinic, fallback: PasswordFallback) {
        let draft = clinics::Draft { password_fallback: Some(fallback), lock_out: true, ..clinics::Draft::default() };
        clinics::set(self.store(), &self.by(), clinic.id.clone(), draft).expect("no fault").expect("set");
    }

    /// Somebody newly invited, who knows a password.
    pub fn hire(&self, clinic: &Clinic, role: Role, email: &str, name: &str) -> User {
        let hash = self.running().state.hasher.hash(PASSWORD, Random).expect("a hash");
        person(self.store(), &self.by(), (clinic, &[role]), email, name, &hash)
    }

    /// Gives somebody another role, or a second clinic.
    pub fn appoint(&self, user: &User, clinic: &Clinic, role: Role) {
        let invite = users::Invite {
            until: None,
            email: user.email.as_str().to_owned(),
            clinic: clinic.id.clone(),
            roles: vec![role],
            details: users::Details::default(),
        };
        users::invite(self.store(), &self.by(), invite).expect("no fault").expect("appointed");
    }

    pub fn membership(&self, user: &User, clinic: &Clinic) -> Membership {
        let found = self.store().read(|conn| store::memberships::find(conn, &user.id, &clinic.id));
        found.expect("no fault").expect("they belong there")
    }

    /// A fresh one-time link.
    pub fn invite(&self, user: &User, clinic: &Clinic) -> String {
        let invite = users::Invite {
            until: None,
            email: user.email.as_str().to_owned(),
            clinic: clinic.id.clone(),
            roles: Vec::new(),
            details: users::Details::default(),
        };
        let invited = users::invite(self.store(), &self.by(), invite).expect("no fault").expect("an invitation");
        self.url(&format!("/invite/{}", invited.secret.reveal()))
    }

    /// They have opened what was sent to their address.
    pub fn prove_address(&self, user: &User) {
        let (id, address, now) = (user.id.clone(), user.email.as_str().to_owned(), self.clock().now());
        self.store().write(move |tx| store::users::verify_email(tx, &id, &address, now)).expect("no fault");
    }

    pub fn disable(&self, user: &User) {
        users::disable(self.store(), &self.by(), user.email.as_str(), None).expect("no fault").expect("disabled");
    }

    /// As the store has them now.
    pub fn reload(&self, user: &User) -> User {
        self.store().read(|conn| store::users::find(conn, &user.id)).expect("no fault").expect("the person")
    }

    /// Those that have not ended, newest first.
    pub fn sessions(&self, user: &User) -> Vec<Session> {
        let now = self.clock().now();
        self.store().read(|conn| store::sessions::list_for_user(conn, &user.id, now)).expect("the sessions")
    }

    pub fn passkeys(&self, user: &User) -> Vec<Passkey> {
        self.store().read(|conn| store::passkeys::list_for_user(conn, &user.id)).expect("the passkeys")
    }

    /// The whole trail, oldest first.
    pub fn trail(&self) -> Vec<AuditEvent> {
        self.store().read(|conn| store::audit_events::list(conn, None, 10_000)).expect("the trail")
    }

    /// `kind outcome reason` of what was recorded since the trail was this long.
    pub fn recorded_since(&self, length: usize) -> Vec<String> {
        let words = |event: &AuditEvent| {
            let reason = event.reason.as_deref().unwrap_or_default();
            format!("{} {} {reason}", event.kind.as_str(), event.outcome.as_str()).trim_end().to_owned()
        };
        self.trail().iter().skip(length).map(words).collect()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            block_on(running.stop());
        }
    }
}

fn serve(listener: &TcpListener, config: &Config, clock: &Arc<AtomicI64>) -> Running {
    let listener = listener.try_clone().expect("the same socket");
    let (options, clock) = (ServeOptions { migrate: true }, Clock::Manual(Arc::clone(clock)));
    block_on(Running::start_on(listener, config.clone(), options, clock)).expect("the server starts")
}

fn store_url(database: &Database) -> StoreUrl {
    StoreUrl::parse(database.url(), std::path::Path::new("/")).expect("a database")
}

fn config(issuer: &str, database: &Database) -> Config {
    let mut config = Config::sample();
    config.server.issuer = Issuer::parse(issuer).expect("an issuer");
    config.operations.listen = "127.0.0.1:0".parse().expect("an address");
    config.store.url = store_url(database);
    config.keys.master_key = MasterKeySource::Environment(MasterKey::generate(Random).to_text());
    // Tests sign in side by side.
    config.passwords.parallel = 4;
    config.passwords.wait = Duration::from_secs(30);
    config
}

fn clinic(store: &Store, by: &By, config: &Config, name: &str, name_en: &str, fallback: PasswordFallback) -> Clinic {
    let draft = clinics::Draft {
        name: Some(name.to_owned()),
        name_en: Some(name_en.to_owned()),
        contact: Some("情報システム係 内線 1234".to_owned()),
        password_fallback: Some(fallback),
        registration: clinics::RegistrationDraft {
            passkeys: Some(AllowedPasskeys::Any),
            ..clinics::RegistrationDraft::default()
        },
        unregistered_terminal: Some(TerminalKind::Personal),
        ..clinics::Draft::default()
    };
    clinics::add(store, by, &draft, config.sessions.idle, config.sessions.absolute)
        .expect("no fault")
        .expect("a clinic")
}

fn person(store: &Store, by: &By, place: (&Clinic, &[Role]), email: &str, name: &str, hash: &str) -> User {
    let details = users::Details {
        name: Some(name.to_owned()),
        name_kana: Some("ヤマダ ハナコ".to_owned()),
        ..users::Details::default()
    };
    let (clinic, roles) = (place.0.id.clone(), place.1.to_vec());
    let invite = users::Invite { until: None, email: email.to_owned(), clinic, roles, details };
    let mut user = users::invite(store, by, invite).expect("no fault").expect("an invitation").user;
    let (hash, now, id) = (hash.to_owned(), by.now, user.id.clone());
    user.profile = everything(&user.profile.name);
    let full = user.clone();
    store
        .write(move |tx| {
            store::users::update_profile(tx, &full)?;
            store::users::set_password(tx, &id, &hash, None, now)
        })
        .expect("a password");
    store.read(|conn| store::users::find(conn, &user.id)).expect("no fault").expect("the person")
}

/// Every standard claim.
fn everything(name: &str) -> Profile {
    let text = |text: &str| Some(text.to_owned());
    Profile {
        name: name.to_owned(),
        name_kana: text("ヤマダ ハナコ"),
        given_name: text("花子"),
        family_name: text("山田"),
        middle_name: text("M"),
        nickname: text("はな"),
        preferred_username: text("hanako"),
        profile: text("https://sakura.example/hanako"),
        picture: text("https://sakura.example/hanako.png"),
        website: text("https://sakura.example"),
        gender: text("female"),
        birthdate: text("1990-04-01"),
        zoneinfo: text("Asia/Tokyo"),
        locale: text("ja-JP"),
        phone_number: text("+81312345678"),
        phone_number_verified: true,
        address: Some(genkan::domain::Address { formatted: text("東京都千代田区1-1"), ..Default::default() }),
    }
}

/// A confidential web client.
pub fn draft(name: &str) -> clients::Draft {
    clients::Draft {
        name: Some(name.to_owned()),
        redirect_uris: Some(vec![CALLBACK.to_owned()]),
        post_logout_redirect_uris: Some(vec![LOGGED_OUT.to_owned()]),
        start_uri: Some("http://127.0.0.1:9/".to_owned()),
        scope: Some("openid profile email address phone".to_owned()),
        first_party: Some(true),
        ..clients::Draft::default()
    }
}

fn register(store: &Store, by: &By, draft: clients::Draft) -> Registered {
    let algorithms = Config::sample().keys.algorithms;
    let registered = clients::add(store, by, draft, &algorithms).expect("no fault").expect("a client");
    Registered {
        client_id: registered.client.id.to_string(),
        secret: registered.secret.as_ref().map(Secret::reveal).map(str::to_owned),
    }
}
