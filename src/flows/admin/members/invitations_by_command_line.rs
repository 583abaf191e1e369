//! Who is on their way in, and the end of an invitation, at the server itself.

use serde_json::json;

use super::super::{By, Refusal};
use crate::{
    domain::{AuditKind, Clinic, ClinicId, Fault, Invitation, InvitationId, UnixTime, User, Verdict},
    store::{Store, audit_events, clinics, invitations, users},
};

/// An invitation that nobody has used or revoked.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub invitation: Invitation,
    pub user: User,
    pub clinic: Clinic,
    /// Nobody's name: at the server itself.
    pub by: Option<String>,
}

/// Newest first, clinic by clinic; those too that ran out within a month.
pub fn open_invitations(
    store: &Store,
    now: UnixTime,
    clinic: Option<&ClinicId>,
) -> Result<Verdict<Vec<Waiting>, Refusal>, Fault> {
    store.read(|conn| {
        let clinics = match clinic {
            None => clinics::list(conn)?,
            Some(id) => match clinics::find(conn, id)? {
                Some(clinic) => vec![clinic],
                None => return Ok(Err(Refusal::UnknownClinic { id: id.to_string() })),
            },
        };
        let mut all = Vec::new();
        for clinic in clinics {
            for invitation in invitations::list_open(conn, &clinic.id, now.minus(Invitation::LISTED), None, i64::MAX)? {
                let Some(user) = users::find(conn, &invitation.user_id)? else { continue };
                let by = match &invitation.sent_by {
                    Some(id) => users::find(conn, id)?.map(|user| user.profile.name),
                    None => None,
                };
                all.push(Waiting { invitation, user, clinic: clinic.clone(), by });
            }
        }
        Ok(Ok(all))
    })
}

/// Gives the person who can no longer come in by it.
pub fn revoke_invitation(store: &Store, by: &By, id: &str) -> Result<Verdict<User, Refusal>, Fault> {
    let (by, id) = (by.clone(), id.to_owned());
    store.write(move |tx| {
        let known = match InvitationId::parse(&id) {
            Some(id) => invitations::find(tx, &id)?,
            None => None,
        };
        let Some(invitation) = known else { return Ok(Err(Refusal::UnknownInvitation { id })) };
        let Some(user) = users::find(tx, &invitation.user_id)? else {
            return Ok(Err(Refusal::UnknownInvitation { id }));
        };
        if !invitations::revoke(tx, &invitation.id, by.now)? {
            return Ok(Err(Refusal::InvitationOver { id }));
        }
        let event = by.event(AuditKind::InvitationRevoked).subject(&user.id).clinic(&invitation.clinic_id);
        audit_events::insert(tx, &event.detail(json!({ "invitation": id })))?;
        Ok(Ok(user))
    })
}
