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

/// 「2026年1月19日」, `19 Jan 2026`.
pub(super) fn day(millis: i64, lang: Lang) -> String {
    let format = match lang {
        Lang::Ja => "%Y年%-m月%-d日",
        Lang::En => "%-d %b %Y",
    };
    written(millis, format)
}

/// [`moment`], to the second.
pub(super) fn second(millis: i64, lang: Lang) -> String {
    let format = match lang {
        Lang::Ja => "%Y年%-m月%-d日 %-H:%M:%S",
        Lang::En => "%-d %b %Y, %H:%M:%S",
    };
    written(millis, format)
}

/// As spreadsheets read it.
pub(super) fn sheet(millis: i64) -> String {
    written(millis, "%Y-%m-%d %H:%M:%S")
}

/// `100,000`
pub(super) fn figures(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
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
    let find =
        |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|mark| mark.1);
    match (find(BROWSERS), find(SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} ({system})"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => user_agent.chars().take(40).collect(),
    }
}

/// Of the browser that [`browser`] names: `140`. Empty when it does not say.
pub(super) fn version(user_agent: &str) -> String {
    let named = BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(mark, _)| *mark);
    let mark = match named {
        // Behind its own name stands that of its engine.
        Some("Safari/") => "Version/",
        Some(mark) => mark,
        None => return String::new(),
    };
    let after = user_agent.split_once(mark).map(|(_, after)| after).unwrap_or_default();
    after.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_in_japanese_time_and_in_the_reader_s_way() {
        assert_eq!(moment(1_768_779_000_000, Lang::Ja), "2026年1月19日 8:30");
        assert_eq!(second(1_768_779_005_999, Lang::Ja), "2026年1月19日 8:30:05");
        assert_eq!(second(1_768_779_005_999, Lang::En), "19 Jan 2026, 08:30:05");
        assert_eq!([7, 1000, 100_000, 1_234_567].map(figures), ["7", "1,000", "100,000", "1,234,567"]);
        assert_eq!(sheet(1_768_779_005_999), "2026-01-19 08:30:05");
        assert_eq!(moment(1_768_779_000_000, Lang::En), "19 Jan 2026, 08:30");
        assert_eq!(day(1_768_779_000_000, Lang::Ja), "2026年1月19日");
        assert_eq!(day(1_768_779_000_000, Lang::En), "19 Jan 2026");
        assert_eq!(iso(1_768_779_000_000), "2026-01-19T08:30:00+09:00");
    }

    #[test]
    fn an_impossible_moment_stays_readable() {
        assert_eq!(moment(i64::MAX, Lang::Ja), "1970年1月1日 9:00");
    }

    #[test]
    fn browsers_are_told_apart_although_each_claims_to_be_the_others() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome (Windows)");
        assert_eq!(browser(&format!("{chrome} Edg/140.0")), "Edge (Windows)");
        assert_eq!(browser("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36"), "Chrome (Android)");
        assert_eq!(browser("curl/8.0"), "curl/8.0");
        assert_eq!(version(&format!("{chrome} Edg/141.0")), "141");
        let safari = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15";
        assert_eq!((browser(safari).as_str(), version(safari).as_str()), ("Safari (Mac)", "18"));
        assert_eq!((version("curl/8.0"), version("Edg")), (String::new(), String::new()));
    }
}
