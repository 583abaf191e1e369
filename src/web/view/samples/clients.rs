//! Applications, as administrators see them.

use super::{NOW, Sample, sample};
use crate::{
    domain::{Acr, ClientId},
    flows::admin::applications::TEMPLATES,
    web::view::*,
};

fn templates() -> Vec<&'static str> {
    TEMPLATES.iter().map(|template| template.name).collect()
}

fn configurations() -> Vec<Configuration> {
    templates().into_iter().map(|name| Configuration { name, text: "<Location \"/\">".to_owned() }).collect()
}

fn facts(public: bool) -> ClientFacts {
    ClientFacts {
        id: ClientId::new("01"),
        name: "<電子カルテ>".to_owned(),
        issuer: "https://id.example.jp".to_owned(),
        kind: if public { "spa" } else { "web" },
        auth_method: if public { "none" } else { "client_secret_basic" },
        redirect_uris: vec![
            "https://karte.example.jp/callback?a=b&c=d".to_owned(),
            "https://two.example.jp/".to_owned(),
        ],
        post_logout_redirect_uris: vec!["https://karte.example.jp/".to_owned()],
        backchannel_logout_uri: (!public).then(|| "https://karte.example.jp/logout".to_owned()),
        start_uri: (!public).then(|| "https://karte.example.jp/".to_owned()),
        scope: "openid profile email".to_owned(),
        alg: "RS256",
        pkce: public,
        public,
    }
}

/// Of one that says nothing, and of one that says it all.
fn limits(nothing: bool) -> ClientLimits {
    let count = (!nothing).then_some(30);
    ClientLimits {
        min_acr: (!nothing).then(|| Minimum::of(Acr::Passkey)),
        temporary: nothing,
        terminals: if nothing { vec![] } else { vec!["personal"] },
        access_token_minutes: count,
        id_token_minutes: count,
        refresh_token_days: count,
        claims: if nothing { vec![] } else { vec![("roles".to_owned(), "<groups>".to_owned())] },
        secret_days: count,
        secret_expires_at: (!nothing).then_some(NOW),
        secret_ends: !nothing,
        secret_is_over: false,
        last_used_at: (!nothing).then_some(NOW),
    }
}

pub fn all() -> Vec<Sample> {
    let clinic = || "さくらクリニック".to_owned();
    let line = |kind, whose, state| ClientLine {
        id: ClientId::new("01"),
        name: "<予約>".to_owned(),
        kind,
        whose,
        state,
        secret_ends: (kind != "native").then_some(NOW),
        secret_is_over: kind == "web",
        last_used_at: (kind == "web").then_some(NOW),
    };
    let list = ClientsPage {
        clinic: clinic(),
        typed: String::new(),
        clients: vec![
            line("web", Whose::Own, ClientState::Enabled),
            line("native", Whose::Other, ClientState::Disabled),
            line("machine", Whose::Shared, ClientState::Removed),
        ],
        more_after: Some(ClientId::new("01")),
        first: false,
    };
    let nothing =
        ClientsPage { typed: "<検査>".to_owned(), clients: vec![], more_after: None, first: true, ..list.clone() };
    let typed = TypedClient { name: "<電子カルテ>".to_owned(), kind: "web".to_owned(), ..TypedClient::default() };
    let new = |template, wrong: Option<WrongClient>| NewClientPage {
        clinic: clinic(),
        template,
        templates: templates(),
        kinds: vec!["web", "spa", "native"],
        typed: typed.clone(),
        may_share: wrong.is_some(),
        wrong,
        sign_in_uri: None,
    };
    let wrong = |what, field, text: &str| WrongClient { what, field, text: text.to_owned() };
    let client = |state, public: bool, notice| ClientPage {
        clinic: clinic(),
        facts: facts(public),
        configurations: if public { vec![] } else { configurations() },
        owner: (!public).then(clinic),
        state,
        comes_back_until: (state == ClientState::Removed).then_some(NOW),
        asks: public,
        roles: if public { vec![] } else { vec!["member", "clinic_admin"] },
        limits: limits(public),
        former_secret_until: (!public).then_some(NOW),
        created_at: NOW,
        updated_at: NOW,
        may_change: !public || state == ClientState::Disabled,
        sign_in_uri: None,
        notice,
    };
    let machine = client(ClientState::Enabled, false, None);
    let between = ClientFacts { kind: "machine", redirect_uris: vec![], ..machine.facts.clone() };
    let machine = ClientPage { facts: between, configurations: vec![], ..machine };
    let over = client(ClientState::Enabled, false, None);
    let over = ClientPage { limits: ClientLimits { secret_is_over: true, ..limits(false) }, ..over };
    let edit = |wrong: Option<WrongClient>, public| EditClientPage {
        id: ClientId::new("01"),
        clinic: clinic(),
        typed: TypedClient { scopes: vec!["profile".to_owned()], alg: "ES256".to_owned(), ..typed.clone() },
        scopes: vec![
            "profile",
            "email",
            "address",
            "phone",
            "clinic",
            "roles",
            "groups",
            "profession",
            "offline_access",
        ],
        algorithms: vec!["RS256", "ES256"],
        roles: vec!["member", "auditor"],
        minima: Minimum::all(),
        terminals: vec!["shared", "personal"],
        public,
        changed_meanwhile: if wrong.is_some() {
            vec![
                "name",
                "redirect_uris",
                "post_logout_redirect_uris",
                "backchannel_logout_uri",
                "start_uri",
                "scope",
                "alg",
                "pkce",
                "asks",
                "roles",
                "claims",
                "min_acr",
                "temporary",
                "terminals",
                "access_token_minutes",
                "id_token_minutes",
                "refresh_token_days",
                "secret_days",
            ]
        } else {
            vec![]
        },
        wrong,
        sign_in_uri: None,
    };
    let secret = |registered| ClientSecretPage {
        clinic: clinic(),
        facts: facts(false),
        configurations: configurations(),
        secret: Some("<secret>".to_owned()),
        registered,
        former_secret_until: (!registered).then_some(NOW),
        template: registered.then_some("grafana"),
    };
    let mut all = vec![
        sample("admin-clients", true, list),
        sample("admin-clients-none", true, nothing),
        sample("admin-client-new", true, new(None, None)),
        sample("admin-client-new-known", true, new(Some("nextcloud"), None)),
        sample(
            "admin-client-stale",
            true,
            NewClientPage { sign_in_uri: Some("/login?again".to_owned()), ..new(None, None) },
        ),
        sample("admin-client", true, client(ClientState::Enabled, false, None)),
        sample("admin-client-shared", true, client(ClientState::Enabled, true, None)),
        sample("admin-client-machine", true, machine),
        sample("admin-client-over", true, over),
        sample("admin-client-edit", true, edit(None, false)),
        sample("admin-client-edit-public", true, edit(None, true)),
        sample("admin-client-edit-late", true, edit(Some(wrong("changed", "", "")), false)),
        sample(
            "admin-client-edit-stale",
            true,
            EditClientPage { sign_in_uri: Some("/login?again".to_owned()), ..edit(None, false) },
        ),
        sample("admin-client-registered", true, secret(true)),
        sample("admin-client-rotated", true, secret(false)),
    ];
    all.extend(previews());
    for what in [
        "name",
        "no_redirect_uri",
        "too_many",
        "repeated_uri",
        "too_long",
        "not_absolute",
        "bad_character",
        "fragment",
        "user_info",
        "dot_segments",
        "not_secure",
        "scheme_not_native",
        "scheme_without_dot",
        "count",
        "claim_name",
        "other",
    ] {
        all.push(sample("admin-client-wrong", true, new(None, Some(wrong(what, "redirect_uris", "<javascript:x>")))));
    }
    for notice in
        ["edit", "rotate", "rotate_now", "end_former", "disable", "enable", "remove", "restore", "changed", "refused"]
    {
        let state = match notice {
            "disable" => ClientState::Disabled,
            "remove" => ClientState::Removed,
            _ => ClientState::Enabled,
        };
        all.push(sample("admin-client-done", true, client(state, false, Some(notice))));
    }
    all
}

fn previews() -> Vec<Sample> {
    let page = |outlook| ClientPreviewPage {
        clinic: "さくらクリニック".to_owned(),
        id: ClientId::new("01"),
        name: "<電子カルテ>".to_owned(),
        email: "hanako@sakura.example".to_owned(),
        unknown: false,
        outlook,
    };
    let outlook = |kept_out: Option<&'static str>| Outlook {
        enters: kept_out.is_none(),
        person: "<山田> 花子".to_owned(),
        clinic: "さくらクリニック".to_owned(),
        kept_out,
        ways: vec![
            ("hardware_passkey", None),
            ("passkey", Some("hardware_passkey_needed")),
            ("second_factor", Some("passkey_needed")),
            ("password", Some("second_factor_needed")),
            ("code", Some("temporary_access")),
        ],
        terminals: vec![("shared", Some("terminal")), ("personal", None)],
        asks: kept_out.is_some(),
        id_token: "{\n  \"sub\": \"<01>\"\n}".to_owned(),
        userinfo: "{\n  \"name\": \"山田 花子\"\n}".to_owned(),
    };
    let whys =
        ["client_disabled", "account_disabled", "membership_suspended", "membership_ended", "other_clinic", "role"];
    let refused = whys.map(|why| sample("admin-client-preview-no", true, page(Some(outlook(Some(why))))));
    let asked = sample("admin-client-preview", true, page(None));
    let unknown = sample("admin-client-preview-unknown", true, ClientPreviewPage { unknown: true, ..page(None) });
    let yes = sample("admin-client-preview-yes", true, page(Some(outlook(None))));
    [asked, unknown, yes].into_iter().chain(refused).collect()
}
