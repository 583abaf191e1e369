//! `genkan client add --template`: what the page asks for, and what follows from it.

use serde_json::json;

use super::Place;

#[test]
fn software_that_is_known_wants_its_address_alone() {
    let place = Place::begun();
    let clinic = place.clinic();
    let add = ["client", "add", "--name", "画像", "--clinic", &clinic];
    let nextcloud = ["--template", "nextcloud", "--address", "https://cloud.example/"];
    let added = place.json(&[&add[..], &nextcloud].concat());
    assert_eq!(added["redirect_uris"], json!(["https://cloud.example/apps/user_oidc/code"]));
    assert_eq!(added["post_logout_redirect_uris"], json!(["https://cloud.example/"]));
    assert_eq!(
        (&added["token_endpoint_auth_method"], &added["clinic_id"]),
        (&json!("client_secret_post"), &json!(clinic))
    );
    let spring = ["--template", "spring", "--address", "https://app.example", "--scope", "openid roles"];
    let added = place.json(&[&add[..], &spring].concat());
    assert_eq!((&added["pkce"], &added["scope"]), (&json!("optional"), &json!("openid roles")));
}

#[test]
fn a_template_and_its_address_go_together_and_with_no_uri_of_ones_own() {
    let place = Place::begun();
    let add = ["client", "add", "--name", "画像"];
    for (more, why) in [
        (&["--template", "grafana"][..], "--address"),
        (&["--address", "https://app.example"], "--template"),
        (&["--template", "lotus", "--address", "https://app.example"], "mod_auth_openidc"),
        (
            &["--template", "grafana", "--address", "https://app.example", "--redirect-uri", "https://evil.example/"],
            "cannot be used",
        ),
    ] {
        let refused = place.run(&[&add[..], more].concat()).misused();
        assert!(refused.contains(why), "{more:?}: {refused}");
    }
    let plain = ["--template", "grafana", "--address", "http://app.example"];
    assert!(place.run(&[&add[..], &plain].concat()).refused().contains("https"));
    assert_eq!(place.json(&["client", "list"]), json!([]));
}
