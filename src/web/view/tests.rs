//! Every screen, in both languages, as the browser gets it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use super::samples::{self, Sample};
use super::*;
use crate::domain::Accent;

const ISSUER: &str = "https://id.example.jp";

fn rendered(sample: &Sample, lang: Lang) -> String {
    let catalogue = Catalogue::of(lang).expect("the catalogue reads");
    let environment = environment(ISSUER, lang, move |key, arguments| catalogue.text(key, arguments));
    render(&environment, sample.template, &samples::chrome(lang, sample), sample.page.clone())
        .unwrap_or_else(|error| panic!("{} in {lang:?}: {error:#}", sample.name))
}

fn every_page() -> impl Iterator<Item = (String, String)> {
    samples::all().into_iter().flat_map(|sample| {
        Lang::ALL
            .iter()
            .map(move |&lang| (format!("{} ({})", sample.name, lang.as_str()), rendered(&sample, lang)))
            .collect::<Vec<_>>()
    })
}

fn page(name: &str) -> String {
    let sample = samples::all().into_iter().find(|sample| sample.name == name).expect("a sample of that name");
    rendered(&sample, Lang::Ja)
}

/// The opening tags called `name`.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}");
    html.match_indices(&open)
        .map(|(at, _)| &html[at..])
        .filter(|rest| rest[open.len()..].starts_with([' ', '>']))
        .map(|rest| &rest[..=rest.find('>').expect("the tag ends")])
        .collect()
}

#[test]
fn every_screen_renders_in_both_languages_with_a_skip_link_first() {
    for (name, html) in every_page() {
        assert_eq!(tags(&html, "a").first().copied(), Some("<a class=\"skip\" href=\"#main\">"), "{name}");
        assert_eq!(tags(&html, "main").len(), 1, "{name}");
        assert_eq!(tags(&html, "h1").len(), 1, "{name}");
    }
}

#[test]
fn a_page_is_served_in_the_language_of_its_chrome() {
    let view = View::new(ISSUER).expect("a view");
    let sample = samples::all().remove(0);
    let of = |lang| view.render(&samples::chrome(lang, &sample), &LoginPage::default()).expect("a page");
    assert!(of(Lang::Ja).contains("<html lang=\"ja\">") && of(Lang::Ja).contains("パスキーでログイン"));
    assert!(of(Lang::En).contains("<html lang=\"en\">") && of(Lang::En).contains("Sign in with a passkey"));
}

#[test]
fn both_catalogues_have_the_same_keys() {
    let keys =
        |lang| Catalogue::of(lang).expect("the catalogue reads").keys().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(keys(Lang::Ja), keys(Lang::En));
}

#[test]
fn every_text_of_the_catalogue_is_on_some_screen() {
    let used = Arc::new(Mutex::new(BTreeSet::new()));
    let (catalogue, seen) = (Catalogue::of(Lang::Ja).expect("the catalogue reads"), Arc::clone(&used));
    let environment = environment(ISSUER, Lang::Ja, move |key, arguments| {
        seen.lock().expect("no panic before").insert(key.to_owned());
        catalogue.text(key, arguments)
    });
    for sample in samples::all() {
        render(&environment, sample.template, &samples::chrome(Lang::Ja, &sample), sample.page.clone())
            .expect("a page");
    }
    for letter in samples::letters() {
        mail::written(&environment, mail::NOTICE, Value::from(Serde(letter))).expect("a letter");
    }
    let invitation = samples::invitation_letter();
    mail::written(&environment, mail::INVITATION, Value::from(Serde(invitation))).expect("a letter");
    let lines = context! { entries => Value::from(Serde(samples::audit::entries())), head => true };
    environment.get_template("admin/audit.csv").and_then(|sheet| sheet.render(lines)).expect("a spreadsheet");
    let used = used.lock().expect("no panic before");
    let catalogue = Catalogue::of(Lang::Ja).expect("the catalogue reads");
    let unused = catalogue.keys().filter(|key| !used.contains(*key)).collect::<Vec<_>>();
    assert!(unused.is_empty(), "never shown: {unused:?}");
}

#[test]
fn a_spreadsheet_of_the_trail_is_read_with_its_head_and_without_a_formula() {
    let view = View::new(ISSUER).expect("a view");
    let mut entries = samples::audit::entries();
    entries[0].user_agent = "=HYPERLINK(\"https://evil.example\",\"a\")".to_owned();
    entries[0].detail = vec![("note".to_owned(), "a\nb, \"c\"".to_owned())];
    for (lang, first) in [(Lang::Ja, "\u{feff}\"日時\",\"種類\""), (Lang::En, "\u{feff}\"Time\",\"Event\"")] {
        let whole = view.audit_csv(lang, &entries, true).expect("a spreadsheet");
        assert!(whole.starts_with(first) && whole.ends_with("\r\n"), "{whole}");
        assert!(whole.lines().count() == entries.len() + 1 && !whole.replace("\r\n", "").contains(['\r', '\n']));
        let mut reader = csv::ReaderBuilder::new().from_reader(whole.trim_start_matches('\u{feff}').as_bytes());
        let width = reader.headers().expect("a head").len();
        let rows: Vec<_> = reader.records().map(|row| row.expect("a row of the head's width")).collect();
        assert!(rows.len() == entries.len() && rows.iter().all(|row| row.len() == width));
        assert_eq!(rows[0].get(12), Some("'=HYPERLINK(\"https://evil.example\",\"a\")"));
        assert_eq!(rows[0].get(21), Some("note=a b, \"c\""));
        let further = view.audit_csv(lang, &entries[..1], false).expect("a further piece");
        assert!(whole.contains(&further) && further.starts_with("\"2026-01-19 08:30:00\""), "{further}");
    }
}

#[test]
fn a_text_with_a_wrong_key_or_a_wrong_argument_is_an_error() {
    let text = |template: &str| {
        let catalogue = Catalogue::of(Lang::En).expect("the catalogue reads");
        let environment = environment(ISSUER, Lang::En, move |key, arguments| catalogue.text(key, arguments));
        environment.render_str(template, context! {})
    };
    assert_eq!(text("{{ t('login.open_application', name='A & B') }}").expect("a text"), "Open A & B");
    assert!(text("{{ t('login.nonsense') }}").is_err());
    assert!(text("{{ t('login.open_application') }}").is_err());
    assert!(text("{{ t('login.open_application', name='A', colour='red') }}").is_err());
}

/// Prose has a file per language.
fn is_prose(path: &str) -> bool {
    Lang::ALL.iter().any(|lang| path.starts_with(&format!("pages/help/{}/", lang.as_str())))
}

#[test]
fn templates_hold_no_text_of_their_own() {
    for (path, source) in assets::templates().filter(|(path, _)| !is_prose(path)) {
        let bare = without(&without(&without(&without(&source, "{#", "#}"), "{%", "%}"), "{{", "}}"), "<", ">");
        let words = bare.replace("&nbsp;", "");
        assert!(!words.contains(char::is_alphabetic), "{path} says {:?}", words.trim());
        for attribute in ["aria-label=\"", "title=\"", "placeholder=\"", "alt=\""] {
            for (at, _) in source.match_indices(attribute) {
                assert!(
                    source[at + attribute.len()..].starts_with("{{"),
                    "{path}: {attribute} is not from the catalogue"
                );
            }
        }
    }
}

#[test]
fn prose_has_the_same_bones_in_both_languages() {
    let bones = |source: &str| {
        let tags = source.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag.to_owned());
        let names =
            source.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(name, _)| name.to_owned());
        (tags.collect::<Vec<_>>(), names.collect::<BTreeSet<_>>())
    };
    let prose: Vec<_> = assets::templates().filter(|(path, _)| is_prose(path)).collect();
    assert!(!prose.is_empty() && prose.len() % Lang::ALL.len() == 0);
    for (path, japanese) in prose.iter().filter(|(path, _)| path.contains("/ja/")) {
        let english = assets::source(&path.replace("/ja/", "/en/")).expect("the same file in English");
        assert_eq!(bones(japanese), bones(&english), "{path}");
    }
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut pieces = text.split(open);
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |kept, piece| kept + piece.split_once(close).map_or("", |(_, after)| after))
}

#[test]
fn nothing_is_inline_that_the_content_security_policy_would_stop() {
    for (name, html) in every_page() {
        assert!(tags(&html, "style").is_empty(), "{name}");
        assert!(tags(&html, "script").iter().all(|tag| tag.contains(" src=\"/assets/")), "{name}");
        assert!(!html.contains(" style=") && !html.contains(" onclick="), "{name}");
    }
}

#[test]
fn a_letter_is_written_in_both_languages_and_links_nowhere() {
    let view = View::new(ISSUER).expect("a view");
    for letter in samples::letters() {
        for lang in Lang::ALL {
            let [subject, text, html] =
                mail::written(view.speaking(*lang), mail::NOTICE, Value::from(Serde(letter.clone())))
                    .expect("a letter");
            assert!(!subject.trim().is_empty() && !subject.trim().contains('\n'), "{subject}");
            let own = letter.reason.is_none();
            assert!(text.contains("内線 1234") && text.contains("192.0.2.1") == own, "{text}");
            assert!(text.contains("Edge (Windows)") == own && text.contains("<紛失>") != own, "{text}");
            assert!(tags(&html, "a").is_empty() && !html.contains("<院内PC>"), "{html}");
            assert_eq!(text.contains("<院内PC>"), letter.name.is_some(), "text is text");
        }
    }
}

#[test]
fn what_people_typed_is_escaped() {
    assert!(page("logout").contains("&quot;&gt;&lt;script&gt;"));
    assert!(page("passkeys").contains("&lt;院内PC&gt;"));
}

#[test]
fn every_form_that_posts_carries_the_form_token() {
    for (name, html) in every_page() {
        let tokens = html.matches("name=\"form_token\" value=\"form-token\"").count();
        assert_eq!(tags(&html, "form").iter().filter(|tag| tag.contains("method=\"post\"")).count(), tokens, "{name}");
    }
}

#[test]
fn the_first_form_of_a_page_is_the_one_that_goes_on() {
    let first = |name| tags(&page(name), "form").first().map(|tag| (*tag).to_owned()).unwrap_or_default();
    assert!(first("login").contains("action=\"/login/password\""));
    assert!(first("code").contains("action=\"/login/second-factor\""));
    assert!(first("second-factor-set-up").contains("action=\"/settings/second-factor/set-up\""));
    assert!(first("invitation").contains("action=\"/invite/token\""));
    assert!(first("password-first").contains("action=\"/settings/password\""));
    assert!(first("consent").contains("action=\"/oauth/consent\""));
    assert!(first("logout").contains("action=\"/oauth/logout\""));
}

#[test]
fn a_signed_in_person_can_always_log_out_and_nobody_else_is_asked_to() {
    for sample in samples::all() {
        let html = rendered(&sample, Lang::Ja);
        assert_eq!(html.contains("action=\"/oauth/logout\""), sample.signed_in, "{}", sample.name);
    }
}

#[test]
fn a_refusal_always_says_whom_to_ask_and_offers_a_way_on() {
    for (name, html) in every_page().filter(|(name, _)| name.starts_with("error-")) {
        assert!(html.contains("class=\"ask\""), "{name}");
        assert!(tags(&html, "a").iter().any(|tag| tag.contains("button")), "{name}");
    }
}

#[test]
fn the_login_page_with_all_that_it_loads_weighs_less_than_60_kb() {
    let heaviest = every_page().filter(|(name, _)| name.starts_with("login")).map(|(_, html)| html.len()).max();
    let loads = |path: &str| !path.ends_with(".webp");
    let loaded = assets::files().filter(|(path, _)| loads(path)).map(|(_, file)| file.len()).sum::<usize>();
    let all = heaviest.expect("a login page") + loaded;
    assert!(all < 60 * 1024, "{all} bytes");
}

#[test]
fn all_scripts_together_weigh_less_than_20_kb() {
    let all: usize = assets::files().filter(|(path, _)| path.ends_with(".js")).map(|(_, file)| file.len()).sum();
    assert!(all < 20 * 1024, "{all} bytes");
}

#[test]
fn an_asset_is_served_under_its_version_and_nothing_else_is() {
    let view = View::new(ISSUER).expect("a view");
    let address = assets::address("genkan.css").expect("an address").to_string();
    let path = address.strip_prefix("/assets/").expect("the prefix");
    assert_eq!(view.asset(path).expect("the style sheet").content_type, "text/css; charset=utf-8");
    assert!(assets::address("missing.css").is_err());
    for stranger in
        ["", "genkan.css", "0000/genkan.css", &path.replace("genkan.css", "../base.html"), &path.replace(".css", "")]
    {
        assert!(view.asset(stranger).is_none(), "{stranger}");
    }
}

#[test]
fn a_script_goes_out_with_what_it_imports() {
    let view = View::new(ISSUER).expect("a view");
    for (path, _) in assets::files().filter(|(path, _)| path.ends_with(".js")) {
        let address = assets::address(path.trim_start_matches("assets/")).expect("an address").to_string();
        let script = view.asset(address.trim_start_matches("/assets/")).expect("a script").bytes;
        let script = String::from_utf8(script.into_owned()).expect("text");
        assert!(!script.lines().any(|line| line.starts_with("import ") || line.starts_with("export ")), "{path}");
        for name in ["class Refused", "const supported", "const clockIsRight"] {
            assert!(script.matches(name).count() <= 1, "{path}: {name} once");
        }
    }
    assert!(page("login").matches("<script").count() == 1);
}

#[test]
fn the_login_page_shows_its_own_address() {
    assert!(page("login").contains("https:&#x2f;&#x2f;id.example.jp&#x2f;login"));
}

#[test]
fn a_clinics_colour_is_checked_against_the_colours_that_pages_have() {
    let sheet = assets::source("assets/genkan.css").expect("the style sheet");
    let (light, dark) = sheet.split_once("prefers-color-scheme: dark").expect("both themes");
    let dark = &dark[..dark.find("*, ::before").expect("where the colours end")];
    let of = |theme: &str, names: &[&str]| -> Vec<[u8; 3]> {
        let colour = |name: &&str| {
            let hex = theme.split(&format!("--{name}: #")).nth(1).and_then(|rest| rest.split(';').next());
            let whole = hex.filter(|hex| hex.len() == 6).map_or("ffffff", |hex| hex);
            let [_, rgb @ ..] = u32::from_str_radix(whole, 16).expect("a colour").to_be_bytes();
            rgb
        };
        names.iter().map(colour).collect()
    };
    let grounds = ["ground", "surface", "tint", "good-tint", "bad-tint"];
    assert_eq!(of(light, &grounds), Accent::LIGHT);
    assert_eq!(of(dark, &[&grounds[..], &["on-accent"]].concat()), Accent::DARK);
    let coloured = assets::find("accent/8a1f4d.css").expect("a style sheet");
    assert!(coloured.bytes.starts_with(b":root { --accent: #8a1f4d;"));
    for name in ["ffffff.css", "8a1f4d.js", "8a1f4d", "#8a1f4d.css", "8a1f4d }.css"] {
        assert!(assets::find(&format!("accent/{name}")).is_none(), "{name}");
    }
}
