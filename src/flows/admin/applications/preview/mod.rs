//! A sign-in that does not happen: whether somebody would get into an application, what keeps them out, and what it would be told
//! of them. All of it is judged and made by the code that judges and makes the real one; nothing is signed, and nothing kept
//! but that somebody looked.

mod person;

use std::time::Duration;

use serde_json::{Map, Value, json};

use self::person::Found;
use super::sees;
use crate::{
    domain::{
        Acr, AuditEvent, AuditKind, Authentication, Barrier, Client, ClientId, ClientType, Clinic, Fault, Membership,
        Outcome, Permission, SessionId, SignedIn, TerminalKind, UnixTime, User, Verdict,
    },
    flows::{
        Cx,
        admin::{By, Refusal, clients, members::still_there},
    },
    protocol::{
        claims::{self, Told},
        id_token,
    },
    store::{self, Store},
};

/// Who would sign ID tokens, and for how long they would be good.
pub struct Site<'a> {
    pub issuer: &'a str,
    pub id_token: Duration,
}

pub struct Preview {
    pub client: Client,
    pub user: User,
    pub membership: Membership,
    pub clinic: Clinic,
    /// Why this person does not get in however they sign in, as the trail would name it.
    pub kept_out: Option<&'static str>,
    /// What they can sign in with, strongest first, and what it lacks.
    pub ways: Vec<(Acr, Option<Barrier>)>,
    /// From where, and whether that does.
    pub terminals: Vec<(TerminalKind, Option<Barrier>)>,
    /// They would be asked before it hears of them.
    pub asks: bool,
    /// `sid` and the times are others at each sign-in; so are `nonce` and `at_hash`, which are not here.
    pub id_token: Value,
    /// For all that the application may ask for.
    pub userinfo: Value,
}

impl Preview {
    /// In some way, from somewhere.
    pub fn enters(&self) -> bool {
        self.kept_out.is_none()
            && self.ways.iter().any(|(_, barrier)| barrier.is_none())
            && self.terminals.iter().any(|(_, barrier)| barrier.is_none())
    }

    pub fn to_json(&self) -> Value {
        let lacks = |barrier: &Option<Barrier>| json!(barrier.map(Barrier::as_str));
        let ways: Map<_, _> = self.ways.iter().map(|(acr, lack)| (acr.as_str().to_owned(), lacks(lack))).collect();
        let terminals: Map<_, _> =
            self.terminals.iter().map(|(kind, lack)| (kind.as_str().to_owned(), lacks(lack))).collect();
        json!({
            "client_id": self.client.id.as_str(),
            "email": self.user.email.as_str(),
            "clinic_id": self.clinic.id.as_str(),
            "enters": self.enters(),
            "kept_out": self.kept_out,
            "ways": ways,
            "terminals": terminals,
            "asks_for_consent": self.asks,
            "id_token": self.id_token,
            "userinfo": self.userinfo,
        })
    }

    fn told(&self, event: AuditEvent) -> AuditEvent {
        let event = event.subject(&self.user.id).client(&self.client.id).clinic(&self.clinic.id);
        event.detail(json!({ "enters": self.enters() }))
    }

    fn of(client: Client, found: Found, site: &Site<'_>, (session, now): (SessionId, UnixTime)) -> Result<Self, Fault> {
        let ways: Vec<_> = found.ways.iter().map(|acr| (acr.clone(), client.demands.unmet_by(acr.acr))).collect();
        let taken = ways.iter().find(|(_, barrier)| barrier.is_none()).or_else(|| ways.first());
        let authentication = taken.map_or_else(|| Authentication::by_access_code(false, now), |(way, _)| way.clone());
        let Found { about, membership, clinic, .. } = found;
        let terminal = |kind| (kind, (!client.demands.takes_terminal(kind)).then_some(Barrier::Terminal));
        let terminals = TerminalKind::ALL.iter().copied().map(terminal).collect();
        let kept_out = kept_out(&client, &about.user, &membership, now);
        let told = Told { about: &about, names: &client.claim_names };
        let userinfo = claims::userinfo(told, &client.scopes, &[]);
        let user = about.user;
        let id_token = id_token::claims(id_token::About {
            issuer: site.issuer,
            client: &client.id,
            subject: &user.id,
            session: &session,
            authentication: &authentication,
            nonce: None,
            requested: Map::new(),
            now,
            lifetime: client.lifetimes.id_token(site.id_token),
        });
        let id_token = id_token.map_err(|error| Fault::internal("issuer", error))?;
        let id_token =
            serde_json::to_value(id_token).map_err(|error| Fault::internal("an ID token's claims", error))?;
        let ways = ways.into_iter().map(|(way, barrier)| (way.acr, barrier)).collect();
        let asks = !client.first_party;
        Ok(Self { client, user, membership, clinic, kept_out, ways, terminals, asks, id_token, userinfo })
    }
}

fn kept_out(client: &Client, user: &User, membership: &Membership, now: UnixTime) -> Option<&'static str> {
    // Terminals are said one by one.
    let barrier = || client.keeps_out(membership, TerminalKind::Personal).filter(|it| *it != Barrier::Terminal);
    if !client.is_enabled() {
        Some("client_disabled")
    } else if !user.is_active() {
        Some("account_disabled")
    } else if membership.suspended_at.is_some() {
        Some("membership_suspended")
    } else if membership.has_ended(now) {
        Some("membership_ended")
    } else {
        barrier().map(Barrier::as_str)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewRefusal {
    /// No such application, or none that they may see.
    NoClient,
    /// Nobody of this address, or nobody whom they may see.
    Nobody,
}

/// For whoever looks after a clinic. `email`: as typed.
pub fn preview(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    id: &ClientId,
    email: &str,
) -> Result<Verdict<Preview, PreviewRefusal>, Fault> {
    let shown = |client: &Client| !client.is_gone(cx.now) && has_people(client) && sees(who, client);
    let found = store.read(|conn| {
        let Some(client) = store::clients::find(conn, id)?.filter(shown) else {
            return Ok(Err(PreviewRefusal::NoClient));
        };
        let wanted = [client.clinic_id.as_ref(), Some(&who.clinic.id)];
        let seen =
            |membership: &Membership, elsewhere| who.membership.may_to(Permission::SeePeople, membership, elsewhere);
        let found = Found::read(conn, email, &client.scopes, &wanted, seen, cx.now)?;
        Ok(found.map(|found| (client, found)).ok_or(PreviewRefusal::Nobody))
    })?;
    let (client, found) = match found {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let site = Site { issuer: &cx.site.issuer, id_token: cx.site.id_token };
    let preview = Preview::of(client, found, &site, (SessionId::new(cx.random.id(cx.now)), cx.now))?;
    let event = preview.told(cx.event_in(AuditKind::ClientPreviewed, Outcome::Success, who));
    let (cx, who) = (cx.clone(), who.clone());
    // What cannot be recorded is not shown.
    let recorded = store.write(move |tx| {
        let still = still_there(tx, &who, &[], &cx)?;
        let may = |still: &SignedIn| {
            [Permission::SeeApplications, Permission::SeePeople].iter().all(|it| still.membership.may(*it))
        };
        if !still.as_ref().is_some_and(may) {
            return Ok(false);
        }
        store::audit_events::insert(tx, &event)?;
        Ok(true)
    })?;
    Ok(if recorded { Ok(preview) } else { Err(PreviewRefusal::NoClient) })
}

/// At the server's own command line, where everybody is seen.
pub fn preview_at_server(
    store: &Store,
    by: &By,
    site: &Site<'_>,
    id: &ClientId,
    email: &str,
) -> Result<Verdict<Preview, Refusal>, Fault> {
    let client = match clients::find(store, id, by.now)? {
        Ok(client) if has_people(&client) => client,
        Ok(_) => return Ok(Err(Refusal::NoPeople)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    let found = store
        .read(|conn| Found::read(conn, email, &client.scopes, &[client.clinic_id.as_ref()], |_, _| true, by.now))?;
    let Some(found) = found else { return Ok(Err(Refusal::UnknownUser { email: email.to_owned() })) };
    let preview = Preview::of(client, found, site, (SessionId::new(by.random.id(by.now)), by.now))?;
    let event = preview.told(by.event(AuditKind::ClientPreviewed));
    store.write(move |tx| store::audit_events::insert(tx, &event))?;
    Ok(Ok(preview))
}

fn has_people(client: &Client) -> bool {
    client.kind != ClientType::Machine
}
