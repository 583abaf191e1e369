//! `POST /language`: the switch on every page.

use axum::{extract::State, response::Response};

use crate::web::{
    extract::{ProtectedForm, language_cookie, set_cookie},
    failure::Failure,
    reply::see_other,
    state::Shared,
    view::{ErrorKind, Lang},
};

pub async fn switch(State(state): State<Shared>, form: ProtectedForm) -> Result<Response, Failure> {
    let wanted = form.params.single("lang").and_then(Lang::parse);
    let lang = wanted.ok_or_else(|| Failure::from(ErrorKind::BadRequest))?;
    let to = form.params.single("to").filter(|path| is_our_path(path)).unwrap_or("/");
    let mut response = see_other(to);
    set_cookie(&mut response, &language_cookie(&state, lang));
    Ok(response)
}

/// Never another site: `//host` and `/\host` are addresses to browsers.
fn is_our_path(path: &str) -> bool {
    path.starts_with('/') && !path[1..].starts_with(['/', '\\']) && !path.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::is_our_path;

    #[test]
    fn only_our_own_paths_are_come_back_to() {
        for path in ["/", "/login?continue=abc", "/settings/passkeys"] {
            assert!(is_our_path(path), "{path}");
        }
        for path in ["", "//evil.example", "/\\evil.example", "https://evil.example", "/\r\nx: y", "login"] {
            assert!(!is_our_path(path), "{path}");
        }
    }
}
