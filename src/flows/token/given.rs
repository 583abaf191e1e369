//! The tokens that a grant gives, sealed and signed before anything is written.

use std::time::Duration;

use openidconnect::AccessToken as BearerToken;
use serde_json::{Map, Value};

use super::{AccessToken, RefreshToken};
use crate::{
    domain::{Client, Fault, Grant, Rotation, Secret},
    flows::Cx,
    protocol::{
        id_token::{self, IdToken},
        scope::{Scope, holds},
        token::TokenAnswer,
    },
};

pub struct Given<'a> {
    pub grant: &'a Grant,
    /// All that was granted, or less.
    pub scopes: &'a [String],
    /// Names of the single claims that userinfo may tell.
    pub claims: &'a [String],
    /// Which refresh token it is that goes with them.
    pub rotation: Option<Rotation>,
    pub nonce: Option<&'a str>,
    /// Single claims that the ID token tells.
    pub requested: Map<String, Value>,
}

impl Given<'_> {
    pub fn sign(self, cx: &Cx, client: &Client) -> Result<TokenAnswer, Fault> {
        let lifetime = client.lifetimes.access_token(cx.site.access_token);
        let access_token = self.access_token(cx, lifetime);
        let mut answer = TokenAnswer::bearer(&access_token, lifetime.as_secs(), self.scopes);
        answer.refresh_token = self.refresh_token(cx);
        if holds(self.scopes, Scope::OpenId) {
            answer.id_token = Some(self.id_token(cx, client, &access_token)?);
        }
        Ok(answer)
    }

    fn access_token(&self, cx: &Cx, lifetime: Duration) -> Secret {
        let fewer = self.scopes.len() < self.grant.scopes.len();
        let token = AccessToken {
            grant: self.grant.id.clone(),
            expires_at: cx.now.plus(lifetime),
            scopes: fewer.then(|| self.scopes.to_vec()),
            claims: self.claims.to_vec(),
        };
        Secret::presented(cx.keys.seal(&token, cx.now, cx.random))
    }

    fn refresh_token(&self, cx: &Cx) -> Option<String> {
        let token = RefreshToken { grant: self.grant.id.clone(), n: self.rotation?.n, claims: self.claims.to_vec() };
        Some(cx.keys.seal(&token, cx.now, cx.random))
    }

    fn id_token(self, cx: &Cx, client: &Client, access_token: &Secret) -> Result<String, Fault> {
        let claims = id_token::claims(id_token::About {
            issuer: &cx.site.issuer,
            client: &client.id,
            subject: &self.grant.user_id,
            session: &self.grant.session_id,
            authentication: &self.grant.authentication,
            nonce: self.nonce,
            requested: self.requested,
            now: cx.now,
            lifetime: client.lifetimes.id_token(cx.site.id_token),
        })
        .map_err(|error| Fault::internal("issuer", error))?;
        let signer = cx.ring.signer(client.id_token_alg)?;
        let hashed = BearerToken::new(access_token.reveal().to_owned());
        let id_token = IdToken::new(claims, signer, signer.algorithm(), Some(&hashed), None)
            .map_err(|error| Fault::internal("signing an ID token", error))?;
        Ok(id_token.to_string())
    }
}
