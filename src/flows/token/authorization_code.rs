//! `grant_type=authorization_code`: RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3.
//!
//! A wrong try burns nothing: client, redirect URI and verifier are compared before anything is spent. Whether the code
//! was spent is asked before whether it has expired, so that a late second use still revokes what the first gave.

use serde_json::json;

use super::{given::Given, refresh_token};
use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Client, Fault, Grant, Outcome, Rotation, Secret, SessionState, SignedIn,
        UnixTime, Verdict,
    },
    flows::{
        Cx,
        authorize::{CODE_LIFETIME, Code},
        unattributed,
    },
    protocol::{
        claims,
        params::Params,
        pkce,
        scope::{Scope, holds},
        token::{CodeExchange, TokenAnswer, TokenError},
    },
    store::{self, Store, StoreError, Tx},
};

pub const GRANT_TYPE: &str = "authorization_code";

const REFUSED: TokenError = TokenError::invalid_grant("the authorization code is not valid for this request");
const SPENT: TokenError = TokenError::invalid_grant("the authorization code was used already");

pub fn exchange(
    store: &Store,
    cx: &Cx,
    client: &Client,
    form: &Params,
) -> Result<Verdict<TokenAnswer, TokenError>, Fault> {
    let request = match CodeExchange::parse(form) {
        Ok(request) => request,
        Err(error) => return Ok(Err(error)),
    };
    let Some((code, expired)) = open(cx, client, &request) else {
        unattributed::record(store, cx, AuditKind::TokenRefused, client.id.as_str())?;
        return Ok(Err(REFUSED));
    };
    let Some(who) = store.read(|conn| store::sessions::find_signed_in_by_id(conn, &code.session_id))? else {
        unattributed::record(store, cx, AuditKind::TokenRefused, client.id.as_str())?;
        return Ok(Err(REFUSED));
    };
    if let Some(reason) = too_late(&who, expired, cx.now) {
        return refuse(store, cx, client, code, who, reason);
    }
    let Some(grant) = new_grant(cx, client, &code, &who) else { return Ok(Err(REFUSED)) };
    let answer = sign(cx, client, &code, &grant, &who)?;
    write(store, cx, client, code, grant, answer, who)
}

/// What has ended since the code was given out. An idle session has not: only single sign-on has.
fn too_late(who: &SignedIn, expired: bool, now: UnixTime) -> Option<&'static str> {
    if !who.user.is_active() {
        Some("account_disabled")
    } else if !who.membership.is_active() {
        Some("membership_suspended")
    } else if who.session.state(now) == SessionState::Ended {
        Some("session_ended")
    } else {
        expired.then_some("code_expired")
    }
}

fn refuse(
    store: &Store,
    cx: &Cx,
    client: &Client,
    code: Code,
    who: SignedIn,
    reason: &'static str,
) -> Result<Verdict<TokenAnswer, TokenError>, Fault> {
    let (cx, client) = (cx.clone(), client.clone());
    store.write(move |tx| {
        if store::spent::is_spent(tx, code.id.as_str())? {
            revoke_what_it_gave(tx, &cx, &client, &code, &who)?;
            return Ok(Err(SPENT));
        }
        let event = event(&cx, AuditKind::TokenRefused, Outcome::Denied, &client, &code, &who).reason(reason);
        store::audit_events::insert(tx, &event)?;
        Ok(Err(REFUSED))
    })
}

/// Client, redirect URI and verifier fit the code. `true`: but it is too late.
fn open(cx: &Cx, client: &Client, request: &CodeExchange) -> Option<(Code, bool)> {
    let opened = cx.keys.open_late::<Code>(request.code.reveal(), cx.now).ok()?;
    let code = opened.value;
    let verifier = request.code_verifier.as_ref().map(Secret::reveal);
    let fits = code.client_id == client.id
        && code.redirect_uri == request.redirect_uri
        && pkce::verify(code.code_challenge.as_deref(), verifier).is_ok();
    fits.then_some((code, opened.expired))
}

fn new_grant(cx: &Cx, client: &Client, code: &Code, who: &SignedIn) -> Option<Grant> {
    let refreshes = holds(&code.scopes, Scope::OfflineAccess) && client.may_use(refresh_token::GRANT_TYPE);
    // A grant without a refresh token lives as long as its access token.
    let lifetime = if refreshes { cx.site.refresh_token } else { cx.site.access_token };
    Some(Grant {
        id: code.id.clone(),
        client_id: client.id.clone(),
        user_id: who.user.id.clone(),
        clinic_id: who.session.clinic_id.clone(),
        session_id: who.session.id.clone(),
        scopes: code.scopes.clone(),
        authentication: code.authentication()?,
        rotation: refreshes.then(|| Rotation::begin(cx.now)),
        outlives_session: refreshes && client.outlives_sessions(),
        created_at: cx.now,
        expires_at: cx.now.plus(lifetime),
        revoked_at: None,
    })
}

fn sign(cx: &Cx, client: &Client, code: &Code, grant: &Grant, who: &SignedIn) -> Result<TokenAnswer, Fault> {
    let given = Given {
        grant,
        scopes: &grant.scopes,
        claims: &code.claims.userinfo,
        rotation: grant.rotation,
        nonce: code.nonce.as_deref(),
        requested: claims::named(&who.user, &code.claims.id_token),
    };
    given.sign(cx, client)
}

fn write(
    store: &Store,
    cx: &Cx,
    client: &Client,
    code: Code,
    grant: Grant,
    answer: TokenAnswer,
    who: SignedIn,
) -> Result<Verdict<TokenAnswer, TokenError>, Fault> {
    let (cx, client) = (cx.clone(), client.clone());
    store.write(move |tx| {
        if !store::spent::spend(tx, code.id.as_str(), cx.now.plus(CODE_LIFETIME))? {
            revoke_what_it_gave(tx, &cx, &client, &code, &who)?;
            return Ok(Err(SPENT));
        }
        // In the order in which every write takes its locks: person, membership, session, client.
        let still = store::users::still_active(tx, &grant.user_id)?
            && store::memberships::still_active(tx, &grant.user_id, &grant.clinic_id)?
            && store::sessions::still_alive(tx, &grant.session_id, cx.now)?
            && store::clients::still_enabled(tx, &client.id)?
            // Withdrawn since the code was made.
            && (client.first_party || store::consents::still_given(tx, &grant.user_id, &client.id)?);
        if !still {
            let event = event(&cx, AuditKind::TokenRefused, Outcome::Denied, &client, &code, &who);
            store::audit_events::insert(tx, &event.reason("changed_meanwhile"))?;
            return Ok(Err(REFUSED));
        }
        store::grants::insert(tx, &grant)?;
        let event = event(&cx, AuditKind::TokenIssued, Outcome::Success, &client, &code, &who);
        store::audit_events::insert(tx, &event)?;
        Ok(Ok(answer))
    })
}

fn event(cx: &Cx, kind: AuditKind, outcome: Outcome, client: &Client, code: &Code, who: &SignedIn) -> AuditEvent {
    let event = cx
        .event(kind, outcome, Actor::Client(client.id.clone()))
        .subject(&who.user.id)
        .client(&client.id)
        .clinic(&who.session.clinic_id)
        .session(&who.session.id);
    match code.authentication() {
        Some(authentication) => event.authentication(&authentication),
        None => event,
    }
}

/// RFC 6749 §4.1.2: a code used twice may have been stolen, so what its first use gave ends.
fn revoke_what_it_gave(
    tx: &mut Tx<'_>,
    cx: &Cx,
    client: &Client,
    code: &Code,
    who: &SignedIn,
) -> Result<(), StoreError> {
    let revoked = store::grants::revoke(tx, &code.id, cx.now)?;
    let event = event(cx, AuditKind::TokenReuseDetected, Outcome::Denied, client, code, who);
    store::audit_events::insert(tx, &event.detail(json!({ "revoked": revoked })))
}
