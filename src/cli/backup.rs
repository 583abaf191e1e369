//! `genkan backup [--to DIR]`

use std::path::{Path, PathBuf};

use serde_json::json;

use super::made::cannot;
use super::opened::{Opened, by_command_line};
use super::{Failure, Output};
use crate::app::backup_plan;
use crate::flows::backup;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Another directory than that of [backup], an external disk say
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    let plan = backup_plan(&opened.config);
    let Some(directory) = args.to.as_ref().or(plan.directory.as_ref()) else {
        let why = "where to? Name a directory with --to DIR, or once and for all in [backup] directory";
        return Err(Failure::Refused(why.to_owned()));
    };
    let directory = std::path::absolute(directory).map_err(|error| cannot("find", directory, &error))?;
    let made =
        backup::make(&opened.store, &opened.keys()?, &by_command_line(), &plan, &directory).map_err(|fault| {
            Failure::Refused(format!("{fault}\nnothing was changed, and older backups are still there"))
        })?;
    if args.json {
        return out.json(&json!({ "file": made.file, "rows": made.rows, "bytes": made.bytes }));
    }
    let file = made.file.display();
    out.line(&format!("{file}: {} rows, {} bytes", made.rows, made.bytes))?;
    out.line(&format!("Does it come back? Rehearse it: genkan restore {file} --rehearse"))
}
