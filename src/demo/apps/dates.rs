//! Moments as people in a clinic read them: Japan's time, which has known no summer time since 1951.

use jiff::{Timestamp, Zoned, fmt::strtime, tz::Offset};

use crate::domain::UnixTime;

fn in_japan(at: UnixTime) -> Zoned {
    Timestamp::from_millisecond(at.millis())
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(Offset::constant(9).to_time_zone())
}

/// `format` is the catalogue's, in the language of `strftime`. Empty when that is broken.
pub fn written(at: UnixTime, format: &str) -> String {
    strtime::format(format, &in_japan(at)).unwrap_or_default()
}

/// 0 is Sunday.
pub fn weekday(at: UnixTime) -> usize {
    usize::try_from(in_japan(at).weekday().to_sunday_zero_offset()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_japans() {
        // 2026-11-22 15:30 UTC is past midnight in Japan, where it is Monday already.
        let at = UnixTime::from_secs(1_795_361_400);
        assert_eq!(written(at, "%Y年%-m月%-d日 %H:%M"), "2026年11月23日 00:30");
        assert_eq!(weekday(at), 1);
    }
}
