//! Parts of somebody's page in administration.

use super::{EDGE, NOW};
use crate::{
    domain::{Cause, ClientId, SessionId},
    flows::account::apps::App,
    web::view::*,
};

pub fn held() -> HoldingsSection {
    let session = |terminal: bool| HeldSession {
        id: SessionId::new("01"),
        user_agent: if terminal { EDGE.to_owned() } else { String::new() },
        address: Some("192.0.2.1".to_owned()),
        terminal: terminal.then(|| "<処置室 PC-3>".to_owned()),
        how: SignedInBy::Passkey,
        started_at: NOW,
        last_seen_at: NOW,
    };
    let app = |last_used| App {
        client_id: ClientId::new("01"),
        name: "<電子カルテ>".to_owned(),
        since: NOW,
        last_used,
        scopes: Vec::new(),
        lasting: false,
    };
    HoldingsSection {
        sessions: vec![session(true), session(false)],
        apps: vec![app(Some(NOW)), app(None)],
        may_end: true,
        trail_of: Some("ichiro@sakura.example.jp".to_owned()),
    }
}

/// Every cause, with all that is known of it or nothing. `over`: they have been in since.
pub fn why(over: bool) -> WhySection {
    let line = |cause: &Cause| WhyLine {
        cause: cause.as_str(),
        mend: cause.mend().map(|mend| (mend.as_str(), "/admin/people/01/suspend".to_owned())),
        until: over.then_some(NOW),
        at: Some(NOW),
        passkey: over.then(|| "<自分のスマホ>".to_owned()),
        application: Some(("<電子カルテ>".to_owned(), over.then(|| ClientId::new("01")))),
        from: over.then(|| ("192.0.2.1".to_owned(), EDGE.to_owned())),
        incident: over.then(|| "123456".to_owned()),
    };
    let every: Vec<_> = Cause::ALL.iter().map(line).collect();
    WhySection { obstacles: every.clone(), tries: every, came_in: Some(NOW), over }
}
