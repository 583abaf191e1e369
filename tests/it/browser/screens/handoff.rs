//! A phone that registers its own passkey: the PC's screens and the phone's, in both languages.

use super::{
    super::{
        handing_off::{GO_ON, OWN_QR, digits, scan},
        place::Place,
    },
    Gallery,
};
use crate::support::browser::{Kind, Tab};

const PAGE: &str = "/settings/passkeys/phone";

pub fn walk(place: &Place, gallery: &mut Gallery) {
    for (language, mark, email) in [("ja", "", "misaki@demo.example"), ("en", "-en", "hanako@sakura.example")] {
        let pc = Tab::open();
        pc.language(language);
        pc.without_autofill();
        pc.goto(&place.app.url("/login"));
        place.type_password(&pc, email);
        let both = Both { place, pc, language, mark };
        both.stopped(gallery);
        both.to_the_end(gallery);
    }
}

/// A PC, and what its pictures are called.
struct Both<'a> {
    place: &'a Place,
    pc: Tab,
    language: &'static str,
    mark: &'static str,
}

impl Both<'_> {
    fn name(&self, what: &str) -> String {
        format!("{what}{}", self.mark)
    }

    /// Where the code leads.
    fn show(&self) -> String {
        self.pc.goto(&self.place.app.url("/settings/passkeys"));
        self.pc.follow(OWN_QR);
        scan(&self.pc)
    }

    fn phone(&self, link: &str) -> Tab {
        let phone = self.pc.stranger();
        phone.phone(self.language);
        phone.goto(link);
        phone
    }

    /// Without scripts, so that the page that follows is the one that was asked for.
    fn type_digits(&self, digits: &str) {
        self.pc.scripts(false);
        self.pc.goto(&self.place.app.url(PAGE));
        self.pc.fill("#digits", digits);
        self.pc.follow(GO_ON);
        self.pc.scripts(true);
        self.pc.goto(&self.place.app.url(PAGE));
    }

    fn stopped(&self, gallery: &mut Gallery) {
        let link = self.show();
        let (phone, mut other) = (self.phone(&link), self.phone(&link));
        phone.follow(GO_ON);
        other.goto(&link);
        gallery.take(&other, &self.name("phone-elsewhere"));
        other.expect_problem("status of 409");
        for _ in 0..3 {
            self.type_digits(&other_than(&digits(&phone)));
        }
        gallery.take(&self.pc, &self.name("handoff-ended"));
        phone.wait_for(".notice.bad");
        gallery.take(&phone, &self.name("phone-ended"));
        other.goto(&link);
        gallery.take(&other, &self.name("phone-over"));
        other.expect_problem("status of 410");
    }

    fn to_the_end(&self, gallery: &mut Gallery) {
        let link = self.show();
        gallery.take(&self.pc, &self.name("handoff-shown"));
        let phone = self.phone(&link);
        gallery.take(&phone, &self.name("phone-shown"));
        phone.follow(GO_ON);
        gallery.take(&phone, &self.name("phone-pressed"));
        self.type_digits(&other_than(&digits(&phone)));
        gallery.take(&self.pc, &self.name("handoff-wrong"));
        let device = phone.authenticator(Kind::Internal);
        phone.presence(&device, false);
        self.type_digits(&digits(&phone));
        gallery.take(&self.pc, &self.name("handoff-confirmed"));
        phone.wait_for("#passkey-register .waiting");
        gallery.take(&phone, &self.name("phone-confirmed"));
        phone.presence(&device, true);
        // Or the PC goes on by itself before its picture is taken.
        self.pc.scripts(false);
        phone.goto(&link);
        phone.wait_for("[data-seen=offered]");
        gallery.take(&phone, &self.name("phone-offered"));
        self.pc.goto(&self.place.app.url(PAGE));
        gallery.take_without_scripts(&self.pc, &self.name("handoff-offered"));
        self.pc.follow(GO_ON);
        phone.wait_for(".notice.good");
        gallery.take(&phone, &self.name("phone-done"));
    }
}

fn other_than(digits: &str) -> String {
    let right: u32 = digits.parse().expect("digits");
    format!("{:03}", (right + 1) % 1000)
}
