//! The one-time link of an invitation. Looking at it changes nothing (mail scanners open links); the press of 「続ける」
//! spends it and opens an enrolling session.
//!
//! Whoever is invited again may have lost their account to somebody: what was open ends, and a password that nobody has
//! ever confirmed with a passkey is forgotten.

use serde_json::json;

use super::NotUsable;
use crate::{
    domain::{
        AuditKind, Authentication, Clinic, EnrolledBy, Fault, Invitation, Membership, Outcome, Secret, SessionKind,
        User, Verdict,
    },
    flows::{
        Cx,
        account::sessions,
        sign_in::{
            choose_clinic,
            session::{self, Opened, Opening, Previous},
        },
        unattributed,
    },
    store::{self, Conn, Store, StoreError},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Never made, or its person or membership is gone.
    Unknown,
    /// Run out, or replaced by a newer one.
    Expired,
    Used,
}

pub struct Invited {
    pub invitation: Invitation,
    pub user: User,
    pub clinic: Clinic,
    memberships: Vec<(Membership, Clinic)>,
}

/// What the page shows before the press.
pub fn look(store: &Store, cx: &Cx, token: &Secret) -> Result<Verdict<Invited, NotUsable<Unusable>>, Fault> {
    let Some(invited) = store.read(|conn| find(conn, token))? else { return Ok(Err(Unusable::Unknown.into())) };
    let why = if !invited.user.is_active() {
        Some(Unusable::Unknown)
    } else if invited.invitation.used_at.is_some() {
        Some(Unusable::Used)
    } else if !invited.invitation.is_fresh(cx.now) {
        Some(Unusable::Expired)
    } else {
        None
    };
    Ok(match why {
        None => Ok(invited),
        Some(why) => Err(NotUsable { why, contact: Some(invited.clinic.contact) }),
    })
}

fn find(conn: &mut Conn, token: &Secret) -> Result<Option<Invited>, StoreError> {
    let Some(invitation) = store::invitations::find_by_token(conn, &token.hash())? else { return Ok(None) };
    let Some(user) = store::users::find(conn, &invitation.user_id)? else { return Ok(None) };
    let Some(clinic) = store::clinics::find(conn, &invitation.clinic_id)? else { return Ok(None) };
    let memberships = store::memberships::list_for_user(conn, &user.id)?;
    Ok(Some(Invited { invitation, user, clinic, memberships }))
}

/// The press: spends the link and opens the session.
pub fn accept(
    store: &Store,
    cx: &Cx,
    token: &Secret,
    previous: Option<Secret>,
) -> Result<Verdict<Opened, NotUsable<Unusable>>, Fault> {
    let invited = match look(store, cx, token)? {
        Ok(invited) => invited,
        Err(refusal) => {
            unattributed::record(cx, AuditKind::AuthInvitation, token.hash().as_str(), ()).settle(store)?;
            return Ok(Err(refusal));
        }
    };
    // It vouches for somebody at its own clinic, and opens no other that they belong to.
    let place = choose_clinic(&invited.memberships, &[&invited.invitation.clinic_id], cx.now);
    let Some(place) = place.filter(|place| place.clinic.id == invited.invitation.clinic_id) else {
        return Ok(Err(Unusable::Unknown.into()));
    };
    let previous = store.read(|conn| Previous::find(conn, previous.as_ref()))?;
    let opened = Opening {
        user: invited.user.clone(),
        place,
        kind: SessionKind::Enrolling(EnrolledBy::Invitation(invited.invitation.id.clone())),
        // The link is no authentication method that RFC 8176 names, and gives no application a token.
        authentication: Authentication { amr: Vec::new(), ..Authentication::by_password(cx.now) },
        authenticated_for: None,
        passkey_id: None,
        previous,
    }
    .prepare(cx);
    let cx = cx.clone();
    store.write(move |tx| {
        if !session::admit(tx, &opened)? || !store::invitations::spend(tx, &invited.invitation.id, cx.now)? {
            return Ok(Err(Unusable::Used.into()));
        }
        if !session::open(tx, &cx, &opened)? {
            // A link is not spent for nothing: this takes everything back, and the next press opens.
            return Err(Fault::Busy("this browser's session changed meanwhile").into());
        }
        let ended = sessions::end_all_but(tx, &cx, &opened.session, "invited_again", &invited.user)?;
        let forgotten = !invited.user.ever_enrolled && store::users::forget_password(tx, &invited.user.id, cx.now)?;
        let verified = match &invited.invitation.sent_to {
            Some(address) => store::users::verify_email(tx, &invited.user.id, address, cx.now)?,
            None => false,
        };
        let event = cx
            .event_by(AuditKind::InvitationUsed, Outcome::Success, &invited.user)
            .clinic(&invited.clinic.id)
            .session(&opened.session.id)
            .detail(json!({
                "sessions_ended": ended.sessions,
                "access_codes_withdrawn": ended.access_codes,
                "password_forgotten": forgotten,
                "email_verified": verified,
            }));
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(opened))
    })
}
