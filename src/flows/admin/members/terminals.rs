//! A clinic's PCs, for those who look after its people: what there is, a link for one more, and the end of one.

use super::act::still_there;
use crate::{
    domain::{
        Clinic, ClinicId, Fault, Permission, SignedIn, Terminal, TerminalId, TerminalKind, TooWeak, Verdict,
        may_administer,
    },
    flows::{
        Cx,
        admin::{
            Refusal,
            terminals::{self, Added, Listed},
        },
        cx::actor,
    },
    store::{self, Store},
};

pub struct Terminals {
    pub clinic: Clinic,
    /// By name, those that still count or may still be opened.
    pub terminals: Vec<Listed>,
}

/// `clinic`: another than one's own. `None`: there is none that they may see.
pub fn terminals(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    clinic: Option<&ClinicId>,
) -> Result<Option<Terminals>, Fault> {
    let id = clinic.unwrap_or(&who.clinic.id);
    if !who.membership.may_at(Permission::SeeTerminals, id) {
        return Ok(None);
    }
    let Some(clinic) = store.read(|conn| store::clinics::find(conn, id))? else { return Ok(None) };
    let mut terminals = terminals::list(store, Some(id), cx.now)?;
    terminals.retain(|listed| listed.terminal.is_known(cx.now));
    Ok(Some(Terminals { clinic, terminals }))
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

pub enum TerminalOrder {
    Add { clinic: ClinicId, name: String, kind: TerminalKind },
    Revoke(TerminalId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TerminalRefusal {
    /// No such PC, or a clinic that is not theirs.
    NotFound,
    TooWeak(TooWeak),
    BadName,
}

/// What was added, if anything was. Who orders is asked anew in the write.
pub fn change_terminals(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    order: TerminalOrder,
) -> Result<Verdict<Option<Added>, TerminalRefusal>, Fault> {
    let (cx, by, who) = (cx.clone(), cx.by(actor(&who.user)), who.clone());
    store.write(move |tx| {
        let Some(who) = still_there(tx, &who, &[], &cx)? else { return Ok(Err(TerminalRefusal::NotFound)) };
        let own = store::passkeys::list_for_user(tx, &who.user.id)?;
        let may = |clinic: &ClinicId| {
            if !who.membership.may_at(Permission::ManageTerminals, clinic) {
                return Err(TerminalRefusal::NotFound);
            }
            may_administer(&who.session, &own, cx.now).map_err(TerminalRefusal::TooWeak)
        };
        let done = match order {
            TerminalOrder::Add { clinic, name, kind } => {
                if let Err(refusal) = may(&clinic) {
                    return Ok(Err(refusal));
                }
                match terminals::draft(&by, clinic, &name, kind) {
                    Ok(terminal) => terminals::insert(tx, &by, terminal, by.random.secret())?.map(Some),
                    Err(refusal) => Err(refusal),
                }
            }
            TerminalOrder::Revoke(id) => {
                let Some(terminal) = store::terminals::find(tx, &id)? else {
                    return Ok(Err(TerminalRefusal::NotFound));
                };
                if let Err(refusal) = may(&terminal.clinic_id) {
                    return Ok(Err(refusal));
                }
                terminals::end(tx, &by, terminal)?.map(|_| None)
            }
        };
        Ok(done.map_err(|refusal| match refusal {
            Refusal::BadText { .. } => TerminalRefusal::BadName,
            _ => TerminalRefusal::NotFound,
        }))
    })
}
