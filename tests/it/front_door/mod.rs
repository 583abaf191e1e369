//! What holds for every address: headers, one origin, TLS, the operations listener.

mod headers;
mod host;
mod ops;
mod tls;
