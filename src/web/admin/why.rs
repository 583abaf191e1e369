//! Why somebody cannot sign in, as their page in administration says it.

use super::act;
use crate::{
    domain::{MembershipId, PasskeyId, Permission, SignedIn},
    flows::admin::members::{Obstacle, Order, Try, Why},
    web::view::{WhyLine, WhySection},
};

pub fn section(why: &Why, member: &MembershipId, who: &SignedIn) -> WhySection {
    WhySection {
        obstacles: why.obstacles.iter().map(|obstacle| standing(obstacle, member)).collect(),
        tries: why.tries.iter().map(|failed| tried(failed, member, who)).collect(),
        came_in: why.came_in,
        over: why.is_over(),
    }
}

fn standing(obstacle: &Obstacle, member: &MembershipId) -> WhyLine {
    WhyLine {
        cause: obstacle.cause.as_str(),
        mend: mend(obstacle.mend, member, obstacle.passkey.as_ref()),
        until: obstacle.until,
        ..WhyLine::default()
    }
}

fn tried(failed: &Try, member: &MembershipId, who: &SignedIn) -> WhyLine {
    let sees = who.membership.may(Permission::SeeApplications);
    WhyLine {
        cause: failed.cause.as_str(),
        mend: mend(failed.mend, member, failed.passkey.as_ref().map(|(id, _)| id)),
        until: None,
        at: Some(failed.at),
        passkey: failed.passkey.as_ref().map(|(_, name)| name.clone()),
        application: failed.application.as_ref().map(|(id, name)| (name.clone(), sees.then(|| id.clone()))),
        from: failed.from.clone(),
        incident: failed.incident.clone(),
    }
}

/// Only of a passkey where that is what is to be resumed.
fn mend(
    permission: Option<Permission>,
    member: &MembershipId,
    passkey: Option<&PasskeyId>,
) -> Option<(&'static str, String)> {
    let permission = permission?;
    let passkey = passkey.filter(|_| permission == Permission::ResumePasskey).cloned();
    let order = Order { passkey, ..Order::about(permission, member.clone(), String::new()) };
    Some((permission.as_str(), act::path(&order)))
}
