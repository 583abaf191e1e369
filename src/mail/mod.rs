//! Letters to people, handed to a mail server (RFC 5321) or laid into a folder. What they say is written elsewhere.

use std::{error::Error, fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Mailbox, MultiPart, SinglePart, header::ContentTransferEncoding, header::ContentType},
    transport::smtp::{
        self,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use crate::domain::{Secret, UnixTime};

/// What the configuration says.
#[derive(Clone, Debug)]
pub struct Plan {
    pub carrier: Carrier,
    /// An address that letters come from.
    pub from: String,
}

#[derive(Clone, Debug)]
pub enum Carrier {
    Server { host: String, port: u16, tls: Encryption, credentials: Option<(String, Secret)> },
    Folder(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    Implicit,
    StartTls,
    None,
}

/// How long a server may take for each of its answers.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Letter {
    /// Names its file, and it alone.
    pub id: String,
    pub at: UnixTime,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// Of this letter alone, and trying again would help nothing: `answered_550`, `unreadable_address`.
    Refused(String),
    /// Of this letter alone, and perhaps not for long: `answered_452`.
    Failed(String),
    /// Nobody's letters go out just now.
    Server(&'static str),
}

pub struct Postbox {
    carrier: Open,
    from: Mailbox,
}

enum Open {
    Server(SmtpTransport),
    Folder(PathBuf),
}

impl Postbox {
    /// Says nothing to the server yet.
    pub fn new(plan: &Plan) -> Result<Self, String> {
        let mailbox = plan.from.parse::<lettre::Address>().map_err(|error| format!("from: {error}"))?;
        let carrier = match &plan.carrier {
            Carrier::Server { host, port, tls, credentials } => {
                let parameters = || TlsParameters::new(host.clone()).map_err(|error| format!("host: {error}"));
                let tls = match tls {
                    Encryption::Implicit => Tls::Wrapper(parameters()?),
                    Encryption::StartTls => Tls::Required(parameters()?),
                    Encryption::None => Tls::None,
                };
                let server = SmtpTransport::builder_dangerous(host).port(*port).tls(tls).timeout(Some(PATIENCE));
                Open::Server(match credentials {
                    Some((user, password)) => {
                        server.credentials(Credentials::new(user.clone(), password.reveal().to_owned())).build()
                    }
                    None => server.build(),
                })
            }
            Carrier::Folder(folder) => {
                let made = fs::create_dir_all(folder)
                    .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)));
                made.map_err(|error| format!("{}: {error}", folder.display()))?;
                Open::Folder(folder.clone())
            }
        };
        Ok(Self { carrier, from: Mailbox::new(Some("Genkan".to_owned()), mailbox) })
    }

    pub fn send(&self, letter: &Letter) -> Result<(), Unsent> {
        match &self.carrier {
            Open::Server(server) => {
                let message = self.message(letter)?;
                server.send(&message).map(drop).map_err(|error| judge(&error, letter))
            }
            Open::Folder(folder) => {
                let Letter { to, subject, text, .. } = letter;
                let file = folder.join(format!("{}.txt", letter.id));
                let text = format!("To: {to}\nSubject: {subject}\n\n{text}");
                fs::write(file, text).map_err(|_| Unsent::Server("folder_unwritable"))
            }
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, Unsent> {
        let unreadable = |what: &str| Unsent::Refused(format!("unreadable_{what}"));
        let to: lettre::Address = letter.to.parse().map_err(|_| unreadable("address"))?;
        let part = |kind: ContentType, text: &str| {
            SinglePart::builder().header(kind).header(ContentTransferEncoding::Base64).body(text.to_owned())
        };
        Message::builder()
            .from(self.from.clone())
            .to(to.into())
            .date(std::time::UNIX_EPOCH + Duration::from_secs(u64::try_from(letter.at.secs()).unwrap_or(0)))
            // The same however often it is sent, so that a mailbox may know it again.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            // RFC 3834: nobody's absence notice comes back.
            .header(AutoSubmitted)
            .subject(letter.subject.clone())
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
                    .singlepart(part(ContentType::TEXT_HTML, &letter.html)),
            )
            .map_err(|_| unreadable("letter"))
    }
}

fn judge(error: &smtp::Error, letter: &Letter) -> Unsent {
    let status = error.status().map(u16::from);
    match status {
        // RFC 5321 §3.8: it is about to close, whatever was asked of it.
        Some(421) => Unsent::Server("server_refuses"),
        Some(code) if error.is_permanent() && is_of_mailbox(code, error) => Unsent::Refused(format!("answered_{code}")),
        Some(code) => Unsent::Failed(format!("answered_{code}")),
        // RFC 6531: a server without SMTPUTF8 is never given it.
        None if error.is_client() && !letter.to.is_ascii() => Unsent::Refused("address_not_ascii".to_owned()),
        None if error.is_client() || error.is_response() => Unsent::Failed("not_understood".to_owned()),
        None if error.is_timeout() => Unsent::Server("timed_out"),
        None if error.is_tls() => Unsent::Server("tls"),
        None => Unsent::Server("unreachable"),
    }
}

/// Whether a permanent answer is about the person's mailbox (RFC 3463 §3.2 and §3.3). Whoever is not let in, or may not
/// send from there, is not to blame for it.
fn is_of_mailbox(code: u16, error: &smtp::Error) -> bool {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let first = said.split_whitespace().next().unwrap_or_default();
    let enhanced: Option<Vec<u16>> = first.split('.').map(|number| number.parse().ok()).collect();
    match enhanced.as_deref() {
        // The sender's.
        Some([5, 1, 7 | 8]) => false,
        Some([5, 1 | 2, _]) => true,
        Some([_, _, _]) => false,
        _ => code == 550,
    }
}

#[derive(Clone)]
struct AutoSubmitted;

impl lettre::message::header::Header for AutoSubmitted {
    fn name() -> lettre::message::header::HeaderName {
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> lettre::message::header::HeaderValue {
        lettre::message::header::HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
