//! The authorization code: a sealed value, so that nothing is stored for it. It lives 60 s and is spent by its id, which
//! becomes the id of the grant: a second use finds what to revoke.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{Acr, Amr, Authentication, Client, ClientId, ClinicId, GrantId, SessionId, SignedIn, UnixTime, UserId},
    flows::Cx,
    keys::Sealable,
    protocol::{authorize::AuthorizationRequest, claims_request::ClaimsRequest},
};

pub const CODE_LIFETIME: Duration = Duration::from_secs(60);

#[derive(Clone, Serialize, Deserialize)]
pub struct Code {
    pub id: GrantId,
    pub client_id: ClientId,
    pub redirect_uri: String,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
    pub session_id: SessionId,
    pub scopes: Vec<String>,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub claims: ClaimsRequest,
    acr: String,
    amr: Vec<String>,
    auth_time: UnixTime,
}

impl Sealable for Code {
    const PURPOSE: &'static str = "authorization-code";
    const LIFETIME: Duration = CODE_LIFETIME;
}

impl Code {
    /// `scopes`: what of the request was agreed to.
    pub fn new(cx: &Cx, client: &Client, request: &AuthorizationRequest, scopes: Vec<String>, who: &SignedIn) -> Self {
        let authentication = &who.session.authentication;
        let essential = &request.claims.essential_acr;
        let acr = authentication.acr.among(if essential.is_empty() { &request.acr_values } else { essential });
        Self {
            id: GrantId::new(cx.random.id(cx.now)),
            client_id: client.id.clone(),
            redirect_uri: request.redirect_uri.clone(),
            user_id: who.user.id.clone(),
            clinic_id: who.session.clinic_id.clone(),
            session_id: who.session.id.clone(),
            scopes,
            nonce: request.nonce.clone(),
            code_challenge: request.code_challenge.clone(),
            claims: request.claims.clone(),
            acr: acr.as_str().to_owned(),
            amr: authentication.amr.iter().map(|amr| amr.as_str().to_owned()).collect(),
            auth_time: authentication.at,
        }
    }

    /// As it was when the code was made. `None` only for a value that another version of us sealed.
    pub fn authentication(&self) -> Option<Authentication> {
        let amr = self.amr.iter().map(|amr| Amr::parse(amr)).collect::<Option<_>>()?;
        Some(Authentication { acr: Acr::parse(&self.acr)?, amr, at: self.auth_time })
    }
}
