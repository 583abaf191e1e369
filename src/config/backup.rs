//! `[backup]`: where, when and how many.

use std::{path::PathBuf, time::Duration};

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Backup {
    /// `None`: off.
    pub directory: Option<PathBuf>,
    /// Time of day in Japan, since midnight.
    pub at: Duration,
    pub keep: usize,
}

impl Backup {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            directory: from.path("backup.directory"),
            at: from.text("backup.at", "a time of day, \"00:00\" to \"23:59\"", time_of_day),
            keep: from.number("backup.keep", 2..=1000),
        }
    }
}

fn time_of_day(text: &str) -> Option<Duration> {
    let (hours, minutes) = text.split_once(':')?;
    let seconds = (two_digits(hours, 24)? * 60 + two_digits(minutes, 60)?) * 60;
    Some(Duration::from_secs(seconds))
}

fn two_digits(text: &str, below: u64) -> Option<u64> {
    let is_two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_two && *number < below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_two_digits_on_each_side() {
        assert_eq!(time_of_day("02:30"), Some(Duration::from_secs(9000)));
        assert_eq!(time_of_day("23:59"), Some(Duration::from_secs(86_340)));
        for text in ["", "2:30", "02:3", "24:00", "02:60", "+2:30", "02:30:00", "half past two"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }
}
