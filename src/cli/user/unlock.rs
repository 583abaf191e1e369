//! `genkan user unlock`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output};
use super::suspend_passkeys::Args;
use crate::flows::admin::users;

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let user = users::unlock(&opened.store, &opened.by(), &args.email, &args.reason)??;
    let (name, email) = (&user.profile.name, user.email.as_str());
    if args.json {
        return out.json(&json!({ "email": email, "password_open": true }));
    }
    out.line(&format!("{name} <{email}>: the password is looked at again"))
}
