//! `/settings/passkeys`: one's own passkeys, for an enrolling session too.

use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::waiting;
use crate::{
    domain::{
        Channel, Passkey, PasskeyId, Proof, SessionKind, SignedIn, SuspendedBy, TooWeak, User, authenticator_name,
    },
    flows::{
        Cx,
        account::passkeys::{self, Refusal},
        authorize::Waiting,
    },
    web::{
        extract::{Enrolled, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{Backup, ErrorKind, LastUse, PasskeyCard, PasskeySignal, PasskeysNotice, PasskeysPage, Suspended},
    },
};

pub const PATH: &str = "/settings/passkeys";

pub async fn show(
    State(state): State<Shared>,
    Enrolled { mut visitor, who }: Enrolled,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).map_err(|_| Failure::from(ErrorKind::BadRequest))?;
    let sealed = query.single("continue").map(str::to_owned);
    let behind = waiting::look(&state, &visitor, sealed.clone()).await?;
    visitor.speak(&behind.ui_locales, behind.asked_at);
    let asked = who.clone();
    let (held, again) = state
        .run(visitor.info.clone(), move |store, cx| {
            let held = passkeys::overview(store, cx, &asked)?;
            let again = sign_in_again(cx, held.may_change, PATH);
            Ok((held, again))
        })
        .await?;
    let page = PasskeysPage {
        enrolling: who.session.kind != SessionKind::Ordinary,
        application: behind.application.filter(|_| !behind.expired).map(|application| application.name),
        continue_to: sealed.filter(|_| !behind.expired),
        limit: User::PASSKEY_LIMIT,
        by_phone: held.asked.cross_platform,
        own_qr: Channel::of_browser(&visitor.info.user_agent) == Channel::Pc,
        challenge_seconds: held.asked.timeout.as_secs(),
        may_change: held.may_change.is_ok(),
        needs_invitation: held.may_change == Err(TooWeak::NeedsInvitation),
        sign_in_again_uri: again,
        signal: (who.session.kind == SessionKind::Ordinary).then(|| signal(&state, &who, &held.passkeys)),
        passkeys: held.passkeys.into_iter().zip(held.applications).map(|held| card(held, &who)).collect(),
        notice: query.single("notice").and_then(notice),
        contact: Some(who.clinic.contact.clone()),
    };
    visitor.page(&state, Some(&who), &page)
}

/// The login page, which comes back to `path`; of who has no passkey, the page where one is registered.
pub fn sign_in_again(cx: &Cx, may_change: Result<(), TooWeak>, path: &str) -> String {
    if may_change == Err(TooWeak::NoPasskey) {
        return PATH.to_owned();
    }
    let notice = match may_change {
        Err(TooWeak::NotStrong | TooWeak::Temporary) => "sign_in_with_passkey",
        _ => "sign_in_again",
    };
    format!("/login?notice={notice}&continue={}", Waiting::for_page(cx, path.to_owned()).seal(cx))
}

fn notice(name: &str) -> Option<PasskeysNotice> {
    match name {
        "registered" => Some(PasskeysNotice::Registered),
        "renamed" => Some(PasskeysNotice::Renamed),
        "suspended" => Some(PasskeysNotice::Suspended),
        "resumed" => Some(PasskeysNotice::Resumed),
        "deleted" => Some(PasskeysNotice::Deleted),
        "by_administrator" => Some(PasskeysNotice::ByAdministrator),
        "bad_name" => Some(PasskeysNotice::BadName),
        "password_saved" => Some(PasskeysNotice::PasswordSaved),
        _ => None,
    }
}

fn signal(state: &Shared, who: &SignedIn, passkeys: &[Passkey]) -> PasskeySignal {
    PasskeySignal {
        rp_id: state.site.rp_id.clone(),
        user_id: who.user.handle.to_base64url(),
        accepted: passkeys.iter().map(|passkey| passkey.credential_id.clone()).collect(),
        name: who.user.email.as_str().to_owned(),
        display_name: who.user.profile.name.clone(),
    }
}

fn card((passkey, application): (Passkey, Option<String>), who: &SignedIn) -> PasskeyCard {
    PasskeyCard {
        current: who.session.passkey_id.as_ref() == Some(&passkey.id),
        backup: Backup::of(&passkey),
        name: passkey.name,
        authenticator: authenticator_name(passkey.aaguid),
        proven: passkey.proof == Proof::Verified,
        suspended: passkey.suspension.map(|suspension| Suspended {
            at: suspension.at,
            by_administrator: suspension.by == SuspendedBy::Administrator,
            reason: suspension.reason,
        }),
        created_at: passkey.created_at,
        created_user_agent: passkey.created_user_agent,
        last_use: passkey.last_used_at.map(|at| LastUse {
            at,
            application,
            user_agent: passkey.last_used_user_agent.unwrap_or_default(),
            address: passkey.last_used_ip.unwrap_or_default(),
        }),
        use_count: passkey.use_count,
        id: passkey.id,
    }
}

pub async fn rename(
    State(state): State<Shared>,
    Enrolled { visitor, who }: Enrolled,
    Path(id): Path<String>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let name = form.params.single("name").unwrap_or_default().to_owned();
    let Some(id) = PasskeyId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let verdict = state.run(visitor.info, move |store, cx| passkeys::rename(store, cx, &who, &id, &name)).await?;
    match verdict {
        Ok(()) => Ok(see_other("/settings/passkeys?notice=renamed")),
        Err(Refusal::BadName) => Ok(see_other("/settings/passkeys?notice=bad_name")),
        Err(Refusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}

/// `/.well-known/passkey-endpoints` (W3C, A Well-Known URL for Relying Party Passkey Endpoints).
pub async fn well_known(State(state): State<Shared>) -> Response {
    let page = format!("{}{PATH}", state.site.issuer);
    Json(json!({ "enroll": page, "manage": page })).into_response()
}
