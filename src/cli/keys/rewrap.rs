//! `genkan keys rewrap`

use std::path::PathBuf;

use serde_json::json;
use zeroize::Zeroizing;

use super::super::made::Made;
use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output, recovery_sheet};
use crate::config::MasterKeySource;
use crate::flows::admin::keys;
use crate::keys::{Keys, MasterKey};
use crate::random::Random;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where the new master key is written [default: the old one's file with `.new` after its name]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let old = opened.keys()?;
    let new = MasterKey::generate(Random);
    let file = match (&args.to, &opened.config.keys.master_key) {
        (Some(file), _) => file.clone(),
        (None, MasterKeySource::File(old)) => with_new(old),
        (None, MasterKeySource::Environment(_)) => {
            let why = "the master key comes from GENKAN_MASTER_KEY: say with --to FILE where the new one goes";
            return Err(Failure::Refused(why.to_owned()));
        }
    };
    let mut made = Made::default();
    made.write(&file, 0o600, &Zeroizing::new(format!("{}\n", *new.to_text())))?;
    // From here on the file stays, whatever happens: a commit that failed may have been kept all the same.
    made.keep();
    let count = keys::rewrap(&opened.store, &old, &Keys::new(&new), &by_command_line()).map_err(|fault| {
        let file = file.display();
        Failure::Refused(format!(
            "{fault}\n`genkan check` tells whether the store still fits the old key or that in {file}"
        ))
    })?;
    if args.json {
        return out.json(&json!({ "master_key_file": file, "keys": count }));
    }
    recovery_sheet::print(&opened.config, &new, out)?;
    out.line(&format!(
        "Everything sealed in the store ({count} signing keys) is sealed with the key in {0} now. The old key opens \
         nothing but the backups made until now: keep its sheet as long as you keep them.\n\n\
         Next: name {0} in [keys] master_key_file, and restart every server; until then they answer 503.\n\
         Nobody's session ends. What was sealed into the hands of browsers and applications is void: people begin again \
         at a page that was open, and applications send them here again when they use a token.",
        file.display()
    ))
}

fn with_new(old: &std::path::Path) -> PathBuf {
    let mut name = old.as_os_str().to_owned();
    name.push(".new");
    name.into()
}
