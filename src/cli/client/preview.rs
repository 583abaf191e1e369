//! `genkan client preview`

use super::super::{
    Failure, Output,
    opened::{Opened, by_command_line},
};
use crate::{
    domain::{Barrier, ClientId},
    flows::admin::applications::{self, Site},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    email: String,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let config = &opened.config;
    let site = Site { issuer: config.server.issuer.as_str(), id_token: config.tokens.id_token };
    let (by, id) = (by_command_line(), ClientId::new(args.id.as_str()));
    let preview = applications::preview_at_server(&opened.store, &by, &site, &id, &args.email)??;
    if args.json {
        return out.json(&preview.to_json());
    }
    let verdict = |barrier: Option<&'static str>| barrier.map_or_else(|| "yes".to_owned(), |why| format!("no: {why}"));
    let keeps = |barrier: Option<Barrier>| verdict(barrier.map(Barrier::as_str));
    out.line(&format!("{:<29} {}", "enters", if preview.enters() { "yes" } else { "no" }))?;
    out.line(&format!("{:<29} {}", "whoever asks", verdict(preview.kept_out)))?;
    for (acr, barrier) in &preview.ways {
        out.line(&format!("{:<29} {}", acr.as_str(), keeps(*barrier)))?;
    }
    for (kind, barrier) in &preview.terminals {
        out.line(&format!("{:<29} {}", format!("{} terminal", kind.as_str()), keeps(*barrier)))?;
    }
    out.line(&format!("\nID token: {:#}\nuserinfo: {:#}", preview.id_token, preview.userinfo))
}
