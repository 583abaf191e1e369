//! What somebody finds at home: the applications that they may enter from here, how well they are provided for, and what
//! has become of their account since they were here before.

use super::history::{self, News};
use crate::{
    domain::{Client, ClinicChoice, Fault, Passkey, PasswordFallback, SignedIn, UnixTime},
    flows::Cx,
    store::{self, Store},
};

pub struct Home {
    /// Those with a start address that they may enter, working for this clinic and sitting where they do. Some first ask for
    /// another way of signing in.
    pub applications: Vec<Client>,
    /// Passkeys that may sign them in.
    pub passkeys: usize,
    /// Until when passwords stand alone at their clinic, where they do.
    pub password_only_until: Option<UnixTime>,
    pub news: News,
    /// They have not said yet for which of their clinics they work.
    pub clinic_open: bool,
}

pub fn home(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Home, Fault> {
    let (all, passkeys, news, clinic_open) = store.read(|conn| {
        let passkeys = store::passkeys::list_for_user(conn, &who.user.id)?;
        let all = store::clients::list(conn)?;
        let news = history::news(conn, who, &all)?;
        let clinic_open = who.session.clinic_choice == ClinicChoice::Open && {
            let places = store::memberships::list_for_user(conn, &who.user.id)?;
            places.iter().filter(|(membership, _)| membership.is_active(cx.now)).count() > 1
        };
        Ok((all, passkeys, news, clinic_open))
    })?;
    let open = |client: &Client| {
        client.is_enabled()
            && client.start_uri.is_some()
            && client.keeps_out(&who.membership, who.session.terminal_kind).is_none()
    };
    Ok(Home {
        applications: all.into_iter().filter(open).collect(),
        passkeys: passkeys.into_iter().filter(Passkey::is_enabled).count(),
        password_only_until: match who.clinic.password_fallback {
            PasswordFallback::PasswordOnly { until, .. } => Some(until).filter(|until| cx.now < *until),
            PasswordFallback::SecondFactor | PasswordFallback::Deny => None,
        },
        news,
        clinic_open,
    })
}
