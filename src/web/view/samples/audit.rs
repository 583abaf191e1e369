//! The trail, as those see it who look through it.

use super::{EDGE, NOW, Sample, sample};
use crate::{
    domain::{AuditKind, Outcome},
    flows::admin::audit::{FARTHEST, MOST, Trouble, Typed},
    web::{admin::audit::choices, view::*},
};

pub const TROUBLES: &[Trouble] = &[
    Trouble::Nobody,
    Trouble::TooMany,
    Trouble::Application,
    Trouble::Kind,
    Trouble::Outcome,
    Trouble::From,
    Trouble::Until,
    Trouble::Backwards,
    Trouble::Address,
    Trouble::Incident,
    Trouble::Event,
];

fn entry(kind: &'static str, outcome: &'static str, actor: &'static str) -> AuditEntry {
    let text = |text: &str| Some(text.to_owned());
    let named = matches!(actor, "user" | "client");
    AuditEntry {
        id: "01".to_owned(),
        at: NOW,
        kind,
        outcome,
        reason: text("wrong_password"),
        actor,
        actor_id: text("02").filter(|_| named),
        actor_name: text("<看護 花子>").filter(|_| named),
        subject_id: text("03"),
        subject_name: text("<小野 誠>").filter(|_| named),
        clinic_id: text("04"),
        clinic_name: text("さくらクリニック"),
        client_id: text("05"),
        application: text("<予約>"),
        session: text("c2Vzc2lvbg"),
        credential: text("Y3JlZGVudGlhbA"),
        acr: Some("phr"),
        amr: "pop user mfa".to_owned(),
        address: "2001:db8::1".to_owned(),
        user_agent: EDGE.to_owned(),
        request: "06".to_owned(),
        incident: text("048213"),
        detail: vec![("filter.person".to_owned(), "<山田>".to_owned()), ("count".to_owned(), "2".to_owned())],
    }
}

pub fn entries() -> Vec<AuditEntry> {
    let outcomes = Outcome::ALL.iter().cycle();
    let actors = ["user", "client", "command_line", "system", "nobody"].iter().cycle();
    let all = AuditKind::ALL.iter().zip(outcomes).zip(actors);
    all.map(|((kind, outcome), actor)| entry(kind.as_str(), outcome.as_str(), actor)).collect()
}

fn too_much(found: Option<usize>) -> Option<TooMuch> {
    Some(TooMuch { format: "csv", found, most: MOST, farthest: FARTHEST })
}

pub fn all() -> Vec<Sample> {
    let list = AuditPage {
        clinic: Some("さくらクリニック".to_owned()),
        everywhere: false,
        typed: Typed::default(),
        pairs: Vec::new(),
        trouble: None,
        apps: vec![("05".to_owned(), "<予約>".to_owned())],
        groups: choices(),
        outcomes: Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect(),
        entries: entries(),
        next: Some("01.x".to_owned()),
        looked_to: None,
        first: true,
        too_much: None,
        most: MOST,
    };
    let asked = |typed: Typed, entries| AuditPage {
        pairs: typed.pairs().into_iter().map(|(name, text)| (name, text.to_owned())).collect(),
        typed,
        entries,
        next: None,
        ..list.clone()
    };
    let person = Typed { person: "<山田 & 花子>".to_owned(), kind: "auth.passkey".to_owned(), ..Typed::default() };
    let incident = Typed { incident: "048213".to_owned(), ..Typed::default() };
    let request = Typed { request: "01".to_owned(), ..Typed::default() };
    let session = Typed { session: "01".to_owned(), ..Typed::default() };
    let far = AuditPage {
        clinic: None,
        everywhere: true,
        looked_to: Some(NOW),
        next: Some("01.x".to_owned()),
        first: false,
        too_much: too_much(None),
        ..asked(person.clone(), entries())
    };
    let one = |entry| AuditEventPage { clinic: Some("さくらクリニック".to_owned()), entry };
    let bare = AuditEntry {
        reason: None,
        subject_id: None,
        subject_name: None,
        clinic_name: None,
        client_id: None,
        application: None,
        session: None,
        acr: None,
        address: String::new(),
        user_agent: String::new(),
        request: String::new(),
        incident: None,
        detail: Vec::new(),
        ..entry("backup.made", "success", "system")
    };
    let mut all = vec![
        sample("audit", true, list.clone()),
        sample("audit-far-found", true, AuditPage { too_much: too_much(Some(2_048)), ..far.clone() }),
        sample("audit-far-none", true, AuditPage { too_much: too_much(Some(0)), ..far.clone() }),
        sample("audit-far", true, far),
        sample("audit-nothing", true, asked(person, vec![])),
        sample("audit-incident", true, asked(incident.clone(), vec![entry("request.failed", "error", "user")])),
        sample("audit-no-incident", true, asked(incident.clone(), vec![])),
        sample("audit-no-incident-anywhere", true, AuditPage { everywhere: true, ..asked(incident, vec![]) }),
        sample("audit-request", true, asked(request, entries())),
        sample("audit-session", true, asked(session, entries())),
        sample("audit-event", true, one(entry("auth.password", "failure", "user"))),
        sample("audit-event-bare", true, one(bare)),
    ];
    let trouble = |trouble: &Trouble| AuditPage { trouble: Some(*trouble), ..asked(Typed::default(), vec![]) };
    all.extend(TROUBLES.iter().map(|it| sample(&format!("audit-{it:?}").to_lowercase(), true, trouble(it))));
    all
}
