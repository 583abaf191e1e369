//! `genkan user invite`

use serde_json::json;

use super::super::opened::Opened;
use super::super::{Failure, Output, parse};
use crate::config::Issuer;
use crate::domain::{Address, ClinicId, Role, UnixTime};
use crate::flows::admin::members::{AtServer, invite_at_server};
use crate::flows::admin::time;
use crate::flows::admin::users::{Details, Invite, Invited, Joined};

#[derive(Debug, clap::Args)]
pub struct Args {
    email: String,
    /// The clinic that the person works for
    #[arg(long, value_name = "ID")]
    clinic: String,
    /// member, auditor, helpdesk, clinic_admin or system_admin; repeat it for several [a new member: member]
    #[arg(long = "role", value_name = "ROLE", value_parser = parse::role, num_args = 1..)]
    roles: Vec<Role>,
    /// The last day of part-time or dispatched staff; what they have open ends with it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse::last_day)]
    until: Option<UnixTime>,
    /// How you made sure who it is, of somebody who has been in before and lost every way in; the person is told, and the
    /// trail keeps it
    #[arg(long, value_name = "TEXT")]
    checked: Option<String>,
    /// 氏名; needed of a person new to Genkan, as is the kana
    #[arg(long)]
    name: Option<String>,
    /// フリガナ
    #[arg(long)]
    kana: Option<String>,
    #[arg(long)]
    given_name: Option<String>,
    #[arg(long)]
    family_name: Option<String>,
    #[arg(long)]
    middle_name: Option<String>,
    #[arg(long)]
    nickname: Option<String>,
    #[arg(long)]
    preferred_username: Option<String>,
    /// Address of the person's profile page
    #[arg(long, value_name = "URL")]
    profile: Option<String>,
    #[arg(long, value_name = "URL")]
    picture: Option<String>,
    #[arg(long, value_name = "URL")]
    website: Option<String>,
    #[arg(long)]
    gender: Option<String>,
    /// YYYY-MM-DD, 0000-MM-DD or YYYY
    #[arg(long, value_name = "DATE")]
    birthdate: Option<String>,
    /// Such as Asia/Tokyo
    #[arg(long)]
    zoneinfo: Option<String>,
    /// Such as ja-JP
    #[arg(long)]
    locale: Option<String>,
    #[arg(long)]
    phone_number: Option<String>,
    /// Somebody has made sure of the telephone number
    #[arg(long)]
    phone_number_verified: bool,
    /// The whole address as on a letter
    #[arg(long)]
    address: Option<String>,
    #[arg(long)]
    street_address: Option<String>,
    #[arg(long)]
    locality: Option<String>,
    #[arg(long)]
    region: Option<String>,
    #[arg(long)]
    postal_code: Option<String>,
    #[arg(long)]
    country: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let (json, checked) = (args.json, args.checked.clone());
    let by = opened.by();
    match invite_at_server(&opened.store, &by, args.into_invite(), checked.as_deref())?? {
        AtServer::Invited(invited) => print(&invited, &opened.config.server.issuer, json, out),
        AtServer::Changed(joined) => changed(&joined, json, out),
    }
}

fn changed(joined: &Joined, json: bool, out: &mut Output) -> Result<(), Failure> {
    let Joined { user, clinic, roles, is_new } = joined;
    let roles: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    let (email, name) = (user.email.as_str(), &user.profile.name);
    if json {
        return out.json(&json!({
            "id": user.id.as_str(),
            "email": email,
            "name": name,
            "clinic_id": clinic.id.as_str(),
            "roles": roles,
            "is_new": is_new,
            "link": null,
            "expires_at": null,
        }));
    }
    out.line(&format!("{name} <{email}>, {}, {}", clinic.name, roles.join(" ")))?;
    out.line(
        "They have been in before and sign in as they do: no link was made. If every way in is lost, say --checked.",
    )
}

fn print(invited: &Invited, issuer: &Issuer, json: bool, out: &mut Output) -> Result<(), Failure> {
    let link = link(invited, issuer);
    let roles: Vec<_> = invited.roles.iter().map(|role| role.as_str()).collect();
    let (email, name) = (invited.user.email.as_str(), &invited.user.profile.name);
    if json {
        return out.json(&json!({
            "id": invited.user.id.as_str(),
            "email": email,
            "name": name,
            "clinic_id": invited.clinic.id.as_str(),
            "roles": roles,
            "is_new": invited.is_new,
            "link": link,
            "expires_at": time(invited.invitation.expires_at()),
        }));
    }
    out.line(&format!("{name} <{email}>, {}, {}", invited.clinic.name, roles.join(" ")))?;
    out.line(&format!("\n  {link}\n"))?;
    out.line(&format!("Give this link to nobody else. It works once, until {}.", time(invited.invitation.expires_at())))
}

pub fn link(invited: &Invited, issuer: &Issuer) -> String {
    format!("{issuer}/invite/{}", invited.secret.reveal())
}

impl Args {
    fn into_invite(self) -> Invite {
        let details = Details {
            name: self.name,
            name_kana: self.kana,
            given_name: self.given_name,
            family_name: self.family_name,
            middle_name: self.middle_name,
            nickname: self.nickname,
            preferred_username: self.preferred_username,
            profile: self.profile,
            picture: self.picture,
            website: self.website,
            gender: self.gender,
            birthdate: self.birthdate,
            zoneinfo: self.zoneinfo,
            locale: self.locale,
            phone_number: self.phone_number,
            phone_number_verified: self.phone_number_verified,
            address: Address {
                formatted: self.address,
                street_address: self.street_address,
                locality: self.locality,
                region: self.region,
                postal_code: self.postal_code,
                country: self.country,
            },
        };
        Invite { email: self.email, clinic: ClinicId::new(self.clinic), roles: self.roles, until: self.until, details }
    }
}
