//! `genkan group show`

use serde_json::{Value, json};

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::{Named, print};
use crate::domain::{GroupId, Membership, User};
use crate::flows::admin::groups;

pub type Args = Named;

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let now = by_command_line().now;
    let (group, people) = groups::shown(&opened.store, &GroupId::new(args.id.as_str()), now)??;
    let active = |membership: &Membership| membership.is_active(now);
    if args.json {
        let mut shown = groups::to_json(&group);
        shown["people"] = people.iter().map(|(membership, user)| to_json(user, active(membership))).collect();
        return out.json(&shown);
    }
    print(&group, false, out)?;
    let rows: Vec<_> = people.iter().map(|(membership, user)| row(user, active(membership))).collect();
    out.table(&["email", "name", "state"], &rows)
}

/// `active`: who is not, applications are not told of it.
fn to_json(user: &User, active: bool) -> Value {
    json!({ "email": user.email.as_str(), "name": user.profile.name, "active": active })
}

fn row(user: &User, active: bool) -> Vec<String> {
    let state = if active { "" } else { "suspended or over" };
    vec![user.email.as_str().to_owned(), user.profile.name.clone(), state.to_owned()]
}
