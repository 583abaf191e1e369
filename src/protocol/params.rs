//! Request parameters as `application/x-www-form-urlencoded` (RFC 6749 §3.1 and appendix B), read strictly: what is
//! not properly percent-encoded UTF-8 is refused, a repeated parameter is an error, an empty one counts as not sent.

/// Longest query or form that is read at all.
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
    pub fn parse(_raw: &str) -> Result<Self, BadParams> {
        todo!()
    }

    /// `None` when absent or empty.
    pub fn get(&self, _name: &str) -> Result<Option<&str>, Repeated> {
        todo!()
    }

    /// The value, when it was sent exactly once.
    pub fn single(&self, name: &str) -> Option<&str> {
        self.get(name).ok().flatten()
    }
}
