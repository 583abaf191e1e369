//! What is typed about an application: from the form into a draft, from an application into the form, and what is wrong with it.

use std::time::Duration;

use crate::{
    domain::{Acr, Client, ClientType, ClinicId, Role, SigningAlg, TerminalKind, UnixTime},
    flows::admin::{
        Refusal,
        applications::Template,
        clients::{Draft, Limits},
    },
    keys::Sealable,
    protocol::{params::Params, redirect_uri::BadRedirectUri, scope::Scope},
    web::view::{TypedClient, WrongClient},
};

/// Registered by name; whoever needs another type says so on the command line.
pub const KINDS: [ClientType; 3] = [ClientType::Web, ClientType::Spa, ClientType::Native];

/// What had been typed when the sign-in was no longer recent enough.
impl Sealable for TypedClient {
    const PURPOSE: &'static str = "admin-client";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

/// What an application may ask for beside `openid`, which goes without saying.
pub fn scopes() -> Vec<&'static str> {
    Scope::ALL.iter().map(|scope| scope.as_str()).filter(|scope| *scope != "openid").collect()
}

pub fn read(form: &Params) -> TypedClient {
    let text = |name| form.single(name).unwrap_or_default().to_owned();
    let on = |name: &str| form.single(name).is_some();
    // A name stands in a form once.
    let ticked = |what: &str, names: &[&str]| {
        names.iter().filter(|name| on(&format!("{what}.{name}"))).map(|name| (*name).to_owned()).collect()
    };
    TypedClient {
        name: text("name"),
        address: text("address"),
        kind: text("kind"),
        redirect_uris: text("redirect_uris"),
        post_logout_redirect_uris: text("post_logout_redirect_uris"),
        backchannel_logout_uri: text("backchannel_logout_uri"),
        start_uri: text("start_uri"),
        scopes: ticked("scope", &scopes()),
        alg: text("alg"),
        pkce: on("pkce"),
        asks: on("asks"),
        roles: ticked("role", &Role::ALL.iter().map(|role| role.as_str()).collect::<Vec<_>>()),
        claims: text("claims"),
        min_acr: text("min_acr"),
        temporary: on("temporary"),
        terminals: ticked("terminal", &TerminalKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()),
        access_token_minutes: text("access_token_minutes"),
        id_token_minutes: text("id_token_minutes"),
        refresh_token_days: text("refresh_token_days"),
        secret_days: text("secret_days"),
        shared: on("shared"),
        seen: text("seen"),
    }
}

/// When the client was last changed, as the form that was sent shows it; long ago where it does not say.
pub fn seen(form: &Params) -> UnixTime {
    UnixTime::from_millis(form.single("seen").and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// As much of it as an address carries. A text is there whole or not at all: half an address may be another's.
pub fn carried(typed: &TypedClient) -> TypedClient {
    let kept = |text: &str| if text.len() <= 600 { text.to_owned() } else { String::new() };
    TypedClient {
        name: kept(&typed.name),
        address: kept(&typed.address),
        kind: kept(&typed.kind),
        redirect_uris: kept(&typed.redirect_uris),
        post_logout_redirect_uris: kept(&typed.post_logout_redirect_uris),
        backchannel_logout_uri: kept(&typed.backchannel_logout_uri),
        start_uri: kept(&typed.start_uri),
        alg: kept(&typed.alg),
        claims: kept(&typed.claims),
        min_acr: kept(&typed.min_acr),
        access_token_minutes: kept(&typed.access_token_minutes),
        id_token_minutes: kept(&typed.id_token_minutes),
        refresh_token_days: kept(&typed.refresh_token_days),
        secret_days: kept(&typed.secret_days),
        seen: kept(&typed.seen),
        ..typed.clone()
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// `clinic`: whose own it is unless it is for all.
pub fn new_draft(typed: &TypedClient, template: Option<&Template>, clinic: &ClinicId) -> Draft {
    let draft = match template {
        Some(template) => template.draft(&typed.address),
        None => Draft {
            kind: KINDS.into_iter().find(|kind| kind.as_str() == typed.kind),
            redirect_uris: Some(lines(&typed.redirect_uris)),
            start_uri: Some(typed.start_uri.trim().to_owned()),
            ..Draft::default()
        },
    };
    Draft {
        name: Some(typed.name.trim().to_owned()),
        first_party: Some(!typed.asks),
        clinic: Some(if typed.shared { String::new() } else { clinic.to_string() }),
        ..draft
    }
}

pub fn changed_draft(typed: &TypedClient) -> Draft {
    let renews = typed.scopes.iter().any(|scope| scope == "offline_access");
    let grants = if renews { "authorization_code refresh_token" } else { "authorization_code" };
    Draft {
        name: Some(typed.name.trim().to_owned()),
        redirect_uris: Some(lines(&typed.redirect_uris)),
        post_logout_redirect_uris: Some(lines(&typed.post_logout_redirect_uris)),
        backchannel_logout_uri: Some(typed.backchannel_logout_uri.trim().to_owned()),
        start_uri: Some(typed.start_uri.trim().to_owned()),
        scope: Some(format!("openid {}", typed.scopes.join(" "))),
        grants: Some(grants.to_owned()),
        id_token_alg: SigningAlg::parse(&typed.alg),
        pkce_required: Some(typed.pkce),
        first_party: Some(!typed.asks),
        roles: Some(typed.roles.join(" ")),
        claim_names: Some(typed.claims.clone()),
        limits: Limits {
            min_acr: Some(typed.min_acr.clone()),
            takes_temporary: Some(typed.temporary),
            terminals: Some(typed.terminals.join(" ")),
            access_token_minutes: Some(typed.access_token_minutes.clone()),
            id_token_minutes: Some(typed.id_token_minutes.clone()),
            refresh_token_days: Some(typed.refresh_token_days.clone()),
            secret_days: Some(typed.secret_days.clone()),
        },
        ..Draft::default()
    }
}

pub fn of(client: &Client) -> TypedClient {
    TypedClient {
        name: client.name.clone(),
        kind: client.kind.as_str().to_owned(),
        redirect_uris: client.redirect_uris.join("\n"),
        post_logout_redirect_uris: client.post_logout_redirect_uris.join("\n"),
        backchannel_logout_uri: client.backchannel_logout_uri.clone().unwrap_or_default(),
        start_uri: client.start_uri.clone().unwrap_or_default(),
        scopes: client.scopes.clone(),
        alg: client.id_token_alg.as_str().to_owned(),
        pkce: client.pkce_required,
        asks: !client.first_party,
        roles: client.roles.iter().map(|role: &Role| role.as_str().to_owned()).collect(),
        claims: client.claim_names.words().join("\n"),
        min_acr: client.demands.min_acr.map_or("", Acr::as_str).to_owned(),
        temporary: client.demands.takes_temporary,
        terminals: client.demands.terminals.iter().map(|kind| kind.as_str().to_owned()).collect(),
        access_token_minutes: count(client.lifetimes.access_token_minutes),
        id_token_minutes: count(client.lifetimes.id_token_minutes),
        refresh_token_days: count(client.lifetimes.refresh_token_days),
        secret_days: count(client.secret_days),
        seen: client.updated_at.millis().to_string(),
        ..TypedClient::default()
    }
}

fn count(count: Option<u32>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

/// The fields that are otherwise in the one than in the other.
pub fn differing(one: &TypedClient, other: &TypedClient) -> Vec<&'static str> {
    let fields = [
        ("name", one.name.trim() != other.name),
        ("redirect_uris", lines(&one.redirect_uris) != lines(&other.redirect_uris)),
        ("post_logout_redirect_uris", lines(&one.post_logout_redirect_uris) != lines(&other.post_logout_redirect_uris)),
        ("backchannel_logout_uri", one.backchannel_logout_uri.trim() != other.backchannel_logout_uri),
        ("start_uri", one.start_uri.trim() != other.start_uri),
        (
            "scope",
            other.scopes.iter().any(|scope| scope != "openid" && !one.scopes.contains(scope))
                || one.scopes.iter().any(|scope| !other.scopes.contains(scope)),
        ),
        ("alg", one.alg != other.alg),
        ("pkce", one.pkce != other.pkce),
        ("asks", one.asks != other.asks),
        ("roles", one.roles != other.roles),
        ("claims", !one.claims.split_whitespace().eq(other.claims.split_whitespace())),
        ("min_acr", one.min_acr != other.min_acr),
        ("temporary", one.temporary != other.temporary),
        ("terminals", one.terminals != other.terminals),
        ("access_token_minutes", one.access_token_minutes.trim() != other.access_token_minutes),
        ("id_token_minutes", one.id_token_minutes.trim() != other.id_token_minutes),
        ("refresh_token_days", one.refresh_token_days.trim() != other.refresh_token_days),
        ("secret_days", one.secret_days.trim() != other.secret_days),
    ];
    fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// What the form says of it. A refusal that no form of ours can bring about is said without details.
pub fn wrong(refusal: &Refusal) -> WrongClient {
    let (what, field, text) = match refusal {
        Refusal::BadText { .. } => ("name", "name", ""),
        Refusal::NoRedirectUri => ("no_redirect_uri", "redirect_uris", ""),
        Refusal::TooManyUris { field, .. } => ("too_many", field_of(field), ""),
        Refusal::RepeatedUri { uri } => ("repeated_uri", "redirect_uris", uri.as_str()),
        Refusal::BadUri { uri, why, field } => (bad_uri(*why), field_of(field), uri.as_str()),
        Refusal::BadClaimName { pair } => ("claim_name", "claims", pair.as_str()),
        Refusal::BadCount { field, .. } => ("count", *field, ""),
        Refusal::Changed => ("changed", "", ""),
        _ => ("other", "", ""),
    };
    WrongClient { what, field, text: text.chars().take(200).collect() }
}

fn field_of(field: &str) -> &'static str {
    match field {
        "the post-logout URI" => "post_logout_redirect_uris",
        "the back-channel logout URI" => "backchannel_logout_uri",
        "the start URI" => "start_uri",
        _ => "redirect_uris",
    }
}

const fn bad_uri(why: BadRedirectUri) -> &'static str {
    match why {
        BadRedirectUri::TooLong => "too_long",
        BadRedirectUri::NotAbsolute => "not_absolute",
        BadRedirectUri::BadCharacter => "bad_character",
        BadRedirectUri::Fragment => "fragment",
        BadRedirectUri::UserInfo => "user_info",
        BadRedirectUri::DotSegments => "dot_segments",
        BadRedirectUri::NotSecure => "not_secure",
        BadRedirectUri::SchemeNotNative => "scheme_not_native",
        BadRedirectUri::SchemeWithoutDot => "scheme_without_dot",
    }
}
