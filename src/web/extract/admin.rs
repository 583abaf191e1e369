//! An administrator at a page that is theirs by the route's own permission.

use axum::{extract::FromRequestParts, http::request::Parts};

use super::Visitor;
use crate::{
    domain::{Fault, Permission, SignedIn},
    web::{failure::Failure, state::Shared},
};

/// Put on the request by the layer that asked ([`may`](crate::web::layers::permission::may)).
#[derive(Clone)]
pub struct Admin {
    pub visitor: Visitor,
    pub who: SignedIn,
    pub permission: Permission,
}

impl FromRequestParts<Shared> for Admin {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Failure> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| Fault::Internal("an administrator's page on a route for others".to_owned()).into())
    }
}
