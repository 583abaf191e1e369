//! What happens to every request, whatever its route.

pub mod headers;
pub mod host;
pub mod origin;
