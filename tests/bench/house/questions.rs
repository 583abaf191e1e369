//! What is asked: every list of the administration, searched for much, little and nothing.

use std::{path::Path, time::Duration};

use genkan::flows::admin::last_day;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::fill::{House, turns};
use crate::Result;

const DAY: Duration = Duration::from_secs(86_400);

pub enum Turn {
    None,
    To(String),
    /// From there to the end.
    Follow(String),
}

pub struct Question {
    /// Else an administrator of the great clinic asks.
    pub by_system: bool,
    pub list: &'static str,
    pub what: String,
    pub first: String,
    pub middle: Turn,
    pub last: Turn,
    /// The small clinic's administrator may ask the same.
    pub floor: bool,
    /// What stands in the page once for each entry.
    pub entry: &'static str,
}

impl Question {
    fn of(list: &'static str, what: &str, first: String, entry: &'static str) -> Self {
        let what = what.to_owned();
        Self { by_system: false, list, what, first, middle: Turn::None, last: Turn::None, floor: true, entry }
    }
}

pub fn all(folder: &Path, house: &House) -> Result<Vec<Question>> {
    let mut all = Vec::new();
    for (what, named) in NAMES {
        all.push(people(folder, what, named, false)?);
    }
    all.push(people(folder, "everybody", "", true)?);
    for by_system in [false, true] {
        for (what, named) in [("all", ""), ("some", "システム 19"), ("none", "会計")] {
            all.push(clients(folder, what, named, by_system)?);
        }
    }
    let short = |list, path: &str, entry| Question::of(list, "all", path.to_owned(), entry);
    all.push(short("invitations", "/admin/invitations", "/revoke\""));
    all.push(short("terminals", "/admin/terminals", "/revoke\""));
    let clinics = short("clinics", "/admin/clinics", "class=\"named\"");
    all.push(Question { by_system: true, floor: false, ..clinics });
    for by_system in [false, true] {
        all.extend(EVENTS.iter().map(|(what, filter)| events(house, what, filter, by_system)));
    }
    Ok(all)
}

/// What is typed for many, few and no people.
const NAMES: [(&str, &str); 5] = [
    ("everybody", ""),
    ("many", "さとう"),
    ("a name", "鈴木 花子"),
    ("one", "staff31415@"),
    ("nobody", "ぬらりひょん"),
];

/// As a browser sends what was typed.
fn sent(typed: &str) -> String {
    utf8_percent_encode(typed, NON_ALPHANUMERIC).to_string()
}

fn turned(folder: &Path, first: &str, ids: (&str, &str, &str)) -> Result<(Turn, Turn)> {
    let [middle, last] = turns(folder, ids)?.map(|id| match id {
        Some(id) => Turn::To(format!("{first}&after={id}")),
        None => Turn::None,
    });
    Ok((middle, last))
}

fn people(folder: &Path, what: &str, named: &str, by_system: bool) -> Result<Question> {
    let folded = genkan::domain::folded(named);
    // The small clinic's own system administrator there is none: one of all clinics looks into it.
    let clinic = if by_system { "&clinic=00000000-0000-7000-8000-000000000001" } else { "" };
    let first = format!("/admin/people?name={}{clinic}", sent(named));
    let from = format!(
        "memberships AS m JOIN users AS u ON u.id = m.user_id
         WHERE m.clinic_id = '00000000-0000-7000-8000-00000000000{}' AND u.name_key LIKE '%{folded}%'",
        u8::from(by_system),
    );
    let (middle, last) = turned(folder, &first, ("m.id", &from, "u.name_key, m.id"))?;
    let what = if by_system { "a small clinic's" } else { what };
    let question = Question::of("people", what, first, "<span class=\"named\">");
    Ok(Question { by_system, middle, last, floor: !by_system, ..question })
}

fn clients(folder: &Path, what: &str, named: &str, by_system: bool) -> Result<Question> {
    let first = format!("/admin/clients?name={}", sent(named));
    let whose =
        if by_system { "1" } else { "coalesce(clinic_id, '0') IN ('0', '00000000-0000-7000-8000-000000000000')" };
    let from = format!("clients WHERE name_key LIKE '%{}%' AND {whose}", genkan::domain::folded(named));
    let (middle, last) = turned(folder, &first, ("id", &from, "name_key, id"))?;
    Ok(Question { by_system, middle, last, ..Question::of("applications", what, first, "<span class=\"named\">") })
}

/// Fields of the form, one filter each and some together.
const EVENTS: [(&str, &str); 16] = [
    ("everything", ""),
    ("a person", "person=staff31415@"),
    ("a person's failures", "person=staff31415@&outcome=failure"),
    ("nobody's", "person=ぬらりひょん"),
    ("an application", "application=00000000-0000-7000-8002-000000000001"),
    ("an application's failures", "application=00000000-0000-7000-8002-000000000001&outcome=failure"),
    ("a kind", "kind=auth.passkey"),
    ("a rare kind", "kind=passkey.deleted"),
    ("tokens", "kind=token.refreshed"),
    ("a group of kinds", "kind=sessions"),
    ("failures", "outcome=failure"),
    ("an address", "address=10.0.17.17"),
    ("addresses that begin so", "address=10.0.1"),
    ("an address that never came", "address=198.51.100.7"),
    ("an incident", "incident=999999"),
    ("what never happened", "kind=auth.passkey&outcome=denied"),
];

/// The middle is half a year ago, and the last page that of the first two days, from where it is turned to the end.
fn events(house: &House, what: &str, filter: &str, by_system: bool) -> Question {
    let filter: Vec<String> = filter
        .split('&')
        .filter_map(|field| field.split_once('='))
        .map(|(name, typed)| format!("{name}={}", sent(typed)))
        .collect();
    let path = |more: Option<u32>| {
        let until = more.map(|days| format!("until={}", last_day(house.ends.minus(DAY * days))));
        let fields = filter.iter().cloned().chain(until).collect::<Vec<_>>().join("&");
        format!("/admin/audit?{fields}")
    };
    let question = Question::of("trail", what, path(None), "/admin/audit/0");
    Question { by_system, middle: Turn::To(path(Some(182))), last: Turn::Follow(path(Some(365))), ..question }
}
