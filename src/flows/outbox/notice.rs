//! Telling people what happened to their account. Queued in the write that makes it happen; written as a letter when it is
//! sent, in the language that the person reads by then.

use std::time::Duration;

use super::{End, invitation};
use crate::{
    domain::{Actor, Clinic, ClinicId, Fault, Happened, Message, Notice, UnixTime, User, UserId, Waiting},
    flows::{Cx, admin::By},
    mail::{Letter, Postbox, Unsent},
    store::{self, Store, StoreError, Tx},
};

/// What a letter tells of.
pub enum Content {
    Notice(Notice),
    Invitation {
        /// The link.
        address: String,
        at: UnixTime,
        until: UnixTime,
    },
}

/// Everything that a letter is written from.
pub struct Told {
    pub id: String,
    pub content: Content,
    pub user: User,
    /// Gone, it names nobody to ask.
    pub clinic: Option<Clinic>,
}

/// Who writes letters and where they are posted.
pub struct Mailer {
    pub postbox: Postbox,
    pub write: Write,
    /// Time that passes, whatever becomes of the date.
    pub steady: Box<dyn Fn() -> Duration + Send + Sync>,
}

type Write = Box<dyn Fn(&Told) -> Result<Letter, Fault> + Send + Sync>;

/// Part of the caller's own write. Where no mail is sent, nothing is queued.
pub fn queue(
    tx: &mut Tx<'_>,
    cx: &Cx,
    what: Happened,
    user: &UserId,
    clinic: &ClinicId,
    name: Option<&str>,
) -> Result<(), StoreError> {
    queue_by(tx, &cx.by(Actor::Nobody), what, (user, clinic), name, None)
}

/// `reason`: an administrator's, who did it.
pub fn queue_by(
    tx: &mut Tx<'_>,
    by: &By,
    what: Happened,
    (user, clinic): (&UserId, &ClinicId),
    name: Option<&str>,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    if !by.tells {
        return Ok(());
    }
    let notice = Notice {
        what,
        user: user.clone(),
        clinic: clinic.clone(),
        at: by.now,
        ip: by.request.ip.clone(),
        user_agent: by.request.user_agent.clone(),
        name: name.map(str::to_owned),
        reason: reason.map(str::to_owned),
    };
    store::outbox::insert(tx, &by.random.id(by.now), &Message::Notice(notice), by.now)
}

/// No letter is begun later in a round: what one of several nodes has taken it has sent before another may take it.
const ROUND: Duration = Duration::from_secs(20);

/// One after the other, and what became of those that were begun; the rest is taken again when it is due. A server that is
/// down for one is down for all the others of this round, so that nobody waits for it again and again.
pub fn send_all(store: &Store, cx: &Cx, taken: Vec<Waiting>, began: Duration) -> Vec<(Waiting, End)> {
    let late = || cx.mailer.as_ref().is_some_and(|mailer| (mailer.steady)().saturating_sub(began) >= ROUND);
    let mut down = None;
    let mut ends = Vec::new();
    for waiting in taken {
        let end = match down {
            Some(why) => End::Failed(str::to_owned(why)),
            None if late() => break,
            None => match send(store, cx, &waiting.id, &waiting.message) {
                Ok(()) => End::Arrived,
                Err(Unsent::Refused(why)) => End::Refused(why),
                Err(Unsent::Failed(why)) => End::Failed(why),
                Err(Unsent::Server(why)) => {
                    down = Some(why);
                    End::Failed(why.to_owned())
                }
            },
        };
        ends.push((waiting, end));
    }
    ends
}

/// One letter's trouble is not the others'.
fn send(store: &Store, cx: &Cx, id: &str, message: &Message) -> Result<(), Unsent> {
    let refused = |why: &str| Err(Unsent::Refused(why.to_owned()));
    let Some(mailer) = &cx.mailer else { return refused("no_mail_server") };
    let (to, from) = match message {
        Message::Notice(notice) => (&notice.user, &notice.clinic),
        Message::Invitation { user, clinic, .. } => (user, clinic),
        Message::Logout { .. } => return refused("no_letter"),
    };
    let unread = |fault: Fault| {
        tracing::error!(message = id, %fault, "what a letter is written from could not be read");
        Unsent::Failed("unread".to_owned())
    };
    let read = store.read(|conn| Ok((store::users::find(conn, to)?, store::clinics::find(conn, from)?)));
    let (user, clinic) = read.map_err(unread)?;
    let Some(user) = user else { return refused("person_gone") };
    let content = match message {
        Message::Invitation { invitation, link, .. } => {
            invitation::content(store, cx, invitation, link, &user).map_err(unread)?
        }
        Message::Notice(notice) => Some(Content::Notice(notice.clone())),
        Message::Logout { .. } => None,
    };
    let Some(content) = content else { return refused("invitation_over") };
    match (mailer.write)(&Told { id: id.to_owned(), content, user, clinic }) {
        Ok(letter) => mailer.postbox.send(&letter),
        Err(fault) => {
            tracing::error!(message = id, %fault, "a letter could not be written");
            refused("unwritable")
        }
    }
}
