//! `[server]`: the issuer (OpenID Connect Discovery §3, RFC 8414 §2) and where it listens.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use url::{Host, Url};

use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Server {
    pub issuer: Issuer,
    pub listen: SocketAddr,
    pub tls: Option<Tls>,
    /// Whose word on where a request came from is taken.
    pub trusted_proxies: Vec<IpNet>,
    pub proxy_header: ProxyHeader,
}

/// What the proxies say it with. One of them alone: the other might be a client's own, passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyHeader {
    /// And `X-Forwarded-Proto`, `X-Forwarded-Host`.
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

#[derive(Clone, Debug)]
pub struct Tls {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// One origin, as written: no path, no slash at the end, since applications compare it as a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer(Url);

impl Issuer {
    pub const ALLOWED: &'static str = "https://NAME or https://NAME:PORT in small letters, without path and without a \
                                       slash at the end; for trials http://localhost or http://localhost:PORT";

    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        // Passkeys are made for a name (WebAuthn §5.1.3): an address of numbers has none.
        let Some(Host::Domain(host)) = url.host() else { return None };
        let safe = url.scheme() == "https" || (url.scheme() == "http" && host == "localhost");
        let plain = url.origin().ascii_serialization() == text && !host.ends_with('.');
        (safe && plain).then_some(Self(url))
    }

    /// `https://login.example.jp`
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    /// Also the RP ID of passkeys.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    pub fn url(&self) -> &Url {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl std::fmt::Display for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(super) const ADDRESS: &str = "an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";

impl Server {
    pub(super) fn read(from: &mut Reader) -> Self {
        let issuer = from.text("server.issuer", Issuer::ALLOWED, Issuer::parse);
        let listen: SocketAddr = from.text("server.listen", ADDRESS, |text| text.parse().ok());
        let tls = match (from.path("server.tls.certificate"), from.path("server.tls.key")) {
            (Some(certificate), Some(key)) => Some(Tls { certificate, key }),
            (None, None) => None,
            (None, Some(_)) => {
                from.refuse("server.tls.certificate", "the certificate chain that belongs to the key, or no key");
                None
            }
            (Some(_), None) => {
                from.refuse("server.tls.key", "the private key that belongs to the certificate, or no certificate");
                None
            }
        };
        if tls.is_some() && !issuer.is_https() {
            from.refuse("server.issuer", "an address that begins with https, since [server.tls] is set");
        }
        let networks = "a list of IP addresses and networks, such as [\"192.168.1.5\", \"10.0.0.0/24\"]";
        let trusted_proxies =
            from.list("server.trusted_proxies", networks, |names| names.iter().map(|name| network(name)).collect());
        if tls.is_none() && !listen.ip().is_loopback() && trusted_proxies.is_empty() {
            let allowed = "a loopback address (127.0.0.1 or [::1]), a certificate in [server.tls], or trusted_proxies";
            from.refuse("server.listen", allowed);
        }
        let proxy_header =
            from.text("server.proxy_header", "\"x-forwarded-for\" or \"forwarded\"", |text| match text {
                "x-forwarded-for" => Some(ProxyHeader::XForwardedFor),
                "forwarded" => Some(ProxyHeader::Forwarded),
                _ => None,
            });
        Self { issuer, listen, tls, trusted_proxies, proxy_header }
    }
}

/// An address alone is a network of one.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_one_origin_as_written() {
        for text in ["https://login.example.jp", "https://sso.local:8443", "http://localhost:8080", "http://localhost"]
        {
            assert_eq!(Issuer::parse(text).as_ref().map(Issuer::as_str), Some(text));
        }
        assert_eq!(Issuer::parse("https://login.example.jp:8443").as_ref().map(Issuer::host), Some("login.example.jp"));
    }

    #[test]
    fn an_issuer_with_anything_more_is_refused() {
        for text in [
            "https://login.example.jp/",
            "https://login.example.jp/genkan",
            "https://login.example.jp?a=b",
            "https://login.example.jp#a",
            "https://someone@login.example.jp",
            "https://Login.example.jp",
            "https://login.example.jp:443",
            "https://login.example.jp.",
            "https://192.168.1.5",
            "https://[::1]",
            "http://login.example.jp",
            "http://127.0.0.1:8080",
            "ftp://localhost",
            "login.example.jp",
            "",
        ] {
            assert_eq!(Issuer::parse(text), None, "{text}");
        }
    }
}
