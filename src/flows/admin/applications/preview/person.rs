//! Whose sign-in it would be, in which clinic, and what they can sign in with.

use crate::{
    domain::{
        Authentication, Clinic, ClinicId, Email, Fallback, Membership, Passkey, UnixTime, User, password::PasswordClass,
    },
    flows::{about, sign_in::choose_clinic},
    protocol::claims::{About, Needs},
    store::{self, Conn, StoreError},
};

pub struct Found {
    /// As far as these scopes ask.
    pub about: About,
    pub membership: Membership,
    pub clinic: Clinic,
    /// Strongest first.
    pub ways: Vec<Authentication>,
}

impl Found {
    /// `scopes`: of the application. `wanted`: for which clinic, the first that they belong to. `seen`: whether this membership may be looked at, of
    /// somebody who belongs elsewhere too. `None`: there is nobody to be seen.
    pub fn read(
        conn: &mut Conn,
        email: &str,
        scopes: &[String],
        wanted: &[Option<&ClinicId>],
        seen: impl Fn(&Membership, bool) -> bool,
        now: UnixTime,
    ) -> Result<Option<Self>, StoreError> {
        let Some(email) = Email::parse(email.trim()) else { return Ok(None) };
        let Some(user) = store::users::find_by_email(conn, &email)? else { return Ok(None) };
        let all = store::memberships::list_for_user(conn, &user.id)?;
        let elsewhere = all.len() > 1;
        let shown: Vec<_> = all.iter().filter(|(membership, _)| seen(membership, elsewhere)).collect();
        let of = |id: &ClinicId| shown.iter().find(|(_, clinic)| clinic.id == *id);
        let found = wanted.iter().flatten().find_map(|id| of(id));
        let alive = || shown.iter().find(|(membership, _)| membership.is_active(now));
        let Some((membership, clinic)) = found.or_else(alive).or_else(|| shown.first()).copied().cloned() else {
            return Ok(None);
        };
        let password = choose_clinic(&all, &[&clinic.id], now).map(|place| place.password);
        let ways = ways(conn, &user, password, now)?;
        let about = about::read(conn, user, &clinic.id, Needs::of(scopes, &[]), now)?;
        Ok(Some(Self { about, membership, clinic, ways }))
    }
}

/// `password`: what theirs leads to. An administrator's code is everybody's last resort.
fn ways(
    conn: &mut Conn,
    user: &User,
    password: Option<Fallback>,
    now: UnixTime,
) -> Result<Vec<Authentication>, StoreError> {
    let passkeys = store::passkeys::list_for_user(conn, &user.id)?;
    let mut ways: Vec<_> = passkeys
        .iter()
        .filter(|passkey| passkey.is_enabled())
        .map(|passkey: &Passkey| Authentication::by_passkey(passkey.custody(), now))
        .collect();
    let second_factor = store::second_factors::find(conn, &user.id)?.is_some();
    let allowed = password.filter(|_| user.password_hash.is_some() && user.password_way_is_open());
    match allowed {
        Some(Fallback::SecondFactor | Fallback::PasswordOnly) if second_factor => {
            ways.push(Authentication::by_password_and_code(now));
        }
        Some(Fallback::PasswordOnly) if user.password_class == PasswordClass::Alone => {
            ways.push(Authentication::by_password(now));
        }
        _ => {}
    }
    ways.push(Authentication::by_access_code(user.password_hash.is_some(), now));
    ways.sort_by_key(|way| std::cmp::Reverse(way.acr));
    ways.dedup_by_key(|way| way.acr);
    Ok(ways)
}
