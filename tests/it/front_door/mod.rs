//! What holds for every address: connections, headers, one origin, proxies, TLS, the operations listener.

mod connections;
mod headers;
mod host;
mod ops;
mod overload;
mod proxies;
mod slow;
mod tls;
mod tls_files;
mod tls_scan;
