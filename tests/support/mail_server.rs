//! A mail server that takes what it is given (RFC 5321), takes its time, refuses some, or is down.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use genkan::{
    clock::Clock,
    config::{MailCarrier, MailServer as Named, MailTls},
};

#[derive(Clone)]
pub struct MailServer {
    port: u16,
    down: Arc<AtomicBool>,
    slow: Arc<Mutex<Option<(Clock, Duration)>>>,
    got: Arc<Mutex<Vec<Mail>>>,
}

#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    /// Plain text, then HTML.
    pub parts: Vec<String>,
    pub raw: String,
}

impl MailServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { port, down: Arc::default(), slow: Arc::default(), got: Arc::default() };
        let serving = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever hangs up in the middle has sent nothing.
                let _ = serving.converse(&stream);
            }
        });
        server
    }

    /// As a configuration names it.
    pub fn carrier(&self) -> MailCarrier {
        let host = "127.0.0.1".to_owned();
        MailCarrier::Server(Named { host, port: self.port, tls: MailTls::None, user: None, password_file: None })
    }

    pub fn be_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// So much passes on the clock, which is turned by hand, while it takes a letter.
    pub fn be_slow(&self, clock: Clock, span: Duration) {
        *self.slow.lock().unwrap_or_else(PoisonError::into_inner) = Some((clock, span));
    }

    fn take_its_time(&self) {
        if let Some((Clock::Manual(millis), span)) = &*self.slow.lock().unwrap_or_else(PoisonError::into_inner) {
            millis.fetch_add(i64::try_from(span.as_millis()).expect("a short time"), Ordering::SeqCst);
        }
    }

    pub fn got(&self) -> Vec<Mail> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn converse(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        if self.down.load(Ordering::SeqCst) {
            return stream.write_all(b"421 down for an hour\r\n");
        }
        stream.write_all(b"220 mail.example ESMTP\r\n")?;
        let (mut to, mut lines) = (String::new(), BufReader::new(stream).lines());
        while let Some(line) = lines.next().transpose()? {
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                    match to.split('@').next().unwrap_or_default() {
                        "nobody" => "550 no such person",
                        "gone" => "550 5.1.1 no such person",
                        "relayed" => "554 5.7.1 not from you",
                        "full" => "452 4.2.2 no room",
                        "grey" => "451 4.7.1 come again",
                        _ => "250 ok",
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n")?;
                    let text: Vec<_> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                    self.take_its_time();
                    self.got.lock().unwrap_or_else(PoisonError::into_inner).push(Mail::read(&to, &text.join("\n")));
                    "250 ok"
                }
                "QUIT" => return stream.write_all(b"221 bye\r\n"),
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes())?;
        }
        Ok(())
    }
}

impl Mail {
    fn read(to: &str, raw: &str) -> Self {
        let encoded = raw.split("Content-Transfer-Encoding: base64").skip(1);
        let decoded = |part: &str| {
            let body = part.split("\n\n").nth(1).unwrap_or_default();
            let letters: String = body.lines().take_while(|line| !line.starts_with("--")).collect();
            String::from_utf8(STANDARD.decode(letters.trim()).expect("base64")).expect("UTF-8")
        };
        Self { to: to.to_owned(), parts: encoded.map(decoded).collect(), raw: raw.to_owned() }
    }
}
