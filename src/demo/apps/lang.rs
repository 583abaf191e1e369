//! Japanese unless the browser likes English better (RFC 9110 §12.5.4).

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    Ja,
    En,
}

impl Lang {
    #[cfg(test)]
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    pub fn from_accept_language(header: &str) -> Self {
        if quality(header, "en") > quality(header, "ja") { Self::En } else { Self::Ja }
    }
}

/// The best `q` that the header gives the language, whatever the region; 0 when it isn't named.
fn quality(header: &str, language: &str) -> f32 {
    header
        .split(',')
        .filter_map(|range| {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
            let primary = tag.trim().split('-').next()?;
            let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok())?;
            primary.eq_ignore_ascii_case(language).then_some(weight)
        })
        .fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_shown_only_to_a_browser_that_prefers_it() {
        for (header, expected) in [
            ("", Lang::Ja),
            ("ja,en-US;q=0.9,en;q=0.8", Lang::Ja),
            ("en-US,en;q=0.9", Lang::En),
            ("EN", Lang::En),
            ("en;q=0.5, ja;q=0.7", Lang::Ja),
            ("en;q=0", Lang::Ja),
            ("de, fr;q=0.5", Lang::Ja),
            ("en;q=rubbish,;;,", Lang::Ja),
        ] {
            assert_eq!(Lang::from_accept_language(header), expected, "{header:?}");
        }
    }
}
