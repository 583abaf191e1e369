//! `id_token_hint` (OpenID Connect Core §3.1.2.1; RP-Initiated Logout §2): what an ID token of ours, its signature
//! already verified and its age ignored, says about whom and for whom it was made.

use serde_json::Value;

use crate::domain::{ClientId, SessionId, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenHint {
    pub subject: UserId,
    pub audience: ClientId,
    pub session: Option<SessionId>,
}

impl IdTokenHint {
    /// `claims` of a token that one of our own keys signed. Our ID tokens have one audience.
    pub fn from_verified(claims: &Value, issuer: &str) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let audience = match claims.get("aud")? {
            Value::String(one) => one.as_str(),
            Value::Array(several) => match several.as_slice() {
                [one] => one.as_str()?,
                _ => return None,
            },
            _ => return None,
        };
        (text("iss")? == issuer).then_some(())?;
        Some(Self {
            subject: UserId::new(text("sub")?),
            audience: ClientId::new(audience),
            session: text("sid").map(SessionId::new),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://id.example";

    #[test]
    fn an_id_token_of_ours_names_person_application_and_session() {
        for aud in [json!("app"), json!(["app"])] {
            let claims = json!({"iss": ISSUER, "sub": "u", "aud": aud, "sid": "s", "exp": 1});
            let hint = IdTokenHint::from_verified(&claims, ISSUER).unwrap();
            assert_eq!((hint.subject.as_str(), hint.audience.as_str()), ("u", "app"));
            assert_eq!(hint.session, Some(SessionId::new("s")));
        }
    }

    #[test]
    fn other_tokens_are_no_hint() {
        for claims in [
            json!({"iss": "https://other.example", "sub": "u", "aud": "app"}),
            json!({"iss": ISSUER, "aud": "app"}),
            json!({"iss": ISSUER, "sub": "u"}),
            json!({"iss": ISSUER, "sub": "u", "aud": ["a", "b"]}),
            json!({"iss": ISSUER, "sub": 1, "aud": "app"}),
            json!("text"),
            json!(null),
        ] {
            assert_eq!(IdTokenHint::from_verified(&claims, ISSUER), None, "{claims}");
        }
    }
}
