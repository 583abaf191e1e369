//! What one application calls the claims about a person, where it knows them by another name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Our name of a claim, and theirs. What is not named keeps its own; no two come to share one: `protocol::claim_names`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimNames(BTreeMap<String, String>);

impl ClaimNames {
    /// Every claim under our own name.
    pub const fn ours_alone() -> Self {
        Self(BTreeMap::new())
    }

    /// `ours=theirs`, separated by white space. `Err`: what is no such pair, or names a claim a second time.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut names = BTreeMap::new();
        for word in text.split_whitespace() {
            let pair = word.split_once('=').filter(|(ours, theirs)| !ours.is_empty() && !theirs.is_empty());
            let (ours, theirs) = pair.ok_or_else(|| word.to_owned())?;
            if names.insert(ours.to_owned(), theirs.to_owned()).is_some() {
                return Err(word.to_owned());
            }
        }
        Ok(Self(names))
    }

    /// As [`Self::parse`] reads it.
    pub fn words(&self) -> Vec<String> {
        self.0.iter().map(|(ours, theirs)| format!("{ours}={theirs}")).collect()
    }

    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str()))
    }

    pub fn theirs<'a>(&'a self, ours: &'a str) -> &'a str {
        self.0.get(ours).map_or(ours, String::as_str)
    }

    /// What they ask for by their own name.
    pub fn ours<'a>(&'a self, theirs: &'a str) -> &'a str {
        self.pairs().find(|(_, name)| *name == theirs).map_or(theirs, |(ours, _)| ours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_read_written_and_followed_both_ways() {
        let names = ClaimNames::parse("roles=groups\r\n name=display_name").expect("pairs");
        assert_eq!(names.words(), ["name=display_name", "roles=groups"]);
        assert_eq!((names.theirs("roles"), names.ours("groups")), ("groups", "roles"));
        assert_eq!((names.theirs("email"), names.ours("email")), ("email", "email"));
        for bad in ["roles", "=groups", "roles=", "roles=a roles=b"] {
            assert!(ClaimNames::parse(bad).is_err(), "{bad}");
        }
    }
}
