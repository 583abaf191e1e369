//! A clinic's applications, for those who look after them: what is registered, one more, and what is changed about one.
//!
//! Those of one clinic are its administrators' own. Those that every clinic shares they see, since their people use them;
//! who changes one changes it for everybody.

mod preview;
mod template;

pub use preview::{Preview, PreviewRefusal, Site, preview, preview_at_server};
pub use template::{TEMPLATES, Template};

use serde_json::json;

use super::{
    By, PAGE, Refusal,
    clients::{self, Change, Draft, Registered},
    cut_to_page,
    members::{is_strong_enough, still_there},
};
use crate::{
    domain::{
        AuditEvent, AuditKind, Client, ClientId, Clinic, ClinicId, Fault, Outcome, Permission, SignedIn, TooWeak,
        UnixTime, Verdict, folded,
    },
    flows::{Cx, cx::actor},
    store::{self, Store, StoreError, Tx},
};

pub struct Applications {
    /// By name.
    pub clients: Vec<Client>,
    /// The last of this page, if others come after.
    pub more_after: Option<ClientId>,
}

/// `typed`: part of a name.
pub fn list(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    typed: &str,
    after: Option<&ClientId>,
) -> Result<Applications, Fault> {
    let everybody = who.membership.may_for(Permission::SeeApplications, None);
    let page = store::clients::Page {
        clinic: (!everybody).then_some(&who.clinic.id),
        named: &folded(typed),
        removed_since: cx.now.minus(Client::COMES_BACK_FOR),
        after,
        limit: PAGE + 1,
    };
    let mut clients = store.read(|conn| store::clients::list_page(conn, &page))?;
    let more = cut_to_page(&mut clients);
    let more_after = clients.last().filter(|_| more).map(|client| client.id.clone());
    Ok(Applications { clients, more_after })
}

/// With the clinic whose own it is. `None`: there is none that they may see.
pub fn find(store: &Store, cx: &Cx, who: &SignedIn, id: &ClientId) -> Result<Option<(Client, Option<Clinic>)>, Fault> {
    store.read(|conn| {
        let found = store::clients::find(conn, id)?.filter(|client| !client.is_gone(cx.now) && sees(who, client));
        let Some(client) = found else { return Ok(None) };
        let clinic = match &client.clinic_id {
            Some(id) => store::clinics::find(conn, id)?,
            None => None,
        };
        Ok(Some((client, clinic)))
    })
}

fn sees(who: &SignedIn, client: &Client) -> bool {
    client.clinic_id.is_none() || who.membership.may_for(Permission::SeeApplications, client.clinic_id.as_ref())
}

pub fn may_change(who: &SignedIn, client: &Client) -> bool {
    who.membership.may_for(Permission::ManageApplications, client.clinic_id.as_ref())
}

/// To this clinic; to all where the text is empty.
fn may_give(who: &SignedIn, clinic: &str) -> bool {
    let clinic = (!clinic.is_empty()).then(|| ClinicId::new(clinic));
    who.membership.may_for(Permission::ManageApplications, clinic.as_ref())
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApplicationRefusal {
    /// No such application, or one that is not theirs.
    NotFound,
    TooWeak(TooWeak),
    Refused(Refusal),
}

type Done = Verdict<Registered, ApplicationRefusal>;

/// One more, of a clinic or of all, as the draft says.
pub fn register(store: &Store, cx: &Cx, who: &SignedIn, draft: Draft) -> Result<Done, Fault> {
    let (cx, by, who) = (cx.clone(), by(cx, who), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !may_give(&who, draft.clinic.as_deref().unwrap_or_default()) {
            return out_of_reach(tx, &by, &who, None);
        }
        let made = clients::insert(tx, &by, &draft, &cx.site.signing.algorithms)?;
        Ok(made.map_err(ApplicationRefusal::Refused))
    })
}

/// `seen`: when it was last changed, as whoever asks has seen it. What somebody else did meanwhile, or oneself by pressing
/// twice, is not written over.
pub fn change(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    (id, seen): (ClientId, UnixTime),
    change: Change,
) -> Result<Done, Fault> {
    let (cx, by, who) = (cx.clone(), by(cx, who), who.clone());
    store.write(move |tx| {
        let who = match may_act(tx, &cx, &who)? {
            Ok(who) => who,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(before) = clients::held(tx, &id, cx.now)? else { return Ok(Err(ApplicationRefusal::NotFound)) };
        let given = match &change {
            Change::Fields(draft) => draft.clinic.as_deref(),
            _ => None,
        };
        if !may_change(&who, &before) || !given.is_none_or(|clinic| may_give(&who, clinic)) {
            return out_of_reach(tx, &by, &who, Some(&before));
        }
        if before.updated_at != seen {
            return Ok(Err(ApplicationRefusal::Refused(Refusal::Changed)));
        }
        let done = clients::update(tx, &by, &before, &change, &cx.site.signing.algorithms)?;
        Ok(done.map_err(ApplicationRefusal::Refused))
    })
}

fn by(cx: &Cx, who: &SignedIn) -> By {
    By { session: Some(who.session.id.clone()), ..cx.by(actor(&who.user)) }
}

/// Somebody reached for what no page offers them. They are told no more than of what is not there.
fn out_of_reach(tx: &mut Tx<'_>, by: &By, who: &SignedIn, client: Option<&Client>) -> Result<Done, StoreError> {
    let event = AuditEvent { outcome: Outcome::Denied, ..by.event(AuditKind::AccessDenied) };
    let event = event.clinic(&who.clinic.id).reason("out_of_reach");
    let event = event.detail(json!({ "permission": Permission::ManageApplications.as_str() }));
    let event = match client {
        Some(client) => event.client(&client.id),
        None => event,
    };
    store::audit_events::insert(tx, &event)?;
    Ok(Err(ApplicationRefusal::NotFound))
}

/// Whoever asks, as they are now and stay until the write ends.
fn may_act(tx: &mut Tx<'_>, cx: &Cx, who: &SignedIn) -> Result<Verdict<SignedIn, ApplicationRefusal>, StoreError> {
    let who = still_there(tx, who, &[], cx)?.filter(|who| who.membership.may(Permission::ManageApplications));
    let Some(who) = who else { return Ok(Err(ApplicationRefusal::NotFound)) };
    Ok(match is_strong_enough(tx, cx, &who)? {
        Ok(()) => Ok(who),
        Err(weak) => Err(ApplicationRefusal::TooWeak(weak)),
    })
}
