//! To print and to lock away: without the master key nothing sealed in the store, and no backup, can be opened again.

use zeroize::Zeroizing;

use super::opened::by_command_line;
use super::{Failure, Output};
use crate::config::Config;
use crate::flows::admin::time;
use crate::keys::MasterKey;

pub fn print(config: &Config, key: &MasterKey, out: &mut Output) -> Result<(), Failure> {
    out.line("---- recovery sheet: print it, lock it away, keep no other copy ----")?;
    out.line(&format!("Genkan at {}", config.server.issuer))?;
    out.line(&format!("made {}", time(by_command_line().now)))?;
    out.line("master key:")?;
    out.line(&Zeroizing::new(format!("    {}", *key.to_text())))?;
    out.line("To use it, write it as it stands here into [keys] master_key_file, mode 0600.")?;
    out.line("It also opens the backups: `genkan restore FILE --to DIR` asks for it.")?;
    out.line("---------------------------------------------------------------------\n")
}
