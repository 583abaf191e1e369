//! For which clinic somebody works in this session, and what their clinics demand together: the strictest wins.

use std::time::Duration;

use super::session::Previous;
use crate::{
    domain::{Clinic, ClinicId, Fallback, Membership, TerminalKind, UnixTime},
    flows::authorize::Waiting,
};

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

/// The clinics to sign in for, most wanted first.
pub fn wanted_clinics<'a>(waiting: Option<&'a Waiting>, previous: Option<&'a Previous>) -> Vec<&'a ClinicId> {
    let of_application = waiting.and_then(|waiting| waiting.clinic_id.as_ref());
    of_application.into_iter().chain(previous.map(|previous| &previous.signed_in.session.clinic_id)).collect()
}

/// Whose a failed sign-in of a known person is to look into: that of their one clinic, also when their time there is over. Of
/// who works for several, that which is `wanted`; failing that nobody's, so that no clinic learns from it of another.
pub fn concerned<'a>(all: &'a [(Membership, Clinic)], wanted: &[&ClinicId], now: UnixTime) -> Option<&'a ClinicId> {
    let alive: Vec<_> = all.iter().filter(|(membership, _)| membership.is_active(now)).collect();
    let theirs = if alive.is_empty() { all.iter().collect() } else { alive };
    match theirs[..] {
        [(_, clinic)] => Some(&clinic.id),
        _ => wanted
            .iter()
            .find_map(|id| theirs.iter().copied().find(|(_, clinic)| clinic.id == **id))
            .map(|(_, it)| &it.id),
    }
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
