//! `genkan client add`

use super::super::opened::{Opened, by_command_line};
use super::super::{Failure, Output};
use super::fields::{Fields, print};
use crate::flows::admin::{
    applications::{TEMPLATES, Template},
    clients::{self, Draft},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// As people see it
    #[arg(long)]
    name: String,
    /// Software that is known: type, URIs and authentication follow from its address
    #[arg(
        long,
        value_name = "SOFTWARE",
        value_parser = TEMPLATES.iter().map(|it| it.name).collect::<Vec<_>>(),
        requires = "address",
        conflicts_with_all = ["redirect_uris", "post_logout_uris", "start_uri", "kind", "auth_method", "pkce"]
    )]
    template: Option<String>,
    /// Where that software is reached, with its https://
    #[arg(long, value_name = "URL", requires = "template")]
    address: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

pub fn run(opened: &Opened, args: Args, out: &mut Output) -> Result<(), Failure> {
    let json = args.fields.json;
    let said = Draft { name: Some(args.name), ..args.fields.into_draft() };
    let draft = match args.template.as_deref().and_then(Template::find) {
        Some(template) => at_address(template, args.address.as_deref().unwrap_or_default(), said),
        None => said,
    };
    let registered = clients::add(&opened.store, &by_command_line(), draft, &opened.config.keys.algorithms)??;
    print(&registered, json, out)
}

/// What the template says, and beside it what it leaves open.
fn at_address(template: &Template, address: &str, said: Draft) -> Draft {
    let known = template.draft(address);
    Draft {
        kind: known.kind,
        auth_method: known.auth_method,
        redirect_uris: known.redirect_uris,
        post_logout_redirect_uris: known.post_logout_redirect_uris,
        start_uri: known.start_uri,
        pkce_required: known.pkce_required,
        ..said
    }
}
