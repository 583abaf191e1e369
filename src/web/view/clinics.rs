//! `/admin/clinics`: all clinics, one of them, one more, and what is changed about one.

use serde::{Deserialize, Serialize};

use super::Page;
use crate::domain::{ClinicId, MembershipId, UnixTime};

#[derive(Clone, Debug, Serialize)]
pub struct ClinicsPage {
    /// What is looked for.
    pub typed: String,
    pub clinics: Vec<ClinicLine>,
    /// Where the next page begins, if there is one.
    pub more_after: Option<ClinicId>,
    /// The first page.
    pub first: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClinicLine {
    pub id: ClinicId,
    pub name: String,
    pub kana: Option<String>,
    pub code: Option<String>,
    /// The one that the administrator works for now.
    pub own: bool,
}

impl Page for ClinicsPage {
    const TEMPLATE: &'static str = "admin/clinics.html";
}

/// As it was typed into the form, or as it would have to be typed; what is chosen from a list is named as the domain names it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TypedClinic {
    pub name: String,
    pub name_kana: String,
    pub name_en: String,
    pub contact: String,
    pub code: String,
    /// Beside a code of seven digits.
    pub prefecture: String,
    pub fee_table: String,
    pub accent: String,
    pub fallback: String,
    pub reason: String,
    /// The last day of passwords that stand alone: `2026-12-31`.
    pub until: String,
    /// Goes before the first two of those that follow.
    pub preset: String,
    pub passkeys: String,
    pub security_keys: String,
    pub synced: bool,
    pub unclear: String,
    pub attestation: String,
    /// AAGUIDs, one a line.
    pub blocked: String,
    pub only: String,
    /// In seconds.
    pub challenge: String,
    /// In minutes.
    pub idle: String,
    pub absolute: String,
    pub unregistered: String,
    /// One a line.
    pub addresses: String,
    /// Whoever asks knows whom it shuts out.
    pub lock_out: bool,
    /// When whoever changes it saw it last, in milliseconds.
    pub seen: String,
}

/// What of it cannot be: a name in the catalogue, and the text that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct WrongClinic {
    pub what: &'static str,
    /// The field that it is in; empty: in none alone.
    pub field: &'static str,
    pub text: String,
}

/// What there is to choose from.
#[derive(Clone, Debug, Serialize)]
pub struct ClinicChoices {
    pub fee_tables: Vec<u8>,
    pub fallbacks: Vec<&'static str>,
    pub presets: Vec<&'static str>,
    pub passkeys: Vec<&'static str>,
    pub security_keys: Vec<&'static str>,
    pub unclear: Vec<&'static str>,
    pub attestations: Vec<&'static str>,
    pub terminals: Vec<&'static str>,
}

#[derive(Clone, Debug, Serialize)]
pub struct EditClinicPage {
    /// `None`: one more.
    pub id: Option<ClinicId>,
    pub clinic: String,
    pub typed: TypedClinic,
    pub choices: ClinicChoices,
    pub wrong: Option<WrongClinic>,
    /// Name and address of whom the change would shut out.
    pub locked_out: Vec<(String, String)>,
    /// What another administrator set meanwhile, by name.
    pub changed_meanwhile: Vec<&'static str>,
    /// Where the administrator sits now, for the list of addresses.
    pub address: String,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
}

impl Page for EditClinicPage {
    const TEMPLATE: &'static str = "admin/edit_clinic.html";
}

#[derive(Clone, Debug, Serialize)]
pub struct Administrator {
    pub id: MembershipId,
    pub name: String,
    pub email: String,
    /// The most powerful one.
    pub role: &'static str,
    pub suspended: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClinicPage {
    pub id: ClinicId,
    pub clinic: String,
    /// As it is set.
    pub set: TypedClinic,
    /// A password stood alone, and its day is over.
    pub until_over: bool,
    /// On a personal PC Windows Hello may follow another passkey.
    pub windows_hello: bool,
    pub administrators: Vec<Administrator>,
    /// The administrator works for it now.
    pub own: bool,
    pub may_manage: bool,
    pub sees_all: bool,
    pub created_at: UnixTime,
    pub updated_at: UnixTime,
    pub notice: Option<&'static str>,
}

impl Page for ClinicPage {
    const TEMPLATE: &'static str = "admin/clinic.html";
}
