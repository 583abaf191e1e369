//! `[mail]`: the mail server through which people are told what happens to their accounts.

use std::{net::IpAddr, path::PathBuf};

use super::reader::Reader;
use crate::domain::Email;

#[derive(Clone, Debug)]
pub struct MailSettings {
    pub carrier: Option<MailCarrier>,
    pub from: Email,
}

#[derive(Clone, Debug)]
pub enum MailCarrier {
    Server(MailServer),
    /// Each mail becomes a file.
    Folder(PathBuf),
}

#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    pub user: Option<String>,
    /// Never the password itself.
    pub password_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// From the first byte (RFC 8314).
    Implicit,
    /// RFC 3207, and no mail without.
    StartTls,
    None,
}

impl MailSettings {
    pub(super) fn read(from: &mut Reader) -> Self {
        let host = from.text("mail.host", "the name or address of a mail server, or \"\"", |text| {
            url::Host::parse(if text.is_empty() { "localhost" } else { text }).ok().map(|_| text.to_owned())
        });
        let tls = from.text("mail.tls", "\"starttls\", \"implicit\" or \"none\"", |text| match text {
            "starttls" => Some(MailTls::StartTls),
            "implicit" => Some(MailTls::Implicit),
            "none" => Some(MailTls::None),
            _ => None,
        });
        let user = from.text("mail.user", "a text", |text| Some((!text.is_empty()).then(|| text.to_owned())));
        let password_file = from.path("mail.password_file");
        let folder = from.path("mail.folder");
        let port = from.number("mail.port", 1..=65_535);
        if tls == MailTls::None && !host.is_empty() && !is_loopback(&host) {
            from.refuse("mail.tls", "\"starttls\" or \"implicit\"; \"none\" is for a mail server on this machine");
        }
        if user.is_some() != password_file.is_some() {
            from.refuse("mail.user", "with a password_file, or neither");
        }
        if folder.is_some() && !host.is_empty() {
            from.refuse("mail.folder", "\"\" where there is a mail server");
        }
        let sender = from.text("mail.from", "an e-mail address", Email::parse);
        if !host.is_empty() && sender.as_str().ends_with("@localhost.localdomain") {
            from.refuse("mail.from", "an address of yours, since mails go out");
        }
        let server = (!host.is_empty()).then(|| {
            let port = u16::try_from(port).unwrap_or_default();
            MailCarrier::Server(MailServer { host, port, tls, user, password_file })
        });
        Self { carrier: server.or(folder.map(MailCarrier::Folder)), from: sender }
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
