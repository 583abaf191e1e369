//! The letter with the link of an invitation. The link waits sealed, and is opened when the letter is written: not for one
//! that was replaced, revoked or used meanwhile, nor for another address than the one that it was made for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::notice::Content;
use crate::{
    domain::{Fault, Invitation, InvitationId, Message, Secret, User},
    flows::{Cx, admin::By},
    keys::{Keys, Sealable},
    store::{self, Store, StoreError, Tx},
};

#[derive(Serialize, Deserialize)]
struct Link {
    invitation: String,
    token: String,
}

impl Sealable for Link {
    const PURPOSE: &'static str = "invitation-link";
    const LIFETIME: Duration = Invitation::LIFETIME;
}

/// Part of the write that makes the invitation.
pub fn queue_invitation(
    tx: &mut Tx<'_>,
    keys: &Keys,
    by: &By,
    invitation: &Invitation,
    secret: &Secret,
) -> Result<(), StoreError> {
    let link = Link { invitation: invitation.id.as_str().to_owned(), token: secret.reveal().to_owned() };
    let message = Message::Invitation {
        invitation: invitation.id.clone(),
        user: invitation.user_id.clone(),
        clinic: invitation.clinic_id.clone(),
        link: keys.seal(&link, by.now, by.random),
    };
    store::outbox::insert(tx, &by.random.id(by.now), &message, by.now)
}

/// `None`: it is not to be sent any more.
pub(super) fn content(
    store: &Store,
    cx: &Cx,
    id: &InvitationId,
    sealed: &str,
    user: &User,
) -> Result<Option<Content>, Fault> {
    let found = store.read(|conn| store::invitations::find(conn, id))?;
    let stands = |it: &Invitation| it.is_usable(cx.now) && it.sent_to.as_deref() == Some(user.email.as_str());
    let Some(invitation) = found.filter(stands) else { return Ok(None) };
    let link = cx.keys.open::<Link>(sealed, cx.now).ok().filter(|link| link.invitation == id.as_str());
    Ok(link.map(|link| Content::Invitation {
        address: format!("{}/invite/{}", cx.site.issuer, link.token),
        at: invitation.created_at,
        until: invitation.expires_at(),
    }))
}
