use std::collections::BTreeSet;

use super::*;

const NOW: UnixTime = UnixTime::from_secs(1_795_300_000);

fn visitor(name: &str, acr: &str) -> Visitor {
    let claims: Claims = serde_json::from_value(serde_json::json!({
        "iss": "http://localhost:8080", "aud": ["app"], "sub": "0192", "exp": 1_795_303_600, "iat": 1_795_300_000,
        "auth_time": 1_795_299_000, "nonce": "n", "acr": acr, "amr": ["pop", "user", "mfa", "x-new"], "sid": "s-1",
    }))
    .expect("claims parse");
    let userinfo = UserInfo::from_json::<std::io::Error>(
        serde_json::json!({
            "sub": "0192", "name": name, "name#ja-Kana-JP": "ヤマダ ハナコ", "email": "hanako@sakura.example",
            "email_verified": true, "address": { "locality": "札幌市" }, "clinic": "さくらクリニック",
        })
        .to_string()
        .as_bytes(),
        None,
    )
    .expect("userinfo parses");
    Visitor::from_claims(&claims, &userinfo)
}

fn drawn(page: &Page, kind: Kind, lang: Lang) -> String {
    let pages = Pages::new().expect("templates and catalogues parse");
    pages
        .render(page, kind, "http://localhost:8080", lang, NOW)
        .unwrap_or_else(|error| panic!("{kind:?} {lang:?}: {error:#}"))
}

#[test]
fn every_page_renders_in_both_applications_and_languages() {
    let known = visitor("山田 花子", "phr");
    let unknown = visitor("山田 花子", "urn:somebody:else");
    let refusals = Refusal::samples();
    let mut pages = vec![
        Page::Welcome,
        Page::Home(&known),
        Page::Home(&unknown),
        Page::LoggedOut { everywhere: true },
        Page::LoggedOut { everywhere: false },
        Page::NotFound,
    ];
    pages.extend(refusals.iter().map(Page::Refused));
    for page in &pages {
        for kind in Kind::ALL {
            for lang in Lang::ALL {
                let html = drawn(page, kind, lang);
                assert!(html.contains(&format!("<html lang=\"{}\"", lang.as_str())));
                assert!(!html.contains("<script") && !html.contains("style="), "nothing inline");
            }
        }
    }
}

#[test]
fn home_shows_who_signed_in_how_and_every_claim() {
    let html = drawn(&Page::Home(&visitor("山田 花子", "phr")), Kind::Appointments, Lang::Ja);
    for shown in [
        "山田 花子",
        "hanako@sakura.example",
        "パスキー",
        "phr",
        "x-new",
        "1795299000",
        "s-1",
        "name#ja-Kana-JP",
        "ヤマダ ハナコ",
        "札幌市",
        "さくらクリニック",
        "email_verified",
    ] {
        assert!(html.contains(shown), "{shown} is not shown");
    }
}

#[test]
fn what_a_provider_says_is_text_and_never_markup() {
    let html = drawn(&Page::Home(&visitor("<script>alert(1)</script>", "phr")), Kind::Imaging, Lang::En);
    assert!(!html.contains("<script"));
    let refusal = Refusal::Provider { error: "\"><img src=x>".into(), description: None };
    assert!(!drawn(&Page::Refused(&refusal), Kind::Imaging, Lang::En).contains("<img src=x"));
}

#[test]
fn both_catalogues_hold_the_same_keys() {
    let pages = Pages::new().expect("catalogues parse");
    let names = |table: &toml::Table| {
        let mut names = BTreeSet::new();
        collect(&toml::Value::Table(table.clone()), "", &mut names);
        names
    };
    assert_eq!(names(&pages.japanese), names(&pages.english));
}

fn collect(value: &toml::Value, path: &str, names: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, it)| collect(it, &format!("{path}/{key}"), names)),
        toml::Value::Array(rows) => {
            rows.iter().enumerate().for_each(|(row, it)| collect(it, &format!("{path}/{row}"), names));
        }
        _ => {
            names.insert(path.to_owned());
        }
    }
}

#[test]
fn templates_hold_no_words_of_their_own() {
    for (name, source) in TEMPLATES {
        assert!(source.is_ascii(), "{name} holds Japanese outside the catalogue");
    }
}
