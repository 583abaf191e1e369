//! `GET /assets/{version}/{name}`: scripts, styles and icons out of the binary, cacheable for ever.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use crate::web::{failure::Failure, state::Shared, view::ErrorKind};

pub async fn show(
    State(state): State<Shared>,
    Path((version, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let asset = state.view.asset(&format!("{version}/{name}")).ok_or(Failure::from(ErrorKind::NotFound))?;
    let headers =
        [(header::CONTENT_TYPE, asset.content_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
