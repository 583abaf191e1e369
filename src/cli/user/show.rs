//! `genkan user show`

use serde_json::{Value, json};

use super::super::opened::Opened;
use super::super::{Failure, Output};
use super::why::{self, Args};
use crate::{
    domain::Passkey,
    flows::admin::{
        members,
        users::{self, Person},
    },
};

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let by = opened.by();
    let (account, why) = members::why_everywhere(&opened.store, &by, &opened.keys()?, &args.email)??;
    let person = Person { user: account.user.clone(), memberships: account.memberships.clone() };
    if args.json {
        let mut shown = users::to_json(&person, by.now);
        shown["passkeys"] = account.passkeys.iter().map(passkey).collect();
        shown["second_factor"] = account.second_factor.into();
        shown["password_open"] = account.user.password_way_is_open().into();
        shown["obstacles"] = why::obstacles(&account, &why)?.into();
        return out.json(&shown);
    }
    let user = &person.user;
    out.line(&format!("{} <{}>", user.profile.name, user.email.as_str()))?;
    for (membership, clinic) in &person.memberships {
        let roles: Vec<_> = membership.roles.iter().map(|role| role.as_str()).collect();
        let state = if membership.is_active(by.now) { "in force" } else { "not in force" };
        out.line(&format!("  {} ({}): {}, {state}", clinic.name, clinic.id, roles.join(" ")))?;
    }
    for one in &account.passkeys {
        let state = if one.is_enabled() { "enabled" } else { "suspended" };
        out.line(&format!("  passkey {} ({}): {state}", one.name, one.id))?;
    }
    why::print_obstacles(out, &account, &why)
}

fn passkey(passkey: &Passkey) -> Value {
    json!({ "id": passkey.id.as_str(), "name": passkey.name, "enabled": passkey.is_enabled() })
}
