//! Applications, as administrators see them.

use super::{NOW, Sample, sample};
use crate::{domain::ClientId, flows::admin::applications::TEMPLATES, web::view::*};

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

pub fn all() -> Vec<Sample> {
    let clinic = || "さくらクリニック".to_owned();
    let line =
        |kind, whose, state| ClientLine { id: ClientId::new("01"), name: "<予約>".to_owned(), kind, whose, state };
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
