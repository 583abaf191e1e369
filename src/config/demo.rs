//! `[demo]`: everybody knows the demonstration's passwords, so nobody may reach it from elsewhere.

use super::Server;
use super::reader::Reader;

#[derive(Clone, Debug)]
pub struct Demo {
    pub enabled: bool,
}

impl Demo {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self { enabled: from.flag("demo.enabled") }
    }

    pub(super) fn check_loopback(&self, server: &Server, reader: &mut Reader) {
        let loopback = server.listen.ip().is_loopback() && server.issuer.host() == "localhost";
        if self.enabled && !loopback {
            reader.refuse("demo.enabled", "false, or an issuer on localhost and a loopback address to listen on");
        }
    }
}
