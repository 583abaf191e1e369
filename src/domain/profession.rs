//! 職種: what somebody at a clinic is by training, mostly a licence of the state. Our own short list, each with what others call it.

use unicode_normalization::UnicodeNormalization;

use super::named::named;

named! {
    /// The text is what applications are told.
    Profession {
        Physician = "physician",
        Dentist = "dentist",
        Pharmacist = "pharmacist",
        PublicHealthNurse = "public_health_nurse",
        Midwife = "midwife",
        Nurse = "nurse",
        AssistantNurse = "assistant_nurse",
        ClinicalLaboratoryTechnologist = "clinical_laboratory_technologist",
        RadiologicalTechnologist = "radiological_technologist",
        PhysicalTherapist = "physical_therapist",
        OccupationalTherapist = "occupational_therapist",
        SpeechTherapist = "speech_therapist",
        Orthoptist = "orthoptist",
        ClinicalEngineer = "clinical_engineer",
        DentalHygienist = "dental_hygienist",
        DentalTechnician = "dental_technician",
        RegisteredDietitian = "registered_dietitian",
        EmergencyMedicalTechnician = "emergency_medical_technician",
        SocialWorker = "social_worker",
        PsychiatricSocialWorker = "psychiatric_social_worker",
        PublicPsychologist = "public_psychologist",
        CareWorker = "care_worker",
        MedicalClerk = "medical_clerk",
    }
}

/// What the number on a licence looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    /// There is no licence.
    None,
    /// Of a register of the state's: figures alone.
    Figures,
    /// Figures, and what marks the register of a prefecture or of an organisation.
    Marked,
}

/// One line of the table.
struct Row {
    profession: Profession,
    ja: &'static str,
    en: &'static str,
    /// The role in an HPKI certificate of who is one.
    hc_role: Option<&'static str>,
    /// Whose numbers they are (JP Core, JP_Practitioner.identifier).
    system: Option<&'static str>,
    number: Number,
}

const fn row(profession: Profession, ja: &'static str, en: &'static str) -> Row {
    Row { profession, ja, en, hc_role: None, system: None, number: Number::Figures }
}

const fn hpki(row: Row, hc_role: &'static str) -> Row {
    Row { hc_role: Some(hc_role), ..row }
}

const PHYSICIANS: &str = "http://jpfhir.jp/fhir/core/mhlw/IdSystem/medicalRegistrationNumber";

use Profession as P;

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { system: Some(PHYSICIANS), ..hpki(row(P::Physician, "医師", "Physician"), "Medical Doctor") },
    hpki(row(P::Dentist, "歯科医師", "Dentist"), "Dentist"),
    hpki(row(P::Pharmacist, "薬剤師", "Pharmacist"), "Pharmacist"),
    row(P::PublicHealthNurse, "保健師", "Public health nurse"),
    row(P::Midwife, "助産師", "Midwife"),
    hpki(row(P::Nurse, "看護師", "Nurse"), "General Nurse"),
    Row { number: Number::Marked, ..row(P::AssistantNurse, "准看護師", "Assistant nurse") },
    hpki(row(P::ClinicalLaboratoryTechnologist, "臨床検査技師", "Clinical laboratory technologist"), "Medical Technologist"),
    hpki(row(P::RadiologicalTechnologist, "診療放射線技師", "Radiological technologist"), "Radiological Technologist"),
    row(P::PhysicalTherapist, "理学療法士", "Physical therapist"),
    row(P::OccupationalTherapist, "作業療法士", "Occupational therapist"),
    row(P::SpeechTherapist, "言語聴覚士", "Speech-language-hearing therapist"),
    row(P::Orthoptist, "視能訓練士", "Orthoptist"),
    row(P::ClinicalEngineer, "臨床工学技士", "Clinical engineer"),
    row(P::DentalHygienist, "歯科衛生士", "Dental hygienist"),
    row(P::DentalTechnician, "歯科技工士", "Dental technician"),
    row(P::RegisteredDietitian, "管理栄養士", "Registered dietitian"),
    row(P::EmergencyMedicalTechnician, "救急救命士", "Emergency medical technician"),
    row(P::SocialWorker, "社会福祉士", "Certified social worker"),
    row(P::PsychiatricSocialWorker, "精神保健福祉士", "Psychiatric social worker"),
    row(P::PublicPsychologist, "公認心理師", "Certified public psychologist"),
    Row { number: Number::Marked, ..row(P::CareWorker, "介護福祉士", "Certified care worker") },
    Row { number: Number::None, ..row(P::MedicalClerk, "医療事務", "Medical clerk") },
];

/// Why a number cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadNumber;

impl Profession {
    /// Characters.
    pub const NUMBER_LIMIT: usize = 20;
    /// Figures of a register of the state's.
    const FIGURES: usize = 10;

    fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.profession == self)
    }

    pub fn name_ja(self) -> &'static str {
        self.row().map_or(self.as_str(), |row| row.ja)
    }

    pub fn name_en(self) -> &'static str {
        self.row().map_or(self.as_str(), |row| row.en)
    }

    pub fn hc_role(self) -> Option<&'static str> {
        self.row()?.hc_role
    }

    pub fn number_system(self) -> Option<&'static str> {
        self.row()?.system
    }

    /// As it was typed, 「第１２３４５６号」 too, into what is kept; `None`: nothing was typed.
    pub fn number(self, typed: &str) -> Result<Option<String>, BadNumber> {
        let plain: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
        let bare = plain.strip_prefix('第').unwrap_or(&plain);
        let bare = bare.strip_suffix('号').unwrap_or(bare);
        if plain.is_empty() {
            return Ok(None);
        }
        let (most, good): (_, fn(char) -> bool) = match self.row().map_or(Number::None, |row| row.number) {
            Number::None => return Err(BadNumber),
            Number::Figures => (Self::FIGURES, |c| c.is_ascii_digit()),
            Number::Marked => (Self::NUMBER_LIMIT, |c| c.is_alphanumeric() || c == '-'),
        };
        let some = bare.chars().any(|c| c.is_ascii_digit());
        let good = some && bare.chars().count() <= most && bare.chars().all(good);
        if good { Ok(Some(bare.to_owned())) } else { Err(BadNumber) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_profession_has_one_line_with_both_names() {
        let of_table: Vec<_> = TABLE.iter().map(|row| row.profession).collect();
        assert_eq!(of_table, Profession::ALL);
        let distinct = |name: fn(Profession) -> &'static str| {
            Profession::ALL.iter().map(|it| name(*it)).collect::<std::collections::HashSet<_>>().len()
        };
        assert_eq!((distinct(Profession::name_ja), distinct(Profession::name_en)), (TABLE.len(), TABLE.len()));
        assert_eq!(Profession::Physician.hc_role(), Some("Medical Doctor"));
        assert_eq!(Profession::Nurse.hc_role(), Some("General Nurse"));
    }

    #[test]
    fn a_number_is_kept_as_the_register_has_it() {
        let (physician, assistant) = (Profession::Physician, Profession::AssistantNurse);
        for typed in ["123456", "第123456号", " １２３４５６ ", "第 １２３４５６ 号"] {
            assert_eq!(physician.number(typed), Ok(Some("123456".to_owned())), "{typed}");
        }
        assert_eq!(physician.number(" "), Ok(None));
        assert_eq!(assistant.number("第千葉-123号"), Ok(Some("千葉-123".to_owned())));
        for bad in ["12345678901", "12-34", "A123", "第号", "12\u{202e}34", "<b>1", "１２三", "-1"] {
            assert_eq!(physician.number(bad), Err(BadNumber), "{bad}");
        }
        for bad in ["千葉", "1;2", &"1".repeat(21)] {
            assert_eq!(assistant.number(bad), Err(BadNumber), "{bad}");
        }
        assert_eq!(Profession::MedicalClerk.number("1"), Err(BadNumber));
        assert_eq!(Profession::MedicalClerk.number(""), Ok(None));
    }
}
