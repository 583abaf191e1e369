//! `genkan group …`

mod add;
mod list;
mod person;
mod rename;
mod show;

use std::path::Path;

use super::opened::{Opened, by_command_line};
use super::{Failure, Output};
use crate::domain::{Group, GroupId};
use crate::flows::admin::groups::{self, Change};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a group of a clinic's people; applications with the scope groups are told it by name
    Add(add::Args),
    /// Every group, and how many people belong to it
    List(list::Args),
    /// One group and who belongs to it
    Show(show::Args),
    /// Give it another name, which applications then are told
    Rename(rename::Args),
    /// Let nobody be told of it any more; it can be restored for 30 days
    Remove(Named),
    /// Undo a removal
    Restore(Named),
    /// Put somebody of the clinic into it
    AddPerson(person::Args),
    /// Take somebody out of it
    RemovePerson(person::Args),
}

#[derive(Debug, clap::Args)]
pub struct Named {
    #[arg(value_name = "GROUP_ID")]
    id: String,
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, command: Command, out: &mut Output) -> Result<(), Failure> {
    let opened = Opened::new(path)?;
    match command {
        Command::Add(args) => add::run(&opened, args, out),
        Command::List(args) => list::run(&opened, args, out),
        Command::Show(args) => show::run(&opened, &args, out),
        Command::Rename(args) => rename::run(&opened, args, out),
        Command::Remove(named) => named.change(&opened, Change::Remove, out),
        Command::Restore(named) => named.change(&opened, Change::Restore, out),
        Command::AddPerson(args) => person::run(&opened, &args, true, out),
        Command::RemovePerson(args) => person::run(&opened, &args, false, out),
    }
}

impl Named {
    fn change(self, opened: &Opened, change: Change, out: &mut Output) -> Result<(), Failure> {
        let group = groups::set(&opened.store, &by_command_line(), GroupId::new(self.id), change)??;
        print(&group, self.json, out)
    }
}

fn print(group: &Group, json: bool, out: &mut Output) -> Result<(), Failure> {
    if json {
        return out.json(&groups::to_json(group));
    }
    let removed = if group.removed_at.is_some() { ", removed" } else { "" };
    out.line(&format!("{}  {}{removed}", group.id, group.name))
}
