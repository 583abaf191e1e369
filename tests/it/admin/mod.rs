//! `/admin`: who looks after whom, and how far.

mod access_codes;
mod access_codes_kept;
mod acts;
mod audit;
mod audit_export;
mod audit_incident;
mod audit_limits;
mod client_limits;
mod client_preview;
mod clients;
mod clinics;
mod clinics_in_force;
mod disable;
mod end_date;
mod groups;
mod held;
mod invitations;
mod invite_anew;
mod invite_known;
mod invite_list;
mod invite_list_refused;
mod limits;
mod long_lists;
mod matrix;
mod people;
mod qualifications;
mod reinvite;
mod reinvite_at_server;
mod reinvite_limits;
mod second_kept;
mod terminals;
mod typed;
mod why;

use genkan::domain::{Clinic, Membership, Passkey, Role, User};

use crate::support::{
    app::TestApp,
    ceremony::enrolled,
    person::{Answer, Person},
};

const HANAKO: &str = "hanako@sakura.example";
const MAKOTO: &str = "makoto@sakura.example";
const REASON: (&str, &str) = ("reason", "スマートフォンの紛失");

/// Makoto, who looks after さくらクリニック, signed in with his passkey.
fn makoto(app: &TestApp) -> (Person<'_>, User) {
    somebody(app, &app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠")
}

fn somebody<'a>(app: &'a TestApp, clinic: &Clinic, role: Role, email: &str, name: &str) -> (Person<'a>, User) {
    let user = app.hire(clinic, role, email, name);
    (enrolled(app, email).0, user)
}

fn page(membership: &Membership) -> String {
    format!("/admin/people/{}", membership.id)
}

fn of_passkey(membership: &Membership, passkey: &Passkey) -> String {
    format!("/admin/people/{}/passkeys/{}", membership.id, passkey.id)
}

/// Presses the button of the page that asks, with this reason.
fn act(person: &Person<'_>, what: &str, fields: &[(&str, &str)]) -> Answer {
    person.submit("/help", what, fields)
}
