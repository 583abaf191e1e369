//! `grant_type=authorization_code`: RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3.
//!
//! A wrong try burns nothing: client, redirect URI and verifier are compared before anything is spent. Whether the code
//! was spent is asked before whether it has expired, so that a late second use still revokes what the first gave.

use super::{Exchange, Exchanged, given::Given, refresh_token, refused, revoke_reused};
use crate::{
    domain::{
        Acr, AuditKind, Barrier, Client, Fault, Grant, Outcome, Rotation, Secret, Session, SessionState, UnixTime,
        Verdict,
    },
    flows::{
        Cx, about,
        authorize::{CODE_LIFETIME, Code},
        unattributed,
    },
    protocol::{
        claims::{self, About, Needs, Told},
        params::Params,
        pkce,
        scope::{Scope, holds},
        token::{CodeExchange, TokenAnswer, TokenError},
    },
    store::{self, Ending, Store, StoreError, Tx, ground::Ground},
};

pub const GRANT_TYPE: &str = "authorization_code";

const REFUSED: TokenError = TokenError::invalid_grant("the authorization code is not valid for this request");
const SPENT: TokenError = TokenError::invalid_grant("the authorization code was used already");

pub fn exchange(store: &Store, cx: &Cx, client: &Client, form: &Params) -> Exchanged {
    let request = match CodeExchange::parse(form) {
        Ok(request) => request,
        Err(error) => return refused(error),
    };
    let Some((code, expired)) = open(cx, client, &request) else {
        return Ok(unattributed::record(cx, AuditKind::TokenRefused, client.id.as_str(), Err(REFUSED)));
    };
    let Some(grant) = new_grant(cx, client, &code) else { return refused(REFUSED) };
    if expired {
        return Ok(refuse_late(cx, grant));
    }
    let answer = sign(store, cx, client, &code, &grant)?;
    Ok(write(cx, client, grant, answer))
}

fn refuse_late(cx: &Cx, grant: Grant) -> Exchange {
    let cx = cx.clone();
    Ending::write(move |tx| {
        if store::spent::is_spent(tx, grant.id.as_str())? {
            revoke_reused(tx, &cx, &grant)?;
            return Ok(Err(SPENT));
        }
        refuse(tx, &cx, &grant, "code_expired")
    })
}

fn refuse(
    tx: &mut Tx<'_>,
    cx: &Cx,
    grant: &Grant,
    reason: &'static str,
) -> Result<Verdict<TokenAnswer, TokenError>, StoreError> {
    let event = cx.event_of(AuditKind::TokenRefused, Outcome::Denied, grant).reason(reason);
    store::audit_events::insert(tx, &event)?;
    Ok(Err(REFUSED))
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

fn new_grant(cx: &Cx, client: &Client, code: &Code) -> Option<Grant> {
    let refreshes = holds(&code.scopes, Scope::OfflineAccess) && client.may_use(refresh_token::GRANT_TYPE);
    // A grant without a refresh token lives as long as its access token; one that was given for a day ends with its session.
    let authentication = code.authentication()?;
    let access_token = client.lifetimes.access_token(cx.site.access_token);
    let renewed_for = || client.lifetimes.refresh_token(cx.site.refresh_token, access_token);
    let lifetime = if refreshes { renewed_for() } else { access_token };
    let mut expires_at = cx.now.plus(lifetime);
    if authentication.acr == Acr::Temporary {
        // Whatever becomes of the session: a passkey may renew it meanwhile, and this was given for a code.
        expires_at = expires_at.min(authentication.at.plus(Session::TEMPORARY_FOR));
    }
    Some(Grant {
        id: code.id.clone(),
        client_id: client.id.clone(),
        user_id: code.user_id.clone(),
        clinic_id: code.clinic_id.clone(),
        session_id: code.session_id.clone(),
        scopes: code.scopes.clone(),
        rotation: refreshes.then(|| Rotation::begin(cx.now)),
        outlives_session: refreshes && client.outlives_sessions() && authentication.acr != Acr::Temporary,
        authentication,
        created_at: cx.now,
        expires_at,
        revoked_at: None,
    })
}

fn sign(store: &Store, cx: &Cx, client: &Client, code: &Code, grant: &Grant) -> Result<TokenAnswer, Fault> {
    let asked_for = &code.claims.id_token;
    // Only then is there anything to read: whether the person is still good is the write's to ask.
    let about = match asked_for.is_empty() {
        true => None,
        false => store.read(|conn| {
            let Some(user) = store::users::find(conn, &grant.user_id)? else { return Ok(None) };
            about::read(conn, user, &grant.clinic_id, Needs::of(&[], asked_for), cx.now).map(Some)
        })?,
    };
    let told = |about: &About| claims::named(Told { about, names: &client.claim_names }, asked_for);
    let given = Given {
        grant,
        scopes: &grant.scopes,
        claims: &code.claims.userinfo,
        rotation: grant.rotation,
        nonce: code.nonce.as_deref(),
        requested: about.as_ref().map(told).unwrap_or_default(),
    };
    given.sign(cx, client)
}

fn write(cx: &Cx, client: &Client, grant: Grant, answer: TokenAnswer) -> Exchange {
    let (cx, asks_for_consent, not_said) = (cx.clone(), !client.first_party, client.wants_use(cx.now));
    let (roles, demands) = (client.roles.clone(), client.demands.clone());
    Ending::write(move |tx| {
        if not_said {
            store::clients::touch(tx, &grant.client_id, cx.now)?;
        }
        if !store::spent::spend(tx, grant.id.as_str(), cx.now.plus(CODE_LIFETIME))? {
            revoke_reused(tx, &cx, &grant)?;
            return Ok(Err(SPENT));
        }
        let Grant { user_id: user, clinic_id: clinic, session_id: session, client_id: client, .. } = &grant;
        let ground = Ground { user, clinic, session, client, roles: &roles, demands: &demands };
        if !store::ground::still_holds(tx, &ground, cx.now)? {
            let reason = what_ended(tx, &grant, &ground, cx.now)?;
            return refuse(tx, &cx, &grant, reason);
        }
        // Withdrawn since the code was made.
        if asks_for_consent && !store::consents::still_given(tx, &grant.user_id, &grant.client_id)? {
            return refuse(tx, &cx, &grant, "consent_withdrawn");
        }
        store::grants::insert(tx, &grant)?;
        store::audit_events::insert(tx, &cx.event_of(AuditKind::TokenIssued, Outcome::Success, &grant))?;
        Ok(Ok(answer))
    })
}

/// Since the code was given out. An idle session has not: only single sign-on has.
fn what_ended(tx: &mut Tx<'_>, grant: &Grant, ground: &Ground<'_>, now: UnixTime) -> Result<&'static str, StoreError> {
    Ok(match store::sessions::find_signed_in_by_id(tx, &grant.session_id)? {
        Some(who) if !who.user.is_active() => "account_disabled",
        Some(who) if who.membership.suspended_at.is_some() => "membership_suspended",
        Some(who) if who.membership.has_ended(now) => "membership_ended",
        Some(who) if !who.membership.has_one_of(ground.roles) => "role",
        Some(who) if !ground.demands.takes_terminal(who.session.terminal_kind) => Barrier::Terminal.as_str(),
        Some(who) if who.session.state(now) != SessionState::Ended => {
            ground.demands.unmet_by(who.session.authentication.acr).map_or("client_disabled", Barrier::as_str)
        }
        _ => "session_ended",
    })
}
