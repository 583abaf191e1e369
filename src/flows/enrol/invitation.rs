//! The one-time link of an invitation. Looking at it changes nothing (mail scanners open links); the press of 「続ける」
//! spends it and opens an enrolling session.

use crate::{
    domain::{
        AuditKind, Authentication, Clinic, EnrolledBy, Fault, Invitation, Membership, Outcome, Secret, SessionKind,
        User, Verdict,
    },
    flows::{
        Cx,
        sign_in::{
            choose_clinic,
            session::{self, Opened, Opening, Previous},
        },
        unattributed,
    },
    store::{self, Conn, Store, StoreError},
};

/// Used, replaced, run out, never made, or its person is gone: the answer is the same page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotUsable;

pub struct Invited {
    pub invitation: Invitation,
    pub user: User,
    pub clinic: Clinic,
    memberships: Vec<(Membership, Clinic)>,
}

/// What the page shows before the press.
pub fn look(store: &Store, cx: &Cx, token: &Secret) -> Result<Verdict<Invited, NotUsable>, Fault> {
    let found = store.read(|conn| find(conn, token))?;
    let usable = found.filter(|invited| invited.invitation.is_usable(cx.now) && invited.user.is_active());
    Ok(usable.ok_or(NotUsable))
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
) -> Result<Verdict<Opened, NotUsable>, Fault> {
    let Ok(invited) = look(store, cx, token)? else {
        unattributed::record(store, cx, AuditKind::AuthInvitation, token.hash().as_str())?;
        return Ok(Err(NotUsable));
    };
    let Some(place) = choose_clinic(&invited.memberships, &[&invited.invitation.clinic_id], cx.now) else {
        return Ok(Err(NotUsable));
    };
    let previous = match previous {
        Some(secret) => store
            .read(|conn| store::sessions::find_signed_in(conn, &secret.hash()))?
            .map(|signed_in| Previous { signed_in, secret: secret.hash() }),
        None => None,
    };
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
        if !store::invitations::spend(tx, &invited.invitation.id, cx.now)? || !session::open(tx, &cx, &opened)? {
            return Ok(Err(NotUsable));
        }
        let event = cx
            .event_by(AuditKind::InvitationUsed, Outcome::Success, &invited.user)
            .clinic(&invited.clinic.id)
            .session(&opened.session.id);
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(opened))
    })
}
