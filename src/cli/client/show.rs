//! `genkan client show`

use super::super::{
    Failure, Output,
    opened::{Opened, by_command_line},
};
use super::fields::print_client;
use crate::{
    domain::ClientId,
    flows::admin::{
        applications::{TEMPLATES, Template},
        clients,
    },
    web::view::{ClientFacts, View},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[arg(value_name = "CLIENT_ID")]
    id: String,
    /// Software of the application: prints what that is told, ready to paste, with CLIENT_SECRET where the secret goes
    #[arg(long, value_name = "SOFTWARE", value_parser = TEMPLATES.iter().map(|it| it.name).collect::<Vec<_>>(), conflicts_with = "json")]
    configuration: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(opened: &Opened, args: &Args, out: &mut Output) -> Result<(), Failure> {
    let client = clients::find(&opened.store, &ClientId::new(args.id.as_str()), by_command_line().now)??;
    if let Some(template) = args.configuration.as_deref().and_then(Template::find) {
        let issuer = opened.config.server.issuer.as_str();
        let facts = ClientFacts::of(&client, issuer);
        let view = View::new(issuer)?;
        for configuration in view.configurations(std::iter::once(template.name), &facts, None)? {
            out.line(&configuration.text)?;
        }
        return Ok(());
    }
    if args.json { out.json(&clients::to_json(&client)) } else { print_client(&client, None, out) }
}
