//! One kept connection to a server, without a pool, redirects or cookies: what it costs must not be felt beside the
//! server.

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header::{CONTENT_TYPE, HOST, HeaderName, LOCATION, USER_AGENT},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const JSON: &str = "application/json";

pub struct Connection {
    /// `localhost:8080`
    authority: String,
    sender: Option<SendRequest<Full<Bytes>>>,
    /// Names the operation in the server's audit trail.
    pub user_agent: String,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn location(&self) -> Option<&str> {
        self.headers.get(LOCATION)?.to_str().ok()
    }

    pub fn json(&self) -> Result<serde_json::Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    pub fn expect(self, status: StatusCode) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let body: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        Err(format!("{} instead of {status}: {body}", self.status).into())
    }
}

/// What is sent beside the path.
#[derive(Default)]
pub struct Sent<'a> {
    pub headers: &'a [(HeaderName, &'a str)],
    pub body: Option<(&'static str, String)>,
}

impl Connection {
    pub fn to(authority: &str) -> Self {
        Self { authority: authority.to_owned(), sender: None, user_agent: String::new() }
    }

    pub async fn get(&mut self, path: &str, headers: &[(HeaderName, &str)]) -> Result<Answer> {
        self.send(Method::GET, path, Sent { headers, body: None }).await
    }

    pub async fn post(&mut self, path: &str, sent: Sent<'_>) -> Result<Answer> {
        self.send(Method::POST, path, sent).await
    }

    async fn send(&mut self, method: Method, path: &str, sent: Sent<'_>) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, &self.authority);
        request = request.header(USER_AGENT, &self.user_agent);
        for (name, value) in sent.headers {
            request = request.header(name, *value);
        }
        let body = match sent.body {
            None => Bytes::new(),
            Some((kind, body)) => {
                request = request.header(CONTENT_TYPE, kind);
                body.into()
            }
        };
        let response = self.sender().await?.send_request(request.body(Full::new(body))?).await?;
        let (parts, body) = response.into_parts();
        Ok(Answer { status: parts.status, headers: parts.headers, body: body.collect().await?.to_bytes() })
    }

    /// Connects again where the server has closed.
    async fn sender(&mut self) -> Result<&mut SendRequest<Full<Bytes>>> {
        let mut kept = self.sender.take().filter(|sender| !sender.is_closed());
        if let Some(sender) = &mut kept
            && sender.ready().await.is_err()
        {
            kept = None;
        }
        let sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        Ok(self.sender.insert(sender))
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let port = self.authority.rsplit_once(':').map_or("80", |(_, port)| port);
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its error is the request's as well.
        tokio::spawn(async { drop(connection.await) });
        Ok(sender)
    }
}
