//! `/admin/people/invite/list`: many people invited at once, and their sheets.

use minijinja::{Value, value::Kwargs};
use serde::Serialize;

use super::{Catalogue, Lang, Page, SheetPage};
use crate::{
    domain::{Fault, Role},
    flows::admin::members::Judged,
};

#[derive(Clone, Debug, Default, Serialize)]
pub struct InviteListPage {
    pub clinic: String,
    /// As it was pasted.
    pub text: String,
    pub way: String,
    /// Letters can be sent.
    pub mails: bool,
    /// People of one list.
    pub limit: usize,
    /// That may be given, lowest first.
    pub may_grant: Vec<&'static str>,
    pub roles: Vec<&'static str>,
    /// What would become of each line, once that was asked.
    pub lines: Vec<Judged>,
    /// How many of them are wrong.
    pub mistakes: usize,
    pub trouble: Option<ListTrouble>,
    /// Where to sign in again, where the sign-in is not recent or strong enough.
    pub sign_in_uri: Option<String>,
    /// They just did that, in a tab of its own.
    pub signed_in: bool,
}

/// What is wrong with the list as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ListTrouble {
    Empty,
    /// More than can be invited at once.
    TooMany,
    /// No way was chosen that there is.
    Way,
    /// It was good when they looked.
    Changed,
}

impl Page for InviteListPage {
    const TEMPLATE: &'static str = "admin/invite_list.html";
}

/// On paper, a page each.
#[derive(Serialize)]
pub struct SheetsPage {
    pub sheets: Vec<SheetPage>,
    /// The names of who has none, having been in before.
    pub joined: Vec<String>,
}

impl Page for SheetsPage {
    const TEMPLATE: &'static str = "admin/sheets.html";
}

/// What each role is called, in every language.
pub(super) fn roles() -> Result<Vec<(String, Role)>, Fault> {
    let (mut words, nothing) = (Vec::new(), Kwargs::from_iter(std::iter::empty::<(&str, Value)>()));
    for lang in Lang::ALL {
        let catalogue = Catalogue::of(*lang)?;
        for role in Role::ALL {
            let key = format!("admin.role.{}", role.as_str());
            let word = catalogue.text(&key, &nothing).map_err(|error| Fault::internal(&key, error))?;
            words.push((word, *role));
        }
    }
    Ok(words)
}
