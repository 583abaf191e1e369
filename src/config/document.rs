//! A TOML text (TOML v1.0) as a flat list: dotted name, value, and the line where it stands.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Environment, Mistake};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    List(Vec<String>),
    /// A kind of value that no setting takes, as it is written.
    Other(String),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(items) => write!(f, "{items:?}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Setting {
    /// `line 12`, or the variable that said so.
    pub place: String,
    pub value: Value,
}

#[derive(Clone, Debug, Default)]
pub struct Document {
    pub settings: BTreeMap<String, Setting>,
    /// Where each section begins.
    pub sections: BTreeMap<String, String>,
}

impl Document {
    /// What can be read, and a mistake for each thing that cannot.
    pub fn parse(text: &str) -> (Self, Vec<Mistake>) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut document = Self::default();
        document.take(text, "", root.get_ref());
        let unreadable = |error: &toml::de::Error| Mistake {
            place: error.span().map_or_else(|| "the file".to_owned(), |span| line(text, span.start)),
            setting: String::new(),
            found: error.message().to_owned(),
            allowed: "TOML, as in `genkan init`'s file: [section] and name = \"value\"".to_owned(),
        };
        (document, errors.iter().map(unreadable).collect())
    }

    pub fn take_environment(&mut self, env: &Environment) {
        if let Some(url) = &env.store_url {
            let value = Value::Text(url.to_string());
            self.settings.insert("store.url".to_owned(), Setting { place: Environment::STORE_URL.to_owned(), value });
        }
    }

    fn take(&mut self, text: &str, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let place = line(text, key.span().start);
            if let DeValue::Table(inner) = value.get_ref() {
                self.take(text, &format!("{name}."), inner);
                self.sections.insert(name, place);
            } else {
                self.settings.insert(name, Setting { place, value: read(text, value) });
            }
        }
    }
}

fn read(text: &str, value: &Spanned<DeValue<'_>>) -> Value {
    let as_written = || Value::Other(text.get(value.span()).unwrap_or("an unreadable value").to_owned());
    match value.get_ref() {
        DeValue::String(string) => Value::Text(string.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| as_written(), Value::Number)
        }
        DeValue::Array(items) => items
            .iter()
            .map(|item| item.get_ref().as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .map_or_else(as_written, Value::List),
        _ => as_written(),
    }
}

fn line(text: &str, offset: usize) -> String {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    format!("line {}", before.iter().filter(|byte| **byte == b'\n').count() + 1)
}
