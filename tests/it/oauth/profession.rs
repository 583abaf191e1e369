//! The scope `profession`: what the clinic knows of somebody's professions, and whether it has made sure.

use genkan::{
    domain::{Profession, Role, Verification},
    flows::admin::{
        clients::Draft,
        qualifications::{self, Named},
    },
};
use serde_json::{Value, json};

use super::party::{MISAKI, Party};
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    an_application_is_told_what_is_verified_and_what_is_only_said,
}

fn set(app: &TestApp, clinic: &genkan::domain::Clinic, profession: Profession, named: Named) {
    let whose = (MISAKI, clinic.id.clone());
    qualifications::set(app.store(), &app.by(), whose, profession, named).expect("no fault").expect("set");
}

fn an_application_is_told_what_is_verified_and_what_is_only_said(database: Database) {
    let app = TestApp::start(database);
    let scope = Some("openid profile profession".to_owned());
    let party = Party::new(&app, &app.register(Draft { scope, ..draft("電子カルテ") }));
    let numbered = |number: &str| Named::Add { number: number.to_owned() };
    set(&app, &app.demo, Profession::Physician, numbered("123456"));
    app.advance(std::time::Duration::from_millis(1));
    set(&app, &app.demo, Profession::MedicalClerk, numbered(""));
    let person = Person::at(&app);
    let asked = [("scope", "openid profession"), ("claims", r#"{"id_token":{"profession":null}}"#)];
    let tokens = party.sign_in_to_tokens(&person, &asked);
    app.appoint(&app.misaki, &app.sakura, Role::Member);
    set(&app, &app.sakura, Profession::Nurse, numbered("7"));
    let told = || party.userinfo(&tokens.access_token).json();
    let physician = json!({
        "profession": "physician",
        "name": "医師",
        "hc_role": "Medical Doctor",
        "system": "http://jpfhir.jp/fhir/core/mhlw/IdSystem/medicalRegistrationNumber",
        "number": "123456",
    });
    let clerk = json!({ "profession": "medical_clerk", "name": "医療事務" });
    assert_eq!(told()["profession"], json!(["physician", "medical_clerk"]), "as this clinic knows it, no other");
    assert_eq!(told()["qualifications"], json!([physician, clerk]), "nobody has made sure, and nobody is named");
    assert_eq!(tokens.claims["profession"], json!(["physician", "medical_clerk"]));
    assert!(tokens.claims.get("qualifications").is_none(), "that was not asked for there");

    set(&app, &app.demo, Profession::Physician, Named::Verify { method: Verification::Original });
    let verified = &told()["qualifications"][0]["verified"];
    assert_eq!((&verified["by"], &verified["method"]), (&"デモ医院".into(), &"original".into()));
    let at: jiff::Timestamp = verified["at"].as_str().expect("a time").parse().expect("RFC 3339");
    assert_eq!(at.as_second(), app.clock().now().secs());
    assert!(told()["qualifications"][1].get("verified").is_none());

    set(&app, &app.demo, Profession::Physician, Named::Remove);
    set(&app, &app.demo, Profession::MedicalClerk, Named::Remove);
    assert_eq!((&told()["profession"], &told()["qualifications"]), (&Value::Null, &Value::Null));
    let unasked = party.tokens(&party.callback(&person, &[("scope", "openid profile")]).code());
    assert_eq!(party.userinfo(&unasked.access_token).json()["profession"], Value::Null);
}
