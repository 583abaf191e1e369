//! For which clinic somebody works in this session, and what their clinics demand together: the strictest wins.

use std::time::Duration;

use crate::domain::{Clinic, ClinicId, Fallback, Membership, TerminalKind, UnixTime};

/// The clinic of a session, with what all clinics of the person together allow.
#[derive(Clone, Debug)]
pub struct Place {
    pub membership: Membership,
    pub clinic: Clinic,
    /// What a right password leads to.
    pub password: Fallback,
    pub session_idle: Duration,
    pub session_absolute: Duration,
    /// What a PC counts as that none of the person's clinics has registered.
    pub unregistered_terminal: TerminalKind,
    /// All where the person works.
    pub clinics: Vec<ClinicId>,
}

/// `None` if the person belongs nowhere any more. `wanted`: the clinic of the application that waits, then that of the
/// session before; otherwise the first by name, as the store lists them.
pub fn choose_clinic(all: &[(Membership, Clinic)], wanted: &[&ClinicId], now: UnixTime) -> Option<Place> {
    let alive: Vec<_> = all.iter().filter(|(membership, _)| membership.is_active(now)).collect();
    let found = wanted.iter().find_map(|id| alive.iter().find(|(_, clinic)| clinic.id == **id));
    let (membership, clinic) = found.or_else(|| alive.first())?;
    Some(Place {
        membership: membership.clone(),
        clinic: clinic.clone(),
        password: alive.iter().map(|(_, clinic)| clinic.password_fallback.in_force(now)).max()?,
        session_idle: alive.iter().map(|(_, clinic)| clinic.session_idle).min()?,
        session_absolute: alive.iter().map(|(_, clinic)| clinic.session_absolute).min()?,
        unregistered_terminal: alive
            .iter()
            .map(|(_, clinic)| clinic.unregistered_terminal)
            .reduce(TerminalKind::and)?,
        clinics: alive.iter().map(|(_, clinic)| clinic.id.clone()).collect(),
    })
}
