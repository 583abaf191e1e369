//! An application's back channel: what was posted to it is kept, and it answers as it is told to.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Form, Router,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

use super::runtime::{block_on, runtime};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Status(u16),
    /// To another path of its own.
    Redirects,
    Hangs,
    /// 200, and a body that never ends.
    Talks,
}

#[derive(Clone)]
pub struct Receiver {
    /// `127.0.0.1:port`
    pub authority: String,
    manner: Arc<Mutex<Manner>>,
    got: Arc<Mutex<Vec<Posted>>>,
}

#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    pub form: HashMap<String, String>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let authority = listener.local_addr().expect("an address").to_string();
        let receiver =
            Self { authority, manner: Arc::new(Mutex::new(Manner::Status(200))), got: Arc::new(Mutex::default()) };
        let routes = Router::new().fallback(receive).with_state(receiver.clone());
        runtime().spawn(async move { axum::serve(listener, routes).await });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/backchannel-logout", self.authority)
    }

    pub fn be(&self, manner: Manner) {
        *self.manner.lock().unwrap_or_else(PoisonError::into_inner) = manner;
    }

    /// In the order in which it came.
    pub fn got(&self) -> Vec<Posted> {
        self.got.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn receive(State(receiver): State<Receiver>, uri: Uri, Form(form): Form<HashMap<String, String>>) -> Response {
    let posted = Posted { path: uri.path().to_owned(), form };
    receiver.got.lock().unwrap_or_else(PoisonError::into_inner).push(posted);
    let manner = *receiver.manner.lock().unwrap_or_else(PoisonError::into_inner);
    match manner {
        Manner::Status(status) => StatusCode::from_u16(status).expect("a status").into_response(),
        Manner::Redirects => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/elsewhere")]).into_response(),
        Manner::Hangs => std::future::pending().await,
        Manner::Talks => {
            let endless = futures_util::stream::repeat_with(|| Ok::<_, std::convert::Infallible>(Bytes::from("blah ")));
            Body::from_stream(endless).into_response()
        }
    }
}
