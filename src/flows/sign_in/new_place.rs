//! Whether somebody signs in from where they have not been lately: an address and a browser, told by the trail.
//!
//! A browser counts as the same across its updates (its `User-Agent` without numbers), an IPv6 address as its network.
//! Whoever has not signed in at all for as long comes from nowhere known, and is told; whoever never has, is not.

use std::time::Duration;

use crate::{
    domain::{AuditEvent, AuditKind, RequestInfo, UserId},
    flows::Cx,
    store::{Conn, StoreError, audit_events},
};

const LATELY: Duration = Duration::from_secs(90 * 24 * 3600);
/// So many sign-ins are looked at, where the same browser at the same address is not among them anyway.
const MOST: i64 = 1000;

pub fn is_new(conn: &mut Conn, cx: &Cx, user: &UserId) -> Result<bool, StoreError> {
    let lately = cx.now.minus(LATELY);
    if audit_events::signed_in_from(conn, user, &cx.request, lately)? {
        return Ok(false);
    }
    let here = place(&cx.request);
    let known = audit_events::list_for_subject(conn, user, &[AuditKind::SessionStarted], None, MOST)?;
    let is_here = |event: &AuditEvent| event.at >= lately && place(&event.request) == here;
    Ok(!known.is_empty() && !known.iter().any(is_here))
}

fn place(request: &RequestInfo) -> (String, String) {
    (request.network(), request.user_agent.chars().filter(|c| !c.is_ascii_digit() && *c != '.').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_stays_itself_when_it_is_updated() {
        let at = |ip: &str, version: &str| {
            let user_agent = format!("Mozilla/5.0 (Windows NT 10.0) Chrome/{version} Safari/537.36");
            place(&RequestInfo { ip: ip.to_owned(), user_agent, ..RequestInfo::default() })
        };
        assert_eq!(at("192.0.2.1", "140.0.1"), at("192.0.2.1", "141.0"));
        assert_eq!(at("2001:db8::1", "140"), at("2001:db8::2", "140"));
        assert_ne!(at("192.0.2.1", "140"), at("192.0.2.2", "140"));
        assert_ne!(at("192.0.2.1", "140").1, place(&RequestInfo::default()).1);
    }
}
