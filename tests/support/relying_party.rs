//! A relying party without a browser, on the independent `openidconnect` crate: what it accepts, an application accepts.
//!
//! ```ignore
//! let party = RelyingParty::discover(&issuer, "client", Some("secret"), "http://127.0.0.1:8090/callback").await?;
//! let (url, pending) = party.authorize_url(&[("prompt", "login")]);
//! // … a browser follows `url` and comes back with `callback` …
//! let signed_in = party.exchange(pending, &callback).await?;
//! let userinfo = party.userinfo(&signed_in).await?;
//! ```

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    time::{Duration, UNIX_EPOCH},
};

use genkan::{clock::Clock, domain::UnixTime};
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdToken,
    IdTokenClaims, IdTokenFields, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use url::Url;

/// Every claim that the crate doesn't name itself; `sid` among them.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OtherClaims(pub serde_json::Map<String, serde_json::Value>);

impl AdditionalClaims for OtherClaims {}

pub type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;
pub type UserInfo = UserInfoClaims<OtherClaims, CoreGenderClaim>;
pub type SignedToken =
    IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Tokens = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Party = openidconnect::Client<
    OtherClaims,
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

/// What a relying party keeps while the browser is away. `Clone`, so that a test can use a code twice.
#[derive(Clone, Debug)]
pub struct Pending {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Tokens that stood up to verification.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub claims: Claims,
    pub access_token: String,
    /// The ID token as it came.
    pub id_token: String,
    pub expires_in: Option<Duration>,
}

impl SignedIn {
    pub fn sub(&self) -> &str {
        self.claims.subject().as_str()
    }

    pub fn acr(&self) -> Option<&str> {
        self.claims.auth_context_ref().map(|acr| acr.as_str())
    }

    pub fn amr(&self) -> Vec<&str> {
        self.claims.auth_method_refs().into_iter().flatten().map(|amr| amr.as_str()).collect()
    }

    pub fn sid(&self) -> Option<&str> {
        self.claims.additional_claims().0.get("sid")?.as_str()
    }

    /// Seconds since 1970.
    pub fn auth_time(&self) -> Option<i64> {
        self.claims.auth_time().map(|at| at.timestamp())
    }
}

/// Why there is no [`SignedIn`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The authorization answer said so: its `error`.
    #[error("authorization: {0}")]
    Authorization(String),
    /// The token endpoint said so: its `error`.
    #[error("token: {0}")]
    Token(String),
    /// We refuse what the provider gave: wrong state, wrong issuer, a token that does not verify.
    #[error("not accepted: {0}")]
    NotAccepted(String),
    /// No proper answer at all.
    #[error("failed: {0}")]
    Failed(String),
}

#[derive(Clone)]
pub struct RelyingParty {
    metadata: ProviderMetadataWithLogout,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect_uri: RedirectUrl,
    auth_type: AuthType,
    scopes: Vec<String>,
    clock: Clock,
    http: Http,
}

impl RelyingParty {
    /// Reads discovery and keys. A `secret` is sent by `client_secret_basic`; without one the client is public.
    pub async fn discover(
        issuer: &str,
        client_id: &str,
        secret: Option<&str>,
        redirect_uri: &str,
    ) -> Result<Self, Refused> {
        let failed = |error: &dyn std::error::Error| Refused::Failed(in_full(error));
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| failed(&error))?;
        let http = Http::new().map_err(|error| failed(&error))?;
        let metadata =
            ProviderMetadataWithLogout::discover_async(issuer, &http).await.map_err(|error| failed(&error))?;
        Ok(Self {
            metadata,
            client_id: ClientId::new(client_id.to_owned()),
            client_secret: secret.map(|secret| ClientSecret::new(secret.to_owned())),
            redirect_uri: RedirectUrl::new(redirect_uri.to_owned()).map_err(|error| failed(&error))?,
            auth_type: AuthType::BasicAuth,
            scopes: ["profile", "email", "address", "phone"].map(str::to_owned).to_vec(),
            clock: Clock::System,
            http,
        })
    }

    /// Judges tokens by a test's own clock.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sends the secret in the form (`client_secret_post`).
    pub fn with_secret_in_form(mut self) -> Self {
        self.auth_type = AuthType::RequestBody;
        self
    }

    /// Besides `openid`, which is always asked for.
    pub fn with_scopes(mut self, scopes: &[&str]) -> Self {
        self.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self
    }

    pub fn metadata(&self) -> &ProviderMetadataWithLogout {
        &self.metadata
    }

    /// Where the browser goes, with PKCE S256, `state` and `nonce`, and what to keep until it comes back.
    pub fn authorize_url(&self, extra: &[(&'static str, &str)]) -> (Url, Pending) {
        let party = self.party();
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = party
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(self.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        for (name, value) in extra {
            request = request.add_extra_param(*name, (*value).to_owned());
        }
        let (url, state, nonce) = request.url();
        let pending =
            Pending { state: state.into_secret(), nonce: nonce.secret().clone(), verifier: verifier.into_secret() };
        (url, pending)
    }

    /// Judges the address that the browser came back to (`state`, `iss` by RFC 9207, the address itself); gives the code.
    pub fn code(&self, pending: &Pending, callback: &Url) -> Result<String, Refused> {
        let not_accepted = |what: &str| Refused::NotAccepted(format!("{what} in {callback}"));
        let expected = self.redirect_uri.url();
        let same_place =
            |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port(), url.path().to_owned());
        if same_place(callback) != same_place(expected) {
            return Err(not_accepted("another address"));
        }
        let mut answer = HashMap::new();
        for (name, value) in callback.query_pairs() {
            if answer.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(not_accepted("a parameter twice"));
            }
        }
        if answer.get("state") != Some(&pending.state) {
            return Err(not_accepted("another state"));
        }
        if answer.get("iss").map(String::as_str) != Some(self.metadata.issuer().as_str()) {
            return Err(not_accepted("another issuer"));
        }
        match (answer.remove("code"), answer.remove("error")) {
            (Some(code), None) => Ok(code),
            (None, Some(error)) => Err(Refused::Authorization(error)),
            _ => Err(not_accepted("neither a code nor an error, or both")),
        }
    }

    /// From the browser's coming back to verified claims.
    pub async fn exchange(&self, pending: Pending, callback: &Url) -> Result<SignedIn, Refused> {
        let code = self.code(&pending, callback)?;
        self.exchange_code(&code, &pending).await
    }

    /// The token request alone, for a test that brings its own code or verifier.
    pub async fn exchange_code(&self, code: &str, pending: &Pending) -> Result<SignedIn, Refused> {
        let party = self.party();
        let tokens = party
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Refused::Failed(in_full(&error)))?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(answer) => Refused::Token(answer.error().to_string()),
                other => Refused::Failed(in_full(&other)),
            })?;
        let token = tokens.id_token().ok_or_else(|| Refused::NotAccepted("no ID token".to_owned()))?;
        Ok(SignedIn {
            claims: self.verify(token, &pending.nonce)?,
            access_token: tokens.access_token().secret().clone(),
            id_token: token.to_string(),
            expires_in: tokens.expires_in(),
        })
    }

    /// Signature, issuer, audience, expiry and nonce, all by the crate.
    pub fn verify(&self, token: &SignedToken, nonce: &str) -> Result<Claims, Refused> {
        let party = self.party();
        let clock = self.clock.clone();
        let verifier = party.id_token_verifier().set_time_fn(move || instant(clock.now()).into());
        token
            .claims(&verifier, &Nonce::new(nonce.to_owned()))
            .cloned()
            .map_err(|error| Refused::NotAccepted(in_full(&error)))
    }

    /// The crate refuses another person's `sub`.
    pub async fn userinfo(&self, signed_in: &SignedIn) -> Result<UserInfo, Refused> {
        let token = AccessToken::new(signed_in.access_token.clone());
        self.party()
            .user_info(token, Some(signed_in.claims.subject().clone()))
            .map_err(|error| Refused::Failed(in_full(&error)))?
            .request_async(&self.http)
            .await
            .map_err(|error| Refused::Failed(in_full(&error)))
    }

    /// RP-initiated logout; `None` when discovery offers none.
    pub fn logout_url(&self, signed_in: &SignedIn, return_to: &str, state: &str) -> Option<Url> {
        let endpoint = self.metadata.additional_metadata().end_session_endpoint.clone()?;
        let token: SignedToken = signed_in.id_token.parse().ok()?;
        let request = LogoutRequest::from(endpoint)
            .set_id_token_hint(&token)
            .set_client_id(self.client_id.clone())
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(return_to.to_owned()).ok()?)
            .set_state(CsrfToken::new(state.to_owned()));
        Some(request.http_get_url())
    }

    fn party(&self) -> Party {
        Party::from_provider_metadata(self.metadata.clone(), self.client_id.clone(), self.client_secret.clone())
            .set_auth_type(self.auth_type.clone())
            .set_redirect_uri(self.redirect_uri.clone())
    }
}

/// A headless browser's part: keeps cookies, follows nothing by itself.
pub fn browser() -> reqwest::Client {
    browser_called("")
}

/// The same, with how it describes itself.
pub fn browser_called(user_agent: &str) -> reqwest::Client {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .cookie_store(true)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("a client without TLS can always be built")
}

/// Lends `reqwest` to the crate: no redirects, no proxy, no cookies.
#[derive(Clone)]
struct Http(reqwest::Client);

impl Http {
    fn new() -> Result<Self, reqwest::Error> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .map(Self)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Self::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

fn instant(at: UnixTime) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_millis(at.millis().unsigned_abs())
}

fn in_full(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |cause| cause.source()).map(ToString::to_string);
    causes.collect::<Vec<_>>().join(": ")
}
