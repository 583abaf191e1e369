//! One-time codes of administrators, as they are given at the server itself, and typed at the door.

use genkan::{domain::User, flows::admin::members};

use super::{
    app::TestApp,
    person::{Answer, Person},
};

pub const DOOR: &str = "/login/code";

/// A code for somebody who works for one clinic.
pub fn issue(app: &TestApp, user: &User) -> String {
    let (keys, to) = (app.cx().keys, (user.email.as_str(), None));
    let issued = members::issue_access_code(app.store(), &keys, &app.by(), to, "スマートフォンの故障");
    issued.expect("no fault").expect("a code").issued.digits.reveal().to_owned()
}

/// Types it into the page of the door, on behalf of what waits there.
pub fn type_code(person: &Person<'_>, (email, password, code): (&str, &str, &str), waiting: Option<&str>) -> Answer {
    let page = waiting.map_or_else(|| DOOR.to_owned(), |sealed| format!("{DOOR}?continue={sealed}"));
    let mut fields = vec![("email", email), ("password", password), ("code", code)];
    fields.extend(waiting.map(|sealed| ("continue", sealed)));
    person.submit(&page, DOOR, &fields)
}

/// Another one.
pub fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '9' { '0' } else { char::from(digit as u8 + 1) }).collect()
}
