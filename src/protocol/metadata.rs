//! What discovery says (OpenID Connect Discovery §3, RFC 8414 §2, RFC 9207 §3, RP-Initiated Logout §2.1, Back-Channel Logout
//! §2.1), out of the tables that the code runs on.

use openidconnect::{
    AdditionalProviderMetadata, AuthUrl, AuthenticationContextClass, IssuerUrl, JsonWebKeySetUrl, LanguageTag,
    ProviderMetadata, ResponseTypes, TokenUrl, UserInfoUrl,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode,
        CoreResponseType, CoreSubjectIdentifierType,
    },
    url::ParseError,
};
use serde::{Deserialize, Serialize};

use super::{authorize::Prompt, claims, scope::Scope};
use crate::domain::{Acr, ClientAuthMethod, SigningAlg};

/// Members that the library's type has no place for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OwnMetadata {
    end_session_endpoint: String,
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: Vec<String>,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<String>,
    code_challenge_methods_supported: Vec<String>,
    authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect Back-Channel Logout §2.1.
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    /// Initiating User Registration via OpenID Connect §4.
    prompt_values_supported: Vec<String>,
}

impl AdditionalProviderMetadata for OwnMetadata {}

pub type Discovery = ProviderMetadata<
    OwnMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Claims of ID tokens, besides those about the person.
const ID_TOKEN_CLAIMS: &[&str] =
    &["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];

/// The document (serialise it), for an issuer without a trailing slash. `algorithms`: those that it has keys for. Fails
/// only when the issuer is no URL.
pub fn discovery(
    issuer: &str,
    algorithms: &[SigningAlg],
    grant_types: impl Iterator<Item = &'static str>,
) -> Result<Discovery, ParseError> {
    let at = |path: &str| format!("{issuer}/oauth/{path}");
    let own = OwnMetadata {
        end_session_endpoint: at("logout"),
        revocation_endpoint: at("revoke"),
        revocation_endpoint_auth_methods_supported: auth_methods(|_| true),
        introspection_endpoint: at("introspect"),
        introspection_endpoint_auth_methods_supported: auth_methods(|it| it != ClientAuthMethod::None),
        code_challenge_methods_supported: vec!["S256".to_owned()],
        authorization_response_iss_parameter_supported: true,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
        prompt_values_supported: Prompt::ALL.iter().map(|prompt| prompt.as_str().to_owned()).collect(),
    };
    let claims = ID_TOKEN_CLAIMS.iter().copied().chain(claims::names());
    let languages = ["ja", "en"].map(|tag| LanguageTag::new(tag.to_owned()));
    // An application that made an administrator's code a must would shut out whoever can do better.
    let acrs = Acr::ALL
        .iter()
        .filter(|acr| **acr != Acr::Temporary)
        .map(|acr| AuthenticationContextClass::new(acr.as_str().to_owned()));
    Ok(Discovery::new(
        IssuerUrl::new(issuer.to_owned())?,
        AuthUrl::new(at("authorize"))?,
        JsonWebKeySetUrl::new(at("jwks"))?,
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public],
        algorithms.iter().copied().map(signing_alg).collect(),
        own,
    )
    .set_token_endpoint(Some(TokenUrl::new(at("token"))?))
    .set_userinfo_endpoint(Some(UserInfoUrl::new(at("userinfo"))?))
    .set_scopes_supported(Some(
        Scope::ALL.iter().map(|scope| openidconnect::Scope::new(scope.as_str().to_owned())).collect(),
    ))
    .set_response_modes_supported(Some(vec![CoreResponseMode::Query]))
    .set_grant_types_supported(Some(grant_types.map(|name| CoreGrantType::Extension(name.to_owned())).collect()))
    .set_acr_values_supported(Some(acrs.collect()))
    .set_token_endpoint_auth_methods_supported(Some(ClientAuthMethod::ALL.iter().copied().map(auth_method).collect()))
    .set_display_values_supported(Some(vec![CoreAuthDisplay::Page, CoreAuthDisplay::Popup, CoreAuthDisplay::Touch]))
    .set_claim_types_supported(Some(vec![CoreClaimType::Normal]))
    .set_claims_supported(Some(claims.map(|name| CoreClaimName::new(name.to_owned())).collect()))
    .set_ui_locales_supported(Some(languages.to_vec()))
    .set_claims_parameter_supported(Some(true))
    // Said aloud: the default of the second is true.
    .set_request_parameter_supported(Some(false))
    .set_request_uri_parameter_supported(Some(false)))
}

fn auth_methods(wanted: impl Fn(ClientAuthMethod) -> bool) -> Vec<String> {
    ClientAuthMethod::ALL.iter().filter(|method| wanted(**method)).map(|method| method.as_str().to_owned()).collect()
}

/// The library's name of one of our signing algorithms.
pub fn signing_alg(alg: SigningAlg) -> CoreJwsSigningAlgorithm {
    match alg {
        SigningAlg::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        SigningAlg::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    }
}

fn auth_method(method: ClientAuthMethod) -> CoreClientAuthMethod {
    match method {
        ClientAuthMethod::ClientSecretBasic => CoreClientAuthMethod::ClientSecretBasic,
        ClientAuthMethod::ClientSecretPost => CoreClientAuthMethod::ClientSecretPost,
        ClientAuthMethod::None => CoreClientAuthMethod::None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Value {
        serde_json::to_value(
            discovery("https://id.example", SigningAlg::ALL, ["authorization_code", "refresh_token"].into_iter())
                .unwrap(),
        )
        .unwrap()
    }

    #[test]
    fn the_document_says_what_is_offered_and_nothing_else() {
        let mut document = document();
        let claims = document.as_object_mut().unwrap().remove("claims_supported").unwrap();
        assert!(
            ["sub", "auth_time", "sid", "name", "email", "phone_number_verified"]
                .iter()
                .all(|name| claims.as_array().unwrap().contains(&json!(name)))
        );
        assert_eq!(
            document,
            json!({
                "issuer": "https://id.example",
                "authorization_endpoint": "https://id.example/oauth/authorize",
                "token_endpoint": "https://id.example/oauth/token",
                "userinfo_endpoint": "https://id.example/oauth/userinfo",
                "jwks_uri": "https://id.example/oauth/jwks",
                "end_session_endpoint": "https://id.example/oauth/logout",
                "revocation_endpoint": "https://id.example/oauth/revoke",
                "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
                "introspection_endpoint": "https://id.example/oauth/introspect",
                "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
                "scopes_supported": ["openid", "profile", "email", "address", "phone", "clinic", "roles", "groups", "profession", "offline_access"],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code", "refresh_token"],
                "acr_values_supported": ["phrh", "phr", "urn:genkan:acr:mfa", "urn:genkan:acr:pwd"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
                "display_values_supported": ["page", "popup", "touch"],
                "claim_types_supported": ["normal"],
                "ui_locales_supported": ["ja", "en"],
                "claims_parameter_supported": true,
                "request_parameter_supported": false,
                "request_uri_parameter_supported": false,
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": true,
                "backchannel_logout_supported": true,
                "backchannel_logout_session_supported": true,
                "prompt_values_supported": ["none", "login", "consent", "select_account"],
            })
        );
    }

    #[test]
    fn an_issuer_that_is_no_url_is_refused() {
        assert!(discovery("id.example", SigningAlg::ALL, std::iter::empty()).is_err());
    }
}
