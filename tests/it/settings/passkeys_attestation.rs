//! A clinic that wants proof of who made its people's security keys, and what applications hear of such a key.

use genkan::{
    config::Config,
    domain::{AttestationDemand, Proof},
    flows::admin::clinics::RegistrationDraft,
};
use serde_json::Value;
use url::Url;

use crate::support::{
    app::{PASSWORD, TestApp},
    ceremony::{begin_login, begin_registration, error, finish_login, finish_registration},
    database::{Database, on_both_databases},
    forgery::{BE, Forgery, Statement, UP, UV},
    maker::{GOOD, Maker, OVER, altered},
    person::{Answer, Person},
    relying_party::SignedIn,
    runtime::block_on,
    soft_key::{AAGUID, HeldKey, SoftKey},
};

on_both_databases! {
    a_security_key_whose_maker_is_trusted_signs_in_as_hardware,
    what_proves_nothing_is_refused_where_proof_is_demanded_and_taken_elsewhere,
    what_is_proven_of_a_passkey_stays_as_it_was_registered,
}

const HANAKO: &str = "hanako@sakura.example";

/// Trusts the maker.
fn app(database: Database, maker: &Maker) -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("maker.pem");
    std::fs::write(&file, maker.pem()).expect("written");
    TestApp::start_with(database, |config: &mut Config| config.passkeys.attestation_roots = Some(file))
}

fn demand(app: &TestApp, attestation: AttestationDemand) {
    let draft = RegistrationDraft { attestation: Some(attestation), ..RegistrationDraft::default() };
    app.registration(&app.sakura, draft);
}

fn signed_in(app: &TestApp) -> Person<'_> {
    let person = Person::at(app);
    person.sign_in(HANAKO, PASSWORD, None);
    person
}

/// A security key, but for what `change` does to it.
fn register(person: &Person<'_>, change: impl FnOnce(&mut Forgery)) -> (HeldKey, Value, Answer) {
    let begun = begin_registration(person).json();
    let key = HeldKey::new(&begun["options"]);
    let made = SoftKey::new(&person.app.issuer).forge_registration_of(&key, &begun["options"], |it| {
        (it.flags, it.transports) = (UP | UV, vec!["usb"]);
        change(it);
    });
    let answer = finish_registration(person, &begun, &made);
    (key, made, answer)
}

fn packed(statement: Statement) -> impl FnOnce(&mut Forgery) {
    move |it| (it.format, it.statement) = ("packed".to_owned(), Some(statement))
}

/// By this key, and what an application then hears.
fn tokens(person: &Person<'_>, key: &HeldKey, flags: u8, asked: &[(&'static str, &str)]) -> SignedIn {
    let begun = begin_login(person);
    let signed = SoftKey::new(&person.app.issuer).forge_login_of(key, &begun["options"], |it| it.flags = flags);
    let answer = finish_login(person, &begun, &signed);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let party = person.app.relying_party(&person.app.booking);
    let (url, pending) = party.authorize_url(asked);
    let callback = Url::parse(person.get(url.as_str()).location()).expect("the callback");
    block_on(party.exchange(pending, &callback)).expect("verified tokens")
}

fn a_security_key_whose_maker_is_trusted_signs_in_as_hardware(database: Database) {
    let maker = Maker::new("Maker");
    let app = app(database, &maker);
    demand(&app, AttestationDemand::Verified);
    let hanako = signed_in(&app);
    let begun = begin_registration(&hanako).json();
    assert_eq!(begun["options"]["publicKey"]["attestation"], "direct");
    let (key, _, answer) = register(&hanako, packed(maker.batch(Some(AAGUID), GOOD).packed()));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let stored = &app.passkeys(&app.hanako)[0];
    assert_eq!((stored.proof, stored.attestation_format.as_deref()), (Proof::Verified, Some("packed")));
    let trail = app.trail();
    let registered = trail.iter().rfind(|event| event.kind.as_str() == "passkey.registered").expect("recorded");
    let detail = registered.detail.as_ref().expect("a detail");
    assert_eq!((&detail["attestation"], &detail["unproven"]), (&"verified".into(), &Value::Null));

    let heard = tokens(&hanako, &key, UP | UV, &[]);
    assert_eq!((heard.acr(), heard.amr()), (Some("phrh"), vec!["pop", "user", "mfa", "hwk"]));
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["phr"]}}}"#;
    for asked in [("claims", essential), ("acr_values", "phr")] {
        assert_eq!(tokens(&hanako, &key, UP | UV, &[asked]).acr(), Some("phr"), "who knows phr alone is told that");
    }
    let essential = essential.replace("phr", "phrh");
    assert_eq!(tokens(&hanako, &key, UP | UV, &[("claims", &essential)]).acr(), Some("phrh"));
}

/// What is wrong with a security key.
type Change = Box<dyn FnOnce(&mut Forgery)>;

fn what_proves_nothing_is_refused_where_proof_is_demanded_and_taken_elsewhere(database: Database) {
    let maker = Maker::new("Maker");
    let app = app(database, &maker);
    demand(&app, AttestationDemand::Verified);
    let hanako = signed_in(&app);
    let batch = |aaguid, validity| maker.batch(Some(aaguid), validity).packed();
    let cases: [(Change, &str); 6] = [
        (Box::new(|_: &mut Forgery| ()), "attestation_missing"),
        (Box::new(|it: &mut Forgery| it.format = "tpm".to_owned()), "attestation_unverifiable"),
        (Box::new(packed(altered(batch(AAGUID, GOOD)))), "attestation_invalid"),
        (Box::new(packed(batch([1; 16], GOOD))), "attestation_other_model"),
        (Box::new(packed(batch(AAGUID, OVER))), "attestation_expired"),
        (Box::new(packed(Maker::new("Other").batch(Some(AAGUID), GOOD).packed())), "attestation_untrusted"),
    ];
    let page = hanako.get("/settings/passkeys").body;
    for (change, reason) in cases {
        let length = app.trail().len();
        let (_, made, answer) = register(&hanako, change);
        assert_eq!((answer.status.as_u16(), error(&answer).as_str()), (403, reason));
        assert_eq!(answer.json()["signal_unknown"], made["id"], "{reason}: the browser may forget it");
        assert_eq!(app.recorded_since(length), [format!("passkey.register_refused denied {reason}")]);
        assert!(page.contains(&format!("data-for=\"{reason}")), "{reason}: the page has words for it");
    }
    assert_eq!(app.passkeys(&app.hanako).len(), 0);
    demand(&app, AttestationDemand::Direct);
    assert_eq!(begin_registration(&hanako).json()["options"]["publicKey"]["attestation"], "direct");
    demand(&app, AttestationDemand::None);
    assert_eq!(begin_registration(&hanako).json()["options"]["publicKey"]["attestation"], "none");
    let (key, _, answer) = register(&hanako, |_| ());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let heard = tokens(&hanako, &key, UP | UV, &[]);
    assert_eq!((heard.acr(), heard.amr()), (Some("phr"), vec!["pop", "user", "mfa"]), "as its device alone says");
}

fn what_is_proven_of_a_passkey_stays_as_it_was_registered(database: Database) {
    let maker = Maker::new("Maker");
    let app = app(database, &maker);
    demand(&app, AttestationDemand::Direct);
    let hanako = signed_in(&app);
    let (plain, _, answer) = register(&hanako, |_| ());
    assert_eq!(answer.status, 200, "direct demands nothing: {}", answer.body);
    assert_eq!(tokens(&hanako, &plain, UP | UV, &[]).acr(), Some("phr"));
    let (synced, _, answer) = register(&hanako, |it| {
        it.flags = UP | UV | BE;
        packed(maker.batch(Some(AAGUID), GOOD).packed())(it);
    });
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        app.passkeys(&app.hanako).iter().map(|key| key.proof).collect::<Vec<_>>(),
        [Proof::None, Proof::Verified]
    );
    let cards = hanako.get("/settings/passkeys").body;
    assert_eq!(cards.matches("<dt>製造元の証明</dt>").count(), 1, "of the one that has it");
    demand(&app, AttestationDemand::Verified);
    assert_eq!(tokens(&hanako, &plain, UP | UV, &[]).acr(), Some("phr"), "a stricter policy proves nothing of before");
    let heard = tokens(&hanako, &synced, UP | UV | BE, &[]);
    assert_eq!((heard.acr(), heard.amr().last()), (Some("phr"), Some(&"swk")), "what is synced is in no one device");
}
