//! `[tokens]`: how long each kind lives.

use std::time::Duration;

use super::reader::Reader;

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: Duration,
    pub id_token: Duration,
}

impl Tokens {
    pub(super) fn read(from: &mut Reader) -> Self {
        let token = Duration::from_secs(MINUTE)..=Duration::from_secs(DAY);
        Self {
            access_token: from.span("tokens.access_token", token.clone()),
            id_token: from.span("tokens.id_token", token),
        }
    }
}
