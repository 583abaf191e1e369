//! Bringing people in: by a letter that proves the address, or by a sheet that proves nothing; again, and not any more.

use std::time::Duration;

use genkan::{
    domain::{Invitation, Role, User},
    store,
};

use super::{MAKOTO, act, makoto, somebody};
use crate::{
    oauth::party::Party,
    support::{
        app::TestApp,
        ceremony::enrolled,
        database::{Database, on_both_databases},
        mail_server::MailServer,
        person::{Answer, Person},
        soft_key::SoftKey,
    },
};

on_both_databases! {
    a_letter_waits_for_its_server_proves_the_address_and_is_nowhere_readable,
    a_sheet_is_seen_once_and_proves_no_address,
    sent_again_the_old_link_is_dead_and_revoked_none_works,
    whom_somebody_may_invite_and_as_what,
}

const ROKU: &str = "roku@sakura.example";
const FORM: &str = "/admin/people/invite";
const LIST: &str = "/admin/invitations";
const HOUR: Duration = Duration::from_secs(3600);

pub fn started(database: Database, server: &MailServer) -> TestApp {
    TestApp::start_with(database, |config| config.mail.carrier = Some(server.carrier()))
}

fn guest<'a>(way: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("name", "西村 ろく"),
        ("kana", "ニシムラ ロク"),
        ("email", ROKU),
        ("role", "member"),
        ("until", ""),
        ("way", way),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

pub fn user(app: &TestApp, email: &str) -> Option<User> {
    let email = genkan::domain::Email::parse(email).expect("an address");
    app.store().read(|conn| store::users::find_by_email(conn, &email)).expect("a read")
}

fn latest(app: &TestApp, user: &User) -> Invitation {
    app.store().read(|conn| store::invitations::latest_for_user(conn, &user.id)).expect("a read").expect("one")
}

/// The path of the link in a letter or on a sheet.
pub fn link(text: &str) -> String {
    let (_, rest) = text.split_once("/invite/").expect("a link");
    let token: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    assert_eq!(token.len(), 43, "{text}");
    format!("/invite/{token}")
}

/// Other letters tell of passkeys.
fn invitations(server: &MailServer) -> Vec<String> {
    server
        .got()
        .into_iter()
        .filter(|mail| mail.to == ROKU)
        .map(|mail| mail.parts[0].clone())
        .filter(|it| it.contains("/invite/"))
        .collect()
}

fn letters(app: &TestApp, server: &MailServer, count: usize) -> Vec<String> {
    app.wait_for(|app| {
        app.run_jobs();
        invitations(server).len() >= count
    });
    invitations(server)
}

/// Comes in by the link, registers a passkey, signs in with it; what an application is told of the address.
fn verified_after(app: &TestApp, link: &str) -> bool {
    let roku = Person::at(app);
    assert_eq!(roku.submit(link, link, &[]).location(), "/settings/passkeys");
    let key = SoftKey::new(&app.issuer);
    assert_eq!(roku.register(&key).status, 200);
    let roku = Person::at(app);
    assert_eq!(roku.passkey(&key, None).status, 200);
    let party = Party::booking(app);
    let tokens = party.tokens(&party.callback(&roku, &[("scope", "openid email")]).code());
    let told = party.userinfo(&tokens.access_token).json();
    assert_eq!(told["email"], ROKU);
    told["email_verified"].as_bool().expect("a claim")
}

fn a_letter_waits_for_its_server_proves_the_address_and_is_nowhere_readable(database: Database) {
    let server = MailServer::start();
    server.be_down(true);
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    let sent = act(&makoto, FORM, &guest("mail", &[("until", "2999-03-31")]));
    assert_eq!(sent.location(), format!("{LIST}?notice=invite_person"));
    let listed = makoto.get(LIST).text();
    assert!(["西村 ろく", ROKU, "小野 誠", "メール", "有効"].iter().all(|it| listed.contains(it)), "{listed}");
    for _ in 0..5 {
        app.run_jobs();
        app.advance(Duration::from_secs(15 * 60));
    }
    assert!(server.got().is_empty());
    server.be_down(false);
    app.advance(HOUR);
    let letter = letters(&app, &server, 1).remove(0);
    let link = link(&letter);
    assert!(letter.contains("西村 ろく") && letter.contains("さくらクリニック"), "{letter}");
    let secret = link.rsplit('/').next().expect("a token").to_owned();
    let trail = format!("{:?}", app.trail());
    assert!(!trail.contains(&secret), "no secret in the trail");
    let invited = user(&app, ROKU).expect("made");
    assert!(!invited.email_verified, "not before the link was opened");
    assert_eq!(app.membership(&invited, &app.sakura).roles, [Role::Member]);
    assert!(app.membership(&invited, &app.sakura).ends_at.is_some());
    assert_eq!(Person::at(&app).get(&link).status, 200);
    assert!(!user(&app, ROKU).expect("made").email_verified, "nor by looking");
    assert!(verified_after(&app, &link));
    let (chief, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "chief@sakura.example", "院長 大介");
    assert!(!chief.get(LIST).text().contains(ROKU), "it waits no longer");
}

fn a_sheet_is_seen_once_and_proves_no_address(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let form = makoto.get(FORM).text();
    assert!(!form.contains("value=\"mail\""), "no mail is sent from here: {form}");
    assert_eq!(act(&makoto, FORM, &guest("mail", &[])).status, 422);
    assert!(user(&app, ROKU).is_none());
    let sheet = act(&makoto, FORM, &guest("sheet", &[]));
    assert_eq!((sheet.status.as_u16(), sheet.header("cache-control")), (200, Some("no-store")));
    let text = sheet.text();
    assert!(
        ["西村 ろく", "さくらクリニック", "情報システム係 内線 1234", "class=\"qr\""]
            .iter()
            .all(|it| text.contains(it))
    );
    assert_eq!(read_code(&sheet.body), app.url(&link(&text)), "what a phone reads is what is printed");
    let path = link(&text);
    assert!(!makoto.get(LIST).text().contains(&path));
    assert!(!verified_after(&app, &path));
}

/// Whether a module is dark, by the path alone; as a phone would.
pub fn read_code(html: &str) -> String {
    let svg = html.split_once("class=\"qr\"").expect("a code").1;
    let edge: usize = svg
        .split_once("viewBox=\"-4 -4 ")
        .and_then(|(_, rest)| rest.split(' ').next())
        .expect("an edge")
        .parse()
        .expect("a number");
    let size = edge - 8;
    let path = svg.split("d=\"").nth(2).and_then(|rest| rest.split('"').next()).expect("a path");
    let mut dark = vec![vec![false; size]; size];
    for run in path.split('M').skip(1) {
        let numbers: Vec<usize> = run.split([' ', 'h', 'v']).take(3).map(|it| it.parse().expect("a number")).collect();
        dark[numbers[1]][numbers[0]..numbers[0] + numbers[2]].fill(true);
    }
    let grid = rqrr::SimpleGrid::from_func(size, |x, y| dark[y][x]);
    let (meta, read) = rqrr::Grid::new(grid).decode().expect("it reads");
    assert_eq!(meta.ecc_level, 0, "M, as the standard writes it");
    read
}

fn sent_again_the_old_link_is_dead_and_revoked_none_works(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    act(&makoto, FORM, &guest("mail", &[]));
    let first = link(&letters(&app, &server, 1)[0]);
    let invited = user(&app, ROKU).expect("made");
    let change =
        |person: &Person<'_>, what: &str| act(person, &format!("{LIST}/{}/{what}", latest(&app, &invited).id), &[]);
    app.advance(Duration::from_secs(1));
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk@sakura.example", "窓口 弘子");
    assert_eq!(change(&desk, "revoke").status, 404, "a help desk sends again, and no more");
    assert_eq!(change(&desk, "resend").location(), format!("{LIST}?notice=resend_invitation"));
    let second = letters(&app, &server, 2).iter().map(|text| link(text)).find(|it| *it != first).expect("a new one");
    assert_eq!(
        (Person::at(&app).get(&first).status.as_u16(), Person::at(&app).get(&second).status.as_u16()),
        (410, 200)
    );

    // Who ran out gets another time of 72 hours.
    app.advance(72 * HOUR);
    assert_eq!(Person::at(&app).get(&second).status, 410);
    let (desk, _) = somebody(&app, &app.sakura, Role::Helpdesk, "desk2@sakura.example", "窓口 次郎");
    assert_eq!(change(&desk, "resend").location(), format!("{LIST}?notice=resend_invitation"));
    let third = letters(&app, &server, 3).iter().map(|text| link(text)).find(|it| *it != first && *it != second);
    let third = third.expect("a third");
    assert_eq!(Person::at(&app).get(&third).status, 200);
    let (chief, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "chief@sakura.example", "院長 大介");
    assert_eq!(change(&chief, "revoke").location(), format!("{LIST}?notice=revoke_invitation"));
    assert_eq!(Person::at(&app).submit("/help", &third, &[]).status, 410);
    assert_eq!(change(&chief, "resend").location(), format!("{LIST}?notice=over"));

    // Of another clinic nothing is there.
    let (ishi, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "ishi@demo.example", "石井 強");
    assert_eq!((change(&ishi, "resend").status.as_u16(), change(&ishi, "revoke").status.as_u16()), (404, 404));
}

fn whom_somebody_may_invite_and_as_what(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let refused = |changes: &[(&str, &str)], why: &str| {
        let answer: Answer = act(&makoto, FORM, &guest("sheet", changes));
        assert_eq!(answer.status, 422, "{changes:?}");
        assert!(answer.text().contains(why), "{changes:?}: {}", answer.text());
    };
    let long = "あ".repeat(500);
    for name in ["", "  ", "西村\u{202e}ろく", "西村\u{7f}ろく", "西村\nろく", "\u{200b}", &long] {
        refused(&[("name", name)], "目に見えない文字は使えません");
    }
    for email in
        ["", "roku", "roku@", "roku@sakura.example\r\nBcc: x@x.example", &format!("{}@x.example", "a".repeat(500))]
    {
        refused(&[("email", email)], "メールアドレスの形");
    }
    for role in ["clinic_admin", "system_admin", "root", ""] {
        refused(&[("role", role)], "付けられません");
    }
    for until in ["2020-01-01", "2999-02-30", "x"] {
        refused(&[("until", until)], "今日以降");
    }
    assert_eq!(act(&makoto, FORM, &guest("sheet", &[("name", "西村\u{0}")])).status, 400, "no text at all");
    refused(&[("way", "link")], "招待の方法");
    refused(&[("email", MAKOTO)], "すでにこの施設の職員");
    refused(&[("email", app.misaki.email.as_str())], "招待できません");
    assert!(user(&app, ROKU).is_none());
    for (at, name) in ["𠮷野 家", "Ångström Ñandú", "张伟 🌸"].into_iter().enumerate() {
        let email = format!("x{at}@sakura.example");
        assert_eq!(act(&makoto, FORM, &guest("sheet", &[("name", name), ("email", &email)])).status, 200, "{name}");
    }
    // Who looks after all brings in whom another clinic knows.
    let (chief, _) = somebody(&app, &app.sakura, Role::SystemAdmin, "chief@sakura.example", "院長 大介");
    let known = [("email", app.misaki.email.as_str()), ("name", app.misaki.profile.name.as_str())];
    let kana = app.misaki.profile.name_kana.clone().unwrap_or_default();
    let joined = act(&chief, FORM, &guest("sheet", &[known[0], known[1], ("kana", &kana)]));
    assert_eq!(joined.location(), format!("{LIST}?notice=join_person"), "{}", joined.text());
    assert!(chief.get(joined.location()).text().contains("いつもの方法でログインできます"));
    assert_eq!(app.membership(&app.misaki, &app.sakura).roles, [Role::Member]);
    assert_eq!(act(&chief, FORM, &guest("sheet", &[("role", "system_admin")])).status, 422, "below one's own");
}

#[test]
fn a_stale_administrator_signs_in_again_and_comes_back_to_what_they_had_typed() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    app.advance(Duration::from_secs(15 * 60) + Duration::from_millis(1));
    assert!(!makoto.get(FORM).text().contains("name=\"email\""));
    let stale = act(&makoto, FORM, &guest("sheet", &[]));
    let (_, sealed) = stale.location().split_once("&continue=").expect("a sign-in");
    assert!(user(&app, ROKU).is_none());
    let next = makoto.passkey(&key, Some(sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    assert!(next.starts_with(&format!("{FORM}?draft=")), "{next}");
    assert!(makoto.get(&next).text().contains("西村 ろく"));
    assert_eq!(act(&makoto, FORM, &guest("sheet", &[])).status, 200);
}

/// The read still found an administrator.
#[test]
fn an_administrator_demoted_a_second_ago_invites_nobody() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, user_of) = makoto(&app);
    app.appoint(&user_of, &app.sakura, Role::Helpdesk);
    assert_eq!(act(&makoto, FORM, &guest("sheet", &[])).status, 404);
    app.appoint(&user_of, &app.sakura, Role::Member);
    assert_eq!(makoto.get(LIST).status, 404);
    assert!(user(&app, ROKU).is_none());
}
