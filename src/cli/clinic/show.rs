//! `genkan clinic show`

use serde_json::{Value, json};

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::print;
use crate::domain::{ClinicId, Membership, User};
use crate::flows::admin::clinics;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLINIC_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (clinic, administrators) = clinics::show(&opened.store, &ClinicId::new(args.id))??;
    if args.json {
        let mut shown = clinics::to_json(&clinic, by_command_line().now);
        shown["administrators"] = Value::Array(administrators.iter().map(to_json).collect());
        return out.json(&shown);
    }
    print(&clinic, false, out)?;
    out.line("")?;
    let row = |(membership, user): &(Membership, User)| {
        vec![user.email.as_str().to_owned(), user.profile.name.clone(), membership.role().as_str().to_owned()]
    };
    out.table(&["email", "name", "role"], &administrators.iter().map(row).collect::<Vec<_>>())
}

fn to_json((membership, user): &(Membership, User)) -> Value {
    json!({ "email": user.email.as_str(), "name": user.profile.name, "role": membership.role().as_str() })
}
