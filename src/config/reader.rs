//! Reads settings one by one over the manual's defaults and gathers what is wrong with them.
//!
//! A mistaken setting is noted and read as its default, so that reading goes on to the end and every mistake is found.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::document::{Document, Setting, Value};
use super::{ConfigErrors, Mistake, span};

pub struct Reader {
    manual: Document,
    written: Document,
    folder: PathBuf,
    mistakes: Vec<Mistake>,
}

impl Reader {
    pub fn new(manual: Document, written: Document, folder: PathBuf, mistakes: Vec<Mistake>) -> Self {
        Self { manual, written, folder, mistakes }
    }

    /// A misspelt setting that is silently ignored is worse than none.
    pub fn refuse_unknown(&mut self) {
        let known_section = |name: &str| self.manual.sections.contains_key(name);
        let sections = self.written.sections.iter().filter(|(name, _)| !known_section(name));
        let settings = self.written.settings.iter().filter(|(name, _)| !self.manual.settings.contains_key(*name));
        let mut unknown = Vec::new();
        for (name, place) in sections {
            let names: Vec<_> = self.manual.sections.keys().map(String::as_str).collect();
            unknown.push((place.clone(), name.clone(), "an unknown section", names.join(", ")));
        }
        for (name, setting) in settings {
            let section = name.rsplit_once('.').map_or("", |(section, _)| section);
            // An unknown section is named once, not again for each of its settings.
            if !section.is_empty() && !known_section(section) {
                continue;
            }
            unknown.push((setting.place.clone(), name.clone(), "an unknown setting", self.names_in(section)));
        }
        for (place, name, found, allowed) in unknown {
            self.mistakes.push(Mistake { place, setting: shown(&name), found: found.to_owned(), allowed });
        }
    }

    pub fn text<T>(&mut self, name: &str, allowed: &str, parse: impl Fn(&str) -> Option<T>) -> T {
        self.read(name, allowed, |value| match value {
            Value::Text(text) => parse(text),
            _ => None,
        })
    }

    pub fn number(&mut self, name: &str, range: RangeInclusive<i64>) -> usize {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(name, &allowed, |value| match value {
            Value::Number(number) if range.contains(number) => usize::try_from(*number).ok(),
            _ => None,
        })
    }

    pub fn flag(&mut self, name: &str) -> bool {
        self.read(name, "true or false", |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        })
    }

    pub fn list<T>(&mut self, name: &str, allowed: &str, parse: impl Fn(&[String]) -> Option<Vec<T>>) -> Vec<T> {
        self.read(name, allowed, |value| match value {
            Value::List(items) => parse(items),
            _ => None,
        })
    }

    pub fn span(&mut self, name: &str, range: RangeInclusive<Duration>) -> Duration {
        let allowed = format!("{} to {}", span::show(*range.start()), span::show(*range.end()));
        self.text(name, &allowed, |text| span::parse(text).filter(|span| range.contains(span)))
    }

    /// `None` where the text is empty.
    pub fn path(&mut self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.clone();
        self.text(name, "the path of a file", |text| Some((!text.is_empty()).then(|| folder.join(text))))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// For rules between settings: the named one is at fault.
    pub fn refuse(&mut self, name: &str, allowed: &str) {
        let setting = self.setting(name);
        let mistake = Mistake {
            place: setting.place.clone(),
            setting: shown(name),
            found: setting.value.to_string(),
            allowed: allowed.to_owned(),
        };
        self.mistakes.push(mistake);
    }

    /// As [`Reader::refuse`] for a value that may hold a secret.
    pub fn refuse_unseen(&mut self, name: &str, found: &str, allowed: &str) {
        let place = self.setting(name).place.clone();
        let (found, allowed) = (found.to_owned(), allowed.to_owned());
        self.mistakes.push(Mistake { place, setting: shown(name), found, allowed });
    }

    pub fn is_from(&self, name: &str, place: &str) -> bool {
        self.setting(name).place == place
    }

    pub fn finish(self, file: &Path) -> Result<(), ConfigErrors> {
        if self.mistakes.is_empty() {
            return Ok(());
        }
        Err(ConfigErrors { file: file.to_owned(), mistakes: self.mistakes })
    }

    fn read<T>(&mut self, name: &str, allowed: &str, parse: impl Fn(&Value) -> Option<T>) -> T {
        if let Some(value) = parse(&self.setting(name).value) {
            return value;
        }
        self.refuse(name, allowed);
        let manual = self.manual.settings.get(name).map(|setting| parse(&setting.value));
        manual.flatten().unwrap_or_else(|| panic!("config/default.toml holds a good {name}"))
    }

    fn setting(&self, name: &str) -> &Setting {
        let found = self.written.settings.get(name).or_else(|| self.manual.settings.get(name));
        found.unwrap_or_else(|| panic!("config/default.toml holds {name}"))
    }

    fn names_in(&self, section: &str) -> String {
        let within = |name: &String| name.rsplit_once('.').map_or("", |(before, _)| before) == section;
        let last = |name: &String| name.rsplit('.').next().unwrap_or_default().to_owned();
        let names: Vec<_> = self.manual.settings.keys().filter(|name| within(name)).map(last).collect();
        if names.is_empty() { "settings inside a [section]".to_owned() } else { names.join(", ") }
    }
}

/// `server.tls.key` as `[server.tls] key`.
fn shown(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((section, key)) => format!("[{section}] {key}"),
        None => name.to_owned(),
    }
}
