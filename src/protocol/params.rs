//! Request parameters as `application/x-www-form-urlencoded` (RFC 6749 §3.1 and appendix B), read strictly: what is
//! not properly percent-encoded UTF-8 is refused, a repeated parameter is an error, an empty one counts as not sent.

/// Longest query that is read at all.
pub const MAX_TOTAL: usize = 64 * 1024;

#[derive(Clone)]
pub struct Params(Vec<(String, String)>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadParams {
    #[error("the request is longer than 64 KiB")]
    TooLong,
    #[error("the request is not properly percent-encoded UTF-8")]
    Encoding,
}

/// RFC 6749 §3.1: parameters must not be included more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated;

impl Params {
    /// `raw`: a query without its `?`.
    pub fn parse(raw: &str) -> Result<Self, BadParams> {
        if raw.len() > MAX_TOTAL { Err(BadParams::TooLong) } else { Self::of_body(raw) }
    }

    /// A form's body, whose length was limited when it was read.
    pub fn of_body(raw: &str) -> Result<Self, BadParams> {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(name)?, decode(value)?))
        });
        pairs.collect::<Option<_>>().map(Self).ok_or(BadParams::Encoding)
    }

    /// `None` when absent or empty.
    pub fn get(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.0.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value.as_str());
        let first = values.next();
        match values.next() {
            Some(_) => Err(Repeated),
            None => Ok(first.filter(|value| !value.is_empty())),
        }
    }

    /// The value, when it was sent exactly once.
    pub fn single(&self, name: &str) -> Option<&str> {
        self.get(name).ok().flatten()
    }
}

/// Names alone: values may be secrets.
impl std::fmt::Debug for Params {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// `+` and `%xx` undone. NUL is refused too: no parameter has a use for it, and PostgreSQL cannot be asked about it.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded() {
        let params = Params::parse("a=1&b%5Fc=x+y%2b%E6%97%A5&&d&e=f=g").unwrap();
        assert_eq!(params.get("a"), Ok(Some("1")));
        assert_eq!(params.get("b_c"), Ok(Some("x y+日")));
        assert_eq!(params.get("e"), Ok(Some("f=g")));
    }

    #[test]
    fn an_empty_value_counts_as_not_sent() {
        let params = Params::parse("a=&b").unwrap();
        assert_eq!(params.get("a"), Ok(None));
        assert_eq!(params.get("b"), Ok(None));
        assert_eq!(params.get("c"), Ok(None));
    }

    #[test]
    fn a_repeated_parameter_is_an_error_however_its_name_is_written() {
        for raw in ["a=1&a=1", "a=1&%61=2", "a=&a="] {
            let params = Params::parse(raw).unwrap();
            assert_eq!(params.get("a"), Err(Repeated), "{raw}");
            assert_eq!(params.single("a"), None);
        }
    }

    #[test]
    fn bad_percent_encoding_is_refused() {
        for raw in ["a=%", "a=%4", "a=%zz", "a=%+1", "%=1", "a=%ff", "a=%c3", "a=%ed%a0%80", "a=%00"] {
            assert_eq!(Params::parse(raw).unwrap_err(), BadParams::Encoding, "{raw}");
        }
    }

    #[test]
    fn a_request_of_64_kib_is_read_and_one_byte_more_is_refused() {
        assert!(Params::parse(&"a".repeat(MAX_TOTAL)).is_ok());
        assert_eq!(Params::parse(&"a".repeat(MAX_TOTAL + 1)).unwrap_err(), BadParams::TooLong);
    }

    #[test]
    fn debug_shows_no_values() {
        let shown = format!("{:?}", Params::parse("client_secret=hush").unwrap());
        assert!(shown.contains("client_secret") && !shown.contains("hush"), "{shown}");
    }
}
