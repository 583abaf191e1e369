//! `/admin/people/{member}/qualifications`: what a clinic knows of somebody's professions.

use serde::{Deserialize, Serialize};

use super::{Lang, Page};
use crate::domain::{MembershipId, Profession, QualificationId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct QualificationsPage {
    pub id: MembershipId,
    pub clinic: String,
    pub person: String,
    pub oneself: bool,
    pub known: Vec<QualificationCard>,
    /// What may be entered, with what each is called.
    pub professions: Vec<(&'static str, &'static str)>,
    pub methods: Vec<&'static str>,
    pub number_limit: usize,
    pub typed: TypedQualification,
    /// Why that cannot be, by its name in the catalogue.
    pub wrong: Option<&'static str>,
    pub may_change: bool,
    pub sign_in_uri: Option<String>,
    pub notice: Option<&'static str>,
}

/// As it was typed into the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TypedQualification {
    pub profession: String,
    pub number: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct QualificationCard {
    pub id: QualificationId,
    pub name: &'static str,
    pub number: Option<String>,
    pub entered_at: UnixTime,
    /// Nobody's name: at the server itself.
    pub entered_by: Option<String>,
    pub verified: Option<VerifiedBy>,
}

#[derive(Clone, Debug, Serialize)]
pub struct VerifiedBy {
    pub at: UnixTime,
    pub by: Option<String>,
    pub method: &'static str,
}

/// What a profession is called there.
pub fn profession(profession: Profession, lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => profession.name_ja(),
        Lang::En => profession.name_en(),
    }
}

impl Page for QualificationsPage {
    const TEMPLATE: &'static str = "admin/qualifications.html";
}
