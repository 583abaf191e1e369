//! Where somebody is signed in, and what applications hold of them, as their page in administration shows it.

use crate::{
    domain::{Permission, SignedIn},
    flows::admin::members::{Holdings, Member, Seat},
    web::view::{HeldSession, HoldingsSection, SignedInBy},
};

pub fn section(found: Holdings, member: &Member, who: &SignedIn) -> HoldingsSection {
    let trail = who.membership.may_at(Permission::SeeAudit, &member.clinic.id);
    HoldingsSection {
        sessions: found
            .sessions
            .into_iter()
            .map(|(session, seat)| HeldSession {
                how: SignedInBy::of(session.authentication.acr),
                started_at: session.created_at,
                last_seen_at: session.last_seen_at,
                user_agent: session.user_agent,
                address: Some(session.ip).filter(|_| !matches!(seat, Seat::Elsewhere)),
                id: session.id,
                terminal: match seat {
                    Seat::Ours(name) => Some(name),
                    Seat::Elsewhere | Seat::Unregistered => None,
                },
            })
            .collect(),
        apps: found.apps,
        may_end: member.lets(who, Permission::EndSessions),
        trail_of: trail.then(|| member.user.email.as_str().to_owned()),
    }
}
