//! Texts of one language, by dotted key.

use std::collections::BTreeMap;

use minijinja::{Error, ErrorKind, value::Kwargs};

use super::{Lang, assets};
use crate::domain::Fault;

pub(super) struct Catalogue(BTreeMap<String, String>);

impl Catalogue {
    pub(super) fn of(lang: Lang) -> Result<Self, Fault> {
        let path = format!("locales/{}.toml", lang.as_str());
        let source = assets::source(&path).ok_or_else(|| Fault::Internal(format!("{path} is not in the binary")))?;
        let table = source.parse::<toml::Table>().map_err(|error| Fault::internal(&path, error))?;
        let mut texts = BTreeMap::new();
        flatten("", table, &mut texts)?;
        Ok(Self(texts))
    }

    #[cfg(test)]
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The text with each `{name}` replaced. A missing key, a missing argument and one too many are errors.
    pub(super) fn text(&self, key: &str, arguments: &Kwargs) -> Result<String, Error> {
        let wrong = |what: String| Error::new(ErrorKind::InvalidOperation, format!("text {key}: {what}"));
        let mut rest = self.0.get(key).ok_or_else(|| wrong("not in the catalogue".to_owned()))?.as_str();
        let mut text = String::with_capacity(rest.len());
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| wrong("an open brace".to_owned()))?;
            text.push_str(before);
            text.push_str(&arguments.get::<minijinja::Value>(name)?.to_string());
            rest = after;
        }
        text.push_str(rest);
        arguments.assert_all_used().map_err(|error| wrong(error.to_string()))?;
        Ok(text)
    }
}

fn flatten(prefix: &str, table: toml::Table, texts: &mut BTreeMap<String, String>) -> Result<(), Fault> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name } else { format!("{prefix}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, texts)?,
            toml::Value::String(text) => {
                texts.insert(key, text);
            }
            _ => return Err(Fault::Internal(format!("text {key} is not a string"))),
        }
    }
    Ok(())
}
