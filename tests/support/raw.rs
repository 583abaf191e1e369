//! Connections as no browser makes them, byte by byte.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use super::app::TestApp;

pub struct Raw(TcpStream);

impl Raw {
    pub fn at(app: &TestApp) -> Self {
        let authority = app.issuer.split_once("://").expect("an issuer").1;
        Self(TcpStream::connect(authority).expect("a connection"))
    }

    pub fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).expect("sent");
    }

    /// The server may have closed already.
    pub fn try_send(&mut self, text: &str) {
        let _ = self.0.write_all(text.as_bytes());
    }

    pub fn close_sending(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// Everything until the server closes.
    pub fn rest(&mut self) -> String {
        let mut answer = Vec::new();
        // A reset is an end too.
        let _ = self.0.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A byte every tenth of a second, until the server answers or closes; what it answered.
    pub fn drip(&mut self, byte: u8) -> String {
        self.0.set_read_timeout(Some(Duration::from_millis(100))).expect("a pace");
        let mut answer = [0; 4096];
        loop {
            match self.0.read(&mut answer) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Ok(length) => return String::from_utf8_lossy(&answer[..length]).into_owned(),
                Err(_) => return String::new(),
            }
            if self.0.write_all(&[byte]).is_err() {
                return String::new();
            }
        }
    }

    /// Sends the same for as long as it is taken; what was answered.
    pub fn flood(&mut self, text: &str) -> String {
        let mut other = self.0.try_clone().expect("another hand");
        let text = text.to_owned();
        let flood = std::thread::spawn(move || while other.write_all(text.as_bytes()).is_ok() {});
        let mut answer = [0; 4096];
        let length = self.0.read(&mut answer).unwrap_or(0);
        let _ = self.0.shutdown(Shutdown::Both);
        flood.join().expect("it ends");
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }

    /// One answer to one request on a connection that stays; `false` when it was closed.
    pub fn is_served(&mut self, app: &TestApp) -> bool {
        let host = app.issuer.split_once("://").expect("an issuer").1;
        let request = format!("HEAD /oauth/jwks HTTP/1.1\r\nHost: {host}\r\n\r\n");
        if self.0.write_all(request.as_bytes()).is_err() {
            return false;
        }
        let mut answer = [0; 4096];
        self.0.read(&mut answer).is_ok_and(|length| answer[..length].starts_with(b"HTTP/1.1 200"))
    }
}
