//! Many people invited at once: what would happen to each line of a list, and the one write that brings all of them in or
//! nobody.

use std::collections::HashSet;

use serde::Serialize;

use super::{
    Guest, InviteRefusal, Line, Roster, Sheet, Wrong,
    act::still_there,
    invite::may,
    welcome::{Brought, bring_in, having, keep, way, welcome},
};
use crate::{
    domain::{Email, Fault, InvitationWay, Permission, SignedIn, TooWeak, Verdict},
    flows::{
        Cx,
        admin::{
            By,
            users::{Invite, Ready},
        },
        cx::actor,
    },
    store::{Conn, Store, StoreError, Tx},
};

/// Why a line invites nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mistake {
    Unreadable,
    /// A line before it has the same address.
    Twice,
    #[serde(untagged)]
    Wrong(Wrong),
}

#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    pub number: usize,
    pub guest: Guest,
    /// Has been in before, and joins without an invitation.
    pub joins: bool,
    pub mistake: Option<Mistake>,
}

#[derive(Debug)]
pub enum ListRefusal {
    NotFound,
    TooWeak(TooWeak),
    /// Not by the way that was chosen.
    Way,
    /// All the lines; one of them at least is wrong by now.
    Wrong(Vec<Judged>),
}

/// What became of a list.
#[derive(Debug, Default)]
pub struct Everybody {
    /// Where they are handed over; the letters go out.
    pub sheets: Vec<Sheet>,
    /// The names of who had been in before, and has no invitation.
    pub joined: Vec<String>,
}

/// What a good line comes to.
type Good = (Invite, InvitationWay, Ready);

/// Each line with its mistake, if it has one.
pub fn look(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    roster: &Roster,
) -> Result<Verdict<Vec<Judged>, ListRefusal>, Fault> {
    if let Err(refusal) = before(store, cx, who, roster)? {
        return Ok(Err(refusal));
    }
    let by = cx.by(actor(&who.user));
    let judged = store.read(|conn| judge(conn, cx, &by, who, roster))?;
    Ok(Ok(judged.into_iter().map(|(judged, _)| judged).collect()))
}

/// Everybody, or nobody.
pub fn invite_all(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    roster: Roster,
) -> Result<Verdict<Everybody, ListRefusal>, Fault> {
    if let Err(refusal) = before(store, cx, who, &roster)? {
        return Ok(Err(refusal));
    }
    let emails: Vec<_> = roster.0.iter().filter_map(|line| Email::parse(&line.guest.email)).collect();
    let known = store.read(|conn| having(conn, &emails))?;
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let by = cx.by(actor(&who.user));
        let about: Vec<_> = known.iter().collect();
        let Some(who) = still_there(tx, &who, &about, &cx)? else { return Ok(Err(ListRefusal::NotFound)) };
        match may(tx, &who, &cx, Permission::InvitePerson)? {
            Ok(()) => {}
            Err(InviteRefusal::TooWeak(weak)) => return Ok(Err(ListRefusal::TooWeak(weak))),
            Err(_) => return Ok(Err(ListRefusal::NotFound)),
        }
        keep(tx, &emails)?;
        let all = match decide(tx, &cx, &by, &who, &roster)? {
            Ok(all) => all,
            Err(judged) => return Ok(Err(ListRefusal::Wrong(judged))),
        };
        let mut done = Everybody::default();
        for (invite, way, ready) in all {
            match bring_in(tx, &cx, &by, &who, (&invite, way, ready))? {
                Brought::Sent => {}
                Brought::Printed(sheet) => done.sheets.push(*sheet),
                Brought::Joined(user) => done.joined.push(user.profile.name),
            }
        }
        Ok(Ok(done))
    })
}

fn before(store: &Store, cx: &Cx, who: &SignedIn, Roster(lines): &Roster) -> Result<Verdict<(), ListRefusal>, Fault> {
    if let Err(weak) = super::may_act(store, cx, who)? {
        return Ok(Err(ListRefusal::TooWeak(weak)));
    }
    let sends = lines.iter().filter(|line| line.readable).all(|line| way(&line.guest.way, cx).is_some());
    Ok(if sends { Ok(()) } else { Err(ListRefusal::Way) })
}

/// In the write, after [`keep`] and before anything is written.
fn decide(
    tx: &mut Tx<'_>,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    roster: &Roster,
) -> Result<Result<Vec<Good>, Vec<Judged>>, StoreError> {
    let (mut all, mut good) = (Vec::new(), Vec::new());
    for (mut judged, ready) in judge(tx, cx, by, who, roster)? {
        if let Some((invite, way, ready)) = ready {
            if ready.stays(tx)? {
                good.push((invite, way, ready));
            } else {
                judged.mistake = Some(Mistake::Wrong(Wrong::Elsewhere));
            }
        }
        all.push(judged);
    }
    Ok(if good.len() == all.len() { Ok(good) } else { Err(all) })
}

fn judge(
    conn: &mut Conn,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    Roster(lines): &Roster,
) -> Result<Vec<(Judged, Option<Good>)>, StoreError> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for line in lines {
        let verdict = judge_line(conn, cx, by, who, line, &mut seen)?;
        let (mistake, good) = match verdict {
            Ok(good) => (None, Some(good)),
            Err(mistake) => (Some(mistake), None),
        };
        let joins = good.as_ref().is_some_and(|(_, _, ready): &Good| ready.has_been_in());
        all.push((Judged { number: line.number, guest: line.guest.clone(), joins, mistake }, good));
    }
    Ok(all)
}

fn judge_line(
    conn: &mut Conn,
    cx: &Cx,
    by: &By,
    who: &SignedIn,
    Line { guest, readable, .. }: &Line,
    seen: &mut HashSet<String>,
) -> Result<Result<Good, Mistake>, StoreError> {
    if !readable {
        return Ok(Err(Mistake::Unreadable));
    }
    if Email::parse(&guest.email).is_some_and(|email| !seen.insert(email.key())) {
        return Ok(Err(Mistake::Twice));
    }
    let (invite, way) = match guest.judge(who, cx) {
        Ok(good) => good,
        Err(wrong) => return Ok(Err(Mistake::Wrong(wrong))),
    };
    let verdict = welcome(conn, by, who, &invite)?;
    Ok(verdict.map(|ready| (invite, way, ready)).map_err(Mistake::Wrong))
}
