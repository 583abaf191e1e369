//! The trail as somebody may see it who signs in for it. What they looked at is recorded before they see it: once for each
//! filter, and for each event that they open; not for the pages that follow a first one.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{
    question::{Question, Scope},
    typed::{Trouble, Typed},
};
use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Client, ClientId, Clinic, ClinicId, Fault, Outcome, Permission, SignedIn,
        UnixTime, UserId,
    },
    flows::{
        Cx,
        admin::{By, members::still_there},
    },
    store::{self, Conn, Store, StoreError, Tx},
};

/// Events of one page.
const PAGE: usize = 50;
/// Applications that can be chosen from.
const APPLICATIONS: i64 = 500;
const CURSOR: &str = "audit-page";

/// Whom and what events name, as it is called today; who did something is in the event, as they were called then.
#[derive(Default)]
pub struct Names {
    pub people: HashMap<UserId, String>,
    pub applications: HashMap<ClientId, String>,
    pub clinics: HashMap<ClinicId, Clinic>,
}

pub struct Found {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    pub names: Names,
    /// Where the next page begins: good for this filter and this session alone.
    pub next: Option<String>,
    /// How far this page looked, where it is not full and not the last.
    pub looked_to: Option<UnixTime>,
}

pub struct Whole {
    pub event: AuditEvent,
    pub names: Names,
}

pub(super) fn scope(who: &SignedIn) -> Option<Scope> {
    let may = |clinic| who.membership.may_for(Permission::SeeAudit, clinic);
    if may(None) {
        Some(Scope::Everything)
    } else {
        may(Some(&who.clinic.id)).then(|| Scope::Clinic(who.clinic.id.clone()))
    }
}

/// A page of what was asked for. `None`: the trail is not theirs to see. A cursor that was not given out for this is no
/// cursor: the list begins at its beginning, and that is a look like any other.
pub fn look(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    typed: &Typed,
    cursor: Option<&str>,
) -> Result<Option<Result<Found, Trouble>>, Fault> {
    let Some(scope) = scope(who) else { return Ok(None) };
    let filter = match typed.read() {
        Ok(filter) => filter,
        Err(trouble) => return Ok(Some(Err(trouble))),
    };
    let before = cursor.and_then(|cursor| opened(cx, who, typed, cursor));
    let found = store.read(|conn| match Question::new(conn, scope, filter)? {
        Ok(question) => {
            let answer = question.page(conn, before, PAGE)?;
            let names = names(conn, &answer.events)?;
            Ok(Ok((answer, names)))
        }
        Err(trouble) => Ok(Err(trouble)),
    })?;
    let (answer, names) = match found {
        Ok(found) => found,
        Err(trouble) => return Ok(Some(Err(trouble))),
    };
    if before.is_none() && !record(store, cx, who, AuditKind::AuditViewed, typed.told())? {
        return Ok(None);
    }
    let next = answer.before.map(|id| sealed(cx, who, typed, &id));
    Ok(Some(Ok(Found { events: answer.events, names, next, looked_to: answer.looked_to })))
}

/// One event. `None`: there is none that they may see.
pub fn open(store: &Store, cx: &Cx, who: &SignedIn, id: &str) -> Result<Option<Whole>, Fault> {
    let Some(scope) = scope(who) else { return Ok(None) };
    let found = store.read(|conn| match store::audit_events::find(conn, id)?.filter(|event| scope.sees(event)) {
        Some(event) => {
            let names = names(conn, std::slice::from_ref(&event))?;
            Ok(Some(Whole { event, names }))
        }
        None => Ok(None),
    })?;
    let Some(whole) = found else { return Ok(None) };
    let seen = record(store, cx, who, AuditKind::AuditViewed, json!({ "event": whole.event.id }))?;
    Ok(seen.then_some(whole))
}

/// At the server's own command line, where everything is seen.
pub fn list(store: &Store, by: &By, typed: &Typed, limit: usize) -> Result<Result<Vec<AuditEvent>, Trouble>, Fault> {
    let filter = match typed.read() {
        Ok(filter) => filter,
        Err(trouble) => return Ok(Err(trouble)),
    };
    let event = by.event(AuditKind::AuditViewed).detail(typed.told());
    let found = store.read(|conn| {
        let question = match Question::new(conn, Scope::Everything, filter)? {
            Ok(question) => question,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let (mut events, mut before) = (Vec::new(), None);
        while events.len() < limit {
            let answer = question.page(conn, before.as_deref(), limit - events.len())?;
            events.extend(answer.events);
            before = answer.before;
            if before.is_none() {
                break;
            }
        }
        Ok(Ok(events))
    })?;
    store.write(move |tx| store::audit_events::insert(tx, &event))?;
    Ok(found)
}

/// The applications that somebody may choose from, by name; those that are gone too, since the trail still speaks of them.
pub fn apps(store: &Store, who: &SignedIn) -> Result<Vec<Client>, Fault> {
    let clinic = match scope(who) {
        None => return Ok(Vec::new()),
        Some(Scope::Everything) => None,
        Some(Scope::Clinic(clinic)) => Some(clinic),
    };
    let page = store::clients::Page {
        clinic: clinic.as_ref(),
        named: "",
        removed_since: UnixTime::from_secs(0),
        after: None,
        limit: APPLICATIONS,
    };
    store.read(|conn| store::clients::list_page(conn, &page))
}

pub(super) fn names(conn: &mut Conn, events: &[AuditEvent]) -> Result<Names, StoreError> {
    let mut people: Vec<UserId> = events.iter().filter_map(|event| event.subject.clone()).collect();
    people.sort_unstable();
    people.dedup();
    let mut clients: Vec<ClientId> = events
        .iter()
        .flat_map(|event| match &event.actor {
            Actor::Client(id) => [event.client_id.clone(), Some(id.clone())],
            _ => [event.client_id.clone(), None],
        })
        .flatten()
        .collect();
    clients.sort_unstable();
    clients.dedup();
    let mut applications = HashMap::new();
    for id in clients {
        if let Some(client) = store::clients::find(conn, &id)? {
            applications.insert(id, client.name);
        }
    }
    let people = store::users::list_of(conn, &people)?;
    Ok(Names {
        people: people.into_iter().map(|user| (user.id, user.profile.name)).collect(),
        applications,
        clinics: store::clinics::list(conn)?.into_iter().map(|clinic| (clinic.id.clone(), clinic)).collect(),
    })
}

/// `false`: they are no longer who may.
pub(super) fn record(store: &Store, cx: &Cx, who: &SignedIn, kind: AuditKind, detail: Value) -> Result<bool, Fault> {
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx: &mut Tx<'_>| {
        let who = still_there(tx, &who, &[], &cx)?.filter(|still| scope(still) == scope(&who));
        let Some(who) = who else { return Ok(false) };
        let mut event = cx.event_in(kind, Outcome::Success, &who).detail(detail);
        // What was looked for in all clinics is no single one's to read.
        event.clinic_id = event.clinic_id.filter(|_| scope(&who) != Some(Scope::Everything));
        store::audit_events::insert(tx, &event)?;
        Ok(true)
    })
}

/// What a cursor is good for: nothing that was asked otherwise, and nobody else.
fn bound(who: &SignedIn, typed: &Typed, id: &str) -> String {
    json!([who.session.id, typed, id]).to_string()
}

fn sealed(cx: &Cx, who: &SignedIn, typed: &Typed, id: &str) -> String {
    format!("{id}.{}", cx.keys.mac(CURSOR, &bound(who, typed, id)))
}

fn opened<'a>(cx: &Cx, who: &SignedIn, typed: &Typed, cursor: &'a str) -> Option<&'a str> {
    let (id, mac) = cursor.split_once('.')?;
    cx.keys.mac_matches(CURSOR, &bound(who, typed, id), mac).then_some(id)
}
