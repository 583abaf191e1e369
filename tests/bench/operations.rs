//! What is driven, each operation as an application or a browser does it, checked to have succeeded.

use base64::{Engine, engine::general_purpose::STANDARD};
use clap::ValueEnum;
use form_urlencoded::Serializer;
use hyper::{
    StatusCode,
    header::{AUTHORIZATION, HeaderName},
};

use crate::{
    Result,
    browser::Browser,
    http::{FORM, Sent},
    journal::Told,
    target::{Alg, CALLBACK},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Operation {
    /// authorize with a session, token, userinfo
    CodeFlow,
    Password,
    Passkey,
    Refresh,
    Discovery,
    Jwks,
}

/// RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Somebody with a session at the issuer, and the application that they use.
pub struct Worker {
    browser: Browser,
    /// The same person where no session is.
    signed_out: Browser,
    authorize: String,
    basic: String,
    refresh_token: String,
}

impl Worker {
    /// Who asks only for documents.
    pub fn stranger(browser: Browser) -> Self {
        let nothing = String::new;
        let signed_out = browser.signed_out();
        Self { signed_out, browser, authorize: nothing(), basic: nothing(), refresh_token: nothing() }
    }

    pub async fn signed_in(mut browser: Browser, alg: Alg, scope: &str) -> Result<Self> {
        let target = std::sync::Arc::clone(&browser.target);
        let application = target.application(alg);
        let request = [
            ("response_type", "code"),
            ("client_id", &application.id),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("state", "af0ifjsldkj"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let request = Serializer::new(String::new()).extend_pairs(request).finish();
        let authorize = format!("{}?{request}", target.authorize);
        browser.sign_in(&authorize).await?;
        let basic = format!("Basic {}", STANDARD.encode(format!("{}:{}", application.id, application.secret)));
        Ok(Self { signed_out: browser.signed_out(), browser, authorize, basic, refresh_token: String::new() })
    }

    /// With a passkey.
    pub async fn enrolled(mut self) -> Result<Self> {
        self.browser.enrol().await?;
        self.signed_out = self.browser.signed_out();
        Ok(self)
    }

    /// With a refresh token.
    pub async fn offline(mut self) -> Result<Self> {
        self.code_flow().await?;
        if self.refresh_token.is_empty() { Err("no refresh token".into()) } else { Ok(self) }
    }

    /// `name` is how the server's audit trail will know it.
    pub async fn run(&mut self, operation: Operation, name: &str) -> Result<Told> {
        let browser = match operation {
            Operation::Password | Operation::Passkey => &mut self.signed_out,
            _ => &mut self.browser,
        };
        name.clone_into(&mut browser.http.user_agent);
        match operation {
            Operation::CodeFlow => self.code_flow().await,
            Operation::Password => {
                let answer = self.signed_out.password(None).await?;
                Told::session(&answer)
            }
            Operation::Passkey => Told::session(&self.signed_out.passkey().await?),
            Operation::Refresh => self.refresh().await,
            Operation::Discovery => self.document("/.well-known/openid-configuration").await,
            Operation::Jwks => {
                let path = self.browser.target.jwks.clone();
                self.document(&path).await
            }
        }
    }

    async fn code_flow(&mut self) -> Result<Told> {
        let back = self.browser.get(&self.authorize).await?.expect(StatusCode::SEE_OTHER)?;
        let code = back.location().and_then(|to| to.split_once("code=")).ok_or("no code came back")?.1;
        let code = code.split('&').next().unwrap_or_default();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let tokens = self.token(&form).await?;
        let access_token = tokens["access_token"].as_str().ok_or("no access token")?;
        if !tokens["id_token"].is_string() {
            return Err("no ID token".into());
        }
        tokens["refresh_token"].as_str().unwrap_or_default().clone_into(&mut self.refresh_token);
        let path = self.browser.target.userinfo.clone();
        let bearer: [(HeaderName, &str); 1] = [(AUTHORIZATION, &format!("Bearer {access_token}"))];
        self.browser.http.get(&path, &bearer).await?.expect(StatusCode::OK)?;
        Ok(Told::AccessToken(access_token.to_owned()))
    }

    async fn refresh(&mut self) -> Result<Told> {
        // Kept until the next one is here: an answer that was lost is asked for again.
        let presented = self.refresh_token.clone();
        let tokens = self.token(&[("grant_type", "refresh_token"), ("refresh_token", &presented)]).await?;
        tokens["refresh_token"].as_str().ok_or("no new refresh token")?.clone_into(&mut self.refresh_token);
        Ok(Told::RefreshToken(self.refresh_token.clone()))
    }

    async fn token(&mut self, form: &[(&str, &str)]) -> Result<serde_json::Value> {
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        let path = self.browser.target.token.clone();
        let sent = Sent { headers: &[(AUTHORIZATION, &self.basic)], body: Some((FORM, body)) };
        self.browser.http.post(&path, sent).await?.expect(StatusCode::OK)?.json()
    }

    async fn document(&mut self, path: &str) -> Result<Told> {
        let answer = self.browser.http.get(path, &[]).await?.expect(StatusCode::OK)?;
        if answer.body.is_empty() { Err("an empty document".into()) } else { Ok(Told::Nothing) }
    }
}
