//! What a clinic's auditor sees.

use genkan::domain::{Actor, AuditEvent, AuditKind, Outcome, RequestInfo, Role};

use super::{
    super::place::{BY_PASSKEY, Place, REGISTER},
    Gallery,
};
use crate::support::browser::{Kind, Tab};

const AUDITOR: &str = "auditor@sakura.example";
const NUMBER: &str = "048213";

/// A page of the clinic's administrator ended in a fault of ours.
fn failed(place: &Place) -> AuditEvent {
    let (app, request) = (&place.app, RequestInfo { ip: "192.0.2.17".to_owned(), ..RequestInfo::default() });
    let actor = Actor::User { id: app.hanako.id.clone(), name: "山田 花子".to_owned() };
    let event = app.by().event(AuditKind::RequestFailed).clinic(&app.sakura.id).subject(&app.hanako.id);
    let detail = serde_json::json!({ "method": "GET", "route": "/admin/people/{member}" });
    let incident = Some(NUMBER.to_owned());
    AuditEvent { outcome: Outcome::Error, actor, request, incident, ..event.detail(detail) }
}

pub fn walk(place: &Place, gallery: &mut Gallery) {
    let app = &place.app;
    app.hire(&app.sakura, Role::Auditor, AUDITOR, "監査 太郎");
    let tab = Tab::open();
    tab.language("ja");
    tab.without_autofill();
    let _device = tab.authenticator(Kind::Internal);
    tab.goto(&app.url("/login"));
    place.type_password(&tab, AUDITOR);
    tab.follow(REGISTER);
    tab.follow(BY_PASSKEY);
    let event = failed(place);
    let id = event.id.clone();
    app.store().write(move |tx| genkan::store::audit_events::insert(tx, &event)).expect("recorded");
    for (language, mark) in [("ja", ""), ("en", "-en")] {
        tab.language(language);
        tab.goto(&app.url("/admin"));
        gallery.take(&tab, &format!("admin-audit{mark}"));
        for (name, query) in [
            ("narrow", "person=%E3%81%AF%E3%81%AA%E3%81%93&kind=house"),
            ("none", "kind=key.removed"),
            ("trouble", "person=%E3%81%84%E3%81%AA%E3%81%84"),
            ("incident", "incident=048213"),
            ("no-incident", "incident=999999"),
        ] {
            tab.goto(&app.url(&format!("/admin/audit?{query}")));
            gallery.take(&tab, &format!("admin-audit-{name}{mark}"));
        }
        tab.goto(&app.url(&format!("/admin/audit/{id}")));
        gallery.take(&tab, &format!("admin-audit-event{mark}"));
    }
}
