//! A clinic's PCs, for those who look after its people: what there is, a link for one more, and the end of one.

use super::act::{is_strong_enough, still_there};
use crate::{
    domain::{Clinic, ClinicId, Fault, Permission, SignedIn, Terminal, TerminalId, TerminalKind, TooWeak, Verdict},
    flows::{
        Cx,
        admin::{
            PAGE, Refusal, cut_to_page,
            terminals::{self, Added, Listed},
        },
        cx::actor,
    },
    store::{self, Store, StoreError, Tx},
};

pub struct Terminals {
    pub clinic: Clinic,
    /// By name, those that still count or may still be opened.
    pub terminals: Vec<Listed>,
    /// The last of this page, if others come after.
    pub more_after: Option<TerminalId>,
}

/// `clinic`: another than one's own. `None`: there is none that they may see.
pub fn terminals(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    clinic: Option<&ClinicId>,
    after: Option<&TerminalId>,
) -> Result<Option<Terminals>, Fault> {
    let id = clinic.unwrap_or(&who.clinic.id);
    if !who.membership.may_at(Permission::SeeTerminals, id) {
        return Ok(None);
    }
    store.read(|conn| {
        let Some(clinic) = store::clinics::find(conn, id)? else { return Ok(None) };
        let offered_since = cx.now.minus(Terminal::LINK_LIFETIME);
        let page = store::terminals::Page { clinic: id, offered_since, after, limit: PAGE + 1 };
        let mut found = store::terminals::list_page(conn, &page)?;
        let more = cut_to_page(&mut found);
        let more_after = found.last().filter(|_| more).map(|terminal| terminal.id.clone());
        Ok(Some(Terminals { clinic, terminals: terminals::with_places(conn, found, cx.now)?, more_after }))
    })
}

/// One of those, with its clinic.
pub fn terminal(store: &Store, cx: &Cx, who: &SignedIn, id: &TerminalId) -> Result<Option<(Terminal, Clinic)>, Fault> {
    let found = store.read(|conn| {
        let Some(terminal) = store::terminals::find(conn, id)? else { return Ok(None) };
        let clinic = store::clinics::find(conn, &terminal.clinic_id)?;
        Ok(clinic.map(|clinic| (terminal, clinic)))
    })?;
    Ok(found.filter(|(terminal, _)| {
        terminal.is_known(cx.now) && who.membership.may_at(Permission::ManageTerminals, &terminal.clinic_id)
    }))
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalRefusal {
    /// No such PC, or a clinic that is not theirs.
    NotFound,
    TooWeak(TooWeak),
    BadName,
}

impl From<Refusal> for TerminalRefusal {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::BadText { .. } => Self::BadName,
            _ => Self::NotFound,
        }
    }
}

/// The link for one more of a clinic's.
pub fn add_terminal(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    (clinic, name, kind): (ClinicId, String, TerminalKind),
) -> Result<Verdict<Added, TerminalRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), cx.by(actor(&who.user)), who.clone());
    store.write(move |tx| {
        if let Err(refusal) = may_manage(tx, &cx, &who, &clinic)? {
            return Ok(Err(refusal));
        }
        match terminals::draft(&by, clinic, &name, kind) {
            Ok(terminal) => Ok(terminals::insert(tx, &by, terminal, by.random.secret())?.map_err(Into::into)),
            Err(refusal) => Ok(Err(refusal.into())),
        }
    })
}

pub fn revoke_terminal(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    id: TerminalId,
) -> Result<Verdict<(), TerminalRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), cx.by(actor(&who.user)), who.clone());
    store.write(move |tx| {
        let Some(terminal) = store::terminals::find(tx, &id)? else { return Ok(Err(TerminalRefusal::NotFound)) };
        if let Err(refusal) = may_manage(tx, &cx, &who, &terminal.clinic_id)? {
            return Ok(Err(refusal));
        }
        Ok(terminals::end(tx, &by, terminal)?.map(drop).map_err(Into::into))
    })
}

/// As they are now, and stay until the write ends.
fn may_manage(
    tx: &mut Tx<'_>,
    cx: &Cx,
    who: &SignedIn,
    clinic: &ClinicId,
) -> Result<Verdict<(), TerminalRefusal>, StoreError> {
    let who = still_there(tx, who, &[], cx)?;
    let Some(who) = who.filter(|who| who.membership.may_at(Permission::ManageTerminals, clinic)) else {
        return Ok(Err(TerminalRefusal::NotFound));
    };
    Ok(is_strong_enough(tx, cx, &who)?.map_err(TerminalRefusal::TooWeak))
}
