//! Who does not enter: the trail keeps it, the application hears it, and the person reads what is missing and whom to ask, which
//! an application's page would not say.

use std::sync::Arc;

use super::{Answer, Waiting, refuse};
use crate::{
    domain::{AuditKind, Barrier, Client, Fault, Outcome, SignedIn},
    flows::Cx,
    protocol::{
        authorize::{AuthorizationRequest, Prompt},
        error::AuthorizeError,
    },
    store::{self, Store},
};

/// What the application hears.
const fn error_of(barrier: Barrier) -> (AuthorizeError, &'static str) {
    use AuthorizeError::{AccessDenied, UnmetAuthenticationRequirements};
    match barrier {
        Barrier::OtherClinic => (AccessDenied, "this application belongs to another clinic"),
        Barrier::Role => (AccessDenied, "this application is for people of another role"),
        Barrier::Terminal => (AccessDenied, "this application is not entered from this kind of terminal"),
        Barrier::Temporary => (UnmetAuthenticationRequirements, "this application takes no one-time code"),
        Barrier::SecondFactor => (UnmetAuthenticationRequirements, "this application wants a second factor"),
        Barrier::Passkey => (UnmetAuthenticationRequirements, "this application wants a passkey"),
        Barrier::HardwarePasskey => (UnmetAuthenticationRequirements, "this application wants a passkey in hardware"),
    }
}

pub fn not_admitted(
    store: &Store,
    cx: &Cx,
    (client, waiting): (&Arc<Client>, &Waiting),
    request: &AuthorizationRequest,
    who: &SignedIn,
    barrier: Barrier,
) -> Result<Answer, Fault> {
    deny(store, cx, client, who, barrier)?;
    let (error, description) = error_of(barrier);
    let refused = refuse(cx, request, error, description);
    // Whoever belongs to another clinic has nobody there to ask.
    let on_a_page = barrier != Barrier::OtherClinic && !request.asks(Prompt::None);
    Ok(match refused {
        Answer::Redirect(back) if on_a_page => {
            let otherwise = barrier.is_weakness().then(|| waiting.seal(cx));
            Answer::NotAdmitted { client: Arc::clone(client), barrier, back, otherwise }
        }
        silently => silently,
    })
}

fn deny(store: &Store, cx: &Cx, client: &Client, who: &SignedIn, barrier: Barrier) -> Result<(), Fault> {
    let event = cx
        .event_in(AuditKind::AccessDenied, Outcome::Denied, who)
        .client(&client.id)
        .authentication(&who.session.authentication)
        .reason(barrier.as_str());
    store.write(move |tx| store::audit_events::insert(tx, &event))
}
