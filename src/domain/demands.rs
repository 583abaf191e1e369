//! What an application demands of whoever enters it, beyond a sign-in that is good enough for their clinic, and how long what it
//! is given lasts.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Acr, Client, Membership, TerminalKind, named::named};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demands {
    /// The weakest sign-in that enters; `None`: any.
    pub min_acr: Option<Acr>,
    /// An administrator's one-time code enters too, unless `min_acr` asks for more.
    pub takes_temporary: bool,
    /// What the terminal counts as; empty: whatever it is.
    pub terminals: Vec<TerminalKind>,
}

impl Default for Demands {
    fn default() -> Self {
        Self { min_acr: None, takes_temporary: true, terminals: Vec::new() }
    }
}

named! {
    /// Why somebody does not enter an application: the reason in the trail, and a text on a page.
    Barrier {
        /// It belongs to a clinic for which they do not work.
        OtherClinic = "other_clinic",
        Role = "role",
        Terminal = "terminal",
        /// A one-time code does not do.
        Temporary = "temporary_access",
        SecondFactor = "second_factor_needed",
        Passkey = "passkey_needed",
        HardwarePasskey = "hardware_passkey_needed",
    }
}

impl Barrier {
    /// Another way of signing in takes it away.
    pub const fn is_weakness(self) -> bool {
        matches!(self, Self::Temporary | Self::SecondFactor | Self::Passkey | Self::HardwarePasskey)
    }

    /// What is missing of a sign-in that is weaker. `None`: nothing is.
    pub const fn below(acr: Acr) -> Option<Self> {
        match acr {
            Acr::Password | Acr::Temporary => None,
            Acr::SecondFactor => Some(Self::SecondFactor),
            Acr::Passkey => Some(Self::Passkey),
            Acr::HardwarePasskey => Some(Self::HardwarePasskey),
        }
    }
}

impl Demands {
    /// What can be demanded, weakest first: less than a second factor is what every clinic asks for.
    pub const MINIMA: [Acr; 3] = [Acr::SecondFactor, Acr::Passkey, Acr::HardwarePasskey];

    /// What a sign-in lacks.
    pub fn unmet_by(&self, acr: Acr) -> Option<Barrier> {
        match self.min_acr.filter(|minimum| acr < *minimum) {
            Some(minimum) => Barrier::below(minimum),
            None => (acr == Acr::Temporary && !self.takes_temporary).then_some(Barrier::Temporary),
        }
    }

    pub fn takes_terminal(&self, kind: TerminalKind) -> bool {
        self.terminals.is_empty() || self.terminals.contains(&kind)
    }

    pub fn are_met_by(&self, acr: Acr, terminal: TerminalKind) -> bool {
        self.unmet_by(acr).is_none() && self.takes_terminal(terminal)
    }

    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Client {
    /// Whom it keeps out however they sign in. `terminal`: where they sit.
    pub fn keeps_out(&self, membership: &Membership, terminal: TerminalKind) -> Option<Barrier> {
        if self.clinic_id.as_ref().is_some_and(|only| *only != membership.clinic_id) {
            Some(Barrier::OtherClinic)
        } else if !membership.has_one_of(&self.roles) {
            Some(Barrier::Role)
        } else {
            (!self.demands.takes_terminal(terminal)).then_some(Barrier::Terminal)
        }
    }
}

/// Of what an application is given; `None`: as the configuration says for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifetimes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_minutes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token_days: Option<u32>,
}

impl Lifetimes {
    /// As far as the configuration itself can go.
    pub const MOST_MINUTES: u32 = 24 * 60;
    pub const MOST_DAYS: u32 = 365;

    pub fn access_token(&self, usual: Duration) -> Duration {
        self.access_token_minutes.map_or(usual, minutes)
    }

    pub fn id_token(&self, usual: Duration) -> Duration {
        self.id_token_minutes.map_or(usual, minutes)
    }

    /// No shorter than an access token.
    pub fn refresh_token(&self, usual: Duration, access_token: Duration) -> Duration {
        let own = self.refresh_token_days.map(|days| minutes(days * 24 * 60));
        own.unwrap_or(usual).max(access_token)
    }
}

fn minutes(count: u32) -> Duration {
    Duration::from_secs(u64::from(count) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stronger_sign_in_meets_what_a_weaker_one_would() {
        let demands = |min_acr, takes_temporary| Demands { min_acr, takes_temporary, ..Demands::default() };
        for (demands, refused) in [
            (demands(None, true), vec![]),
            (demands(None, false), vec![(Acr::Temporary, Barrier::Temporary)]),
            (
                demands(Some(Acr::SecondFactor), true),
                vec![(Acr::Temporary, Barrier::SecondFactor), (Acr::Password, Barrier::SecondFactor)],
            ),
            (
                demands(Some(Acr::HardwarePasskey), false),
                [Acr::Passkey, Acr::SecondFactor, Acr::Temporary, Acr::Password]
                    .map(|acr| (acr, Barrier::HardwarePasskey))
                    .to_vec(),
            ),
        ] {
            let found: Vec<_> =
                Acr::ALL.iter().filter_map(|acr| demands.unmet_by(*acr).map(|barrier| (*acr, barrier))).collect();
            assert_eq!(found, refused, "{demands:?}");
        }
    }

    #[test]
    fn without_a_kind_of_terminal_every_one_will_do() {
        use TerminalKind::{Personal, Shared};
        let open = Demands::default();
        let own = Demands { terminals: vec![Personal], ..Demands::default() };
        assert!(open.takes_terminal(Shared) && open.takes_terminal(Personal));
        assert!(own.takes_terminal(Personal) && !own.takes_terminal(Shared));
        assert!(open.are_none() && !own.are_none());
    }

    #[test]
    fn what_is_not_said_is_as_for_all_and_a_grant_lives_as_long_as_its_first_token() {
        let (hour, day) = (Duration::from_secs(3600), Duration::from_secs(24 * 3600));
        let usual = Lifetimes::default();
        assert_eq!((usual.access_token(hour), usual.id_token(hour)), (hour, hour));
        assert_eq!(usual.refresh_token(hour, day), day);
        let own = Lifetimes { access_token_minutes: Some(5), id_token_minutes: Some(1), refresh_token_days: Some(2) };
        assert_eq!((own.access_token(hour), own.id_token(hour)), (hour / 12, hour / 60));
        assert_eq!(own.refresh_token(hour, hour / 12), day * 2);
    }
}
