//! `[tokens]`: how long each kind lives.

use std::time::Duration;

use super::reader::Reader;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: Duration,
    pub id_token: Duration,
    pub refresh_token: Duration,
}

impl Tokens {
    pub(super) fn read(from: &mut Reader) -> Self {
        let token = Duration::from_secs(MINUTE)..=Duration::from_secs(DAY);
        let access_token = from.span("tokens.access_token", token.clone());
        let refresh_token =
            from.span("tokens.refresh_token", Duration::from_secs(HOUR)..=Duration::from_secs(365 * DAY));
        if refresh_token < access_token {
            from.refuse("tokens.refresh_token", "no shorter than [tokens] access_token");
        }
        Self { access_token, id_token: from.span("tokens.id_token", token), refresh_token }
    }
}
