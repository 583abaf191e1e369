//! Before the pages of administrators: for whom the route's permission is not, its address isn't there; who came in by a
//! one-time code is told to come by their passkey.

use axum::{
    extract::{FromRequestParts, Request, State as AxumState},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{Permission, TooWeak},
    web::{
        extract::{Admin, Who},
        failure::Failure,
        pages::passkeys::sign_in_again,
        state::Shared,
        view::ErrorKind,
    },
};

pub async fn may(
    AxumState((state, permission)): AxumState<(Shared, Permission)>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match Who::from_request_parts(&mut parts, &state).await {
        Err(elsewhere) => elsewhere,
        Ok(Who { visitor, who }) if who.membership.may(permission) && who.session.is_temporary() => {
            let again = sign_in_again(&state.cx(visitor.info.clone()), Err(TooWeak::Temporary), &visitor.path);
            Failure::with_sign_in(ErrorKind::TemporarySession, again).into_response()
        }
        Ok(Who { visitor, who }) if who.membership.may(permission) => {
            parts.extensions.insert(Admin { visitor, who, permission });
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(_) => Failure::from(ErrorKind::NotFound).into_response(),
    }
}
