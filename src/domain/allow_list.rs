//! From where a clinic's administration pages are opened: networks, IPv4 and IPv6 (RFC 4632, RFC 4291 §2.3). Without any: from everywhere.

use std::net::IpAddr;

use ipnet::IpNet;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<IpNet>);

impl AllowList {
    /// Networks of one clinic.
    pub const LIMIT: usize = 50;

    /// One address or network each: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. A network is kept as it begins, and each once.
    ///
    /// # Errors
    /// The first text that is none, or that would let everybody in.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut networks: Vec<IpNet> = Vec::new();
        for text in texts.into_iter().map(str::trim).filter(|text| !text.is_empty()) {
            let network = network(text).filter(|network| network.prefix_len() > 0).ok_or_else(|| text.to_owned())?;
            if networks.len() >= Self::LIMIT {
                return Err(text.to_owned());
            }
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        Ok(Self(networks))
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `address`: as the trail has it; an empty text, or one that is no address, is on no list.
    pub fn allows(&self, address: &str) -> bool {
        let address = address.parse().map(|address: IpAddr| address.to_canonical());
        self.0.is_empty() || address.is_ok_and(|address| self.0.iter().any(|network| network.contains(&address)))
    }

    pub fn to_texts(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

fn network(text: &str) -> Option<IpNet> {
    let network = text.parse().ok().or_else(|| text.parse().map(|address: IpAddr| IpNet::from(address)).ok());
    // ::ffff:192.0.2.7 is an address of IPv4, and comes in as one.
    network.map(|network: IpNet| network.trunc()).filter(|network| match network {
        IpNet::V4(_) => true,
        IpNet::V6(network) => network.addr().to_ipv4_mapped().is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_comes_from_one_of_the_networks_comes_in() {
        let list = AllowList::parse(["192.0.2.0/24", " 198.51.100.7 ", "2001:db8:1::/48", "", "192.0.2.9/24"]);
        let list = list.expect("a list");
        assert_eq!(list.to_texts(), ["192.0.2.0/24", "198.51.100.7/32", "2001:db8:1::/48"]);
        for inside in ["192.0.2.255", "198.51.100.7", "::ffff:192.0.2.1", "2001:db8:1:2::3"] {
            assert!(list.allows(inside), "{inside}");
        }
        for outside in ["192.0.3.1", "198.51.100.8", "2001:db8:2::1", "", "localhost", "::"] {
            assert!(!list.allows(outside), "{outside}");
        }
        assert!(AllowList::default().allows(""));
    }

    #[test]
    fn what_is_no_network_or_every_one_is_refused() {
        for wrong in ["192.0.2.0/33", "192.0.2", "0.0.0.0/0", "::/0", "example.jp", "::ffff:192.0.2.7", "192.0.2.1-9"] {
            assert_eq!(AllowList::parse(["192.0.2.1", wrong]), Err(wrong.to_owned()), "{wrong}");
        }
        let many: Vec<_> = (0..=AllowList::LIMIT).map(|last| format!("192.0.2.{last}")).collect();
        assert!(AllowList::parse(many.iter().map(String::as_str)).is_err());
    }
}
