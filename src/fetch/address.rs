//! Which addresses lie outside: the IANA special-purpose registries (RFC 6890) turned round, in all the forms in which an
//! IPv4 address can be written as IPv6.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use ipnet::{Ipv4Net, Ipv6Net};

/// Nobody outside has one of these.
const INSIDE_V4: &[&str] = &[
    "0.0.0.0/8",       // this network, RFC 791; 0.0.0.0 is this machine
    "10.0.0.0/8",      // private, RFC 1918
    "100.64.0.0/10",   // behind a provider's NAT, RFC 6598
    "127.0.0.0/8",     // loopback, RFC 1122
    "169.254.0.0/16",  // link-local, RFC 3927; metadata services of clouds
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocol assignments, RFC 6890
    "192.0.2.0/24",    // documentation, RFC 5737
    "192.88.99.0/24",  // 6to4 relays, RFC 7526
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks, RFC 2544
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast, RFC 5771
    "240.0.0.0/4",     // reserved, RFC 1112; broadcast
];

/// The only addresses of IPv6 that are given out (RFC 4291 §2.4): unspecified, loopback, link-local, unique local and
/// multicast ones are not among them.
const GLOBAL_V6: &str = "2000::/3";

/// Parts of it that are not.
const INSIDE_V6: &[&str] = &[
    "2001::/23",     // protocol assignments, RFC 2928; Teredo
    "2001:db8::/32", // documentation, RFC 3849
    "2002::/16",     // 6to4, RFC 3056: any IPv4 address
    "3fff::/20",     // documentation, RFC 9637
];

/// Behind NAT64 an IPv4 address looks so (RFC 6052).
const NAT64: &str = "64:ff9b::/96";

struct Tables {
    inside_v4: Vec<Ipv4Net>,
    global_v6: Ipv6Net,
    inside_v6: Vec<Ipv6Net>,
    nat64: Ipv6Net,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    const GOOD: &str = "the tables above hold networks";
    Tables {
        inside_v4: INSIDE_V4.iter().map(|net| net.parse().expect(GOOD)).collect(),
        global_v6: GLOBAL_V6.parse().expect(GOOD),
        inside_v6: INSIDE_V6.iter().map(|net| net.parse().expect(GOOD)).collect(),
        nat64: NAT64.parse().expect(GOOD),
    }
});

pub fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_outside_v4(address),
        IpAddr::V6(address) => is_outside_v6(address),
    }
}

fn is_outside_v4(address: Ipv4Addr) -> bool {
    !TABLES.inside_v4.iter().any(|net| net.contains(&address))
}

fn is_outside_v6(address: Ipv6Addr) -> bool {
    let embedded = address.to_ipv4_mapped().or_else(|| TABLES.nat64.contains(&address).then(|| last_32_bits(address)));
    match embedded {
        Some(address) => is_outside_v4(address),
        None => TABLES.global_v6.contains(&address) && !TABLES.inside_v6.iter().any(|net| net.contains(&address)),
    }
}

fn last_32_bits(address: Ipv6Addr) -> Ipv4Addr {
    let [.., a, b, c, d] = address.octets();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(text: &str) -> bool {
        is_outside(text.parse().unwrap_or_else(|_| panic!("{text} is an address")))
    }

    #[test]
    fn every_row_of_the_tables_is_inside_from_its_first_address_to_its_last() {
        for net in &TABLES.inside_v4 {
            for address in [net.network(), net.broadcast()] {
                assert!(!is_outside(address.into()), "{address}");
                assert!(!is_outside(address.to_ipv6_mapped().into()), "{address}, mapped");
                let nat64: Ipv6Addr = format!("64:ff9b::{address}").parse().expect("an address");
                assert!(!is_outside(nat64.into()), "{nat64}");
            }
        }
        for net in &TABLES.inside_v6 {
            assert!(!is_outside(net.network().into()) && !is_outside(net.broadcast().into()), "{net}");
        }
    }

    #[test]
    fn what_is_special_by_any_name_is_inside() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.31.255.255",
            "192.168.1.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456:789a::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!outside(text), "{text}");
        }
    }

    #[test]
    fn everybody_else_is_outside() {
        for text in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2001:200::1",
            "2400:cb00::1",
            "2606:4700:4700::1111",
        ] {
            assert!(outside(text), "{text}");
        }
    }
}
