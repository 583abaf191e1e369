//! Letters to people, handed to a mail server (RFC 5321) or laid into a folder. What they say is written elsewhere.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Mailbox, MultiPart, SinglePart, header::ContentTransferEncoding, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        response::Category,
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
    /// Of this letter alone: `answered_550`, `unreadable_address`.
    Refused(String),
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
                server.send(&message).map(drop).map_err(|error| match error.status() {
                    // Of the mailbox alone; whoever is not let in at all is not to blame for it.
                    Some(code) if error.is_permanent() && code.category == Category::MailSystem => {
                        Unsent::Refused(format!("answered_{code}"))
                    }
                    Some(_) => Unsent::Server("server_refuses"),
                    None if error.is_timeout() => Unsent::Server("timed_out"),
                    None if error.is_tls() => Unsent::Server("tls"),
                    None => Unsent::Server("unreachable"),
                })
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
