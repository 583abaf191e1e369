//! Every screen with everything that it can say, for the tests.

mod access_codes;
mod administration;
pub(super) mod audit;
mod clients;
mod clinics;
mod groups;
mod handoff;
mod invite_again;
mod person;
mod qualifications;
mod second_factor;
mod terminals;

use std::time::Duration;

use minijinja::{Value, value::Serde};

use super::*;
use crate::{
    domain::{Barrier, ClientId, ClinicId, Happened, PasskeyId, SessionId, UnixTime},
    flows::account::{
        apps::App,
        history::{Author, Entry, SHOWN},
    },
    web::admin::ADMIN_PAGES,
};

pub(super) const NOW: UnixTime = UnixTime::from_secs(1_768_779_000);
const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

#[derive(Clone)]
pub(super) struct Sample {
    pub name: String,
    pub template: &'static str,
    pub signed_in: bool,
    /// At a shared terminal.
    pub shared: bool,
    /// By an administrator's code.
    pub temporary: bool,
    pub page: Value,
}

pub(super) fn chrome(lang: Lang, sample: &Sample) -> Chrome {
    let Sample { signed_in, shared, temporary, .. } = *sample;
    Chrome {
        lang,
        person: signed_in.then(|| "看護 花子".to_owned()),
        clinic: signed_in.then(|| "さくらクリニック".to_owned()),
        changes_clinic: sample.signed_in,
        accent: None,
        shared,
        temporary: temporary.then_some(NOW),
        admin: match signed_in {
            true => ADMIN_PAGES.iter().map(|(name, path, _)| AdminLink { name, path }).collect(),
            false => Vec::new(),
        },
        form_token: "form-token".to_owned(),
        path: "/settings/passkeys?from=<here>".to_owned(),
        server_time: NOW,
    }
}

fn sample<P: Page>(name: &str, signed_in: bool, page: P) -> Sample {
    let page = Value::from(Serde(page));
    Sample { name: name.to_owned(), template: P::TEMPLATE, signed_in, shared: false, temporary: false, page }
}

/// At a shared terminal.
fn at_shared<P: Page>(name: &str, page: P) -> Sample {
    Sample { shared: true, ..sample(name, true, page) }
}

pub(super) fn invitation_letter() -> mail::InvitationLetter {
    mail::InvitationLetter {
        person: "<鈴木 一郎>".to_owned(),
        address: "https://id.example.jp/invite/token".to_owned(),
        until: NOW,
        clinic: Some("さくらクリニック".to_owned()),
        contact: Some("総務 内線 1234".to_owned()),
    }
}

pub(super) fn letters() -> Vec<mail::NoticeLetter> {
    let about_passkeys = |what: &Happened| {
        !matches!(
            what,
            Happened::PasswordChanged
                | Happened::SecondFactorAdded
                | Happened::SecondFactorRemoved
                | Happened::RecoveryCodesMade
                | Happened::RecoveryCodeUsed
                | Happened::AccessCodeIssued
                | Happened::AccessCodeUsed
                | Happened::Reinvited
                | Happened::MembershipAdded
                | Happened::AccountDisabled
                | Happened::AccountEnabled
                | Happened::PasswordUnlocked
                | Happened::SessionsEnded
                | Happened::MembershipSuspended
                | Happened::MembershipResumed
                | Happened::MembershipEndSet
                | Happened::OtherSessionsEnded
                | Happened::AllSessionsEnded
                | Happened::NewPlace
        )
    };
    let letter = |what: &Happened| mail::NoticeLetter {
        what: *what,
        person: "看護 花子".to_owned(),
        name: about_passkeys(what).then(|| "<院内PC>".to_owned()),
        at: NOW,
        reason: None,
        ip: "192.0.2.1".to_owned(),
        user_agent: EDGE.to_owned(),
        clinic: Some("さくらクリニック".to_owned()),
        contact: contact(),
    };
    let all = Happened::ALL.iter().map(letter);
    let by_administrator =
        all.clone().map(|letter| mail::NoticeLetter { reason: Some("<紛失>".to_owned()), ..letter });
    all.chain(by_administrator).collect()
}

/// Those that are other for who came in by an administrator's code.
const TEMPORARY: &[&str] = &["portal", "passkeys-stale", "delete-stale", "password-stale", "second-factor-stale"];

pub(super) fn all() -> Vec<Sample> {
    let mut all: Vec<_> = [
        logins(),
        access_codes::all(),
        passkeys(),
        handoff::all(),
        passkey_changes(),
        passwords(),
        second_factor::all(),
        sessions(),
        history(),
        consents(),
        terminals::all(),
        administration::all(),
        invite_again::all(),
        audit::all(),
        clients::all(),
        clinics::all(),
        groups::all(),
        qualifications::all(),
        others(),
        workplaces(),
        errors(),
    ]
    .concat();
    let temporary =
        |sample: &Sample| Sample { name: format!("{}-temporary", sample.name), temporary: true, ..sample.clone() };
    let other: Vec<_> = all.iter().filter(|sample| TEMPORARY.contains(&&*sample.name)).map(temporary).collect();
    assert_eq!(other.len(), TEMPORARY.len());
    all.extend(other);
    all
}

fn contact() -> Option<String> {
    Some("情報システム室 内線 1234".to_owned())
}

fn booking() -> Option<Application> {
    Some(Application {
        name: "予約システム".to_owned(), start_uri: Some("https://booking.example.jp/".to_owned())
    })
}

fn logins() -> Vec<Sample> {
    let page = |notice| LoginPage {
        continue_to: Some("sealed-request".to_owned()),
        application: booking(),
        email: Some("hanako@sakura.example.jp".to_owned()),
        needs: None,
        notice: Some(notice),
        shared: false,
        contact: contact(),
    };
    let needing = |needs: Barrier| {
        let page = LoginPage { needs: Some(needs.as_str()), ..page(LoginNotice::SignInAgain) };
        sample("login-needs", false, LoginPage { notice: None, ..page })
    };
    vec![
        needing(Barrier::SecondFactor),
        needing(Barrier::Passkey),
        needing(Barrier::HardwarePasskey),
        needing(Barrier::Temporary),
        sample("login-shared", false, LoginPage { shared: true, ..LoginPage::default() }),
        sample(
            "login",
            false,
            LoginPage { continue_to: Some("sealed".to_owned()), application: booking(), ..Default::default() },
        ),
        sample("login-alone", false, LoginPage::default()),
        sample("login-bad", false, page(LoginNotice::BadCredentials)),
        sample("login-wait", false, page(LoginNotice::Wait { seconds: 40 })),
        sample("login-busy", false, page(LoginNotice::Busy)),
        sample("login-expired", false, page(LoginNotice::RequestExpired)),
        sample("login-ended", false, page(LoginNotice::SessionEnded)),
        sample("login-ended-with-passkey", false, page(LoginNotice::EndedWithPasskey)),
        sample("login-all-ended", false, page(LoginNotice::AllEnded)),
        sample("login-start-again", false, page(LoginNotice::StartAgain)),
        sample("login-again", false, page(LoginNotice::SignInAgain)),
        sample("login-again-passkey", false, page(LoginNotice::SignInWithPasskey)),
    ]
}

fn card(id: &str, name: &str, last_use: Option<LastUse>) -> PasskeyCard {
    PasskeyCard {
        id: PasskeyId::new(id),
        name: name.to_owned(),
        authenticator: last_use.is_some().then_some("iCloud Keychain"),
        proven: last_use.is_none(),
        backup: if last_use.is_some() { Backup::Synced } else { Backup::OneDevice },
        suspended: None,
        created_user_agent: EDGE.to_owned(),
        created_at: NOW.minus(Duration::from_secs(86_400 * 40)),
        use_count: if last_use.is_some() { 41 } else { 0 },
        current: last_use.is_some(),
        last_use,
    }
}

fn passkeys() -> Vec<Sample> {
    let used = || {
        Some(LastUse {
            at: NOW,
            application: Some("予約システム".to_owned()),
            user_agent: IPHONE.to_owned(),
            address: "2001:db8::17".to_owned(),
        })
    };
    let page = |passkeys, notice, may_change| PasskeysPage {
        enrolling: false,
        application: None,
        continue_to: None,
        passkeys,
        limit: 10,
        by_phone: false,
        own_qr: true,
        challenge_seconds: 60,
        may_change,
        needs_invitation: false,
        sign_in_again_uri: "/login?again".to_owned(),
        signal: Some(PasskeySignal {
            rp_id: "id.example.jp".to_owned(),
            user_id: "handle".to_owned(),
            accepted: vec!["one".to_owned(), "two".to_owned()],
            name: "hanako@sakura.example.jp".to_owned(),
            display_name: "看護 花子".to_owned(),
        }),
        notice,
        contact: contact(),
    };
    let phone = || card("01", "自分のスマホ", used());
    let desk = || card("02", "<院内PC>", None);
    let suspended = |reason: Option<&str>| PasskeyCard {
        suspended: Some(Suspended { at: NOW, by_administrator: reason.is_some(), reason: reason.map(str::to_owned) }),
        backup: Backup::Syncable,
        ..card("03", "古いスマホ", used())
    };
    vec![
        sample("passkeys", true, page(vec![phone(), desk()], Some(PasskeysNotice::Renamed), true)),
        sample("passkeys-none", true, page(vec![], None, true)),
        sample("passkeys-one", true, page(vec![phone()], Some(PasskeysNotice::Deleted), true)),
        sample("passkeys-stale", true, page(vec![phone(), desk()], Some(PasskeysNotice::BadName), false)),
        sample("passkeys-locked", true, PasskeysPage { needs_invitation: true, ..page(vec![], None, false) }),
        sample("passkeys-suspended", true, page(vec![suspended(None)], Some(PasskeysNotice::Suspended), true)),
        sample(
            "passkeys-taken-away",
            true,
            page(vec![phone(), suspended(Some("紛失"))], Some(PasskeysNotice::ByAdministrator), true),
        ),
        sample("passkeys-resumed", true, page(vec![phone()], Some(PasskeysNotice::Resumed), true)),
        sample("passkeys-full", true, PasskeysPage { limit: 2, ..page(vec![phone(), desk()], None, true) }),
        sample(
            "passkeys-enrolling",
            true,
            PasskeysPage { enrolling: true, by_phone: true, ..page(vec![], Some(PasskeysNotice::PasswordSaved), true) },
        ),
        sample(
            "passkeys-enrolled",
            true,
            PasskeysPage {
                enrolling: true,
                application: Some("予約システム".to_owned()),
                continue_to: Some("sealed-request".to_owned()),
                ..page(vec![desk()], Some(PasskeysNotice::Registered), true)
            },
        ),
        sample(
            "passkeys-begins-again",
            true,
            PasskeysPage { enrolling: true, ..page(vec![suspended(Some("水没"))], None, true) },
        ),
        sample("passkeys-enrolled-alone", true, PasskeysPage { enrolling: true, ..page(vec![desk()], None, true) }),
    ]
}

fn passkey_changes() -> Vec<Sample> {
    use crate::flows::account::passkey_change::Left;
    let page = |delete, last| PasskeyChangePage {
        enrolling: false,
        delete,
        id: PasskeyId::new("01"),
        name: "自分のスマホ".to_owned(),
        last,
        sessions: 2,
        this_session: last.is_some(),
        may_change: true,
        needs_invitation: false,
        sign_in_again_uri: "/login?again".to_owned(),
        contact: contact(),
    };
    let mut samples = Vec::new();
    for (name, delete) in [("suspend", false), ("delete", true)] {
        for (more, last) in [
            ("", None),
            ("-to-password", Some(Left::Password)),
            ("-to-codes", Some(Left::PasswordAndCode)),
            ("-to-nothing", Some(Left::Nothing)),
        ] {
            samples.push(sample(&format!("{name}{more}"), true, page(delete, last)));
        }
    }
    let stale = PasskeyChangePage { may_change: false, ..page(true, None) };
    samples.push(sample("delete-stale", true, stale.clone()));
    samples.push(sample("delete-locked", true, PasskeyChangePage { needs_invitation: true, ..stale }));
    samples
}

fn passwords() -> Vec<Sample> {
    use PasswordTrouble as P;
    let page = PasswordPage {
        enrolling: false,
        email: "hanako@sakura.example.jp".to_owned(),
        has_password: true,
        may_change: true,
        needs_invitation: false,
        sign_in_again_uri: "/login?again".to_owned(),
        troubles: vec![],
        wait: None,
        saved: false,
        too_short: false,
        min: 13,
        contact: contact(),
    };
    let troubles =
        vec![P::WrongCurrent, P::TooShort, P::TooLong, P::NoLetter, P::NoDigit, P::Common, P::Personal, P::Reused];
    vec![
        sample("password", true, PasswordPage { saved: true, ..page.clone() }),
        sample("password-first", true, PasswordPage { enrolling: true, has_password: false, ..page.clone() }),
        sample("password-refused", true, PasswordPage { troubles, ..page.clone() }),
        sample("password-too-short", true, PasswordPage { too_short: true, ..page.clone() }),
        sample("password-wait", true, PasswordPage { wait: Some(30), ..page.clone() }),
        sample("password-locked", true, PasswordPage { may_change: false, needs_invitation: true, ..page.clone() }),
        sample("password-stale", true, PasswordPage { may_change: false, ..page }),
    ]
}

fn sessions() -> Vec<Sample> {
    let card = |id: &str, current, user_agent: &str, how| SessionCard {
        id: SessionId::new(id),
        current,
        user_agent: user_agent.to_owned(),
        address: "203.0.113.17".to_owned(),
        clinic: "さくらクリニック".to_owned(),
        how,
        started_at: NOW.minus(Duration::from_secs(7200)),
        last_seen_at: NOW,
    };
    let two = || {
        vec![
            card("01", true, EDGE, SignedInBy::Passkey),
            card("02", false, IPHONE, SignedInBy::Password),
            card("03", false, IPHONE, SignedInBy::PasswordAndCode),
            card("04", false, IPHONE, SignedInBy::AccessCode),
        ]
    };
    vec![
        sample("sessions", true, SessionsPage { sessions: two(), notice: None }),
        sample("sessions-ended", true, SessionsPage { sessions: two(), notice: Some(SessionsNotice::Ended) }),
        sample(
            "sessions-alone",
            true,
            SessionsPage {
                sessions: vec![card("01", true, EDGE, SignedInBy::Passkey)],
                notice: Some(SessionsNotice::OthersEnded),
            },
        ),
    ]
}

fn entry(what: &'static str, failed: bool, by: Option<Author>) -> Entry {
    Entry {
        id: "01".to_owned(),
        at: NOW,
        what,
        failed,
        passkey: Some("<自分のスマホ>".to_owned()),
        application: Some("予約システム".to_owned()),
        address: "2001:db8::17".to_owned(),
        user_agent: IPHONE.to_owned(),
        reason: matches!(by, Some(Author::Person(_))).then(|| "<紛失>".to_owned()),
        by,
    }
}

fn history() -> Vec<Sample> {
    let by = [None, Some(Author::Person("院長".to_owned())), Some(Author::Administrator), Some(Author::System)];
    let shown = SHOWN.iter().zip(by.iter().cycle()).map(|(kind, by)| entry(kind.as_str(), false, by.clone()));
    let failed =
        ["auth.passkey", "auth.password", "auth.second_factor", "auth.access_code"].map(|what| entry(what, true, None));
    let all: Vec<_> = shown.chain(failed).collect();
    let page = HistoryPage { entries: all.clone(), older: Some("01".to_owned()), newest: true, disowned: false };
    let not_me =
        |this_session| NotMePage { entry: entry("auth.passkey", true, None), this_session, contact: contact() };
    let uses = |entries| PasskeyUsesPage {
        name: "<自分のスマホ>".to_owned(),
        use_count: 41,
        created_at: NOW,
        created_user_agent: EDGE.to_owned(),
        created_address: "203.0.113.17".to_owned(),
        entries,
    };
    vec![
        sample("history", true, page.clone()),
        sample("history-older", true, HistoryPage { newest: false, disowned: true, ..page.clone() }),
        sample("history-none", true, HistoryPage { entries: vec![], older: None, ..page }),
        sample("not-me", true, not_me(false)),
        sample("not-me-here", true, not_me(true)),
        sample("passkey-uses", true, uses(all)),
        sample("passkey-uses-none", true, uses(vec![])),
    ]
}

fn consents() -> Vec<Sample> {
    let all = || {
        ["openid", "profile", "email", "address", "phone", "clinic", "roles", "groups", "profession", "offline_access"]
            .map(str::to_owned)
            .to_vec()
    };
    let page = |lasting| ConsentPage {
        application: "訪問看護".to_owned(),
        scopes: all(),
        lasting,
        form: "sealed-question".to_owned(),
        contact: "情報システム室 内線 1234".to_owned(),
    };
    let card = |lasting, last_used| App {
        client_id: ClientId::new("client"),
        name: "訪問看護".to_owned(),
        since: NOW.minus(Duration::from_secs(86_400)),
        last_used,
        scopes: all(),
        lasting,
    };
    vec![
        sample("consent", true, page(false)),
        sample("consent-lasting", true, page(true)),
        sample("apps", true, AppsPage { apps: vec![card(true, Some(NOW)), card(false, None)], withdrawn: true }),
        sample("apps-none", true, AppsPage { apps: vec![], withdrawn: false }),
    ]
}

fn checked(user_agent: &str, good: bool) -> CheckPage {
    CheckPage {
        user_agent: user_agent.to_owned(),
        address: "192.0.2.1".to_owned(),
        https: good,
        cookie: good,
        terminal: TerminalHere::default(),
        contact: None,
    }
}

fn others() -> Vec<Sample> {
    let portal = |applications, advice| PortalPage {
        email: "hanako@sakura.example.jp".to_owned(),
        applications,
        advice,
        password_only_until: advice.map(|_| NOW),
        last: Some(entry("session.started", false, None)),
        changes: ["passkey.registered", "passkey.disabled"].map(|what| entry(what, false, None)).to_vec(),
    };
    let worklist = Application {
        name: "画像ワークリスト".to_owned(),
        start_uri: Some("https://images.example.jp/".to_owned()),
    };
    vec![
        sample("portal", true, portal(booking().into_iter().chain([worklist]).collect(), None)),
        sample("portal-first", true, portal(booking().into_iter().collect(), Some(PasskeyAdvice::RegisterOne))),
        at_shared("portal-shared", portal(booking().into_iter().collect(), None)),
        sample("portal-empty", true, portal(vec![], Some(PasskeyAdvice::AddSpare))),
        sample(
            "invitation",
            false,
            InvitationPage {
                token: "token".to_owned(),
                person: "看護 花子".to_owned(),
                clinic: "さくらクリニック".to_owned(),
                expires_at: NOW,
                contact: None,
            },
        ),
        sample(
            "logout",
            true,
            LogoutPage {
                application: Some("予約システム".to_owned()),
                fields: vec![("state".to_owned(), "\"><script>".to_owned())],
            },
        ),
        sample("logout-alone", true, LogoutPage::default()),
        sample("help", false, GuidePage::new(None)),
        sample("help-signed-in", true, GuidePage::new(contact())),
        sample("check", false, checked(EDGE, true)),
        sample("check-strange", true, checked("curl", false)),
        sample("downtime", true, DowntimePage { contact: contact() }),
        sample(
            "logged-out",
            false,
            LoggedOutPage {
                application: booking(),
                told: vec!["予約システム".to_owned(), "画像ワークリスト".to_owned()],
                untold: vec!["電子カルテ".to_owned()],
            },
        ),
        sample("logged-out-alone", false, LoggedOutPage::default()),
    ]
}

fn workplaces() -> Vec<Sample> {
    let offer =
        |name: &str, last: bool| ClinicOffer { id: ClinicId::new("01"), name: name.to_owned(), now: !last, last };
    let page = WorkplacePage {
        application: Some("電子カルテ".to_owned()),
        clinics: vec![offer("<さくらクリニック>", true), offer("デモ医院", false)],
        form: "sealed".to_owned(),
        contact: "総務 内線 1234".to_owned(),
    };
    let later = WorkplacePage { application: None, ..page.clone() };
    vec![sample("clinic", true, page), sample("clinic-later", true, later)]
}

fn errors() -> Vec<Sample> {
    let bare = ErrorKind::ALL.iter().map(|&kind| {
        let page = ErrorPage { kind, ..Default::default() };
        sample(&format!("error-{}", format!("{kind:?}").to_lowercase()), kind == ErrorKind::NotFound, page)
    });
    let full = ErrorPage {
        address: Some("192.0.2.7".to_owned()),
        sign_in_uri: Some("/login?again".to_owned()),
        kind: ErrorKind::Internal,
        contact: contact(),
        incident: Some("048213".to_owned()),
        request_id: Some("019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55".to_owned()),
        detail: Some("redirect_uri is not registered".to_owned()),
        application: booking(),
    };
    let not_admitted = ErrorPage { kind: ErrorKind::NotAdmitted, application: booking(), ..Default::default() };
    let sign_in_uri = Some("/login?continue=sealed".to_owned());
    let too_weak = ErrorPage { kind: ErrorKind::PasskeyNeeded, sign_in_uri, ..not_admitted.clone() };
    let told =
        [("error-full", false, full), ("error-not-admitted", true, not_admitted), ("error-weak", true, too_weak)];
    bare.chain(told.map(|(name, signed_in, page)| sample(name, signed_in, page))).collect()
}
