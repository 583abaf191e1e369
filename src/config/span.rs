//! Spans of time as people write them: `60 s`, `15 min`, `12 h`.

use std::time::Duration;

/// Largest first.
const UNITS: &[(&str, u64)] = &[("days", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1)];

pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let millis = UNITS.iter().find(|(name, _)| *name == unit.trim_start()).map(|(_, millis)| *millis)?;
    number.parse::<u64>().ok()?.checked_mul(millis).map(Duration::from_millis)
}

/// In the largest unit that leaves no rest; a single day in hours.
pub fn show(span: Duration) -> String {
    let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let fits = |name: &str, millis: u64| span != 0 && span.is_multiple_of(millis) && (name != "days" || span > millis);
    let fitting = UNITS.iter().find(|(name, millis)| fits(name, *millis));
    let (name, millis) = fitting.copied().unwrap_or(("s", 1000));
    format!("{} {name}", span / millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_a_number_with_its_unit() {
        for (text, secs) in [("60 s", 60), ("15min", 900), (" 12 h ", 43_200), ("2 days", 172_800)] {
            assert_eq!(parse(text), Some(Duration::from_secs(secs)), "{text}");
        }
        assert_eq!(parse("100 ms"), Some(Duration::from_millis(100)));
        for text in ["", "60", "s", "1.5 h", "-1 s", "1 week", "99999999999999999999 s", "9999999999999999 days"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_span_is_shown_in_the_largest_unit_that_leaves_no_rest() {
        for text in ["60 ms", "90 s", "15 min", "12 h", "24 h", "2 days", "0 s"] {
            assert_eq!(parse(text).map(show).as_deref(), Some(text));
        }
    }
}
