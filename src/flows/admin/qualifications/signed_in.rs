//! What administrators see and change of the professions of their clinic's people.

use serde_json::json;

use super::{Change, carry_out};
use crate::{
    domain::{
        AuditEvent, AuditKind, Fault, MembershipId, Outcome, Permission, Qualification, SignedIn, TooWeak, UserId,
        Verdict,
    },
    flows::{
        Cx,
        admin::{
            By, Refusal,
            members::{Member, is_strong_enough, still_there},
        },
        cx::actor,
    },
    store::{self, Conn, Store, StoreResult},
};

/// With the names of who entered and who verified it; nobody's: at the server itself.
#[derive(Clone, Debug)]
pub struct Known {
    pub qualification: Qualification,
    pub entered_by: Option<String>,
    pub verified_by: Option<String>,
}

pub struct Qualifications {
    pub member: Member,
    pub known: Vec<Known>,
    pub may_change: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QualificationRefusal {
    /// No such person, or nothing of theirs is to be seen.
    NotFound,
    /// Oneself.
    OutOfReach,
    TooWeak(TooWeak),
    Refused(Refusal),
}

/// `None`: there is nobody of whom they may see it.
pub fn look(store: &Store, who: &SignedIn, id: &MembershipId) -> Result<Option<Qualifications>, Fault> {
    store.read(|conn| {
        let found = Member::find(conn, &who.membership, id)?;
        let Some(member) = found.filter(|member| member.lets(who, Permission::SeeQualifications)) else {
            return Ok(None);
        };
        let mut known = Vec::new();
        for qualification in store::qualifications::list_for_member(conn, id)? {
            let entered_by = name(conn, qualification.entered_by.as_ref())?;
            let verified_by = qualification.verified.as_ref().and_then(|verified| verified.by.as_ref());
            let verified_by = name(conn, verified_by)?;
            known.push(Known { qualification, entered_by, verified_by });
        }
        let may_change = member.lets(who, Permission::ManageQualifications);
        Ok(Some(Qualifications { member, known, may_change }))
    })
}

fn name(conn: &mut Conn, id: Option<&UserId>) -> StoreResult<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(store::users::find(conn, id)?.map(|user| user.profile.name))
}

pub fn change(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    id: MembershipId,
    change: Change,
) -> Result<Verdict<Qualification, QualificationRefusal>, Fault> {
    let Some(found) = store.read(|conn| store::memberships::find_by_id(conn, &id))? else {
        return Ok(Err(QualificationRefusal::NotFound));
    };
    let by = By { session: Some(who.session.id.clone()), ..cx.by(actor(&who.user)) };
    let (cx, who, person) = (cx.clone(), who.clone(), found.user_id);
    store.write(move |tx| {
        let Some(who) = still_there(tx, &who, &[&person], &cx)? else {
            return Ok(Err(QualificationRefusal::NotFound));
        };
        let found = Member::find(tx, &who.membership, &id)?;
        let lets = found.as_ref().is_some_and(|member| member.lets(&who, Permission::ManageQualifications));
        let Some(member) = found.filter(|_| lets) else {
            store::audit_events::insert(tx, &denied(&by, &who, &id))?;
            let sees = who.membership.may_at(Permission::SeeQualifications, &who.clinic.id) && who.user.id == person;
            return Ok(Err(if sees { QualificationRefusal::OutOfReach } else { QualificationRefusal::NotFound }));
        };
        if let Err(weak) = is_strong_enough(tx, &cx, &who)? {
            return Ok(Err(QualificationRefusal::TooWeak(weak)));
        }
        Ok(carry_out(tx, &by, &member.membership, change)?.map_err(QualificationRefusal::Refused))
    })
}

/// Somebody reached for what no page offers them.
fn denied(by: &By, who: &SignedIn, member: &MembershipId) -> AuditEvent {
    let event = AuditEvent { outcome: Outcome::Denied, ..by.event(AuditKind::AccessDenied) };
    let detail = json!({ "permission": Permission::ManageQualifications.as_str(), "member": member.as_str() });
    event.clinic(&who.clinic.id).reason("out_of_reach").detail(detail)
}
