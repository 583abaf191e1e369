//! `genkan init`: configuration, master key with its recovery sheet, first clinic, and a link for the first administrator.
//!
//! There is no first password: whoever holds the link becomes the administrator, once (OWASP ASVS 6.3.2).

use std::path::Path;

use serde_json::json;
use zeroize::Zeroizing;

use super::made::{Made, cannot};
use super::opened::{by_command_line, identity, open};
use super::user::link;
use super::{Failure, Output, parse, recovery_sheet};
use crate::config::{Config, DEFAULT_FILE, Environment, Issuer, MasterKeySource};
use crate::domain::Role;
use crate::flows::admin::{By, clinics, time, users};
use crate::keys::MasterKey;
use crate::random::Random;
use crate::store::Store;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address by which browsers and applications know Genkan, for ever
    #[arg(long, value_name = "URL", default_value = "http://localhost:8080", value_parser = parse::issuer)]
    issuer: Issuer,
    /// Name of the first clinic
    #[arg(long, value_name = "NAME")]
    clinic_name: String,
    /// Whom its people ask for help: a name, a telephone number
    #[arg(long, value_name = "TEXT")]
    clinic_contact: String,
    /// E-mail address of the first administrator
    #[arg(long, value_name = "EMAIL")]
    admin_email: String,
    /// 氏名
    #[arg(long, value_name = "NAME")]
    admin_name: String,
    /// フリガナ
    #[arg(long, value_name = "KANA")]
    admin_kana: String,
    #[arg(long)]
    json: bool,
}

pub fn run(path: Option<&Path>, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let path = path.unwrap_or(Path::new(DEFAULT_FILE));
    let path = std::path::absolute(path).map_err(|error| cannot("find", path, &error))?;
    let text = configuration(&args.issuer);
    let config = Config::parse(&text, &path, &Environment::of_process())?;
    let mut made = Made::default();
    made.write(&path, 0o644, &text)?;
    let (master_key, key_file) = match &config.keys.master_key {
        MasterKeySource::Environment(text) => {
            (MasterKey::parse(text).map_err(|error| Failure::Refused(error.to_string()))?, None)
        }
        MasterKeySource::File(file) => {
            let key = MasterKey::generate(Random);
            made.write(file, 0o600, &Zeroizing::new(format!("{}\n", *key.to_text())))?;
            (key, Some(file.clone()))
        }
    };
    let store = open(&config.store)?;
    store.migrate()?;
    identity(&config, &master_key).claim(&store)?.map_err(|misfit| Failure::Refused(misfit.to_string()))?;
    let invited = first_administrator(&store, &config, args, &by_command_line())?;
    made.keep();
    let link = link(&invited, &config.server.issuer);
    if args.json {
        return out.json(&json!({
            "config": path,
            "master_key_file": key_file,
            "clinic_id": invited.clinic.id.as_str(),
            "link": link,
            "expires_at": time(invited.invitation.expires_at()),
        }));
    }
    out.line(&format!("Wrote {} and, beside it, all that it names.\n", path.display()))?;
    if key_file.is_some() {
        recovery_sheet::print(&config, &master_key, out)?;
    }
    out.line(&format!(
        "The first administrator, {}, enters by this link, once, until {}:",
        args.admin_name,
        time(invited.invitation.expires_at())
    ))?;
    out.line(&format!("\n  {link}\n"))?;
    out.line(&format!("Next: genkan check --config {0} && genkan serve --config {0}", path.display()))
}

fn configuration(issuer: &Issuer) -> String {
    format!(
        "# Written by `genkan init`. What does not stand here has its default; config/default.toml explains them all.\n\n\
         [server]\nissuer = \"{issuer}\"\n"
    )
}

fn first_administrator(store: &Store, config: &Config, args: &Args, by: &By) -> Result<users::Invited, Failure> {
    if !users::list(store)?.is_empty() {
        let why = "the store has people already; `genkan user invite EMAIL --role system_admin` brings in another one";
        return Err(Failure::Refused(why.to_owned()));
    }
    let draft = clinics::Draft {
        name: Some(args.clinic_name.clone()),
        contact: Some(args.clinic_contact.clone()),
        ..clinics::Draft::default()
    };
    let clinic = clinics::add(store, by, &draft, config.sessions.idle, config.sessions.absolute)??;
    let details = users::Details {
        name: Some(args.admin_name.clone()),
        name_kana: Some(args.admin_kana.clone()),
        ..users::Details::default()
    };
    let roles = vec![Role::SystemAdmin];
    let invite = users::Invite { until: None, email: args.admin_email.clone(), clinic: clinic.id, roles, details };
    Ok(users::invite(store, by, invite)??)
}
