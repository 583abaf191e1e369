//! The manual is good, and every mistake in a file is named at once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::*;

fn parse(text: &str) -> Result<Config, ConfigErrors> {
    Config::parse(text, Path::new("/etc/genkan/genkan.toml"), &Environment::default())
}

fn mistakes(text: &str) -> Vec<(String, String)> {
    let mistakes = parse(text).expect_err("mistaken").mistakes;
    mistakes.into_iter().map(|mistake| (mistake.place, mistake.setting)).collect()
}

#[test]
fn the_manual_holds_the_defaults() {
    let config = Config::sample();
    assert_eq!(config.server.issuer.as_str(), "http://localhost:8080");
    assert_eq!(config.tokens.access_token, Duration::from_secs(15 * 60));
    assert_eq!(config.tokens.refresh_token, Duration::from_secs(30 * 24 * 3600));
    assert_eq!(config.sessions.idle, Duration::from_secs(30 * 60));
    assert_eq!(config.sessions.absolute, Duration::from_secs(12 * 3600));
    assert_eq!(config.store.queue, 1024);
    assert!(config.server.tls.is_none());
    assert!(!config.demo.enabled);
}

#[test]
fn a_refresh_token_lives_no_shorter_than_an_access_token() {
    assert_eq!(
        mistakes("[tokens]\naccess_token = \"12 h\"\nrefresh_token = \"11 h\""),
        [("line 3".to_owned(), "[tokens] refresh_token".to_owned())]
    );
    assert!(parse("[tokens]\naccess_token = \"12 h\"\nrefresh_token = \"12 h\"").is_ok());
}

#[test]
fn every_setting_of_the_manual_is_explained_above_it() {
    let lines: Vec<_> = MANUAL.lines().collect();
    for pair in lines.windows(2) {
        let [above, line] = pair else { continue };
        let is_setting = line.contains(" = ") && !line.starts_with('#');
        let with_the_one_above = [("certificate", "key"), ("waiting", "wait")];
        let explained = above.starts_with('#')
            || with_the_one_above.iter().any(|(one, other)| above.starts_with(one) && line.starts_with(other));
        assert!(!is_setting || explained, "{line} stands without a word");
    }
}

#[test]
fn what_lies_inside_the_house_is_listed_with_its_port() {
    assert!(parse("[fetch]\nallowed = [\"emr.hospital.local:443\", \"[::1]:8090\"]").is_ok());
    for allowed in ["[\"emr.hospital.local\"]", "[\"https://emr.hospital.local:443\"]", "\"emr:443\""] {
        assert_eq!(
            mistakes(&format!("[fetch]\nallowed = {allowed}")),
            [("line 2".to_owned(), "[fetch] allowed".to_owned())],
            "{allowed}"
        );
    }
}

#[test]
fn a_mail_server_elsewhere_is_spoken_to_in_private_and_in_a_name_of_its_own() {
    let mistaken = |more: &str| {
        let found = mistakes(&format!("[mail]\nhost = \"mail.example\"\nfrom = \"genkan@clinic.example\"\n{more}"));
        found.into_iter().map(|(_, setting)| setting).collect::<Vec<_>>()
    };
    assert!(parse("[mail]\nhost = \"mail.example\"\nfrom = \"genkan@clinic.example\"").is_ok());
    assert!(parse("[mail]\nhost = \"127.0.0.1\"\nfrom = \"genkan@clinic.example\"\ntls = \"none\"").is_ok());
    assert_eq!(mistaken("tls = \"none\""), ["[mail] tls"]);
    assert_eq!(mistaken("user = \"genkan\""), ["[mail] user"]);
    assert_eq!(mistaken("folder = \"mail\""), ["[mail] folder"]);
    assert_eq!(mistakes("[mail]\nhost = \"mail.example\"").len(), 1, "nobody is at localhost.localdomain");
}

#[test]
fn paths_begin_at_the_configuration_file() {
    let text = "[server]\nissuer = \"https://a.example\"\n[server.tls]\ncertificate = \"tls/a.pem\"\nkey = \"/b.pem\"";
    let config = parse(text).expect("good");
    let tls = config.server.tls.expect("set");
    assert_eq!(tls.certificate, PathBuf::from("/etc/genkan/tls/a.pem"));
    assert_eq!(tls.key, PathBuf::from("/b.pem"));
    assert_eq!(config.store.url.as_str(), "sqlite:/etc/genkan/genkan.db");
    assert!(
        matches!(config.keys.master_key, MasterKeySource::File(path) if path == Path::new("/etc/genkan/genkan.key"))
    );
}

#[test]
fn all_mistakes_are_named_at_once_with_their_lines() {
    let text = r#"[server]
issuer = "https://login.example.jp/"
listen = "localhost"
lisen = "127.0.0.1:1"

[tokens]
access_token = "48 h"
id_token = 5

[keys]
algorithms = ["ES256"]

[passwords]
parallel = 0

[log]
format = "xml"
level = ["info"]

[tolkens]
access_token = "60 s"
"#;
    let expected = [
        ("line 20", "tolkens"),
        ("line 4", "[server] lisen"),
        ("line 2", "[server] issuer"),
        ("line 3", "[server] listen"),
        ("line 11", "[keys] algorithms"),
        ("line 7", "[tokens] access_token"),
        ("line 8", "[tokens] id_token"),
        ("line 14", "[passwords] parallel"),
        ("line 17", "[log] format"),
        ("line 18", "[log] level"),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(place, setting)| ((*place).to_owned(), (*setting).to_owned())).collect();
    assert_eq!(mistakes(text), expected);
}

#[test]
fn a_mistake_says_what_was_found_and_what_is_allowed() {
    let errors = parse("[tokens]\naccess_token = \"48 h\"").expect_err("mistaken").to_string();
    for part in
        ["1 mistake in /etc/genkan/genkan.toml", "line 2: [tokens] access_token", "found:   \"48 h\"", "1 min to 24 h"]
    {
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[test]
fn a_text_that_is_no_toml_is_named_by_line_with_the_other_mistakes() {
    let found = mistakes("[server\nlisten = \"nowhere\"\n[tokens]\naccess_token = \"48 h\"\n");
    assert!(found.contains(&("line 1".to_owned(), String::new())), "{found:?}");
    assert!(found.contains(&("line 4".to_owned(), "[tokens] access_token".to_owned())), "{found:?}");
}

#[test]
fn a_setting_outside_a_section_and_a_section_as_a_value_are_refused() {
    assert_eq!(mistakes("issuer = \"https://a.example\""), [("line 1".to_owned(), "issuer".to_owned())]);
    assert_eq!(mistakes("server = 1"), [("line 1".to_owned(), "server".to_owned())]);
    assert_eq!(mistakes("[tokens.access_token]\n"), [("line 1".to_owned(), "[tokens] access_token".to_owned())]);
}

#[test]
fn plain_http_is_for_loopback_alone() {
    assert_eq!(mistakes("[server]\nlisten = \"0.0.0.0:80\""), [("line 2".to_owned(), "[server] listen".to_owned())]);
    assert!(parse("[server]\nlisten = \"[::1]:80\"").is_ok());
    let proxied =
        parse("[server]\nlisten = \"0.0.0.0:80\"\ntrusted_proxies = [\"10.0.0.0/24\", \"::1\"]").expect("good");
    assert_eq!(proxied.server.trusted_proxies.len(), 2);
    for wrong in ["[\"10.0.0.0/33\"]", "[\"proxy.example\"]", "\"10.0.0.1\""] {
        let text = format!("[server]\ntrusted_proxies = {wrong}");
        assert_eq!(mistakes(&text), [("line 2".to_owned(), "[server] trusted_proxies".to_owned())], "{wrong}");
    }
}

#[test]
fn a_certificate_wants_its_key_and_an_https_issuer() {
    let text = "[server]\nissuer = \"https://a.example\"\n[server.tls]\ncertificate = \"a.pem\"";
    assert_eq!(mistakes(text).first().map(|mistake| mistake.1.as_str()), Some("[server.tls] key"));
    let text = "[server.tls]\ncertificate = \"a.pem\"\nkey = \"b.pem\"";
    assert_eq!(mistakes(text).first().map(|mistake| mistake.1.as_str()), Some("[server] issuer"));
}

#[test]
fn the_demonstration_stays_on_loopback() {
    assert!(parse("[demo]\nenabled = true").expect("good").demo.enabled);
    let text = "[server]\nissuer = \"https://a.example\"\n[demo]\nenabled = true";
    assert_eq!(mistakes(text), [("line 4".to_owned(), "[demo] enabled".to_owned())]);
}

#[test]
fn a_session_is_idle_before_it_ends() {
    let text = "[sessions]\nidle = \"60 min\"\nabsolute = \"10 min\"";
    assert_eq!(mistakes(text), [("line 2".to_owned(), "[sessions] idle".to_owned())]);
}

#[test]
fn a_password_in_the_file_is_refused_and_not_shown() {
    for url in ["postgres://genkan:hunter2@db/genkan", "postgres://db/genkan?password=hunter2"] {
        let errors = parse(&format!("[store]\nurl = \"{url}\"")).expect_err("refused").to_string();
        assert!(errors.contains("GENKAN_STORE_URL") && !errors.contains("hunter2"), "{errors}");
    }
    let misspelt = parse("[store]\nurl = \"postgre://genkan:hunter2@db/genkan\"").expect_err("refused").to_string();
    assert!(!misspelt.contains("hunter2"), "{misspelt}");
}

#[test]
fn the_environment_gives_secrets_and_debug_hides_them() {
    let secret = |text: &str| Some(Zeroizing::new(text.to_owned()));
    let env = Environment { master_key: secret("hunter2"), store_url: secret("postgres://genkan:hunter2@db/genkan") };
    let config = Config::parse("", Path::new("genkan.toml"), &env).expect("good");
    assert_eq!(config.store.url.as_str(), "postgres://genkan:hunter2@db/genkan");
    assert!(matches!(&config.keys.master_key, MasterKeySource::Environment(key) if key.as_str() == "hunter2"));
    assert!(!format!("{config:?}{env:?}").contains("hunter2"));
}

#[test]
fn a_missing_file_says_how_to_make_one() {
    let error = Config::load(Some(Path::new("/nowhere/genkan.toml")), &Environment::default()).expect_err("missing");
    assert!(error.to_string().contains("genkan init"));
}
