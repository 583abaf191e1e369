//! Clinics, for those who sign in to look after one, or after all of them: the list, one of them, one more, and what is changed.

use serde_json::json;

use super::{Changed, Draft, begun, held, insert, preview, shut_out, update};
use crate::{
    domain::{
        AllowList, AttestationDemand, AuditEvent, AuditKind, Clinic, ClinicId, Fault, Outcome, Permission, SignedIn,
        TooWeak, UnixTime, User, Verdict, folded,
    },
    flows::{
        Cx,
        admin::{
            By, PAGE, Refusal, Staff, cut_to_page,
            members::{is_strong_enough, still_there},
        },
        cx::actor,
    },
    store::{self, Store, StoreResult, Tx},
};

pub struct Clinics {
    /// By name.
    pub clinics: Vec<Clinic>,
    /// The last of this page, if others come after.
    pub more_after: Option<ClinicId>,
}

/// `typed`: part of a name or code.
pub fn list_page(store: &Store, typed: &str, after: Option<&ClinicId>) -> Result<Clinics, Fault> {
    let mut clinics = store.read(|conn| store::clinics::list_page(conn, &folded(typed), after, PAGE + 1))?;
    let more = cut_to_page(&mut clinics);
    let more_after = clinics.last().filter(|_| more).map(|clinic| clinic.id.clone());
    Ok(Clinics { clinics, more_after })
}

pub struct Found {
    pub clinic: Clinic,
    /// Those of its people who look after it.
    pub administrators: Staff,
}

/// `None`: there is none that they may see.
pub fn find(store: &Store, who: &SignedIn, id: &ClinicId) -> Result<Option<Found>, Fault> {
    if !who.membership.may_at(Permission::SeeClinic, id) {
        return Ok(None);
    }
    Ok(super::show(store, id)?.ok().map(|(clinic, administrators)| Found { clinic, administrators }))
}

pub fn may_manage(who: &SignedIn, id: &ClinicId) -> bool {
    who.membership.may_at(Permission::ManageClinic, id)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClinicRefusal {
    /// No such clinic, or one that is not theirs.
    NotFound,
    TooWeak(TooWeak),
    Refused(Refusal),
}

/// One more, with the session limits of the configuration.
pub fn found(store: &Store, cx: &Cx, who: &SignedIn, draft: &Draft) -> Result<Verdict<Clinic, ClinicRefusal>, Fault> {
    let by = by(cx, who);
    let clinic = match begun(&by, draft, cx.site.session_idle, cx.site.session_absolute) {
        Ok(clinic) => clinic,
        Err(refusal) => return Ok(Err(ClinicRefusal::Refused(refusal))),
    };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| match may_act(tx, &cx, &who, Permission::AddClinic)? {
        Ok(_) => Ok(insert(tx, &by, clinic)?.map_err(ClinicRefusal::Refused)),
        Err(refusal) => Ok(Err(refusal)),
    })
}

/// `seen`: when it was last changed, as whoever asks has seen it: what somebody else did meanwhile is not written over.
pub fn change(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    (id, seen): (ClinicId, UnixTime),
    draft: Draft,
) -> Result<Verdict<Changed, ClinicRefusal>, Fault> {
    let by = by(cx, who);
    // Of whoever may not, the write says so.
    let looked = match fits(cx, who, &id, &draft) {
        _ if !may_manage(who, &id) => Ok(Vec::new()),
        Ok(()) => shut_out(store, &by, &id, &draft)?,
        Err(refusal) => Err(refusal),
    };
    let locked_out = match looked {
        Ok(locked_out) => locked_out,
        Err(refusal) => return Ok(Err(ClinicRefusal::Refused(refusal))),
    };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who, Permission::ManageClinic)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !may_manage(&who, &id) {
            return out_of_reach(tx, &by, &who);
        }
        let Some(before) = held(tx, &id)? else { return Ok(Err(ClinicRefusal::NotFound)) };
        if before.updated_at != seen {
            return Ok(Err(ClinicRefusal::Refused(Refusal::Changed)));
        }
        Ok(update(tx, &by, before, &draft, locked_out)?.map_err(ClinicRefusal::Refused))
    })
}

/// What the house, or where somebody sits, does not let them choose.
fn fits(cx: &Cx, who: &SignedIn, id: &ClinicId, draft: &Draft) -> Result<(), Refusal> {
    if draft.registration.attestation == Some(AttestationDemand::Verified) && !cx.passkeys.trusts_a_maker() {
        return Err(Refusal::RootsMissing);
    }
    let Some(addresses) = draft.admin_addresses.as_ref().filter(|_| *id == who.clinic.id) else { return Ok(()) };
    let list = AllowList::parse(addresses.iter().map(String::as_str)).map_err(|text| Refusal::BadAddress { text })?;
    if list.allows(&cx.request.ip) { Ok(()) } else { Err(Refusal::ShutsOutOneself { address: cx.request.ip.clone() }) }
}

/// Whom a change would shut out, for who may change it.
pub fn would(store: &Store, cx: &Cx, who: &SignedIn, id: &ClinicId, draft: &Draft) -> Result<Vec<User>, Fault> {
    if !may_manage(who, id) {
        return Ok(Vec::new());
    }
    Ok(preview(store, &by(cx, who), id, draft)?.map(|changed| changed.locked_out).unwrap_or_default())
}

/// Somebody came to the administration from where the clinic that they work for does not let anybody: the trail keeps it.
pub fn turned_away(store: &Store, cx: &Cx, who: &SignedIn) -> Result<(), Fault> {
    let event = cx.event_in(AuditKind::AccessDenied, Outcome::Denied, who).reason("admin_address");
    store.write(move |tx| store::audit_events::insert(tx, &event))
}

fn by(cx: &Cx, who: &SignedIn) -> By {
    By { session: Some(who.session.id.clone()), ..cx.by(actor(&who.user)) }
}

/// They are told no more than of what is not there.
fn out_of_reach<T>(tx: &mut Tx<'_>, by: &By, who: &SignedIn) -> StoreResult<Verdict<T, ClinicRefusal>> {
    let event = AuditEvent { outcome: Outcome::Denied, ..by.event(AuditKind::AccessDenied) };
    let detail = json!({ "permission": Permission::ManageClinic.as_str() });
    store::audit_events::insert(tx, &event.clinic(&who.clinic.id).reason("out_of_reach").detail(detail))?;
    Ok(Err(ClinicRefusal::NotFound))
}

/// Whoever asks, as they are now and stay until the write ends.
fn may_act(
    tx: &mut Tx<'_>,
    cx: &Cx,
    who: &SignedIn,
    permission: Permission,
) -> StoreResult<Verdict<SignedIn, ClinicRefusal>> {
    let who = still_there(tx, who, &[], cx)?.filter(|who| who.membership.may(permission));
    let Some(who) = who else { return Ok(Err(ClinicRefusal::NotFound)) };
    Ok(is_strong_enough(tx, cx, &who)?.map(|()| who).map_err(ClinicRefusal::TooWeak))
}
