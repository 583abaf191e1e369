//! `genkan user end`

use serde_json::json;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output, parse};
use crate::{
    domain::{ClinicId, UnixTime},
    flows::admin::{last_day, members},
};

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("end").required(true))]
pub struct Args {
    email: String,
    /// The clinic that the person works for
    #[arg(long, value_name = "ID")]
    clinic: String,
    /// The last day, up to its end in Japan
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse::last_day, group = "end")]
    until: Option<UnixTime>,
    /// The person stays
    #[arg(long, group = "end")]
    never: bool,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let clinic = ClinicId::new(args.clinic.as_str());
    let user = members::set_end(&opened.store, &by_command_line(), (&args.email, clinic), args.until)??;
    let (name, email, day) = (&user.profile.name, user.email.as_str(), args.until.map(last_day));
    if args.json {
        return out.json(&json!({ "email": email, "clinic_id": args.clinic, "last_day": day }));
    }
    match day {
        Some(day) => out.line(&format!("{name} <{email}>: works there up to {day}")),
        None => out.line(&format!("{name} <{email}>: no end")),
    }
}
