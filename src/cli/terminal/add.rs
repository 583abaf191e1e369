//! `genkan terminal add`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output, parse};
use crate::domain::{ClinicId, TerminalKind};
use crate::flows::admin::{terminals, time};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// What people call it, and where it stands: 「処置室 PC-3」
    name: String,
    #[arg(long, value_name = "ID")]
    clinic: String,
    /// shared (whoever comes by) or personal (one person's own)
    #[arg(long, value_name = "KIND", value_parser = parse::terminal_kind)]
    kind: TerminalKind,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (by, clinic) = (by_command_line(), ClinicId::new(args.clinic));
    let added = terminals::add(&opened.store, &by, clinic, &args.name, args.kind)??;
    let link = format!("{}/terminal/{}", opened.config.server.issuer, added.secret.reveal());
    let until = time(added.terminal.link_expires_at());
    if args.json {
        let mut shown = terminals::to_json(&added.terminal, by.now);
        shown["link"] = link.into();
        shown["link_expires_at"] = until.into();
        return out.json(&shown);
    }
    out.line(&format!("{}, {}, {}", added.terminal.name, added.clinic.name, added.terminal.kind.as_str()))?;
    out.line(&format!("\n  {link}\n"))?;
    out.line(&format!("Open this link on the PC, in the browser that is used there. It works once, until {until}."))
}
