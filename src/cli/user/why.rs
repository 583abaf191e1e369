//! `genkan user why`: the page's table, with the commands that mend what is wrong.

use serde_json::{Value, json};

use super::super::opened::Opened;
use super::super::{Failure, Output};
use crate::{
    domain::{Cause, ClinicId, Fault, Permission},
    flows::admin::{
        members::{self, Account, Obstacle, Try, Why},
        time,
    },
    web::view::{self, Lang},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    pub email: String,
    #[arg(long)]
    pub json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let (account, why) = members::why_everywhere(&opened.store, &opened.by(), &opened.keys()?, &args.email)??;
    let user = &account.user;
    if args.json {
        let tries = why.tries.iter().map(|failed| tried(&account, failed)).collect::<Result<Vec<_>, _>>()?;
        return out.json(&json!({
            "email": user.email.as_str(),
            "name": user.profile.name,
            "obstacles": obstacles(&account, &why)?,
            "tries": tries,
            "last_signed_in": why.came_in.map(time),
            "signed_in_since": why.is_over(),
        }));
    }
    out.line(&format!("{} <{}>", user.profile.name, user.email.as_str()))?;
    print_obstacles(out, &account, &why)?;
    for failed in &why.tries {
        let what = words("cause", failed.cause)?;
        let (address, browser) = failed.from.clone().unwrap_or_default();
        let application = failed.application.as_ref().map(|(_, name)| format!(", for {name}")).unwrap_or_default();
        let incident = failed.incident.as_ref().map(|it| format!(", incident {it}")).unwrap_or_default();
        let kind = failed.kind.as_str();
        out.line(&format!("{}  {kind}: {what}{application}{incident}, from {address} {browser}", time(failed.at)))?;
        print_todo(out, failed.cause, command(&account, failed.mend, None))?;
    }
    match why.came_in {
        Some(at) if why.is_over() => out.line(&format!("signed in since: {}", time(at))),
        Some(at) => out.line(&format!("last signed in: {}", time(at))),
        None => Ok(()),
    }
}

/// What keeps somebody out now.
pub fn print_obstacles(out: &mut Output, account: &Account, why: &Why) -> Result<(), Failure> {
    for obstacle in &why.obstacles {
        let until = obstacle.until.map(|until| format!(", until {}", time(until))).unwrap_or_default();
        out.line(&format!("now: {}{until}", words("cause", obstacle.cause)?))?;
        print_todo(out, obstacle.cause, command(account, obstacle.mend, obstacle.clinic.as_ref()))?;
    }
    Ok(())
}

fn print_todo(out: &mut Output, cause: Cause, command: Option<String>) -> Result<(), Failure> {
    out.line(&format!("    {}", words("todo", cause)?))?;
    command.map_or(Ok(()), |command| out.line(&format!("    {command}")))
}

/// The same as JSON.
pub fn obstacles(account: &Account, why: &Why) -> Result<Vec<Value>, Fault> {
    let one = |obstacle: &Obstacle| {
        Ok(json!({
            "cause": obstacle.cause.as_str(),
            "what": words("cause", obstacle.cause)?,
            "todo": words("todo", obstacle.cause)?,
            "command": command(account, obstacle.mend, obstacle.clinic.as_ref()),
            "clinic_id": obstacle.clinic.as_ref().map(ClinicId::as_str),
            "until": obstacle.until.map(time),
        }))
    };
    why.obstacles.iter().map(one).collect()
}

fn tried(account: &Account, failed: &Try) -> Result<Value, Fault> {
    let from = failed.from.as_ref();
    Ok(json!({
        "id": failed.id,
        "at": time(failed.at),
        "kind": failed.kind.as_str(),
        "cause": failed.cause.as_str(),
        "reason_code": failed.reason,
        "what": words("cause", failed.cause)?,
        "todo": words("todo", failed.cause)?,
        "command": command(account, failed.mend, None),
        "passkey": failed.passkey.as_ref().map(|(_, name)| name),
        "client_id": failed.application.as_ref().map(|(id, _)| id.as_str()),
        "application": failed.application.as_ref().map(|(_, name)| name),
        "ip": from.map(|(address, _)| address),
        "user_agent": from.map(|(_, browser)| browser),
        "incident": failed.incident,
    }))
}

fn words(which: &str, cause: Cause) -> Result<String, Fault> {
    view::words(Lang::En, &format!("why.{which}.{}", cause.as_str()))
}

/// As a shell takes it for one word: whoever invites somebody chooses the address.
fn quoted(address: &str) -> String {
    let plain = address.chars().all(|c| c.is_ascii_alphanumeric() || "@._+-".contains(c)) && !address.starts_with('-');
    if plain { address.to_owned() } else { format!("'{}'", address.replace('\'', r"'\''")) }
}

/// What mends it here. `clinic`: where, else at the first.
fn command(account: &Account, mend: Option<Permission>, clinic: Option<&ClinicId>) -> Option<String> {
    let email = quoted(account.user.email.as_str());
    let clinic = clinic.or(account.memberships.first().map(|(_, clinic)| &clinic.id))?;
    Some(match mend? {
        Permission::EnablePerson => format!("genkan user enable {email} --reason TEXT"),
        Permission::ResumeMembership => format!("genkan user resume {email} --clinic {clinic} --reason TEXT"),
        Permission::SetEndDate => format!("genkan user end {email} --clinic {clinic} --never"),
        Permission::UnlockPassword => format!("genkan user unlock {email} --reason TEXT"),
        Permission::IssueAccessCode => format!("genkan user access-code {email} --clinic {clinic} --help"),
        Permission::ReinvitePerson => format!("genkan user invite {email} --clinic {clinic}"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn an_address_is_one_word_to_a_shell_whatever_is_in_it() {
        assert_eq!(quoted("hanako.yamada+x@sakura.example"), "hanako.yamada+x@sakura.example");
        assert_eq!(quoted("$(id)@x"), "'$(id)@x'");
        assert_eq!(quoted("-x@y"), "'-x@y'");
        assert_eq!(quoted("o'neill@x"), r"'o'\''neill@x'");
    }
}
