//! What userinfo tells of a person (OpenID Connect Core §5.1, §5.3, §5.4). What is not known is left out: no answer
//! holds a null, an empty text or an empty object.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::scope::Scope;
use crate::domain::{ClaimNames, Clinic, Group, Membership, Profile, Qualification, UnixTime, User};

struct Claim {
    name: &'static str,
    scope: Scope,
    of: Of,
}

enum Of {
    Person(fn(&User) -> Option<Value>),
    /// Who they are in the clinic that they work for now, and in no other.
    Place(fn(&Place) -> Option<Value>),
    Groups(fn(&[Group]) -> Option<Value>),
    Professions(fn(&[Qualification], &Place) -> Option<Value>),
}

/// A person's place in a clinic.
pub type Place = (Membership, Clinic);

/// Somebody of whom an application is told, with as much as [`Needs`] wanted to be read.
pub struct About {
    pub user: User,
    pub place: Option<Place>,
    /// Of the place, and in force.
    pub groups: Vec<Group>,
    /// As the clinic knows it.
    pub qualifications: Vec<Qualification>,
}

/// What is to be read beside the person, since something of it is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub place: bool,
    pub groups: bool,
    pub qualifications: bool,
}

const fn person(name: &'static str, scope: Scope, of: fn(&User) -> Option<Value>) -> Claim {
    Claim { name, scope, of: Of::Person(of) }
}

const fn profile(name: &'static str, of: fn(&User) -> Option<Value>) -> Claim {
    person(name, Scope::Profile, of)
}

const CLAIMS: &[Claim] = &[
    profile("name", |user| text(&user.profile.name)),
    // §5.2: the same claim in another script.
    profile("name#ja-Kana-JP", |user| known(user, |p| &p.name_kana)),
    profile("given_name", |user| known(user, |p| &p.given_name)),
    profile("family_name", |user| known(user, |p| &p.family_name)),
    profile("middle_name", |user| known(user, |p| &p.middle_name)),
    profile("nickname", |user| known(user, |p| &p.nickname)),
    profile("preferred_username", |user| known(user, |p| &p.preferred_username)),
    profile("profile", |user| known(user, |p| &p.profile)),
    profile("picture", |user| known(user, |p| &p.picture)),
    profile("website", |user| known(user, |p| &p.website)),
    profile("gender", |user| known(user, |p| &p.gender)),
    profile("birthdate", |user| known(user, |p| &p.birthdate)),
    profile("zoneinfo", |user| known(user, |p| &p.zoneinfo)),
    profile("locale", |user| known(user, |p| &p.locale)),
    profile("updated_at", |user| Some(user.updated_at.secs().into())),
    person("email", Scope::Email, |user| text(user.email.as_str())),
    person("email_verified", Scope::Email, |user| Some(user.email_verified.into())),
    person("address", Scope::Address, address),
    person("phone_number", Scope::Phone, |user| known(user, |p| &p.phone_number)),
    person("phone_number_verified", Scope::Phone, phone_number_verified),
    Claim { name: "clinic", scope: Scope::Clinic, of: Of::Place(clinic) },
    Claim { name: "roles", scope: Scope::Roles, of: Of::Place(roles) },
    Claim { name: "groups", scope: Scope::Groups, of: Of::Groups(groups) },
    Claim { name: "profession", scope: Scope::Profession, of: Of::Professions(profession) },
    Claim { name: "qualifications", scope: Scope::Profession, of: Of::Professions(qualifications) },
];

/// Every claim about a person that discovery lists.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CLAIMS.iter().map(|claim| claim.name)
}

/// The scope that stands for a claim.
pub(super) fn scope_of(name: &str) -> Option<Scope> {
    CLAIMS.iter().find(|claim| claim.name == name).map(|claim| claim.scope)
}

impl Needs {
    pub fn of(scopes: &[String], requested: &[String]) -> Self {
        let mut needs = Self::default();
        for claim in CLAIMS.iter().filter(|claim| claim.is_asked_for(scopes, requested)) {
            match claim.of {
                Of::Person(_) => {}
                Of::Place(_) => needs.place = true,
                Of::Groups(_) => needs.groups = true,
                Of::Professions(_) => needs.qualifications = true,
            }
        }
        needs
    }

    /// Nothing.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl Claim {
    fn is_asked_for(&self, scopes: &[String], requested: &[String]) -> bool {
        scopes.iter().any(|scope| scope == self.scope.as_str()) || requested.iter().any(|name| name == self.name)
    }
}

/// Of whom, and to whom under which names.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    pub about: &'a About,
    pub names: &'a ClaimNames,
}

/// Claims of the scopes, and those asked for one by one, with `sub`.
pub fn userinfo(told: Told<'_>, scopes: &[String], requested: &[String]) -> Value {
    let mut answer = select(told, |claim| claim.is_asked_for(scopes, requested));
    answer.insert("sub".to_owned(), told.about.user.id.as_str().into());
    Value::Object(answer)
}

/// Just those claims, as far as they have a value: for the ID token.
pub fn named(told: Told<'_>, names: &[String]) -> Map<String, Value> {
    select(told, |claim| names.iter().any(|name| name == claim.name))
}

fn select(Told { about, names }: Told<'_>, wanted: impl Fn(&Claim) -> bool) -> Map<String, Value> {
    let value = |claim: &Claim| match claim.of {
        Of::Person(of) => of(&about.user),
        Of::Place(of) => about.place.as_ref().and_then(of),
        Of::Groups(of) => of(&about.groups),
        Of::Professions(of) => about.place.as_ref().and_then(|place| of(&about.qualifications, place)),
    };
    let wanted = CLAIMS.iter().filter(|claim| wanted(claim));
    wanted.filter_map(|claim| Some((names.theirs(claim.name).to_owned(), value(claim)?))).collect()
}

fn clinic((_, clinic): &Place) -> Option<Value> {
    let mut told = json!({ "id": clinic.id.as_str(), "name": clinic.name });
    if let Some(code) = &clinic.code {
        told["code"] = code.as_str().into();
    }
    Some(told)
}

/// A flat list of texts, which is what applications can compare with.
fn roles((membership, _): &Place) -> Option<Value> {
    Some(membership.roles.iter().map(|role| role.as_str()).collect())
}

/// Another flat list, of names; who belongs to none has no such claim.
fn groups(groups: &[Group]) -> Option<Value> {
    (!groups.is_empty()).then(|| groups.iter().map(|group| group.name.as_str()).collect())
}

/// A flat list of our own words for them.
fn profession(known: &[Qualification], _: &Place) -> Option<Value> {
    (!known.is_empty()).then(|| known.iter().map(|known| known.profession.as_str()).collect())
}

/// The same with what stands on the licence. What nobody has made sure of is self-asserted, and says nothing of who did.
fn qualifications(known: &[Qualification], (_, clinic): &Place) -> Option<Value> {
    (!known.is_empty()).then(|| known.iter().map(|known| qualification(known, clinic)).collect())
}

fn qualification(known: &Qualification, clinic: &Clinic) -> Value {
    let mut told = json!({ "profession": known.profession.as_str(), "name": known.profession.name_ja() });
    if let Some(number) = &known.number {
        told["number"] = number.as_str().into();
        if let Some(system) = known.profession.number_system() {
            told["system"] = system.into();
        }
    }
    if let Some(hc_role) = known.profession.hc_role() {
        told["hc_role"] = hc_role.into();
    }
    if let Some(verified) = &known.verified {
        let at = date_time(verified.at);
        told["verified"] = json!({ "by": clinic.name, "at": at, "method": verified.method.as_str() });
    }
    told
}

/// RFC 3339.
fn date_time(at: UnixTime) -> String {
    Timestamp::from_second(at.secs()).unwrap_or_default().to_string()
}

fn text(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then(|| text.into())
}

fn known(user: &User, field: fn(&Profile) -> &Option<String>) -> Option<Value> {
    field(&user.profile).as_deref().and_then(text)
}

fn address(user: &User) -> Option<Value> {
    let Ok(Value::Object(mut parts)) = serde_json::to_value(user.profile.address.as_ref()?) else {
        return None;
    };
    parts.retain(|_, part| part.as_str().and_then(text).is_some());
    (!parts.is_empty()).then_some(Value::Object(parts))
}

/// Says nothing about a number that is not there.
fn phone_number_verified(user: &User) -> Option<Value> {
    known(user, |p| &p.phone_number).map(|_| user.profile.phone_number_verified.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Address, Email, UserHandle, UserId, password::PasswordClass};
    use crate::protocol::testing::{NOW, words};

    fn user() -> User {
        let some = |text: &str| Some(text.to_owned());
        User {
            id: UserId::new("hanako"),
            handle: UserHandle(uuid::Uuid::nil()),
            email: Email::parse("hanako@sakura.example").unwrap(),
            email_verified: true,
            password_hash: None,
            password_class: PasswordClass::Alone,
            password_failures: 0,
            profile: Profile {
                name: "山田 花子".to_owned(),
                name_kana: some("ヤマダ ハナコ"),
                given_name: some("花子"),
                family_name: some("山田"),
                middle_name: some("M"),
                nickname: some("はな"),
                preferred_username: some("hanako"),
                profile: some("https://sakura.example/hanako"),
                picture: some("https://sakura.example/hanako.png"),
                website: some("https://hanako.example"),
                gender: some("female"),
                birthdate: some("1990-04-01"),
                zoneinfo: some("Asia/Tokyo"),
                locale: some("ja-JP"),
                phone_number: some("+81312345678"),
                phone_number_verified: false,
                address: Some(Address { locality: some("千代田区"), country: some(" "), ..Address::default() }),
            },
            passkey_count: 0,
            ever_enrolled: false,
            disabled_at: None,
            created_at: NOW,
            updated_at: NOW,
        }
    }

    fn about(user: User) -> About {
        About { user, place: None, groups: Vec::new(), qualifications: Vec::new() }
    }

    /// Under our own names.
    fn ours(about: &About) -> Told<'_> {
        static OURS: ClaimNames = ClaimNames::ours_alone();
        Told { about, names: &OURS }
    }

    fn of(user: User, scopes: &[String], requested: &[String]) -> Value {
        userinfo(ours(&about(user)), scopes, requested)
    }

    fn told(user: &User, scopes: &str) -> Vec<String> {
        let mut names: Vec<_> = of(user.clone(), &words(scopes), &[]).as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    }

    #[test]
    fn openid_alone_tells_nothing_but_who() {
        assert_eq!(of(user(), &words("openid"), &[]), json!({"sub": "hanako"}));
    }

    #[test]
    fn the_profile_scope_tells_all_its_standard_claims() {
        let mut expected = words(
            "sub name name#ja-Kana-JP given_name family_name middle_name nickname preferred_username profile picture \
             website gender birthdate zoneinfo locale updated_at",
        );
        expected.sort();
        assert_eq!(told(&user(), "openid profile"), expected);
    }

    #[test]
    fn the_other_scopes_tell_theirs() {
        assert_eq!(
            of(user(), &words("openid email address phone"), &[]),
            json!({
                "sub": "hanako",
                "email": "hanako@sakura.example",
                "email_verified": true,
                "address": {"locality": "千代田区"},
                "phone_number": "+81312345678",
                "phone_number_verified": false,
            })
        );
    }

    #[test]
    fn updated_at_is_a_number_of_seconds() {
        assert_eq!(of(user(), &words("profile"), &[])["updated_at"], json!(NOW.secs()));
    }

    #[test]
    fn what_is_unknown_or_blank_is_left_out() {
        let profile = Profile {
            name: "花子".to_owned(),
            nickname: Some("  ".to_owned()),
            address: Some(Address::default()),
            ..Profile::default()
        };
        let bare = User { profile, ..user() };
        assert_eq!(told(&bare, "openid profile address phone"), ["name", "sub", "updated_at"]);
    }

    #[test]
    fn claims_asked_for_one_by_one_are_told_too() {
        assert_eq!(of(user(), &words("openid"), &words("nickname gold")), json!({"sub": "hanako", "nickname": "はな"}));
        let about = about(user());
        assert_eq!(Value::Object(named(ours(&about), &words("nickname iss sub"))), json!({"nickname": "はな"}));
    }

    #[test]
    fn what_is_beside_the_person_is_read_only_where_something_of_it_is_asked_for() {
        let nothing = Needs::default();
        let (place, groups) = (Needs { place: true, ..nothing }, Needs { groups: true, ..nothing });
        assert_eq!(Needs::of(&words("profession"), &[]), Needs { qualifications: true, ..nothing });
        assert_eq!((Needs::of(&words("openid roles"), &[]), Needs::of(&[], &words("clinic"))), (place, place));
        assert_eq!((Needs::of(&words("openid groups"), &[]), Needs::of(&[], &words("groups"))), (groups, groups));
        assert!(Needs::of(&words("openid profile email offline_access"), &words("name")).is_empty());
        let asked = words("openid roles clinic groups profession");
        assert_eq!(of(user(), &asked, &[]), json!({"sub": "hanako"}));
    }

    #[test]
    fn a_client_hears_claims_under_the_names_it_knows() {
        let names = ClaimNames::parse("name=display_name nickname=name").unwrap();
        let about = about(user());
        let told = Told { names: &names, ..ours(&about) };
        let answer = userinfo(told, &words("openid"), &words("name nickname"));
        assert_eq!(answer, json!({"sub": "hanako", "display_name": "山田 花子", "name": "はな"}));
        assert_eq!(Value::Object(named(told, &words("name"))), json!({"display_name": "山田 花子"}));
    }
}
