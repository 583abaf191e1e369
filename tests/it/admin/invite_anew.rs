//! A new invitation for somebody who has never been in: who left the page that the link opened is told of nothing lost.

use std::time::Duration;

use genkan::{
    domain::{Role, Way},
    store,
};
use serde_json::json;

use super::{
    act,
    invitations::{started, user},
    makoto, page,
    reinvite::{YUKO, again, begins_anew, link},
    somebody,
};
use crate::support::{
    app::TestApp,
    database::{Database, on_both_databases},
    mail_server::MailServer,
    meanwhile::meanwhile,
    person::Person,
};

on_both_databases! {
    who_closed_the_browser_is_invited_as_on_the_first_day,
    a_letter_is_an_invitation_and_no_news_of_a_loss,
}

const FORM: &str = "/admin/people/invite";
const ROKU: &str = "roku@sakura.example";

fn guest(way: &str) -> [(&str, &str); 6] {
    [("name", "西村 ろく"), ("kana", "ニシムラ ロク"), ("email", ROKU), ("role", "member"), ("until", ""), ("way", way)]
}

fn home(app: &TestApp) -> String {
    page(&app.membership(&user(app, ROKU).expect("invited"), &app.sakura))
}

fn who_closed_the_browser_is_invited_as_on_the_first_day(database: Database) {
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    let _ = somebody(&app, &app.sakura, Role::ClinicAdmin, YUKO, "林 優子");
    let first = link(&act(&makoto, FORM, &guest("sheet")).text());
    let closed = Person::at(&app);
    assert_eq!(closed.submit(&first, &first, &[]).location(), "/settings/passkeys");
    let member = act(&makoto, FORM, &guest("sheet"));
    assert!(member.status == 422 && member.text().contains("この方のページを開いてください"), "{}", member.text());

    let (home, target) = (home(&app), format!("{}/invite-again", home(&app)));
    let own = makoto.get(&home).text();
    assert!(own.contains("登録がまだ済んでいないとき") && !own.contains("すべて失くした"), "{own}");
    let asked = makoto.get(&target).text();
    assert!(asked.contains("まだ一度もパスキーを登録していない方です"), "{asked}");
    for lost in ["すべて失くした", "一時停止", "name=\"checked\"", "name=\"reason\""] {
        assert!(!asked.contains(lost), "{lost} in {asked}");
    }
    assert_eq!(act(&makoto, &target, &[("way", "link")]).status, 422);
    let before = app.trail().len();
    let sheet = act(&makoto, &target, &[("way", "sheet")]);
    assert_eq!(sheet.status, 200, "{}", sheet.text());
    let recorded = app.recorded_since(before);
    assert_eq!(recorded, ["invitation.created success", "session.revoked success invited_again"]);
    let late = closed.post_json("/settings/passkeys/begin", &json!({}));
    assert_eq!(late.status, 401, "what the first link opened is over");
    begins_anew(&app, &link(&sheet.text()));
    // From now on somebody makes sure of them, and another agrees.
    assert!(makoto.get(&home).text().contains("すべて失くした"));
    assert_eq!(act(&makoto, &target, &[("way", "sheet")]).status, 422);
    assert!(act(&makoto, &target, &again("sheet", &[])).location().ends_with("?notice=reinvite_person"));
}

fn a_letter_is_an_invitation_and_no_news_of_a_loss(database: Database) {
    let server = MailServer::start();
    let app = started(database, &server);
    let (makoto, _) = makoto(&app);
    act(&makoto, FORM, &guest("mail"));
    let target = format!("{}/invite-again", home(&app));
    let sent = act(&makoto, &target, &[("way", "mail")]);
    assert!(sent.location().ends_with("?notice=invited_anew"), "{}", sent.text());
    assert!(makoto.get(sent.location()).text().contains("新しい招待のメールを送ります"));
    let ever = app.clock().now().plus(Duration::from_secs(3600));
    let waiting = app.store().read(|conn| store::outbox::list_due(conn, Way::Mail, ever, 100)).expect("the outbox");
    let told: Vec<_> = waiting.iter().flatten().map(|waiting| format!("{:?}", waiting.message)).collect();
    assert!(!told.iter().any(|it| it.contains("Reinvited") || it.contains("PasskeySuspended")), "{told:?}");
    assert!(told.iter().any(|it| it.contains("Invitation")), "{told:?}");
}

/// Nobody had been in when it was read, and somebody had when it was written.
#[test]
fn who_came_in_a_moment_ago_is_made_sure_of() {
    let database = Database::postgres();
    let url = database.url().to_owned();
    let app = TestApp::start(database);
    let (makoto, _) = makoto(&app);
    act(&makoto, FORM, &guest("sheet"));
    let target = format!("{}/invite-again", home(&app));
    let comes = format!("UPDATE users SET ever_enrolled = TRUE WHERE email = '{ROKU}'");
    let pressed = meanwhile(&url, &comes, || act(&makoto, &target, &[("way", "sheet")]));
    assert!(pressed.status == 422 && pressed.text().contains("確認の方法を1つ選んでください"), "{}", pressed.text());
}
