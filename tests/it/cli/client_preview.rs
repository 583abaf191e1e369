//! `genkan client preview`

use super::Place;
use super::place::text;

#[test]
fn a_sign_in_is_tried_at_the_server_and_the_trail_keeps_it() {
    let place = Place::begun();
    let (email, clinic) = ("nurse@sakura.example".to_owned(), place.clinic());
    place
        .run(&["user", "invite", &email, "--name", "山田 花子", "--kana", "ヤマダ ハナコ", "--clinic", &clinic])
        .done();
    let add = ["client", "add", "--name", "予約", "--redirect-uri", "https://app.example/callback"];
    let id = text(&place.json(&[&add[..], &["--claims", "name=display_name"]].concat())["client_id"]);
    let seen = place.json(&["client", "preview", &id, &email]);
    assert_eq!((&seen["enters"], &seen["kept_out"]), (&true.into(), &serde_json::Value::Null));
    assert!(seen["userinfo"]["display_name"].is_string() && seen["userinfo"].get("name").is_none());
    assert_eq!(
        (&seen["id_token"]["sub"], &seen["id_token"]["aud"][0]),
        (&seen["userinfo"]["sub"], &id.as_str().into())
    );
    let event = place.event("client.previewed");
    assert_eq!((&event["client_id"], &event["actor"]["type"]), (&id.as_str().into(), &"command_line".into()));
    place.json(&["client", "set", &id, "--disable"]);
    let printed = place.run(&["client", "preview", &id, &email]).done();
    assert!(printed.contains("no: client_disabled"), "{printed}");
    assert!(place.run(&["client", "preview", &id, "nobody@x.example"]).refused().contains("nobody@x.example"));
    assert!(place.run(&["client", "preview", "none", &email]).refused().contains("no client none"));
    for (pair, why) in [("name=sub", "name=sub"), ("gold=x", "gold=x"), ("roles", "roles=groups")] {
        assert!(place.run(&["client", "set", &id, "--claims", pair]).refused().contains(why), "{pair}");
    }
}
