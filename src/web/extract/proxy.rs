//! What a reverse proxy says about where a request came from: `X-Forwarded-For` and its kin, or `Forwarded` (RFC 7239).
//! Heard from the trusted ones alone; the client is whoever the nearest trusted one heard it from, since all that stands
//! to the left of it anybody could have written.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// Who may speak for others, and how.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    pub trusted: std::sync::Arc<[IpNet]>,
    /// They speak `Forwarded` (RFC 7239), or else `X-Forwarded-…`.
    pub standard: bool,
}

/// Where a request began, as far as it is known for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub client: IpAddr,
    /// The host that the client asked for, where a trusted proxy names it.
    pub host: Option<String>,
    /// The scheme that it asked with, where a trusted proxy names it.
    pub scheme: Option<String>,
}

/// One step of the way, as its proxy tells of it. What cannot be read is `None`.
#[derive(Default)]
struct Hop {
    client: Option<IpAddr>,
    host: Option<String>,
    scheme: Option<String>,
}

impl Proxies {
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> Origin {
        let mut origin = Origin { client: peer.to_canonical(), host: None, scheme: None };
        if !self.trust(origin.client) {
            return origin;
        }
        let hops = if self.standard { forwarded(headers) } else { x_forwarded(headers) };
        for hop in hops.into_iter().rev() {
            origin.host = hop.host.or(origin.host);
            origin.scheme = hop.scheme.or(origin.scheme);
            let Some(client) = hop.client else { break };
            origin.client = client.to_canonical();
            if !self.trust(origin.client) {
                break;
            }
        }
        origin
    }

    fn trust(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }
}

/// Host and scheme belong to the nearest proxy, which sets them; a list of them is its own business.
fn x_forwarded(headers: &HeaderMap) -> Vec<Hop> {
    const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
    const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
    let last = |name: &HeaderName| elements(headers, name).pop().map(str::to_owned);
    let mut hops: Vec<_> =
        elements(headers, &FOR).into_iter().map(|text| Hop { client: node(text), ..Hop::default() }).collect();
    if hops.is_empty() {
        hops.push(Hop::default());
    }
    if let Some(nearest) = hops.last_mut() {
        (nearest.host, nearest.scheme) = (last(&HOST), last(&PROTO));
    }
    hops
}

fn forwarded(headers: &HeaderMap) -> Vec<Hop> {
    let hop = |element: &str| {
        let mut hop = Hop::default();
        for (name, value) in element.split(';').filter_map(|pair| pair.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "for" => hop.client = node(value),
                "host" => hop.host = Some(value.to_owned()),
                "proto" => hop.scheme = Some(value.to_owned()),
                _ => {}
            }
        }
        hop
    };
    elements(headers, &header::FORWARDED).into_iter().map(hop).collect()
}

/// All headers of this name, as one list (RFC 9110 §5.3). A comma within quotes makes two elements that say nothing.
fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    let values = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|element| !element.is_empty()).collect()
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.9";

    fn client(standard: bool, peer: &str, lines: &[(&'static str, &'static str)]) -> String {
        origin(standard, peer, lines).client.to_string()
    }

    fn origin(standard: bool, peer: &str, lines: &[(&'static str, &'static str)]) -> Origin {
        let trusted = ["10.0.0.0/24", "2001:db8::/64"].map(|text| text.parse().expect("a network"));
        let proxies = Proxies { trusted: std::sync::Arc::from(trusted), standard };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), value.parse().expect("a value"));
        }
        proxies.origin(peer.parse().expect("an address"), &headers)
    }

    #[test]
    fn the_nearest_that_is_not_trusted_is_the_client() {
        for (values, expected) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
            (&["198.51.100.1", "203.0.113.7, 10.0.0.8"], "203.0.113.7"),
            (&["203.0.113.7:4711"], "203.0.113.7"),
            (&["[2001:db8:1::7]:4711"], "2001:db8:1::7"),
            (&["::ffff:203.0.113.7"], "203.0.113.7"),
            (&["10.0.0.7"], "10.0.0.7"),
            (&["203.0.113.7, unknown"], PROXY),
            (&["203.0.113.7, unknown, 10.0.0.8"], "10.0.0.8"),
            (&[""], PROXY),
            (&[], PROXY),
        ] {
            let lines: Vec<_> = values.iter().map(|value| ("x-forwarded-for", *value)).collect();
            assert_eq!(client(false, PROXY, &lines), expected, "{values:?}");
        }
    }

    #[test]
    fn nobody_else_is_heard() {
        let lines =
            &[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-host", "a.example"), ("forwarded", "for=1.1.1.1")];
        for standard in [false, true] {
            let origin = origin(standard, "203.0.113.7", lines);
            assert_eq!(origin, Origin { client: "203.0.113.7".parse().expect("it"), host: None, scheme: None });
        }
    }

    #[test]
    fn only_the_header_that_was_chosen_is_read() {
        let lines = &[("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=203.0.113.7")];
        assert_eq!(client(false, PROXY, lines), "198.51.100.1");
        assert_eq!(client(true, PROXY, lines), "203.0.113.7");
        assert_eq!(client(true, PROXY, &lines[..1]), PROXY);
        assert_eq!(client(false, PROXY, &lines[1..]), PROXY);
    }

    #[test]
    fn host_and_scheme_come_from_the_proxy_too() {
        let x = origin(false, PROXY, &[("x-forwarded-host", "a.example"), ("x-forwarded-proto", "https")]);
        let line = "for=192.0.2.1;proto=http, For=\"[2001:db8:1::7]:80\";Proto=https;host=\"a.example\";by=_me";
        let standard = origin(true, PROXY, &[("forwarded", line)]);
        for (origin, client) in [(x, PROXY), (standard, "2001:db8:1::7")] {
            assert_eq!((origin.host.as_deref(), origin.scheme.as_deref()), (Some("a.example"), Some("https")));
            assert_eq!(origin.client.to_string(), client);
        }
    }
}
