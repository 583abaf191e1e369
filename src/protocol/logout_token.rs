//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4): what tells an application that a session is over.

use std::time::Duration;

use serde_json::{Value, json};

use crate::domain::{ClientId, SessionId, UnixTime, UserId};

/// The `typ` of its header, so that it is taken for no other token.
pub const TYP: &str = "logout+jwt";

/// It is sent at once.
const LIFETIME: Duration = Duration::from_secs(120);

pub struct About<'a> {
    pub issuer: &'a str,
    pub client: &'a ClientId,
    pub subject: &'a UserId,
    pub session: &'a SessionId,
    pub jti: &'a str,
    pub now: UnixTime,
}

/// Never a `nonce`: it would pass for an ID token.
pub fn claims(about: &About<'_>) -> Value {
    json!({
        "iss": about.issuer,
        "aud": about.client,
        "sub": about.subject,
        "sid": about.session,
        "iat": about.now.secs(),
        "exp": about.now.plus(LIFETIME).secs(),
        "jti": about.jti,
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::testing::NOW;

    #[test]
    fn it_names_person_session_and_event_and_nothing_that_an_id_token_needs() {
        let about = About {
            issuer: "https://id.example",
            client: &ClientId::new("clinic-app"),
            subject: &UserId::new("hanako"),
            session: &SessionId::new("the-session"),
            jti: "once",
            now: NOW,
        };
        let expected = json!({
            "iss": "https://id.example",
            "aud": "clinic-app",
            "sub": "hanako",
            "sid": "the-session",
            "iat": NOW.secs(),
            "exp": NOW.secs() + 120,
            "jti": "once",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        assert_eq!(claims(&about), expected);
    }
}
