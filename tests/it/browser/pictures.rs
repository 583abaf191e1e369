//! The pictures of the guide, taken of the running demo. `templates/pages/help/pictures.sh` puts them where the guide has them.

use super::{
    demo::RunningDemo,
    place::{BY_PASSKEY, BY_PASSWORD, REGISTER},
};
use crate::support::{
    browser::{Kind, Tab, Theme},
    database::Database,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/guide");
/// In points; the guide shows them at three quarters of that.
const PHONE: (i64, i64) = (360, 640);
/// As they come in the guide.
const PICTURES: [&str; 3] = ["register", "login", "devices"];

#[test]
fn the_guide_has_a_picture_of_every_step_in_both_languages() {
    std::fs::create_dir_all(FOLDER).expect("a folder");
    let demos = ["ja", "en"].map(|language| (language, RunningDemo::start(Database::sqlite())));
    for (language, demo) in &demos {
        photograph(demo, language);
    }
    for (language, demo) in &demos {
        let tab = Tab::open();
        tab.language(language);
        tab.goto(&format!("{}/help", demo.issuer));
        tab.eval::<()>("document.querySelectorAll('img').forEach(img => { img.loading = 'eager' })");
        tab.wait_for_js("[...document.images].every(img => img.complete)");
        let shown: Vec<String> = tab.eval(
            "[...document.images].filter(img => img.naturalWidth && img.alt).map(img => /guide-(.*).webp/.exec(img.src)[1])",
        );
        assert_eq!(shown, PICTURES.map(|name| format!("{language}-{name}")));
    }
}

fn photograph(demo: &RunningDemo, language: &str) {
    let tab = Tab::open();
    tab.language(language);
    tab.theme(Theme::Light);
    tab.phone_screen(PHONE.0, PHONE.1);
    tab.authenticator(Kind::Internal);
    // The phone lies so that this is in view.
    let take = |name: &str, element: &str, edge: &str| {
        tab.wait_for(element);
        tab.eval::<()>(&format!(
            "void document.querySelector('{element}').scrollIntoView({{ block: '{edge}', behavior: 'instant' }})"
        ));
        tab.photograph(format!("{FOLDER}/guide-{language}-{name}.webp"));
    };
    let [register, login, devices] = PICTURES;
    let (email, password) = demo.somebody_of("さくらクリニック");
    tab.goto(&demo.issuer);
    take(login, "header", "start");
    tab.fill("#email", &email);
    tab.fill("#password", &password);
    tab.follow(BY_PASSWORD);
    take(register, REGISTER, "center");
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    tab.wait_for_url(&demo.issuer);
    tab.goto(&format!("{}/settings/passkeys", demo.issuer));
    take(devices, ".cards", "start");
}
