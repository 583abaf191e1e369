use super::*;
use crate::{
    config::Environment,
    demo::{DemoOptions, folder},
    domain::{AllowedPasskeys, Email},
};

const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

struct Demo {
    folder: tempfile::TempDir,
    config: Config,
    places: Places,
}

impl Demo {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let options = DemoOptions {
            dir: folder.path().to_owned(),
            listen: ([127, 0, 0, 1], 8080).into(),
            app_listen: ([127, 0, 0, 1], 8090).into(),
        };
        let config = folder::prepare(&options, &Environment::default(), Random).expect("the folder is prepared");
        Self { places: Places::of(&options).expect("ports are left"), folder, config }
    }

    fn seed(&self, before: &Seeded, now: UnixTime) -> Seeded {
        let before = Summary { seeded: before.clone(), ..Summary::default() };
        seed(&self.config, &self.places, &before, now, Random).expect("seeded")
    }

    fn store(&self) -> Store {
        let url = format!("sqlite:{}", self.folder.path().join("genkan.db").display());
        Store::open(&StoreOptions::new(url)).expect("the store is there")
    }

    fn user(&self, email: &str) -> User {
        let email = Email::parse(email).expect("an address");
        let found = self.store().read(|conn| store::users::find_by_email(conn, &email));
        found.expect("the store answers").expect("the person is there")
    }
}

#[test]
fn a_first_start_brings_two_clinics_with_different_policies_their_people_and_two_applications() {
    let demo = Demo::new();
    let seeded = demo.seed(&Seeded::default(), NOW);
    let policies: Vec<_> = seeded.clinics.iter().map(|clinic| (clinic.name.as_str(), clinic.password_alone)).collect();
    assert_eq!(policies, [("さくらクリニック", false), ("デモ医院", true)]);
    let kept = clinics::list(&demo.store()).expect("the store answers");
    let passkeys = |name: &str| kept.iter().find(|clinic| clinic.name == name).map(|it| it.registration.passkeys);
    assert_eq!(passkeys("さくらクリニック"), Some(AllowedPasskeys::Any));
    assert_eq!(passkeys("デモ医院"), Some(AllowedPasskeys::PhoneFirst));
    assert_eq!(seeded.users.iter().filter(|user| user.for_scripts).count(), 1);
    assert_eq!(seeded.clients[0].redirect_uris, ["http://127.0.0.1:8090/callback"]);
    assert_eq!(seeded.clients[1].redirect_uris, ["http://127.0.0.1:8091/callback"]);
    for user in &seeded.users {
        let stored = demo.user(&user.email);
        assert!(stored.password_hash.is_some(), "{} has a password", user.email);
        assert!(
            !wants_invitation(&demo.store(), &stored, NOW).expect("the store answers"),
            "{} is vouched for",
            user.email
        );
    }
    let scripts = demo.user(FOR_SCRIPTS);
    let profile = serde_json::to_value(&scripts.profile).expect("JSON");
    let missing: Vec<_> = profile.as_object().expect("an object").iter().filter(|(_, value)| value.is_null()).collect();
    assert!(missing.is_empty(), "no claim is missing: {missing:?}");
}

#[test]
fn a_second_start_keeps_people_clients_and_secrets() {
    let demo = Demo::new();
    let first = demo.seed(&Seeded::default(), NOW);
    let person = demo.user(&first.users[0].email);
    let second = demo.seed(&first, NOW.plus(DAY));
    let secrets = |seeded: &Seeded| -> Vec<(String, String)> {
        seeded.clients.iter().map(|it| (it.client_id.clone(), it.client_secret.clone())).collect()
    };
    assert_eq!(secrets(&first), secrets(&second));
    let again = demo.user(&first.users[0].email);
    assert_eq!((again.id, again.password_hash), (person.id, person.password_hash));
    assert_eq!(demo.store().read(store::users::list).expect("people").len(), MEMBERS.len());
}

#[test]
fn a_start_after_a_year_renews_invitations_and_the_end_of_password_sign_in() {
    let demo = Demo::new();
    let first = demo.seed(&Seeded::default(), NOW);
    let later = NOW.plus(DAY * 365);
    let clinic = |demo: &Demo| {
        let clinics = demo.store().read(store::clinics::list).expect("clinics");
        clinics.into_iter().find(|clinic| clinic.name == "デモ医院").expect("the clinic is there")
    };
    assert_eq!(clinic(&demo).password_fallback.in_force(later), Fallback::SecondFactor);
    demo.seed(&first, later);
    assert_eq!(clinic(&demo).password_fallback.in_force(later), Fallback::PasswordOnly);
    let person = demo.user(&first.users[0].email);
    assert!(!wants_invitation(&demo.store(), &person, later).expect("the store answers"));
}

#[test]
fn a_lost_summary_costs_a_new_secret_and_nothing_else() {
    let demo = Demo::new();
    let first = demo.seed(&Seeded::default(), NOW);
    let second = demo.seed(&Seeded::default(), NOW);
    assert_eq!(first.clients[0].client_id, second.clients[0].client_id);
    assert_ne!(first.clients[0].client_secret, second.clients[0].client_secret);
    let stored = demo.store().read(store::clients::list).expect("clients");
    let stored = stored.iter().find(|client| client.id.as_str() == second.clients[0].client_id).expect("it is there");
    assert_eq!(stored.secret_hash, Some(Secret::presented(second.clients[0].client_secret.clone()).hash()));
}

#[test]
fn a_store_in_earnest_gets_nobody_whose_password_is_known() {
    let demo = Demo::new();
    let earnest = Config { demo: crate::config::Demo { enabled: false }, ..demo.config.clone() };
    let store = demo.store();
    store.migrate().expect("migrated");
    let MasterKeySource::File(key) = &earnest.keys.master_key else { panic!("the key is in its file") };
    let key = MasterKey::read_file(key).expect("the key");
    let identity = Identity {
        rp_id: earnest.server.issuer.host().to_owned(),
        key_check: Keys::new(&key).check_value(),
        demo: false,
    };
    identity.claim(&store).expect("the store answers").expect("nobody was here before");
    let refused = seed(&earnest, &demo.places, &Summary::default(), NOW, Random).expect_err("refused");
    assert!(refused.to_string().contains("in earnest"), "{refused}");
    assert_eq!(store.read(store::clinics::list).expect("the store answers").len(), 0);
}
