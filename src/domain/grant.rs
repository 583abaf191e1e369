//! What a person gave an application by signing in: every token names its grant, so revoking it revokes them all.

use std::{cmp::Ordering, time::Duration};

use super::{Authentication, ClientId, ClinicId, GrantId, SessionId, UnixTime, UserId};

#[derive(Clone, Debug)]
pub struct Grant {
    pub id: GrantId,
    pub client_id: ClientId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    pub session_id: SessionId,
    pub scopes: Vec<String>,
    pub authentication: Authentication,
    /// `None`: it gives no refresh tokens.
    pub rotation: Option<Rotation>,
    /// Lives on when its session ends.
    pub outlives_session: bool,
    pub created_at: UnixTime,
    pub expires_at: UnixTime,
    pub revoked_at: Option<UnixTime>,
}

/// Which refresh token is the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    pub n: i64,
    /// When `n` last moved.
    pub at: UnixTime,
}

/// Where a refresh token stands among those that its grant gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    Current,
    /// The one before, a moment later: the answer was lost, or another tab was faster.
    JustMoved,
    /// One that was replaced long ago: somebody else may hold it.
    Replaced,
    /// None that was given out by what the store knows.
    Unknown,
}

impl Rotation {
    /// So long the one before gets the current one again: a lost answer must not sign a doctor out.
    pub const GRACE: Duration = Duration::from_secs(30);

    pub const fn begin(at: UnixTime) -> Self {
        Self { n: 1, at }
    }

    pub const fn next(self, at: UnixTime) -> Self {
        Self { n: self.n + 1, at }
    }

    pub fn judge(self, n: i64, now: UnixTime) -> Freshness {
        match n.cmp(&self.n) {
            Ordering::Equal => Freshness::Current,
            Ordering::Greater => Freshness::Unknown,
            Ordering::Less if n + 1 == self.n && now.since(self.at) <= Self::GRACE => Freshness::JustMoved,
            Ordering::Less => Freshness::Replaced,
        }
    }
}

impl Grant {
    pub fn is_alive(&self, now: UnixTime) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}

/// A grant with what it stands on, as one read finds them.
#[derive(Clone, Debug)]
pub struct Standing {
    pub grant: Grant,
    pub user_disabled_at: Option<UnixTime>,
    pub membership_suspended_at: Option<UnixTime>,
    pub membership_ends_at: Option<UnixTime>,
    pub session_ended_at: Option<UnixTime>,
    pub session_expires_at: UnixTime,
}

impl Standing {
    /// Why its tokens are good no longer. An idle session is no reason: it ends single sign-on alone.
    pub fn over(&self, now: UnixTime) -> Option<&'static str> {
        let session_ended = self.session_ended_at.is_some() || now >= self.session_expires_at;
        if self.user_disabled_at.is_some() {
            Some("account_disabled")
        } else if self.membership_suspended_at.is_some() {
            Some("membership_suspended")
        } else if self.membership_ends_at.is_some_and(|end| now >= end) {
            Some("membership_ended")
        } else if session_ended && !self.grant.outlives_session {
            Some("session_ended")
        } else if self.grant.revoked_at.is_some() {
            Some("grant_revoked")
        } else {
            (now >= self.grant.expires_at).then_some("grant_expired")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

    #[test]
    fn the_current_one_moves_on_the_one_before_has_its_grace_and_any_older_is_a_theft() {
        let rotation = Rotation { n: 7, at: NOW };
        let late = |millis| NOW.plus(Duration::from_millis(millis));
        for (n, now, expected) in [
            (7, NOW, Freshness::Current),
            (7, late(86_400_000), Freshness::Current),
            (6, NOW, Freshness::JustMoved),
            (6, late(30_000), Freshness::JustMoved),
            (6, late(30_001), Freshness::Replaced),
            (5, NOW, Freshness::Replaced),
            (8, NOW, Freshness::Unknown),
        ] {
            assert_eq!(rotation.judge(n, now), expected, "{n} at {now:?}");
        }
        assert_eq!(Rotation::begin(NOW).next(late(1)), Rotation { n: 2, at: late(1) });
    }
}
