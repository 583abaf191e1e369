//! `genkan user qualification {add,verify,remove,list}`

use serde_json::Value;

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output, parse};
use crate::domain::{ClinicId, Profession, Qualification, Verification};
use crate::flows::admin::{
    qualifications::{self, Named},
    time,
};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Enter what somebody is by profession; applications with the scope profession are told of it
    Add {
        #[command(flatten)]
        of: Of,
        /// What stands on the licence
        #[arg(long, default_value = "", hide_default_value = true)]
        number: String,
    },
    /// Record that the licence was seen, and how
    Verify {
        #[command(flatten)]
        of: Of,
        /// original, copy, register (a public one was searched) or other
        #[arg(long, value_parser = parse::verification)]
        method: Verification,
    },
    /// Take one away
    Remove {
        #[command(flatten)]
        of: Of,
    },
    /// What a clinic knows of somebody's professions
    List {
        #[command(flatten)]
        whose: Whose,
    },
}

#[derive(Debug, clap::Args)]
pub struct Whose {
    email: String,
    /// Whose knowledge it is
    #[arg(long, value_name = "ID")]
    clinic: String,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Of {
    #[command(flatten)]
    whose: Whose,
    /// physician, pharmacist, nurse, …
    #[arg(long, value_parser = parse::profession)]
    profession: Profession,
}

pub fn run(opened: &Opened, command: Command, out: &mut Output) -> Result<(), Failure> {
    match command {
        Command::Add { of, number } => set(opened, &of, Named::Add { number }, out),
        Command::Verify { of, method } => set(opened, &of, Named::Verify { method }, out),
        Command::Remove { of } => set(opened, &of, Named::Remove, out),
        Command::List { whose } => list(opened, &whose, out),
    }
}

fn set(opened: &Opened, Of { whose, profession }: &Of, named: Named, out: &mut Output) -> Result<(), Failure> {
    let clinic = ClinicId::new(whose.clinic.as_str());
    let target = (whose.email.as_str(), clinic);
    let (user, done) = qualifications::set(&opened.store, &by_command_line(), target, *profession, named)??;
    if whose.json {
        return out.json(&qualifications::to_json(&done));
    }
    out.line(&format!("{} <{}>: {}", user.profile.name, user.email.as_str(), row(&done).join(", ")))
}

fn list(opened: &Opened, whose: &Whose, out: &mut Output) -> Result<(), Failure> {
    let known = qualifications::listed(&opened.store, &whose.email, &ClinicId::new(whose.clinic.as_str()))??;
    if whose.json {
        return out.json(&Value::Array(known.iter().map(qualifications::to_json).collect()));
    }
    let rows: Vec<_> = known.iter().map(row).collect();
    out.table(&["profession", "name", "number", "verified"], &rows)
}

fn row(known: &Qualification) -> Vec<String> {
    let verified = known.verified.as_ref().map(|it| format!("{} {}", time(it.at), it.method.as_str()));
    vec![
        known.profession.as_str().to_owned(),
        known.profession.name_ja().to_owned(),
        known.number.clone().unwrap_or_else(|| "without a number".to_owned()),
        verified.unwrap_or_else(|| "not verified".to_owned()),
    ]
}
