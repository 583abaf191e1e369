//! What has to happen to the signing keys now, from what there is of them.

use std::time::Duration;

use super::{Change, Plan};
use crate::domain::{KeyState, SigningAlg, StoredSigningKey, UnixTime};

/// An application that asks for our keys once a day knows a key before it signs.
pub const PUBLISHED_AHEAD: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long hints that a retired key signed are still understood.
const HINTS: Duration = Duration::from_secs(365 * 24 * 3600);

pub fn due(stored: &[StoredSigningKey], plan: &Plan, now: UnixTime) -> Vec<Change> {
    let mut changes = Vec::new();
    for alg in algorithms(stored, plan) {
        let of = |state| stored.iter().filter(move |key| key.alg == alg && key.state == state);
        match (of(KeyState::Active).filter_map(|key| key.activated_at).max(), of(KeyState::Next).next()) {
            (None, None) => changes.push(Change::Create(alg, KeyState::Active)),
            (Some(since), None) if now.since(since) >= plan.age.saturating_sub(PUBLISHED_AHEAD) => {
                changes.push(Change::Create(alg, KeyState::Next));
            }
            (active, Some(next)) if active.is_none() || now >= activates_at(next) => {
                changes.push(Change::Activate(next.kid.clone()));
                changes.extend(of(KeyState::Active).map(|key| Change::Retire(key.kid.clone())));
            }
            _ => {}
        }
    }
    let forgotten = |key: &&StoredSigningKey| key.retired_at.is_some_and(|at| now.since(at) >= HINTS);
    changes.extend(stored.iter().filter(forgotten).map(|key| Change::Remove(key.kid.clone())));
    changes
}

pub fn activates_at(next: &StoredSigningKey) -> UnixTime {
    next.created_at.plus(PUBLISHED_AHEAD)
}

/// Those that the configuration names, and those that sign although it names them no more: applications may still be
/// registered for them.
pub fn algorithms(stored: &[StoredSigningKey], plan: &Plan) -> Vec<SigningAlg> {
    let signs = |alg: SigningAlg| stored.iter().any(|key| key.alg == alg && key.state == KeyState::Active);
    SigningAlg::ALL.iter().copied().filter(|alg| plan.algorithms.contains(alg) || signs(*alg)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn plan() -> Plan {
        Plan { algorithms: vec![SigningAlg::Es256], age: 90 * DAY }
    }

    fn key(kid: &str, state: KeyState, at: UnixTime) -> StoredSigningKey {
        StoredSigningKey {
            kid: kid.to_owned(),
            alg: SigningAlg::Es256,
            state,
            public_jwk: String::new(),
            sealed_private: String::new(),
            created_at: at,
            activated_at: (state != KeyState::Next).then_some(at),
            retired_at: (state == KeyState::Retired).then_some(at),
        }
    }

    fn days(days: u32) -> UnixTime {
        NOW.plus(DAY * days)
    }

    const MOMENT: Duration = Duration::from_millis(1);

    #[test]
    fn a_first_key_signs_at_once() {
        assert_eq!(due(&[], &plan(), NOW), [Change::Create(SigningAlg::Es256, KeyState::Active)]);
    }

    #[test]
    fn the_next_key_is_published_48_hours_before_the_active_one_has_served() {
        let stored = [key("a", KeyState::Active, NOW)];
        assert_eq!(due(&stored, &plan(), days(88).minus(MOMENT)), []);
        assert_eq!(due(&stored, &plan(), days(88)), [Change::Create(SigningAlg::Es256, KeyState::Next)]);
    }

    #[test]
    fn the_next_key_takes_over_after_48_hours_and_retires_every_active_one() {
        let two = [KeyState::Active, KeyState::Active].map(|state| key("a", state, NOW));
        let stored = [two.as_slice(), &[key("b", KeyState::Next, days(88))]].concat();
        assert_eq!(due(&stored, &plan(), days(90).minus(MOMENT)), []);
        let [retire, again] = ["a", "a"].map(|kid| Change::Retire(kid.to_owned()));
        assert_eq!(due(&stored, &plan(), days(90)), [Change::Activate("b".to_owned()), retire, again]);
    }

    #[test]
    fn a_next_key_signs_at_once_where_none_is_active() {
        let stored = [key("b", KeyState::Next, NOW)];
        assert_eq!(due(&stored, &plan(), NOW), [Change::Activate("b".to_owned())]);
    }

    #[test]
    fn a_retired_key_stays_for_a_year() {
        let stored = [key("a", KeyState::Active, days(360)), key("old", KeyState::Retired, NOW)];
        assert_eq!(due(&stored, &plan(), days(365).minus(MOMENT)), []);
        assert_eq!(due(&stored, &plan(), days(365)), [Change::Remove("old".to_owned())]);
    }

    #[test]
    fn a_clock_put_back_by_an_hour_changes_nothing_early_and_nothing_twice() {
        let stored = [key("a", KeyState::Active, NOW), key("b", KeyState::Next, days(88))];
        let back = days(88).minus(Duration::from_secs(3600));
        assert_eq!(due(&stored, &plan(), back), []);
    }

    #[test]
    fn an_algorithm_that_is_configured_no_more_is_rotated_while_it_signs() {
        let rs256 = StoredSigningKey { alg: SigningAlg::Rs256, ..key("r", KeyState::Active, NOW) };
        let retired = StoredSigningKey { alg: SigningAlg::Rs256, ..key("r", KeyState::Retired, NOW) };
        let signing = key("a", KeyState::Active, days(88));
        let create = Change::Create(SigningAlg::Rs256, KeyState::Next);
        assert_eq!(due(&[rs256, signing.clone()], &plan(), days(88)), [create]);
        assert_eq!(due(&[retired, signing], &plan(), days(88)), []);
    }
}
