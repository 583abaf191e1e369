//! `/clinic`: for which of their clinics somebody works.

use serde::Serialize;

use super::Page;
use crate::domain::ClinicId;

#[derive(Clone, Debug, Serialize)]
pub struct WorkplacePage {
    /// The application that waits.
    pub application: Option<String>,
    pub clinics: Vec<ClinicOffer>,
    /// The question, sealed, sent back as `question`.
    pub form: String,
    /// Whom to ask.
    pub contact: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ClinicOffer {
    pub id: ClinicId,
    pub name: String,
    /// The session works for it.
    pub now: bool,
    /// Chosen last time.
    pub last: bool,
}

impl Page for WorkplacePage {
    const TEMPLATE: &'static str = "pages/clinic.html";
}
