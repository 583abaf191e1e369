//! The demo's clinics and people. All are made up; everybody may know their passwords.

use crate::{
    domain::{Address, AllowedPasskeys, Role},
    flows::admin::users::Details,
};

pub struct CastClinic {
    pub name: &'static str,
    pub name_kana: &'static str,
    pub name_en: &'static str,
    pub contact: &'static str,
    /// Why a password alone signs in, where it does.
    pub password_reason: Option<&'static str>,
    /// The first clinic takes any, so that a PC alone is enough to try it.
    pub passkeys: AllowedPasskeys,
}

pub struct CastMember {
    /// Index into [`CLINICS`].
    pub clinic: usize,
    /// Where they work too.
    pub also: Option<usize>,
    pub email: &'static str,
    pub password: &'static str,
    pub family: (&'static str, &'static str),
    pub given: (&'static str, &'static str),
    pub gender: &'static str,
    pub birthdate: &'static str,
    pub roles: &'static [Role],
    /// What they do, for the guide.
    pub job: Job,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Nurse,
    Doctor,
    Radiographer,
    Reception,
    Office,
}

impl Job {
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Nurse => "看護師",
            Self::Doctor => "医師",
            Self::Radiographer => "診療放射線技師",
            Self::Reception => "受付",
            Self::Office => "事務長",
        }
    }

    pub const fn en(self) -> &'static str {
        match self {
            Self::Nurse => "nurse",
            Self::Doctor => "doctor",
            Self::Radiographer => "radiographer",
            Self::Reception => "receptionist",
            Self::Office => "office manager",
        }
    }
}

pub const CLINICS: [CastClinic; 2] = [
    CastClinic {
        name: "さくらクリニック",
        name_kana: "サクラクリニック",
        name_en: "Sakura Clinic",
        contact: "医療情報係 小野（内線 201）",
        password_reason: None,
        passkeys: AllowedPasskeys::Any,
    },
    CastClinic {
        name: "デモ医院",
        name_kana: "デモイイン",
        name_en: "Demo Clinic",
        contact: "受付 大塚（内線 10）",
        password_reason: Some("共用の検査用端末にまだパスキーの読み取り機がないため（入れ替えまで）"),
        passkeys: AllowedPasskeys::PhoneFirst,
    },
];

pub const MEMBERS: [CastMember; 7] = [
    CastMember {
        clinic: 0,
        also: None,
        email: "hanako.yamada@sakura.example",
        password: "komorebi-no-michi-27",
        family: ("山田", "ヤマダ"),
        given: ("花子", "ハナコ"),
        gender: "female",
        birthdate: "1991-03-14",
        roles: &[Role::Member],
        job: Job::Nurse,
    },
    CastMember {
        clinic: 0,
        also: None,
        email: "ichiro.suzuki@sakura.example",
        password: "asagiri-to-fune-58",
        family: ("鈴木", "スズキ"),
        given: ("一郎", "イチロウ"),
        gender: "male",
        birthdate: "1974-10-02",
        roles: &[Role::Member],
        job: Job::Doctor,
    },
    CastMember {
        clinic: 0,
        also: None,
        email: "makoto.ono@sakura.example",
        password: "tsukimi-dango-4-tsu",
        family: ("小野", "オノ"),
        given: ("誠", "マコト"),
        gender: "male",
        birthdate: "1980-06-21",
        roles: &[Role::ClinicAdmin],
        job: Job::Office,
    },
    CastMember {
        clinic: 1,
        also: None,
        email: "misaki.otsuka@demo.example",
        password: "yuyake-no-hashi-36",
        family: ("大塚", "オオツカ"),
        given: ("美咲", "ミサキ"),
        gender: "female",
        birthdate: "1996-01-30",
        roles: &[Role::Member],
        job: Job::Reception,
    },
    CastMember {
        clinic: 1,
        also: None,
        email: "kenta.mori@demo.example",
        password: "hoshizora-kisha-91",
        family: ("森", "モリ"),
        given: ("健太", "ケンタ"),
        gender: "male",
        birthdate: "1987-12-05",
        roles: &[Role::Member],
        job: Job::Radiographer,
    },
    CastMember {
        clinic: 1,
        also: None,
        email: "yuko.hayashi@demo.example",
        password: "minato-machi-kaze-15",
        family: ("林", "ハヤシ"),
        given: ("優子", "ユウコ"),
        gender: "female",
        birthdate: "1969-08-17",
        roles: &[Role::ClinicAdmin, Role::Auditor],
        job: Job::Office,
    },
    CastMember {
        clinic: 0,
        also: Some(1),
        email: "ken.sasaki@sakura.example",
        password: "kawabe-no-hotaru-73",
        family: ("佐々木", "ササキ"),
        given: ("健", "ケン"),
        gender: "male",
        birthdate: "1982-05-09",
        roles: &[Role::Member],
        job: Job::Doctor,
    },
];

/// Whose password alone signs in and whose profile holds every standard claim: scripts sign in as this person.
pub const FOR_SCRIPTS: &str = "misaki.otsuka@demo.example";

impl CastMember {
    pub fn name(&self) -> String {
        format!("{} {}", self.family.0, self.given.0)
    }

    /// The claims of OpenID Connect Core §5.1; only who is for scripts has a middle name as well, and so all of them.
    pub fn details(&self) -> Details {
        let user = self.email.split('@').next().unwrap_or_default();
        let host = self.email.rsplit('@').next().unwrap_or_default();
        Details {
            name: Some(self.name()),
            name_kana: Some(format!("{} {}", self.family.1, self.given.1)),
            given_name: Some(self.given.0.to_owned()),
            family_name: Some(self.family.0.to_owned()),
            middle_name: (self.email == FOR_SCRIPTS).then(|| "マリア".to_owned()),
            nickname: Some(self.given.0.to_owned()),
            preferred_username: Some(user.to_owned()),
            profile: Some(format!("https://{host}/people/{user}")),
            picture: Some(format!("https://{host}/people/{user}.png")),
            website: Some(format!("https://{host}/")),
            gender: Some(self.gender.to_owned()),
            birthdate: Some(self.birthdate.to_owned()),
            zoneinfo: Some("Asia/Tokyo".to_owned()),
            locale: Some("ja-JP".to_owned()),
            phone_number: Some("+81 11-000-0201".to_owned()),
            phone_number_verified: true,
            address: Address {
                formatted: Some("〒060-0000 北海道札幌市中央区架空町1-2-3".to_owned()),
                street_address: Some("架空町1-2-3".to_owned()),
                locality: Some("札幌市中央区".to_owned()),
                region: Some("北海道".to_owned()),
                postal_code: Some("060-0000".to_owned()),
                country: Some("JP".to_owned()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::password::{Context, NewPassword, PasswordClass};

    #[test]
    fn everybodys_password_is_one_that_they_could_have_chosen() {
        for member in &MEMBERS {
            let name = member.name();
            let others =
                [member.family.0, member.family.1, member.given.0, member.given.1, CLINICS[member.clinic].name];
            let context = Context { name: &name, email: member.email, others: &others };
            assert!(NewPassword::parse(member.password, &context, PasswordClass::Alone).is_ok(), "{}", member.email);
        }
    }

    #[test]
    fn scripts_get_somebody_whose_password_alone_signs_in() {
        let member = MEMBERS.iter().find(|member| member.email == FOR_SCRIPTS).expect("somebody is for scripts");
        assert!(CLINICS[member.clinic].password_reason.is_some());
    }
}
