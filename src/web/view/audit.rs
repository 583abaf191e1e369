//! The trail: its list, one event, and the same as a spreadsheet.

use minijinja::{Value, context, value::Serde};
use serde::Serialize;

use super::{Lang, Page, View};
use crate::{
    domain::{Fault, UnixTime},
    flows::admin::audit::{Trouble, Typed},
};

#[derive(Clone, Debug, Serialize)]
pub struct AuditPage {
    /// Whose trail this is; `None`: that of all.
    pub clinic: Option<String>,
    pub everywhere: bool,
    pub typed: Typed,
    /// Those fields of it that are not empty.
    pub pairs: Vec<(&'static str, String)>,
    pub trouble: Option<Trouble>,
    /// Id and name.
    pub apps: Vec<(String, String)>,
    pub groups: Vec<AuditChoice>,
    pub outcomes: Vec<&'static str>,
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How far was looked, where more may be found further back.
    pub looked_to: Option<UnixTime>,
    /// The first page.
    pub first: bool,
    pub too_much: Option<TooMuch>,
    /// Events of one file.
    pub most: usize,
}

impl Page for AuditPage {
    const TEMPLATE: &'static str = "admin/audit.html";
}

/// A file was asked for, and there is, or may be, more than one holds.
#[derive(Clone, Debug, Serialize)]
pub struct TooMuch {
    pub format: &'static str,
    /// In as many as are looked at; `None`: more than [`most`](Self::most).
    pub found: Option<usize>,
    /// Events of one file.
    pub most: usize,
    /// Events that are looked at for one.
    pub farthest: usize,
}

/// A group of kinds, by their names.
#[derive(Clone, Debug, Serialize)]
pub struct AuditChoice {
    pub name: &'static str,
    pub kinds: Vec<&'static str>,
}

/// An event. Names are those of today, the actor's that of then.
#[derive(Clone, Debug, Serialize)]
pub struct AuditEntry {
    pub id: String,
    pub at: UnixTime,
    pub kind: &'static str,
    pub outcome: &'static str,
    pub reason: Option<String>,
    /// `user`, `client`, `command_line`, `system`, `nobody`.
    pub actor: &'static str,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    pub subject_id: Option<String>,
    pub subject_name: Option<String>,
    pub clinic_id: Option<String>,
    pub clinic_name: Option<String>,
    pub client_id: Option<String>,
    pub application: Option<String>,
    /// SHA-256 of its id.
    pub session: Option<String>,
    pub credential: Option<String>,
    pub acr: Option<&'static str>,
    /// With spaces between.
    pub amr: String,
    pub address: String,
    pub user_agent: String,
    pub request: String,
    pub incident: Option<String>,
    /// What else was recorded: name and value.
    pub detail: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct AuditEventPage {
    pub clinic: Option<String>,
    pub entry: AuditEntry,
}

impl Page for AuditEventPage {
    const TEMPLATE: &'static str = "admin/audit_event.html";
}

impl View {
    /// Lines of a spreadsheet, each ended by CRLF (RFC 4180); `head`: with a byte order mark and the names of the columns
    /// before them, as Excel wants UTF-8.
    pub fn audit_csv(&self, lang: Lang, entries: &[AuditEntry], head: bool) -> Result<String, Fault> {
        let template = "admin/audit.csv";
        let page = context! { entries => Value::from(Serde(entries)), head };
        let text = self.speaking(lang).get_template(template).and_then(|template| template.render(page));
        text.map(|text| text.replace('\n', "\r\n")).map_err(|error| Fault::internal(template, format!("{error:#}")))
    }
}

/// A cell in quotes, in one line. What a spreadsheet would take for a formula has an apostrophe before it.
pub(super) fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let plain = text.replace(['\r', '\n'], " ").replace('"', "\"\"");
    format!("\"{}{plain}\"", if formula { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_formula_is_text_in_its_cell() {
        for (text, written) in [
            ("山田 花子", "\"山田 花子\""),
            ("=1+1", "\"'=1+1\""),
            ("+81", "\"'+81\""),
            ("-1", "\"'-1\""),
            ("@a", "\"'@a\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"' =1\""),
            ("a\"b,\nc", "\"a\"\"b, c\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }
}
