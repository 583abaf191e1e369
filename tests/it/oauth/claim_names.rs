//! Applications that know claims by other names than everybody does.

use genkan::flows::admin::clients::Draft;
use serde_json::json;

use super::party::Party;
use crate::support::{
    app::{TestApp, draft},
    database::{Database, on_both_databases},
    person::Person,
};

on_both_databases! {
    an_application_hears_and_asks_for_claims_by_its_own_names,
}

fn an_application_hears_and_asks_for_claims_by_its_own_names(database: Database) {
    let app = TestApp::start(database);
    let names = Some("roles=groups name=display_name".to_owned());
    let scope = Some("openid profile email roles".to_owned());
    let party = Party::new(&app, &app.register(Draft { claim_names: names, scope, ..draft("Grafana") }));
    let claims = r#"{"id_token":{"groups":null,"name":null,"email":null},"userinfo":{"display_name":null}}"#;
    let changes = [("scope", "openid"), ("claims", claims)];
    let tokens = party.sign_in_to_tokens(&Person::at(&app), &changes);
    assert_eq!(tokens.claims["groups"], json!(["member"]));
    assert_eq!(tokens.claims["display_name"], app.misaki.profile.name.as_str(), "by our name too");
    assert_eq!(tokens.claims["email"], app.misaki.email.as_str());
    assert!(tokens.claims.get("roles").is_none() && tokens.claims.get("name").is_none());
    let told = party.userinfo(&tokens.access_token).json();
    assert_eq!(told, json!({ "sub": app.misaki.id.as_str(), "display_name": app.misaki.profile.name }));

    let all = party.sign_in_to_tokens(&Person::at(&app), &[("scope", "openid profile roles")]);
    let told = party.userinfo(&all.access_token).json();
    assert_eq!((&told["groups"], told.get("roles")), (&json!(["member"]), None));
    // Whoever knows them as everybody does hears nothing of it.
    let booking = Party::booking(&app);
    let theirs = booking.sign_in_to_tokens(&Person::at(&app), &[("scope", "openid profile")]);
    let told = booking.userinfo(&theirs.access_token).json();
    assert_eq!((&told["name"], told.get("display_name")), (&json!(app.misaki.profile.name), None));
}
