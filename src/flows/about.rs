//! Somebody as an application is told of them: read as far as it asks.

use crate::{
    domain::{ClinicId, UnixTime, User},
    protocol::claims::{About, Needs},
    store::{self, Conn, StoreResult},
};

/// At the clinic that they work for now. A membership that is suspended or over brings no groups.
pub fn read(conn: &mut Conn, user: User, clinic: &ClinicId, needs: Needs, now: UnixTime) -> StoreResult<About> {
    let mut about = About { user, place: None, groups: Vec::new(), qualifications: Vec::new() };
    if needs.is_empty() {
        return Ok(about);
    }
    let Some(place) = store::memberships::find_with_clinic(conn, &about.user.id, clinic)? else { return Ok(about) };
    let active = place.0.is_active(now);
    if needs.groups && active {
        about.groups = store::groups::list_for_member(conn, &place.0.id)?;
    }
    if needs.qualifications && active {
        about.qualifications = store::qualifications::list_for_member(conn, &place.0.id)?;
    }
    about.place = Some(place);
    Ok(about)
}
