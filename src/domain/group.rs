//! People of one clinic under a name that its applications know: 病棟, 委員会, 担当.

use std::time::Duration;

use super::{ClinicId, GroupId, UnixTime, folded};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub clinic_id: ClinicId,
    /// As applications are told it. In its clinic no other has it that is not removed, however it is typed.
    pub name: String,
    pub created_at: UnixTime,
    /// When it was named, removed or brought back; who belongs to it changes without it.
    pub updated_at: UnixTime,
    /// From then on it opens nothing and nobody is told of it.
    pub removed_at: Option<UnixTime>,
}

impl Group {
    /// Characters.
    pub const NAME_LIMIT: usize = 100;
    /// For how long one that was removed can come back.
    pub const COMES_BACK_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

    /// What it is found by, and ordered.
    pub fn name_key(&self) -> String {
        folded(&self.name)
    }

    pub fn comes_back_until(&self) -> Option<UnixTime> {
        self.removed_at.map(|at| at.plus(Self::COMES_BACK_FOR))
    }

    /// It was removed so long ago that it cannot come back.
    pub fn is_gone(&self, now: UnixTime) -> bool {
        self.comes_back_until().is_some_and(|until| until <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_removed_comes_back_for_thirty_days() {
        let at = |secs| UnixTime::from_secs(secs);
        let group = |removed_at| Group {
            id: GroupId::new("ward"),
            clinic_id: ClinicId::new("sakura"),
            name: "３Ｆ 病棟".to_owned(),
            created_at: at(0),
            updated_at: at(0),
            removed_at,
        };
        assert_eq!(group(None).name_key(), "3f病棟");
        assert!(!group(None).is_gone(at(i64::MAX / 1_000)));
        let removed = group(Some(at(0)));
        assert!(!removed.is_gone(at(30 * 86_400 - 1)) && removed.is_gone(at(30 * 86_400)));
    }
}
