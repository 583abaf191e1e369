//! Host and port (RFC 3986 §3.2): what may be spoken to inside the house is listed so.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    host: Host,
    port: u16,
}

impl Authority {
    /// Both, always: `emr.hospital.local:443`, `[::1]:8090`.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0 && !text.contains(['/', '@', ' ']))?;
        Some(Self { host: Host::parse(host).ok()?, port })
    }

    pub fn of(url: &Url) -> Option<Self> {
        Some(Self { host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }
}

impl From<SocketAddr> for Authority {
    fn from(address: SocketAddr) -> Self {
        let host = match address.ip() {
            IpAddr::V4(ip) => Host::Ipv4(ip),
            IpAddr::V6(ip) => Host::Ipv6(ip),
        };
        Self { host, port: address.port() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_are_both_named() {
        for text in ["emr.hospital.local:443", "127.0.0.1:8090", "[::1]:8090"] {
            let url = Url::parse(&format!("https://{text}/path")).expect("a URL");
            assert_eq!(Authority::parse(text), Authority::of(&url), "{text}");
        }
        for text in
            ["", "emr", "emr:", ":443", "emr:0", "emr:65536", "::1:8090", "https://emr:443", "a@emr:443", "e mr:443"]
        {
            assert_eq!(Authority::parse(text), None, "{text}");
        }
    }
}
