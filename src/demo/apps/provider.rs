//! The relying party's side of OpenID Connect Core §3.1 (code flow), with PKCE S256 (RFC 7636), `iss` (RFC 9207) and
//! RP-initiated logout. What is verified here is verified by the `openidconnect` crate.

use std::{sync::Arc, time::Duration};

use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields,
    IssuerUrl, LanguageTag, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use url::Url;

use super::{
    SampleApp,
    http_client::HttpClient,
    lang::Lang,
    logout_token::{self, LogoutToken, Unbelievable},
    refusal::{Refusal, in_full},
};
use crate::domain::UnixTime;

/// What we ask for; every standard claim of a person comes with it.
const SCOPES: [&str; 4] = ["profile", "email", "address", "phone"];

/// A claim that the crate doesn't know: which session at the provider this is (back-channel logout §2.1).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SessionClaim {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

impl AdditionalClaims for SessionClaim {}

/// Whatever else userinfo tells.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OtherClaims(serde_json::Map<String, serde_json::Value>);

impl AdditionalClaims for OtherClaims {}

pub type Claims = IdTokenClaims<SessionClaim, CoreGenderClaim>;
pub type UserInfo = UserInfoClaims<OtherClaims, CoreGenderClaim>;
pub type SignedToken =
    IdToken<SessionClaim, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<
    IdTokenFields<
        SessionClaim,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Party = openidconnect::Client<
    SessionClaim,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A sign-in that the browser was sent away for.
#[derive(Debug)]
pub struct Pending {
    pub state: CsrfToken,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

/// Somebody who has come back with tokens that hold.
#[derive(Debug)]
pub struct SignedIn {
    pub token: SignedToken,
    pub claims: Claims,
    pub userinfo: UserInfo,
}

pub struct Provider {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: ClientSecret,
    redirect_uri: RedirectUrl,
    post_logout_redirect_uri: PostLogoutRedirectUrl,
    http: HttpClient,
    metadata: Mutex<Option<Arc<ProviderMetadataWithLogout>>>,
}

impl Provider {
    /// `Err` says which setting is wrong.
    pub fn new(app: &SampleApp) -> Result<Self, String> {
        Ok(Self {
            issuer: IssuerUrl::new(app.issuer.clone()).map_err(|error| format!("issuer: {error}"))?,
            client_id: ClientId::new(app.client_id.clone()),
            client_secret: ClientSecret::new(app.client_secret.reveal().to_owned()),
            redirect_uri: RedirectUrl::new(SampleApp::redirect_uri(&app.base_url))
                .map_err(|error| format!("redirect URI: {error}"))?,
            post_logout_redirect_uri: PostLogoutRedirectUrl::new(SampleApp::post_logout_redirect_uri(&app.base_url))
                .map_err(|error| format!("post-logout redirect URI: {error}"))?,
            http: HttpClient::new().map_err(|error| in_full(&error))?,
            metadata: Mutex::new(None),
        })
    }

    /// Where to send the browser, and what to remember until it comes back.
    pub async fn begin(&self, lang: Lang, again: bool) -> Result<(Url, Pending), Refusal> {
        let party = self.party(&*self.discovered().await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = party
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(SCOPES.map(|scope| Scope::new(scope.to_owned())))
            .set_pkce_challenge(challenge)
            .add_ui_locale(LanguageTag::new(lang.as_str().to_owned()));
        if again {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let (url, state, nonce) = request.url();
        Ok((url, Pending { state, nonce, verifier }))
    }

    /// RFC 9207 §2.4: an answer that doesn't name our provider was not meant for us.
    pub fn check_issuer(&self, iss: Option<&str>) -> Result<(), Refusal> {
        if iss == Some(self.issuer.as_str()) { Ok(()) } else { Err(Refusal::WrongIssuer) }
    }

    /// From code to verified person.
    pub async fn finish(&self, code: String, pending: Pending) -> Result<SignedIn, Refusal> {
        let metadata = self.discovered().await?;
        let party = self.party(&metadata);
        let tokens = party
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Refusal::Token(in_full(&error)))?
            .set_pkce_verifier(pending.verifier)
            .request_async(&self.http)
            .await
            .map_err(token_refusal)?;
        let token = tokens.id_token().ok_or_else(|| Refusal::IdToken("none was given".to_owned()))?.clone();
        let claims = match token.claims(&party.id_token_verifier(), &pending.nonce) {
            Ok(claims) => claims.clone(),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                // The provider has new keys since we asked.
                self.metadata.lock().await.take();
                let party = self.party(&*self.discovered().await?);
                token.claims(&party.id_token_verifier(), &pending.nonce).map_err(token_unverified)?.clone()
            }
            Err(error) => return Err(token_unverified(error)),
        };
        // The crate compares `sub` with the ID token's (OpenID Connect Core §5.3.2).
        let userinfo: UserInfo = party
            .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
            .map_err(|error| Refusal::UserInfo(in_full(&error)))?
            .request_async(&self.http)
            .await
            .map_err(|error| Refusal::UserInfo(in_full(&error)))?;
        Ok(SignedIn { token, claims, userinfo })
    }

    /// Where to send the browser so that the provider's session ends as well; `None` when the provider doesn't offer it.
    pub async fn logout_url(&self, token: &SignedToken, state: CsrfToken, lang: Lang) -> Option<Url> {
        let endpoint = self.discovered().await.ok()?.additional_metadata().end_session_endpoint.clone()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(token)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(self.post_logout_redirect_uri.clone())
            .set_state(state)
            .add_ui_locale(LanguageTag::new(lang.as_str().to_owned()));
        Some(request.http_get_url())
    }

    /// Which session is over at the provider, if the token says so.
    pub async fn logged_out(&self, token: &str, now: UnixTime) -> Result<LogoutToken, Refusal> {
        let verify = |metadata: &ProviderMetadataWithLogout| {
            logout_token::verify(token, metadata.jwks().keys(), &self.issuer, &self.client_id, now)
        };
        let verified = match verify(&*self.discovered().await?) {
            Err(Unbelievable::Unsigned) => {
                // The provider has new keys since we asked.
                self.metadata.lock().await.take();
                verify(&*self.discovered().await?)
            }
            other => other,
        };
        verified.map_err(|why| Refusal::LogoutToken(format!("{why:?}")))
    }

    /// Fetched when first needed, and asked for again a few times: the provider may be starting just now.
    async fn discovered(&self) -> Result<Arc<ProviderMetadataWithLogout>, Refusal> {
        let mut kept = self.metadata.lock().await;
        if let Some(metadata) = kept.as_ref() {
            return Ok(Arc::clone(metadata));
        }
        let mut attempt = 1;
        let metadata = loop {
            match ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http).await {
                Ok(metadata) => break Arc::new(metadata),
                Err(_) if attempt < 3 => attempt += 1,
                Err(error) => return Err(Refusal::Unreachable(in_full(&error))),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        *kept = Some(Arc::clone(&metadata));
        Ok(metadata)
    }

    fn party(&self, metadata: &ProviderMetadataWithLogout) -> Party {
        Party::from_provider_metadata(metadata.clone(), self.client_id.clone(), Some(self.client_secret.clone()))
            .set_auth_type(AuthType::BasicAuth)
            .set_redirect_uri(self.redirect_uri.clone())
    }
}

fn token_unverified(error: ClaimsVerificationError) -> Refusal {
    Refusal::IdToken(in_full(&error))
}

fn token_refusal(error: RequestTokenError<reqwest::Error, StandardErrorResponse<CoreErrorResponseType>>) -> Refusal {
    match error {
        RequestTokenError::ServerResponse(answer) => Refusal::Token(answer.to_string()),
        RequestTokenError::Request(error) => Refusal::Unreachable(in_full(&error)),
        other => Refusal::Token(in_full(&other)),
    }
}
