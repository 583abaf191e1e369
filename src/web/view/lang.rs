//! Which language a person reads: what they chose here, then what the browser says. An application's wish goes before both,
//! but for a choice made since it asked (`pages::waiting`).

/// Japanese first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Ja,
    En,
}

impl Lang {
    pub const ALL: &'static [Self] = &[Self::Ja, Self::En];

    /// The value of the `lang` attribute, the cookie and the form field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// A BCP 47 tag by its primary subtag: `ja-JP` is Japanese.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.iter().copied().find(|lang| lang.as_str().eq_ignore_ascii_case(primary))
    }

    /// What was chosen here, then `Accept-Language` (RFC 9110 §12.5.4); Japanese when neither names a language that we
    /// have.
    pub fn negotiate(chosen: Option<Self>, accept_language: Option<&str>) -> Self {
        chosen.or_else(|| accept_language.and_then(most_wanted)).unwrap_or_default()
    }
}

fn most_wanted(accept_language: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for range in accept_language.split(',') {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
        let weight = parameters.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok()).unwrap_or(0.0);
        if let Some(lang) = Lang::parse(tag)
            && weight > best.map_or(0.0, |(_, heaviest)| heaviest)
        {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

#[cfg(test)]
mod tests {
    use super::Lang::{self, En, Ja};

    #[test]
    fn what_was_chosen_goes_before_what_the_browser_says() {
        assert_eq!(Lang::negotiate(Some(En), Some("ja")), En);
        assert_eq!(Lang::negotiate(None, Some("fr, en;q=0.8, ja;q=0.3")), En);
    }

    #[test]
    fn the_browser_s_weights_decide_and_zero_means_never() {
        assert_eq!(Lang::negotiate(None, Some("en;q=0.5,ja-JP;q=0.9")), Ja);
        assert_eq!(Lang::negotiate(None, Some("en;q=0, fr")), Ja);
        assert_eq!(Lang::negotiate(None, Some("en-US,en;q=0.9,ja;q=0.8")), En);
    }

    #[test]
    fn nonsense_is_answered_in_japanese() {
        assert_eq!(Lang::negotiate(None, Some(";;q=,,en;q=lots")), Ja);
        assert_eq!(Lang::negotiate(None, None), Ja);
    }
}
