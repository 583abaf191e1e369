//! `genkan keys rotate [--compromised]`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::list;
use crate::app::signing_plan;
use crate::flows::admin::keys;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Somebody else may know the keys: new ones sign at once, and nothing that the old ones signed is believed any more
    #[arg(long)]
    compromised: bool,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let (master, plan, by) = (opened.keys()?, signing_plan(&opened.config.keys), by_command_line());
    if args.compromised {
        keys::replace_compromised(&opened.store, &master, &by, &plan)?;
    } else {
        keys::rotate(&opened.store, &master, &by, &plan)?;
    }
    list::print(opened, args.json, out)?;
    match (args.json, args.compromised) {
        (true, _) => Ok(()),
        (false, true) => out.line(COMPROMISED),
        (false, false) => out.line(
            "\nApplications learn of a next key for 48 hours before it signs. Nobody notices, and running servers \
             follow within a second.",
        ),
    }
}

const COMPROMISED: &str = "
The old keys are gone, from the published set too; running servers follow within a second.
People stay signed in here: no session rests on these keys. ID tokens from before verify no more, neither here (as a
hint at sign-in or logout) nor at an application that asks for our keys. One that keeps what it fetched goes on
believing the old keys until it asks again: restart those, or ask their vendors how long that takes.";
