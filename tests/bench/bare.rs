//! The least that an answer can cost: axum and nothing behind it. `GET /SIZE` is answered with so many bytes.

use axum::{Router, extract::Path, http::header, routing::get, serve::ListenerExt};
use tokio::net::TcpListener;

use crate::Result;

const MOST: usize = 64 * 1024;

pub async fn serve(port: u16) -> Result<()> {
    let text: &'static str = "x".repeat(MOST).leak();
    let answer = async move |Path(size): Path<usize>| {
        ([(header::CONTENT_TYPE, "application/json")], text.get(..size).unwrap_or(text))
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?.tap_io(|stream| {
        // A connection without it answers all the same.
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, Router::new().route("/{size}", get(answer))).await?)
}
