//! What somebody finds at home: the applications that they may enter from here, and how well they are provided for.

use crate::{
    domain::{Client, Fault, Passkey, PasswordFallback, SignedIn, UnixTime},
    flows::Cx,
    store::{self, Store},
};

pub struct Home {
    /// Those with a start address, open to the clinic that the person works for now.
    pub applications: Vec<Client>,
    /// Passkeys that may sign them in.
    pub passkeys: usize,
    /// Until when passwords stand alone at their clinic, where they do.
    pub password_only_until: Option<UnixTime>,
}

pub fn home(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Home, Fault> {
    let (all, passkeys) =
        store.read(|conn| Ok((store::clients::list(conn)?, store::passkeys::list_for_user(conn, &who.user.id)?)))?;
    let open = |client: &Client| {
        client.is_enabled()
            && client.start_uri.is_some()
            && client.clinic_id.as_ref().is_none_or(|clinic| *clinic == who.clinic.id)
    };
    Ok(Home {
        applications: all.into_iter().filter(open).collect(),
        passkeys: passkeys.into_iter().filter(Passkey::is_enabled).count(),
        password_only_until: match who.clinic.password_fallback {
            PasswordFallback::PasswordOnly { until, .. } => Some(until).filter(|until| cx.now < *until),
            PasswordFallback::SecondFactor | PasswordFallback::Deny => None,
        },
    })
}
