//! Whom an address belongs to: of IPv6 everybody has 2⁶⁴ (RFC 6177).

use std::net::{IpAddr, Ipv6Addr};

/// The address itself, or the first of its IPv6 network.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}
