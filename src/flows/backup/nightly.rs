//! A backup a day, by the timer: at its time, or as soon after it as somebody is there to make it.

use std::time::Duration;

use super::{Plan, make, standing};
use crate::{
    domain::{Fault, UnixTime},
    flows::Cx,
    store::Store,
};

const DAY: Duration = Duration::from_secs(24 * 3600);
const JAPAN: Duration = Duration::from_secs(9 * 3600);
/// One that failed is tried again, and is not tried all the time.
const TRIED_EVERY: Duration = Duration::from_secs(3600);

pub fn make_when_due(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let plan = &cx.site.backup;
    let Some(directory) = &plan.directory else { return Ok(()) };
    let (made_at, tried_at) = store.read(|conn| Ok((standing::standing(conn)?.made_at, standing::tried_at(conn)?)))?;
    if !is_due(plan, made_at, tried_at, cx.now) {
        return Ok(());
    }
    let now = cx.now;
    match store.write(move |tx| standing::try_now(tx, tried_at, now))? {
        true => make(store, &cx.keys, &cx.by_timer(), plan, directory).map(drop),
        false => Ok(()),
    }
}

/// Of moments that lie in the future nothing is believed: the clock ran ahead when they were written.
fn is_due(plan: &Plan, made_at: Option<UnixTime>, tried_at: Option<UnixTime>, now: UnixTime) -> bool {
    let last_time = latest(plan.at, now);
    let is_made = made_at.is_some_and(|at| last_time <= at && at <= now);
    let is_tried = tried_at.is_some_and(|at| at <= now && now.since(at) < TRIED_EVERY);
    !is_made && !is_tried
}

/// The last moment up to `now` at which it was this time of day in Japan.
fn latest(time_of_day: Duration, now: UnixTime) -> UnixTime {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let since_then = now.plus(JAPAN).minus(time_of_day).millis().rem_euclid(day);
    now.minus(Duration::from_millis(since_then.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-25 02:30 in Japan.
    const HALF_PAST_TWO: UnixTime = UnixTime::from_secs(1_795_541_400);
    const MOMENT: Duration = Duration::from_millis(1);

    fn plan() -> Plan {
        Plan {
            directory: None,
            at: Duration::from_secs(2 * 3600 + 30 * 60),
            keep: 14,
            issuer: String::new(),
            configuration: String::new(),
        }
    }

    #[test]
    fn it_is_made_once_a_day_at_its_time() {
        let yesterday = HALF_PAST_TWO.minus(DAY);
        assert!(!is_due(&plan(), Some(yesterday), None, HALF_PAST_TWO.minus(MOMENT)));
        assert!(is_due(&plan(), Some(yesterday), None, HALF_PAST_TWO));
        assert!(!is_due(&plan(), Some(HALF_PAST_TWO), None, HALF_PAST_TWO.plus(DAY).minus(MOMENT)));
        assert!(is_due(&plan(), None, None, HALF_PAST_TWO.minus(MOMENT)), "the first one at once");
        assert!(is_due(&plan(), Some(yesterday.minus(DAY)), None, HALF_PAST_TWO.minus(MOMENT)), "one that was missed");
    }

    #[test]
    fn one_that_failed_is_tried_again_after_an_hour() {
        let tried = Some(HALF_PAST_TWO);
        assert!(!is_due(&plan(), None, tried, HALF_PAST_TWO.plus(TRIED_EVERY).minus(MOMENT)));
        assert!(is_due(&plan(), None, tried, HALF_PAST_TWO.plus(TRIED_EVERY)));
    }

    #[test]
    fn a_clock_that_ran_ahead_keeps_none_from_being_made() {
        let ahead = Some(HALF_PAST_TWO.plus(Duration::from_secs(3600)));
        assert!(is_due(&plan(), ahead, ahead, HALF_PAST_TWO));
    }
}
