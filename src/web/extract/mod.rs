//! What handlers take: the visitor's browser, the signed-in person, a form whose token was checked, strict JSON.

mod admin;
mod body;
mod cookies;
mod form;
mod info;
mod json;
mod proxy;
mod visitor;
mod who;

pub use admin::Admin;
pub use cookies::{forget_session, language_cookie, session_cookie, set_cookie, terminal_cookie};
pub use form::{CrossSiteForm, ProtectedForm, form_token_fits, is_form, query_params};
pub use info::{Info, arrive};
pub use json::StrictJson;
pub use proxy::{Origin, Proxies};
pub use visitor::{Asked, Visitor};
pub use who::{Enrolled, Who, find};
