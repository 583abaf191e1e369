//! `genkan user invitations`

use serde_json::{Value, json};

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use crate::domain::{ClinicId, UnixTime};
use crate::flows::admin::{
    members::{self, Waiting},
    time,
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of this one alone
    #[arg(long, value_name = "ID")]
    clinic: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (now, clinic) = (by_command_line().now, args.clinic.map(ClinicId::new));
    let all = members::open_invitations(&opened.store, now, clinic.as_ref())??;
    if args.json {
        return out.json(&Value::Array(all.iter().map(|waiting| to_json(waiting, now)).collect()));
    }
    let rows: Vec<_> = all.iter().map(|waiting| row(waiting, now)).collect();
    out.table(&["id", "email", "name", "clinic", "way", "by", "until", "state"], &rows)
}

fn to_json(Waiting { invitation, user, clinic, by }: &Waiting, now: UnixTime) -> Value {
    json!({
        "id": invitation.id.as_str(),
        "email": user.email.as_str(),
        "name": user.profile.name,
        "clinic_id": clinic.id.as_str(),
        "way": invitation.way.as_str(),
        "by": by,
        "created_at": time(invitation.created_at),
        "expires_at": time(invitation.expires_at()),
        "expired": !invitation.is_usable(now),
    })
}

fn row(Waiting { invitation, user, clinic, by }: &Waiting, now: UnixTime) -> Vec<String> {
    vec![
        invitation.id.to_string(),
        user.email.as_str().to_owned(),
        user.profile.name.clone(),
        clinic.name.clone(),
        invitation.way.as_str().to_owned(),
        by.clone().unwrap_or_else(|| "command line".to_owned()),
        time(invitation.expires_at()),
        if invitation.is_usable(now) { "open" } else { "expired" }.to_owned(),
    ]
}
