//! What is written down of a new person: the standard claims (OpenID Connect Core §5.1), each checked for its form.

use super::super::{Refusal, text};
use crate::domain::{Address, Profile};

/// As typed. `None` is not known.
#[derive(Clone, Debug, Default)]
pub struct Details {
    pub name: Option<String>,
    pub name_kana: Option<String>,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub middle_name: Option<String>,
    pub nickname: Option<String>,
    pub preferred_username: Option<String>,
    pub profile: Option<String>,
    pub picture: Option<String>,
    pub website: Option<String>,
    pub gender: Option<String>,
    pub birthdate: Option<String>,
    pub zoneinfo: Option<String>,
    pub locale: Option<String>,
    pub phone_number: Option<String>,
    pub phone_number_verified: bool,
    pub address: Address,
}

impl Details {
    pub(super) fn profile(&self) -> Result<Profile, Refusal> {
        let (Some(name), Some(kana)) = (&self.name, &self.name_kana) else { return Err(Refusal::NameMissing) };
        let short =
            |field, value: &Option<String>| value.as_deref().map(|text| text::line(field, text, 100)).transpose();
        Ok(Profile {
            name: text::line("the name", name, 100)?,
            name_kana: Some(text::line("the kana", kana, 100)?),
            given_name: short("the given name", &self.given_name)?,
            family_name: short("the family name", &self.family_name)?,
            middle_name: short("the middle name", &self.middle_name)?,
            nickname: short("the nickname", &self.nickname)?,
            preferred_username: short("the preferred user name", &self.preferred_username)?,
            profile: web_address("the profile page", &self.profile)?,
            picture: web_address("the picture", &self.picture)?,
            website: web_address("the website", &self.website)?,
            gender: short("the gender", &self.gender)?,
            birthdate: formed("the birthdate", "YYYY-MM-DD, 0000-MM-DD or YYYY", &self.birthdate, is_birthdate)?,
            zoneinfo: formed("the time zone", "a name such as Asia/Tokyo", &self.zoneinfo, is_zone)?,
            locale: formed("the locale", "a language tag such as ja-JP", &self.locale, is_locale)?,
            phone_number: formed("the telephone number", "such as +81 3-1234-5678", &self.phone_number, is_phone)?,
            phone_number_verified: self.phone_number_verified && self.phone_number.is_some(),
            address: self.address()?,
        })
    }

    fn address(&self) -> Result<Option<Address>, Refusal> {
        let part =
            |value: &Option<String>| value.as_deref().map(|text| text::line("the address", text, 300)).transpose();
        let given = &self.address;
        let address = Address {
            formatted: part(&given.formatted)?,
            street_address: part(&given.street_address)?,
            locality: part(&given.locality)?,
            region: part(&given.region)?,
            postal_code: part(&given.postal_code)?,
            country: part(&given.country)?,
        };
        Ok((address != Address::default()).then_some(address))
    }

    /// Whether all that was typed is what is known already.
    pub(super) fn agrees_with(&self, profile: &Profile) -> bool {
        let agrees = |typed: &Option<String>, known: &Option<String>| typed.is_none() || typed == known;
        let address = profile.address.clone().unwrap_or_default();
        let name = Some(profile.name.clone());
        [
            (&self.name, &name),
            (&self.name_kana, &profile.name_kana),
            (&self.given_name, &profile.given_name),
            (&self.family_name, &profile.family_name),
            (&self.middle_name, &profile.middle_name),
            (&self.nickname, &profile.nickname),
            (&self.preferred_username, &profile.preferred_username),
            (&self.profile, &profile.profile),
            (&self.picture, &profile.picture),
            (&self.website, &profile.website),
            (&self.gender, &profile.gender),
            (&self.birthdate, &profile.birthdate),
            (&self.zoneinfo, &profile.zoneinfo),
            (&self.locale, &profile.locale),
            (&self.phone_number, &profile.phone_number),
            (&self.address.formatted, &address.formatted),
            (&self.address.street_address, &address.street_address),
            (&self.address.locality, &address.locality),
            (&self.address.region, &address.region),
            (&self.address.postal_code, &address.postal_code),
            (&self.address.country, &address.country),
        ]
        .iter()
        .all(|(typed, known)| agrees(typed, known))
    }
}

fn formed(
    field: &'static str,
    wanted: &'static str,
    value: &Option<String>,
    is_good: fn(&str) -> bool,
) -> Result<Option<String>, Refusal> {
    match value {
        Some(text) if !is_good(text) => Err(Refusal::BadClaim { field, wanted }),
        _ => Ok(value.clone()),
    }
}

fn web_address(field: &'static str, value: &Option<String>) -> Result<Option<String>, Refusal> {
    formed(field, "an address that begins with https:// or http://", value, |text| {
        text.len() <= 2048 && url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
    })
}

fn is_birthdate(text: &str) -> bool {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    // The year 0000 hides the year, and was a leap year.
    is_year || (text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok())
}

/// IANA time zone names: `Area/Location`.
fn is_zone(text: &str) -> bool {
    let letters = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "+-_".contains(c));
    text.len() <= 64 && text.split('/').all(letters)
}

fn is_locale(text: &str) -> bool {
    let subtag = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    text.len() <= 35 && text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.split('-').all(subtag)
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (3..=20).contains(&digits)
        && text.len() <= 40
        && text.chars().all(|c| c.is_ascii_digit() || "+-() .;=ext".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(change: impl FnOnce(&mut Details)) -> Result<Profile, Refusal> {
        let mut details =
            Details {
                name: Some("山田 花子".into()), name_kana: Some("ヤマダ ハナコ".into()), ..Details::default()
            };
        change(&mut details);
        details.profile()
    }

    #[test]
    fn a_person_has_a_name_and_its_kana() {
        assert_eq!(details(|_| {}).expect("good").name, "山田 花子");
        assert_eq!(details(|it| it.name = None), Err(Refusal::NameMissing));
        assert_eq!(details(|it| it.name_kana = None), Err(Refusal::NameMissing));
        assert!(details(|it| it.name = Some("a\nb".into())).is_err());
        assert!(details(|it| it.name = Some("あ".repeat(101))).is_err());
    }

    #[test]
    fn claims_have_their_form() {
        for good in ["1980-02-29", "0000-02-29", "1980"] {
            assert!(details(|it| it.birthdate = Some(good.into())).is_ok(), "{good}");
        }
        for bad in ["1981-02-29", "80", "29.2.1980", "1980-2-9", ""] {
            assert!(details(|it| it.birthdate = Some(bad.into())).is_err(), "{bad}");
        }
        for (good, bad) in [("https://a.example/p", "javascript:alert(1)"), ("http://a.example", "a.example")] {
            assert!(details(|it| it.picture = Some(good.into())).is_ok(), "{good}");
            assert!(details(|it| it.picture = Some(bad.into())).is_err(), "{bad}");
        }
        assert!(details(|it| it.zoneinfo = Some("Asia/Tokyo".into())).is_ok());
        assert!(details(|it| it.zoneinfo = Some("Asia//Tokyo".into())).is_err());
        assert!(details(|it| it.locale = Some("ja-JP".into())).is_ok());
        assert!(details(|it| it.locale = Some("japanese language".into())).is_err());
        assert!(details(|it| it.phone_number = Some("+81 3-1234-5678".into())).is_ok());
        assert!(details(|it| it.phone_number = Some("call me".into())).is_err());
    }

    #[test]
    fn what_is_not_typed_agrees_with_anything() {
        let profile = details(|it| it.gender = Some("female".into())).expect("good");
        assert!(Details::default().agrees_with(&profile));
        assert!(Details { gender: Some("female".into()), ..Details::default() }.agrees_with(&profile));
        assert!(!Details { name: Some("鈴木".into()), ..Details::default() }.agrees_with(&profile));
        assert!(!Details { website: Some("https://a.example".into()), ..Details::default() }.agrees_with(&profile));
    }
}
