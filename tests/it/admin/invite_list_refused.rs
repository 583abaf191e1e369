//! Lists that invite nobody: each mistake is said on its line, and one of them is enough.

use std::{sync::Barrier, thread};

use genkan::domain::Role;

use super::{
    act,
    invitations::{started, user},
    invite_list::{FORM, SEND, look, press},
    makoto, somebody,
};
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    mail_server::MailServer,
    meanwhile::meanwhile,
};

on_both_databases! {
    each_mistake_is_said_on_its_line_and_nobody_comes_in,
    what_changed_since_the_look_stops_all_of_it,
    the_same_list_pressed_many_times_at_once_brings_everybody_in_once,
}

const ROKU: &str = "西村 ろく,ニシムラ ロク,roku@sakura.example";

fn people(app: &TestApp) -> usize {
    genkan::flows::admin::users::list(app.store()).expect("everybody").len()
}

fn each_mistake_is_said_on_its_line_and_nobody_comes_in(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (before, events) = (people(&app), app.trail().len());
    let long = format!("{},ニシムラ,a@sakura.example", "あ".repeat(500));
    const NAME: &str = "お名前とフリガナを、100文字以内で";
    const UNREADABLE: &str = "この行を読み取れません";
    for (line, why) in [
        ("西村 ろく", UNREADABLE),
        ("西村 ろく,ニシムラ ロク", UNREADABLE),
        ("\u{fffd}\u{fffd}\u{fffd},ニシムラ ロク,a@sakura.example", UNREADABLE),
        (",ニシムラ ロク,a@sakura.example", NAME),
        ("西村 ろく,,a@sakura.example", NAME),
        ("西村\u{202e}ろく,ニシムラ ロク,a@sakura.example", NAME),
        ("西村\u{7}ろく,ニシムラ ロク,a@sakura.example", NAME),
        ("\"西村\nろく\",ニシムラ ロク,a@sakura.example", NAME),
        (&long, NAME),
        ("西村 ろく,ニシムラ ロク,roku", "メールアドレスの形が正しくありません"),
        ("西村 ろく,ニシムラ ロク,", "メールアドレスの形が正しくありません"),
        ("西村 ろく,ニシムラ ロク,MISAKI@demo.example", "このアドレスの方は招待できません"),
        ("看護 花子,カンゴ ハナコ,hanako@sakura.example", "すでにこの施設の職員です"),
        ("西村 ろく,ニシムラ ロク,a@sakura.example,院長", "この役割は、あなたからは付けられません"),
        ("西村 ろく,ニシムラ ロク,a@sakura.example,施設の管理者", "この役割は、あなたからは付けられません"),
        ("西村 ろく,ニシムラ ロク,a@sakura.example,system_admin", "この役割は、あなたからは付けられません"),
        ("西村 ろく,ニシムラ ロク,a@sakura.example,,2020/3/31", "終了日は、今日以降の日付"),
        ("西村 ろく,ニシムラ ロク,a@sakura.example,,2999/2/30", "終了日は、今日以降の日付"),
        ("西村 ろく,ニシムラ ロク,ROKU@sakura.example", "上の行にもあります"),
    ] {
        let list = format!("{ROKU}\n{line}\n森 ななみ,モリ ナナミ,nanami@sakura.example");
        let shown = look(&makoto, &list, "sheet");
        let text = shown.text();
        assert_eq!((shown.status.as_u16(), text.matches("class=\"problem\"").count()), (422, 1), "{line:?}: {text}");
        assert!(text.contains(why) && text.contains("人のうち1人に"), "{line:?}: {text}");
        assert!(!text.contains(SEND), "no press is offered");
        assert_eq!(press(&makoto, &list, "sheet").status, 409, "{line:?}");
    }
    for (list, way, why) in [
        ("", "sheet", "招待する方が書かれていません"),
        ("氏名,フリガナ,メールアドレス", "sheet", "招待する方が書かれていません"),
        (&format!("{ROKU}\n").repeat(201), "sheet", "200人までですが、それより多くの行があります"),
        (ROKU, "mail", "招待の方法を選んでください"),
        (ROKU, "link", "招待の方法を選んでください"),
        (ROKU, "", "招待の方法を選んでください"),
    ] {
        for to in [FORM, SEND] {
            let refused = act(&makoto, to, &[("people", list), ("way", way)]);
            assert_eq!(refused.status, 422, "{way} {list}");
            assert!(refused.text().contains(why) && refused.text().contains(list), "{}", refused.text());
        }
    }
    let shift_jis = makoto.http.post(app.url(FORM)).header("origin", &app.issuer);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let shift_jis = form.iter().fold(shift_jis, |request, (name, value)| request.header(*name, *value));
    assert_eq!(makoto.send(shift_jis.body("way=sheet&people=%90%bc%91%ba")).status, 400);
    assert_eq!(look(&makoto, &"あ".repeat(30_000), "sheet").status, 413);
    assert_eq!((people(&app), app.trail().len()), (before, events));
}

fn what_changed_since_the_look_stops_all_of_it(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, user_of) = makoto(&app);
    let list = format!("{ROKU}\n森 ななみ,モリ ナナミ,nanami@sakura.example");
    assert_eq!(look(&makoto, &list, "mail").status, 200);
    app.hire(&app.demo, Role::Member, "nanami@sakura.example", "森 菜々美");
    let late = press(&makoto, &list, "mail");
    let text = late.text();
    assert_eq!((late.status.as_u16(), text.matches("class=\"problem\"").count()), (409, 1), "{text}");
    assert!(text.contains("ご確認のあとに状況が変わった") && text.contains(&list), "{text}");
    assert!(text.contains("このアドレスの方は招待できません"), "{text}");

    // Who is no longer an administrator, and who never was one here.
    app.appoint(&user_of, &app.sakura, Role::Helpdesk);
    assert_eq!((look(&makoto, ROKU, "mail").status.as_u16(), press(&makoto, ROKU, "mail").status.as_u16()), (404, 404));
    assert!(user(&app, "roku@sakura.example").is_none());
    let (ishi, _) = somebody(&app, &app.demo, Role::ClinicAdmin, "ishi@demo.example", "石井 強");
    let before = app.trail().len();
    assert_eq!(press(&ishi, ROKU, "sheet").status, 200);
    let roku = user(&app, "roku@sakura.example").expect("of their own clinic");
    assert_eq!(app.membership(&roku, &app.demo).roles, [Role::Member]);
    assert_eq!(app.recorded_since(before).iter().filter(|line| line.starts_with("invitation.created")).count(), 1);
}

/// By two administrators in several tabs: whoever comes second is told so.
fn the_same_list_pressed_many_times_at_once_brings_everybody_in_once(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let (chief, _) = somebody(&app, &app.sakura, Role::ClinicAdmin, "chief@sakura.example", "院長 大介");
    let lines = [ROKU, "森 ななみ,モリ ナナミ,nanami@sakura.example"];
    let (there, back) = (lines.join("\n"), [lines[1], lines[0]].join("\n"));
    let start = Barrier::new(6);
    let before = people(&app);
    let answers: Vec<u16> = thread::scope(|scope| {
        let presses = (0..6).map(|number| {
            let (person, list, start) = (if number % 2 == 0 { &makoto } else { &chief }, [&there, &back], &start);
            scope.spawn(move || {
                start.wait();
                press(person, list[number % 2], "sheet").status.as_u16()
            })
        });
        let presses: Vec<_> = presses.collect();
        presses.into_iter().map(|press| press.join().expect("an answer")).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    // Whoever waits too long for the first is told to come again.
    assert_eq!(answers.iter().filter(|status| [409, 503].contains(*status)).count(), 5, "{answers:?}");
    assert_eq!(people(&app), before + 2);
}

/// It was nobody's when it was read, and is somebody's before it is written.
#[test]
fn an_address_that_another_brings_in_at_the_same_moment_is_a_refusal_and_no_fault() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    // As `store::users::keep_free` has it.
    let other = |email: &str| {
        let new = serde_json::json!({
            "id": email,
            "handle": app.cx().random.uuid(),
            "email": email,
            "email_key": email,
        });
        format!(
            "SELECT pg_advisory_xact_lock(7368756);
             INSERT INTO users SELECT (jsonb_populate_record(users, '{new}')).* FROM users WHERE id = '{}'",
            app.hanako.id
        )
    };
    let one = |email: &str| {
        let fields = [("name", "西村 ろく"), ("kana", "ニシムラ ロク"), ("email", email)];
        let more = [("role", "member"), ("until", ""), ("way", "sheet")];
        act(&makoto, "/admin/people/invite", &[&fields[..], &more].concat())
    };
    let all = |email: &str| {
        press(
            &makoto,
            &format!("森 ななみ,モリ ナナミ,first-{email}\n{}", ROKU.replace("roku@sakura.example", email)),
            "sheet",
        )
    };
    let single = meanwhile(&url, &other("a@sakura.example"), || one("a@sakura.example"));
    let list = meanwhile(&url, &other("b@sakura.example"), || all("b@sakura.example"));
    assert_eq!((single.status.as_u16(), list.status.as_u16()), (422, 409));
    for answer in [single, list] {
        assert!(answer.text().contains("このアドレスの方は招待できません"), "{}", answer.text());
    }
    assert!(user(&app, "first-b@sakura.example").is_none(), "nor anybody else of that list");
}
