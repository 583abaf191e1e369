//! The table of sentences, held against `/help`.

use serde::Deserialize;

use crate::support::{app::TestApp, database::Database, person::Person};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    sentence: Vec<Sentence>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    says: String,
    at: String,
    truer: Option<String>,
    why: Option<String>,
}

/// What stands in the element of this id, tags and all; `None` when there is none.
fn element<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let (before, rest) = page.split_once(&format!(" id=\"{id}\""))?;
    let (_, name) = before.rsplit_once('<')?;
    rest.split_once(&format!("</{name}>")).map(|(inside, _)| inside)
}

#[test]
fn each_sentence_of_the_guide_has_its_place_in_both_languages() {
    let table: Table = toml::from_str(include_str!("sentences.toml")).expect("the table reads");
    let app = TestApp::start(Database::sqlite());
    let reader = Person::at(&app);
    let japanese = reader.get("/help").body;
    reader.submit("/help", "/language", &[("lang", "en"), ("to", "/help")]);
    let english = reader.get("/help").body;
    assert!(japanese.contains("<html lang=\"ja\">") && english.contains("<html lang=\"en\">"));
    assert!(table.sentence.len() > 70, "{}", table.sentence.len());
    for Sentence { says, at, truer, why } in &table.sentence {
        for page in [&japanese, &english] {
            assert!(element(page, at).is_some_and(|said| said.len() > 5), "{says}: nothing is called {at}");
        }
        let here = element(&japanese, at).unwrap_or_default();
        assert!(truer.as_ref().is_none_or(|truer| here.contains(truer)), "{says}: {at} says {here}");
        assert_eq!(truer.is_some(), why.is_some(), "{says}: what is changed has its reason");
    }
}
