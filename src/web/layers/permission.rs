//! Before the pages of administrators: for whom the route's permission is not, its address isn't there; who came in by a
//! one-time code is told to come by their passkey; and who comes from an address that their clinic does not let in, from where to
//! come.

use axum::{
    extract::{FromRequestParts, Request, State as AxumState},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    domain::{Permission, TooWeak},
    flows::admin::clinics,
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
        Ok(Who { visitor, who })
            if who.membership.may(permission) && !who.clinic.admin_addresses.allows(&visitor.info.ip) =>
        {
            let address = visitor.info.ip.clone();
            match state.run(visitor.info, move |store, cx| clinics::turned_away(store, cx, &who)).await {
                Ok(()) => Failure::with_address(ErrorKind::AdminAddress, address).into_response(),
                Err(fault) => Failure::from(fault).into_response(),
            }
        }
        Ok(Who { visitor, who }) if who.membership.may(permission) => {
            parts.extensions.insert(Admin { visitor, who, permission });
            next.run(Request::from_parts(parts, body)).await
        }
        Ok(_) => Failure::from(ErrorKind::NotFound).into_response(),
    }
}
