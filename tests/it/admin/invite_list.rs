//! A list of people: pasted, looked at, and invited by one press, by letters or by sheets.

use std::time::{Duration, Instant};

use genkan::{domain::Role, flows::admin::end_of};

use super::{
    MAKOTO, act,
    invitations::{link, read_code, started, user},
    makoto,
};
use crate::support::{
    app::TestApp,
    ceremony::enrolled,
    database::{Database, on_both_databases},
    mail_server::MailServer,
    person::{Answer, Person},
};

on_both_databases! {
    cells_of_a_spreadsheet_become_a_letter_for_each,
    a_csv_becomes_one_document_with_a_sheet_for_each,
    two_hundred_come_in_by_one_press,
}

pub const FORM: &str = "/admin/people/invite/list";
pub const SEND: &str = "/admin/people/invite/list/send";
const INVITATIONS: &str = "/admin/invitations";

pub fn look(person: &Person<'_>, list: &str, way: &str) -> Answer {
    act(person, FORM, &[("people", list), ("way", way)])
}

/// Presses the button that a look offered.
pub fn press(person: &Person<'_>, list: &str, way: &str) -> Answer {
    act(person, SEND, &[("people", list), ("way", way)])
}

fn cells_of_a_spreadsheet_become_a_letter_for_each(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    for page in ["/admin/people", INVITATIONS] {
        assert!(makoto.get(page).text().contains("href=\"/admin/people/invite\""), "{page}");
    }
    assert!(makoto.get("/admin/people/invite").text().contains(&format!("href=\"{FORM}\"")));
    let list = "氏名\tフリガナ\tメールアドレス\t役割\t最終日\r\n\
        西村 ろく\tニシムラ ロク\troku@sakura.example\t\t\r\n\
        \r\n\
        森 ななみ\tモリ ナナミ\tnanami@sakura.example\tヘルプデスク\t2999/3/31\r\n";
    let before = app.trail().len();
    let shown = look(&makoto, list, "mail");
    assert_eq!(shown.status, 200);
    let text = shown.text();
    assert!(text.contains("<th scope=\"row\">2</th>") && text.contains("<th scope=\"row\">4</th>"), "{text}");
    for said in ["2人を招待できます", "森 ななみ", "ヘルプデスク", "2999-03-31まで", "2人を招待する", SEND]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(user(&app, "roku@sakura.example").is_none() && app.recorded_since(before).is_empty(), "only looked");

    // What is sent is what the page that was looked at holds, line ends as browsers send them.
    let kept = shown.hidden("people").expect("the list").replace('\n', "\r\n").replace("\r\r\n", "\r\n");
    let sent = press(&makoto, &kept.replace("&#x2f;", "/"), "mail");
    assert_eq!(sent.location(), format!("{INVITATIONS}?notice=invite_people"));
    let listed = makoto.get(sent.location()).text();
    assert!(["招待のメールを送ります", "西村 ろく", "森 ななみ"].iter().all(|it| listed.contains(it)), "{listed}");
    for (email, name, role, end) in [
        ("roku@sakura.example", "西村 ろく", Role::Member, None),
        ("nanami@sakura.example", "森 ななみ", Role::Helpdesk, end_of("2999-03-31")),
    ] {
        let person = user(&app, email).expect("brought in");
        let membership = app.membership(&person, &app.sakura);
        assert_eq!((person.profile.name.as_str(), person.email_verified), (name, false));
        assert_eq!((membership.roles, membership.ends_at), (vec![role], end));
        app.wait_for(|app| {
            app.run_jobs();
            server.got().iter().any(|mail| mail.to == email)
        });
        let letter = server.got().into_iter().find(|mail| mail.to == email).expect("a letter").parts[0].clone();
        assert!(letter.contains(name));
        assert_eq!(Person::at(&app).get(&link(&letter)).status, 200);
    }
    let recorded = app.recorded_since(before);
    for each in ["account.created", "role.changed", "invitation.created"] {
        assert_eq!(recorded.iter().filter(|line| line.starts_with(each)).count(), 2, "{each}: {recorded:?}");
    }
}

fn a_csv_becomes_one_document_with_a_sheet_for_each(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let list = "\u{feff}email,name,kana\r\n\
        roku@sakura.example,\"西村, ろく\",ニシムラ ロク\r\n\
        nanami@sakura.example,\"=SUM(1,2)\",+モリ ナナミ\r\n";
    let shown = look(&makoto, list, "sheet").text();
    assert!(shown.contains("西村, ろく") && shown.contains("2人を招待する"), "{shown}");
    let sheets = press(&makoto, list, "sheet");
    assert_eq!((sheets.status.as_u16(), sheets.header("cache-control")), (200, Some("no-store")));
    let pages: Vec<&str> = sheets.body.split("<article").skip(1).collect();
    assert_eq!(pages.len(), 2);
    for (page, name) in pages.iter().zip(["西村, ろく 様", "=SUM(1,2) 様"]) {
        let text = page.replace("&#x2f;", "/");
        assert!(text.contains(name) && text.contains("さくらクリニック"), "{text}");
        assert_eq!(read_code(page), app.url(&link(&text)), "what a phone reads is what is printed");
        let opened = Person::at(&app).get(&link(&text)).text();
        assert!(opened.contains(name.trim_end_matches(" 様")), "{opened}");
    }
    let again = press(&makoto, list, "sheet");
    assert_eq!(again.status, 409, "the document is loaded again");
    assert_eq!(again.body.matches("すでにこの施設の職員です").count(), 2);
}

/// With how long it takes, and how much of a form it is.
#[expect(clippy::disallowed_methods, reason = "it is printed, and nothing depends on it")]
fn two_hundred_come_in_by_one_press(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    let line = |n: usize| {
        format!("勅使河原 花子{n}\tテシガワラ ハナコ\thanako.teshigawara{n}@sakura.example\t職員\t2999/12/31\r\n")
    };
    let list: String = (1..=200).map(line).collect();
    let form: usize = list.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum();
    let (begun, before) = (Instant::now(), app.trail().len());
    assert_eq!(look(&makoto, &list, "mail").status, 200);
    let looked = begun.elapsed();
    let begun = Instant::now();
    assert!(press(&makoto, &list, "mail").location().ends_with("notice=invite_people"));
    println!("200 people: looked at in {looked:?}, invited in {:?}, a form of {form} bytes", begun.elapsed());
    let recorded = app.recorded_since(before);
    assert_eq!(recorded.iter().filter(|line| line.starts_with("invitation.created")).count(), 200);
}

/// What a spreadsheet has beside them comes along, and is more than other forms hold.
#[test]
fn two_hundred_come_in_with_all_the_columns_that_a_spreadsheet_has() {
    let app = TestApp::start(Database::sqlite());
    let (makoto, _) = makoto(&app);
    let line = |n: usize| {
        let beside = "看護部・三階東病棟・日勤および夜勤".repeat(3);
        format!("西村 ろく\tニシムラ ロク\troku{n}@sakura.example\t{beside}\n")
    };
    let list = format!("氏名\tフリガナ\tメールアドレス\t所属\n{}", (1..=200).map(line).collect::<String>());
    assert_eq!(look(&makoto, &list, "sheet").status, 200);
    assert_eq!(press(&makoto, &list, "sheet").text().matches("<article").count(), 200);
    let one =
        [("name", list.as_str()), ("kana", ""), ("email", ""), ("role", "member"), ("until", ""), ("way", "sheet")];
    assert_eq!(act(&makoto, "/admin/people/invite", &one).status, 413, "no other form is as long");
}

/// A list is too long for an address: who has to sign in again does so in another tab, and loses nothing.
#[test]
fn a_stale_administrator_signs_in_again_in_another_tab_and_goes_on_with_their_list() {
    let app = TestApp::start(Database::sqlite());
    app.hire(&app.sakura, Role::ClinicAdmin, MAKOTO, "小野 誠");
    let (makoto, key) = enrolled(&app, MAKOTO);
    let list = "西村 ろく,ニシムラ ロク,roku@sakura.example";
    assert_eq!(look(&makoto, list, "sheet").status, 200);
    app.advance(Duration::from_secs(15 * 60) + Duration::from_millis(1));
    let before = makoto.get(FORM).text();
    assert!(!before.contains("<textarea") && before.contains("/login?notice="), "nothing is typed in vain: {before}");
    let mut late = press(&makoto, list, "sheet");
    for stale in [look(&makoto, list, "sheet"), late.clone()] {
        let text = stale.text();
        assert!(text.contains(list) && text.contains("target=\"_blank\""), "{text}");
        assert!(!text.contains(SEND) && user(&app, "roku@sakura.example").is_none());
    }
    late.body = late.text();
    let (_, rest) = late.body.split_once("&amp;continue=").expect("a sign-in");
    let sealed = rest.split('"').next().expect("its end").to_owned();
    let next = makoto.passkey(&key, Some(&sealed)).json()["next"].as_str().expect("where to go on").to_owned();
    assert_eq!(next, format!("{FORM}?notice=signed_in"));
    assert!(makoto.get(&next).text().contains("このタブを閉じて"));
    assert!(look(&makoto, list, "sheet").text().contains(SEND));
    assert_eq!(press(&makoto, list, "sheet").status, 200);
}
