//! What happens to requests before and after their handlers.

pub mod cors;
pub mod headers;
pub mod host;
pub mod origin;
