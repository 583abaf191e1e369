//! `genkan client {add,list,show,set}`

use super::Place;
use super::place::{names, text};

const ADD: &[&str] = &["client", "add", "--name", "予約", "--redirect-uri", "https://app.example/callback"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [ADD, more].concat()
}

#[test]
fn a_client_is_added_with_a_secret_that_is_shown_once() {
    let place = Place::begun();
    let added = place.json(ADD);
    assert_eq!(
        names(&added),
        [
            "access_token_minutes",
            "backchannel_logout_uri",
            "claims",
            "client_id",
            "client_secret",
            "clinic_id",
            "created_at",
            "enabled",
            "first_party",
            "former_secret_until",
            "grant_types",
            "id_token_minutes",
            "id_token_signed_response_alg",
            "last_used_at",
            "min_acr",
            "name",
            "pkce",
            "post_logout_redirect_uris",
            "redirect_uris",
            "refresh_token_days",
            "removed_at",
            "roles",
            "scope",
            "secret_days",
            "secret_expires_at",
            "start_uri",
            "temporary_access",
            "terminals",
            "token_endpoint_auth_method",
            "type",
            "updated_at",
        ]
    );
    assert_eq!(text(&added["client_secret"]).len(), 43);
    assert_eq!(added["scope"], "openid profile email");
    assert_eq!(added["grant_types"], serde_json::json!(["authorization_code"]));
    assert_eq!(added["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(added["id_token_signed_response_alg"], "RS256");
    assert_eq!(added["pkce"], "required");

    let id = text(&added["client_id"]);
    let shown = place.json(&["client", "show", &id]);
    assert_eq!(shown["redirect_uris"], added["redirect_uris"]);
    assert!(shown.get("client_secret").is_none());
    assert_eq!(place.json(&["client", "list"])[0], shown);
    let event = place.event("client.created");
    assert_eq!(event["client_id"], id.as_str());
    assert_eq!(event["actor"]["type"], "command_line");
    assert!(!event.to_string().contains(&text(&added["client_secret"])));
}

#[test]
fn every_flag_of_a_client_is_kept() {
    let place = Place::begun();
    let clinic = place.clinic();
    let added = place.json(&with(&[
        "https://app.example/second?tenant=1",
        "--post-logout-uri",
        "https://app.example/bye",
        "--backchannel-uri",
        "https://app.example/logout",
        "--start-uri",
        "https://app.example/",
        "--type",
        "web",
        "--auth-method",
        "client_secret_post",
        "--scope",
        "openid email phone address",
        "--grants",
        "authorization_code",
        "--alg",
        "ES256",
        "--pkce",
        "optional",
        "--first-party",
        "--clinic",
        &clinic,
    ]));
    assert_eq!(
        added["redirect_uris"],
        serde_json::json!(["https://app.example/callback", "https://app.example/second?tenant=1"])
    );
    assert_eq!(added["post_logout_redirect_uris"], serde_json::json!(["https://app.example/bye"]));
    assert_eq!(added["backchannel_logout_uri"], "https://app.example/logout");
    assert_eq!(added["start_uri"], "https://app.example/");
    assert_eq!(added["token_endpoint_auth_method"], "client_secret_post");
    assert_eq!(added["scope"], "openid email phone address");
    assert_eq!(added["id_token_signed_response_alg"], "ES256");
    assert_eq!(added["pkce"], "optional");
    assert_eq!(added["first_party"], true);
    assert_eq!(added["clinic_id"], clinic.as_str());
}

#[test]
fn a_client_is_registered_for_refresh_tokens_by_grant_and_scope_together() {
    let place = Place::begun();
    let both = ["--grants", "authorization_code refresh_token", "--scope", "openid offline_access"];
    let added = place.json(&with(&both));
    assert_eq!(added["grant_types"], serde_json::json!(["authorization_code", "refresh_token"]));
    assert_eq!(added["scope"], "openid offline_access");
    let id = text(&place.json(ADD)["client_id"]);
    assert!(place.run(&["client", "set", &id, both[0], both[1]]).refused().contains("offline_access"));
    let set = place.json(&[&["client", "set", &id][..], &both].concat());
    assert_eq!(set["grant_types"], added["grant_types"]);
}

#[test]
fn public_clients_have_no_secret() {
    let place = Place::begun();
    for kind in ["spa", "native"] {
        let added = place.json(&with(&["--type", kind]));
        assert_eq!(added["token_endpoint_auth_method"], "none");
        assert!(added.get("client_secret").is_none());
    }
}

#[test]
fn what_must_not_be_registered_is_refused_and_nothing_is_kept() {
    let place = Place::begun();
    for (more, why) in [
        (&["--redirect-uri", "http://app.example/"][..], "https"),
        (&["--redirect-uri", "https://app.example/#a"], "fragment"),
        (&["--redirect-uri", "https://app.example/callback"], "twice"),
        (&["--redirect-uri", "com.example.app:/callback"], "native"),
        (&["--post-logout-uri", "https://app.example/../bye"], "post-logout"),
        (&["--start-uri", "javascript:alert(1)"], "start URI"),
        (&["--backchannel-uri", "http://app.example/"], "back-channel"),
        (&["--scope", "profile"], "openid"),
        (&["--scope", "openid everything"], "everything"),
        (&["--grants", "password"], "password"),
        (&["--grants", "authorization_code refresh_token"], "offline_access"),
        (&["--scope", "openid offline_access"], "refresh_token"),
        (&["--type", "spa", "--auth-method", "client_secret_basic"], "cannot keep a secret"),
        (&["--auth-method", "none"], "has a secret"),
        (&["--type", "spa", "--pkce", "optional"], "PKCE"),
        (&["--clinic", "nowhere"], "no clinic nowhere"),
        (&["--name", "two\nlines"], "name"),
    ] {
        let args = if more[0] == "--name" { [&["client", "add"], more, &ADD[4..]].concat() } else { with(more) };
        let refused = place.run(&args).refused();
        assert!(refused.contains(why), "{more:?}: {refused}");
    }
    let without_redirect = place.run(&["client", "add", "--name", "予約"]).refused();
    assert!(without_redirect.contains("--redirect-uri"), "{without_redirect}");
    assert_eq!(place.json(&["client", "list"]), serde_json::json!([]));
    assert_eq!(place.count("client.created"), 0);
}

#[test]
fn an_algorithm_outside_the_configuration_is_refused() {
    let place = Place::begun();
    place.write("genkan.toml", "[keys]\nalgorithms = [\"RS256\"]\n");
    assert!(place.run(&with(&["--alg", "ES256"])).refused().contains("[keys] algorithms"));
    place.run(&with(&["--alg", "RS256"])).done();
}

#[test]
fn setting_changes_what_is_named_and_keeps_the_rest() {
    let place = Place::begun();
    let before = place.json(&with(&["--start-uri", "https://app.example/"]));
    let id = text(&before["client_id"]);
    let after =
        place.json(&["client", "set", &id, "--name", "予約システム", "--redirect-uri", "https://app.example/new"]);
    assert_eq!(after["name"], "予約システム");
    assert_eq!(after["redirect_uris"], serde_json::json!(["https://app.example/new"]));
    assert_eq!(after["start_uri"], "https://app.example/");
    assert_eq!(after["scope"], before["scope"]);
    assert!(after.get("client_secret").is_none(), "the old secret stays");
    assert_eq!(place.event("client.changed")["detail"]["changed"], serde_json::json!(["name", "redirect_uris"]));
}

#[test]
fn setting_what_is_so_already_leaves_no_event() {
    let place = Place::begun();
    let id = text(&place.json(ADD)["client_id"]);
    assert!(place.run(&["client", "set", &id, "--name", "予約"]).done().contains("nothing changed"));
    assert_eq!(place.count("client.changed"), 0);
}

#[test]
fn a_client_is_disabled_and_enabled_and_its_start_taken_away() {
    let place = Place::begun();
    let id = text(&place.json(&with(&["--start-uri", "https://app.example/"]))["client_id"]);
    assert_eq!(place.json(&["client", "set", &id, "--disable"])["enabled"], false);
    assert_eq!(place.event("client.changed")["detail"]["changed"], serde_json::json!(["enabled"]));
    assert_eq!(place.json(&["client", "set", &id, "--enable"])["enabled"], true);
    assert!(place.json(&["client", "set", &id, "--start-uri", ""])["start_uri"].is_null());
}

#[test]
fn a_client_that_becomes_confidential_gets_a_secret() {
    let place = Place::begun();
    let id = text(&place.json(&with(&["--type", "spa"]))["client_id"]);
    let refused = place.run(&["client", "set", &id, "--auth-method", "client_secret_basic"]).refused();
    assert!(refused.contains("cannot keep a secret"), "{refused}");
    let web = place.json(&["client", "set", &id, "--type", "web", "--auth-method", "client_secret_basic"]);
    assert_eq!(text(&web["client_secret"]).len(), 43);
    let changed = place.event("client.changed")["detail"]["changed"].clone();
    assert_eq!(changed, serde_json::json!(["type", "token_endpoint_auth_method", "client_secret"]));
}

#[test]
fn an_unknown_client_is_named() {
    let place = Place::begun();
    for args in [&["client", "show", "nobody"][..], &["client", "set", "nobody", "--name", "x"]] {
        assert!(place.run(args).refused().contains("no client nobody"), "{args:?}");
    }
}

#[test]
fn who_may_enter_is_said_by_roles_and_an_unknown_one_is_answered_with_all_of_them() {
    let place = Place::begun();
    let id = text(&place.json(&with(&["--roles", "auditor clinic_admin auditor"]))["client_id"]);
    let roles = |args: &[&str]| place.json(args)["roles"].clone();
    assert_eq!(roles(&["client", "show", &id]), serde_json::json!(["auditor", "clinic_admin"]));
    assert_eq!(roles(&["client", "set", &id, "--roles", ""]), serde_json::json!([]));
    assert_eq!(place.event("client.changed")["detail"]["changed"], serde_json::json!(["roles"]));
    let refused = place.run(&["client", "set", &id, "--roles", "king"]).refused();
    assert!(refused.contains("member, auditor, helpdesk, clinic_admin, system_admin"), "{refused}");
}

#[test]
fn a_secret_is_rotated_and_a_client_removed_and_restored() {
    let place = Place::begun();
    let added = place.json(ADD);
    let id = text(&added["client_id"]);
    let rotated = place.json(&["client", "rotate-secret", &id, "--keep", "3"]);
    assert_eq!(text(&rotated["client_secret"]).len(), 43);
    assert_ne!(rotated["client_secret"], added["client_secret"]);
    assert!(rotated["former_secret_until"].is_string());
    assert_eq!(
        place.event("client.changed")["detail"]["changed"],
        serde_json::json!(["client_secret", "former_secret"])
    );
    assert!(place.run(&["client", "rotate-secret", &id, "--keep", "91"]).misused().contains("91"));
    assert!(place.json(&["client", "remove", &id])["removed_at"].is_string());
    assert!(place.run(&["client", "list"]).done().contains("removed"));
    assert!(place.run(&["client", "set", &id, "--enable"]).refused().contains("client restore"));
    let restored = place.json(&["client", "restore", &id]);
    assert_eq!((&restored["removed_at"], &restored["enabled"]), (&serde_json::Value::Null, &true.into()));
}

#[test]
fn what_an_application_is_told_is_printed_ready_to_paste() {
    let place = Place::begun();
    let added = place.json(ADD);
    let id = text(&added["client_id"]);
    let printed = place.run(&["client", "show", &id, "--configuration", "orthanc"]).done();
    for line in
        [&format!("OIDCClientID {id}"), "OIDCClientSecret \"CLIENT_SECRET\"", "<Location \"/\">", "ProxyPass / "]
    {
        assert!(printed.contains(line), "{line}: {printed}");
    }
    assert!(place.run(&["client", "show", &id, "--configuration", "lotus"]).misused().contains("mod_auth_openidc"));
    let public = text(&place.json(&with(&["--type", "spa"]))["client_id"]);
    assert_eq!(place.run(&["client", "show", &public, "--configuration", "orthanc"]).done(), "", "it keeps no secret");
}
