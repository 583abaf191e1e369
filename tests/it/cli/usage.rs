//! What every command has in common: where its configuration is, how it says no.

use super::Place;

#[test]
fn wrong_usage_ends_with_2() {
    let place = Place::begun();
    for args in [&["client"][..], &["client", "add"], &["nonsense"], &["serve", "--nonsense"], &["user", "invite"]] {
        place.run_with(args, &[]).misused();
    }
}

#[test]
fn the_demonstration_listens_on_loopback_alone() {
    let place = Place::empty();
    assert!(place.run_with(&["demo", "--listen", "0.0.0.0:8080"], &[]).misused().contains("loopback"));
}

#[test]
fn a_missing_configuration_says_how_to_make_one() {
    let place = Place::empty();
    for args in [&["client", "list"][..], &["serve"], &["migrate"]] {
        let refused = place.run(args).refused();
        assert!(refused.contains("genkan init") && refused.contains("genkan.toml"), "{refused}");
    }
}

#[test]
fn every_mistake_in_the_configuration_is_named_at_once() {
    let place = Place::empty();
    place.write(
        "genkan.toml",
        "[server]\nissuer = \"http://login.example\"\n[tokens]\naccess_token = 5\nlife = \"1 h\"\n",
    );
    for args in [&["serve"][..], &["client", "list"], &["migrate"]] {
        let refused = place.run(args).refused();
        for part in ["3 mistakes", "line 2: [server] issuer", "line 4: [tokens] access_token", "line 5: [tokens] life"]
        {
            assert!(refused.contains(part), "{part} in {refused}");
        }
    }
}

#[test]
fn the_configuration_is_found_in_the_folder_by_flag_and_by_environment() {
    let place = Place::begun();
    place.run_with(&["client", "list"], &[]).done();
    let elsewhere = Place::empty();
    let file = place.file("genkan.toml").display().to_string();
    elsewhere.run_with(&["client", "list", "--config", &file], &[]).done();
    elsewhere.run_with(&["--config", &file, "client", "list"], &[]).done();
    elsewhere.run_with(&["client", "list"], &[("GENKAN_CONFIG", &file)]).done();
    elsewhere.run_with(&["client", "list"], &[]).refused();
}
