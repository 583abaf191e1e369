//! `genkan demo`

use std::net::SocketAddr;
use std::path::PathBuf;

use super::Failure;
use crate::demo::{self, DemoOptions};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where everything of the demonstration lies
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    dir: PathBuf,
    /// Where the provider listens, on loopback
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = loopback)]
    listen: SocketAddr,
    /// Where the first sample application listens; the second takes the next port
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090", value_parser = loopback)]
    app_listen: SocketAddr,
}

/// Everybody knows the demonstration's passwords.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "an address and a port, such as 127.0.0.1:8080".to_owned())?;
    if address.ip().is_loopback() { Ok(address) } else { Err("a loopback address, such as 127.0.0.1:8080".to_owned()) }
}

pub fn run(args: Args) -> Result<(), Failure> {
    let Args { dir, listen, app_listen } = args;
    demo::run(DemoOptions { dir, listen, app_listen }).map_err(|failure| Failure::Refused(failure.to_string()))
}
