//! An authenticator app on somebody's telephone, by the letter of RFC 6238 and apart from our own code.

use std::time::Duration;

use openssl::{hash::MessageDigest, pkey::PKey, sign::Signer};

use super::{
    app::TestApp,
    person::{Answer, Person},
};

pub const SETTINGS: &str = "/settings/second-factor";
pub const SET_UP: &str = "/settings/second-factor/set-up";
pub const DOOR: &str = "/login/second-factor";
pub const STEP: Duration = Duration::from_secs(30);

pub struct AuthenticatorApp {
    seed: Vec<u8>,
}

impl AuthenticatorApp {
    /// What its person types from the page that sets it up.
    pub fn reading(page: &Answer) -> Self {
        let (_, rest) = page.body.split_once("class=\"mono secret\">").expect("a secret");
        let (groups, _) = rest.split_once("</p>").expect("its end");
        Self::typed(&groups.split("<span>").skip(1).filter_map(|group| group.split('<').next()).collect::<String>())
    }

    /// In groups or in one piece.
    pub fn typed(secret: &str) -> Self {
        let letters = secret.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
        let value = |letter: char| "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("base32") as u64;
        let bits: Vec<u64> = letters.chars().map(value).collect();
        let five = |group: &[u64]| group.iter().fold(0, |sum, five| sum << 5 | five).to_be_bytes()[3..].to_vec();
        Self { seed: bits.chunks_exact(8).flat_map(five).collect() }
    }

    /// As it shows it now, or would so many steps later.
    pub fn code(&self, app: &TestApp, later: i64) -> String {
        let step = app.clock().now().secs() / 30 + later;
        let key = PKey::hmac(&self.seed).expect("a key");
        let mut signer = Signer::new(MessageDigest::sha1(), &key).expect("a signer");
        signer.update(&step.to_be_bytes()).expect("eight bytes");
        let digest = signer.sign_to_vec().expect("a digest");
        let at = usize::from(digest[19] & 15);
        let number = u32::from_be_bytes(digest[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// Sets itself up from a signed-in or enrolling session; gives its recovery codes. The clock is turned on, so that the
    /// next code is a new one.
    pub fn set_up(person: &Person<'_>) -> (Self, Vec<String>) {
        let page = person.get(SET_UP);
        let phone = Self::reading(&page);
        let done = confirm(person, &page, &phone.code(person.app, 0));
        assert_eq!(done.status, 200, "{}", done.body);
        person.app.advance(STEP);
        (phone, recovery_codes(&done))
    }
}

pub fn confirm(person: &Person<'_>, page: &Answer, code: &str) -> Answer {
    let hidden = |name| page.hidden(name).unwrap_or_default();
    let (token, set_up) = (hidden("form_token"), hidden("set_up"));
    person.post_form(SET_UP, &[("form_token", &token), ("set_up", &set_up), ("code", code)])
}

pub fn recovery_codes(page: &Answer) -> Vec<String> {
    let codes = page.body.split("<li class=\"mono\">").skip(1).filter_map(|rest| rest.split('<').next());
    codes.map(str::to_owned).collect()
}

/// Types a code (`code` or `recovery_code`) into the page that a right password led to.
pub fn type_code(person: &Person<'_>, asked: &Answer, field: &str, code: &str) -> Answer {
    assert!(asked.location().starts_with(DOOR), "{asked:?}");
    let page = person.get(asked.location());
    let hidden = |name| page.hidden(name);
    let (token, step) = (hidden("form_token").unwrap_or_default(), hidden("step").unwrap_or_default());
    let waiting = hidden("continue");
    let mut fields = vec![("form_token", token.as_str()), ("step", &step), (field, code)];
    fields.extend(waiting.as_ref().map(|sealed| ("continue", sealed.as_str())));
    person.post_form(DOOR, &fields)
}
