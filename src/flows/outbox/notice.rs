//! Telling people what happened to their account. Queued in the write that makes it happen; written as a letter when it is
//! sent, in the language that the person reads by then.

use super::End;
use crate::{
    domain::{Clinic, ClinicId, Fault, Happened, Message, Notice, User, UserId},
    flows::Cx,
    mail::{Letter, Postbox, Unsent},
    store::{self, Store, StoreError, Tx},
};

/// Everything that a letter is written from.
pub struct Told {
    pub id: String,
    pub notice: Notice,
    pub user: User,
    /// Gone, it names nobody to ask.
    pub clinic: Option<Clinic>,
}

/// Who writes letters and where they are posted.
pub struct Mailer {
    pub postbox: Postbox,
    pub write: Write,
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
    if cx.mailer.is_none() {
        return Ok(());
    }
    let notice = Notice {
        what,
        user: user.clone(),
        clinic: clinic.clone(),
        at: cx.now,
        ip: cx.request.ip.clone(),
        user_agent: cx.request.user_agent.clone(),
        name: name.map(str::to_owned),
    };
    store::outbox::insert(tx, &cx.random.id(cx.now), &Message::Notice(notice), cx.now)
}

/// One after the other. A server that fails for one has failed for all the others of this round, so that nobody waits for
/// it again and again.
pub fn send_all(store: &Store, cx: &Cx, notices: Vec<(String, Notice)>) -> Result<Vec<End>, Fault> {
    let mut down = None;
    let mut ends = Vec::new();
    for (id, notice) in notices {
        ends.push(match down {
            Some(why) => End::Failed(str::to_owned(why)),
            None => match send(store, cx, id, notice)? {
                Ok(()) => End::Arrived,
                Err(Unsent::Refused(why)) => End::Refused(why),
                Err(Unsent::Server(why)) => {
                    down = Some(why);
                    End::Failed(why.to_owned())
                }
            },
        });
    }
    Ok(ends)
}

fn send(store: &Store, cx: &Cx, id: String, notice: Notice) -> Result<Result<(), Unsent>, Fault> {
    let refused = |why: &str| Ok(Err(Unsent::Refused(why.to_owned())));
    let Some(mailer) = &cx.mailer else { return refused("no_mail_server") };
    let (user, clinic) = store
        .read(|conn| Ok((store::users::find(conn, &notice.user)?, store::clinics::find(conn, &notice.clinic)?)))?;
    let Some(user) = user else { return refused("person_gone") };
    match (mailer.write)(&Told { id, notice, user, clinic }) {
        Ok(letter) => Ok(mailer.postbox.send(&letter)),
        // One letter's trouble is not the others'.
        Err(fault) => {
            tracing::error!(%fault, "a letter could not be written");
            refused("unwritable")
        }
    }
}
