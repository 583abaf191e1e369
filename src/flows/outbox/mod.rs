//! Sends what waits in the outbox. A message is taken by one write before it is sent, and what became of it is another:
//! a node that dies in between leaves it to be sent again, and nothing is lost.

mod invitation;
mod logout;
mod notice;

use std::time::Duration;

use serde_json::json;

pub use invitation::queue_invitation;
pub use notice::{Content, Mailer, Told, queue, queue_by};

use crate::{
    domain::{Actor, AuditEvent, AuditKind, Fault, Message, Notice, Outcome, Waiting, Way},
    flows::Cx,
    store::{self, Store, StoreError, Tx},
};

/// Messages that are sent at the same time.
const AT_ONCE: i64 = 32;
/// What this node cannot read it looks at again so much later: it may know more by then, or a newer one has sent it.
const PUT_OFF: Duration = Duration::from_secs(60);
/// Messages that are given up by one write.
const GIVEN_UP_AT_ONCE: i64 = 1000;
/// Messages that may wait: beyond it those that have been tried most often are given up.
const ROOM: i64 = 100_000;

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Arrived,
    /// To be tried again, and why.
    Failed(String),
    /// Trying again would help nothing.
    Refused(String),
}

/// One round of the applications that are to be told, all at the same time.
pub fn post(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let (mut ends, mut posts) = (Vec::new(), Vec::new());
    for waiting in take(store, cx, Way::Post)? {
        if let Message::Logout { client, session, user } = &waiting.message {
            match logout::post(store, cx, client, session, user)? {
                Ok(post) => posts.push((waiting, post)),
                Err(end) => ends.push((waiting, end)),
            }
        }
    }
    let (posted, posts): (Vec<_>, Vec<_>) = posts.into_iter().unzip();
    ends.extend(posted.into_iter().zip(cx.fetcher.post_all(posts).into_iter().map(logout::judge)));
    settle(store, cx, ends)
}

/// One round of letters.
pub fn mail(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let began = cx.mailer.as_ref().map(|mailer| (mailer.steady)());
    let taken = take(store, cx, Way::Mail)?;
    settle(store, cx, notice::send_all(store, cx, taken, began.unwrap_or_default()))
}

/// Of several nodes one gets each of what is due.
fn take(store: &Store, cx: &Cx, way: Way) -> Result<Vec<Waiting>, Fault> {
    let now = cx.now;
    let due = store.read(|conn| store::outbox::list_due(conn, way, now, AT_ONCE))?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    store.write(move |tx| {
        let mut taken = Vec::new();
        for found in due {
            match found {
                Ok(waiting) => {
                    if store::outbox::take(tx, &waiting, waiting.next_due(now))? {
                        taken.push(waiting);
                    }
                }
                Err(unreadable) => {
                    tracing::warn!(message = unreadable.id, "this node cannot read what is to be sent, and leaves it");
                    store::outbox::put_off(tx, &unreadable.id, now.plus(PUT_OFF))?;
                }
            }
        }
        Ok(taken)
    })
}

fn settle(store: &Store, cx: &Cx, ends: Vec<(Waiting, End)>) -> Result<(), Fault> {
    let over = |(waiting, end): &(Waiting, End)| !matches!(end, End::Failed(_)) || waiting.is_last(cx.now);
    let (over, again): (Vec<_>, Vec<_>) = ends.into_iter().partition(over);
    for (waiting, end) in again {
        tracing::info!(message = waiting.id, attempts = waiting.attempts + 1, ?end, "not delivered, and tried again");
    }
    if over.is_empty() {
        return Ok(());
    }
    let cx = cx.clone();
    store.write(move |tx| over.iter().try_for_each(|(waiting, end)| close(tx, &cx, waiting, end)))
}

/// Takes it out and records what became of it, once.
fn close(tx: &mut Tx<'_>, cx: &Cx, waiting: &Waiting, end: &End) -> Result<(), StoreError> {
    if !store::outbox::delete(tx, &waiting.id)? {
        return Ok(());
    }
    let (arrived, why) = match end {
        End::Arrived => (true, None),
        End::Failed(why) | End::Refused(why) => (false, Some(why.as_str())),
    };
    let mut event = event(cx, &waiting.message, arrived);
    event.reason = why.map(str::to_owned);
    let mut detail = json!({ "attempts": waiting.attempts + 1 });
    match &waiting.message {
        Message::Notice(notice) => detail["about"] = json!(notice.what),
        Message::Invitation { invitation, .. } => {
            detail["about"] = json!("invitation");
            detail["invitation"] = json!(invitation.as_str());
        }
        Message::Logout { .. } => {}
    }
    store::audit_events::insert(tx, &event.detail(detail))
}

fn event(cx: &Cx, message: &Message, arrived: bool) -> AuditEvent {
    let outcome = if arrived { Outcome::Success } else { Outcome::Failure };
    match message {
        Message::Logout { client, session, user } => {
            let kind = if arrived { AuditKind::LogoutDelivered } else { AuditKind::LogoutUndelivered };
            cx.event(kind, outcome, Actor::System).client(client).session(session).subject(user)
        }
        Message::Notice(Notice { user, clinic, .. }) | Message::Invitation { user, clinic, .. } => {
            let kind = if arrived { AuditKind::NoticeSent } else { AuditKind::NoticeUndelivered };
            cx.event(kind, outcome, Actor::System).subject(user).clinic(clinic)
        }
    }
}

/// Makes room where far too much waits, which takes a day of dead receivers in a large hospital.
pub fn make_room(store: &Store, cx: &Cx) -> Result<(), Fault> {
    let excess = store.read(|conn| store::outbox::list_excess(conn, ROOM, GIVEN_UP_AT_ONCE))?;
    if excess.is_empty() {
        return Ok(());
    }
    let cx = cx.clone();
    store.write(move |tx| {
        excess.iter().try_for_each(|waiting| close(tx, &cx, waiting, &End::Refused("outbox_full".to_owned())))
    })
}
