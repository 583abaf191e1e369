//! Values as people read them.

use jiff::{Timestamp, tz};

use super::Lang;

/// Clinics are in Japan, and Japan keeps one time.
const JAPAN: i8 = 9;

/// 「2026年1月19日 8:30」, `19 Jan 2026, 08:30`.
pub(super) fn moment(millis: i64, lang: Lang) -> String {
    let format = match lang {
        Lang::Ja => "%Y年%-m月%-d日 %-H:%M",
        Lang::En => "%-d %b %Y, %H:%M",
    };
    written(millis, format)
}

/// For the `datetime` attribute.
pub(super) fn iso(millis: i64) -> String {
    written(millis, "%Y-%m-%dT%H:%M:%S%:z")
}

fn written(millis: i64, format: &str) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(tz::offset(JAPAN).to_time_zone()).strftime(format).to_string()
}

/// A `User-Agent` in plain words: `Chrome (Windows)`. Guesswork, good enough to recognise one's own machines by.
pub(super) fn browser(user_agent: &str) -> String {
    let find = |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|mark| mark.1);
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} ({system})"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(40).collect(),
    }
}

/// Most telling first: Edge also claims to be Chrome, and Chrome Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
];
