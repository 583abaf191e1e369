//! What the audit trail says of oneself: sign-ins and changes, and how each passkey was used. 「これは自分ではありません」 ends
//! what may be in other hands.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    domain::{
        Actor, AuditEvent, AuditKind, Client, ClientId, Fault, Happened, Outcome, Passkey, PasskeyId, SignedIn,
        UnixTime, UserId,
    },
    flows::{
        Cx,
        account::sessions::{self, Others},
        outbox,
        sign_in::session,
    },
    store::{self, Conn, Store, StoreError},
};

/// Entries of one page.
const PAGE: i64 = 20;
/// Uses of one passkey that are shown.
const USES: i64 = 100;

/// All else is the applications' and the house's own business.
pub const SHOWN: &[AuditKind] = &[
    AuditKind::AuthPasskey,
    AuditKind::AuthPassword,
    AuditKind::AuthPasswordAccepted,
    AuditKind::AuthSecondFactor,
    AuditKind::AuthAccessCode,
    AuditKind::SessionEnded,
    AuditKind::SessionRevoked,
    AuditKind::PasskeyRegistered,
    AuditKind::PasskeyRenamed,
    AuditKind::PasskeyDisabled,
    AuditKind::PasskeyEnabled,
    AuditKind::PasskeyDeleted,
    AuditKind::PasswordChanged,
    AuditKind::SecondFactorAdded,
    AuditKind::SecondFactorRemoved,
    AuditKind::RecoveryCodesMade,
    AuditKind::RecoveryCodeUsed,
    AuditKind::AccountLocked,
    AuditKind::AccountUnlocked,
    AuditKind::AccountCreated,
    AuditKind::AccountChanged,
    AuditKind::AccountDisabled,
    AuditKind::AccountEnabled,
    AuditKind::AccountReinviteAsked,
    AuditKind::AccountReinvited,
    AuditKind::RoleChanged,
    AuditKind::MembershipSuspended,
    AuditKind::MembershipResumed,
    AuditKind::MembershipEndSet,
    AuditKind::MembershipEnded,
    AuditKind::InvitationCreated,
    AuditKind::InvitationUsed,
    AuditKind::InvitationRevoked,
    AuditKind::AccessCodeAsked,
    AuditKind::AccessCodeIssued,
    AuditKind::AccessCodeWithdrawn,
    AuditKind::ConsentGiven,
    AuditKind::ConsentWithdrawn,
    AuditKind::ActivityDisowned,
];

#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub id: String,
    pub at: UnixTime,
    /// The kind of event, as the catalogue knows it.
    pub what: &'static str,
    /// It was tried, and refused: sign-ins alone are told of then.
    pub failed: bool,
    /// Of the passkey that it was about, as it was called then.
    pub passkey: Option<String>,
    pub application: Option<String>,
    pub address: String,
    pub user_agent: String,
    /// Why, as an administrator gave it.
    pub reason: Option<String>,
    /// Somebody else did it, with a right to; otherwise it was done in the person's own name.
    pub by: Option<Author>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum Author {
    Person(String),
    /// At the server itself.
    Administrator,
    /// Genkan, by its own rules.
    System,
}

impl Author {
    fn of(actor: Actor, of: &UserId) -> Option<Self> {
        match actor {
            Actor::User { id, name } => (id != *of).then_some(Self::Person(name)),
            Actor::CommandLine => Some(Self::Administrator),
            Actor::System | Actor::Client(_) => Some(Self::System),
            Actor::Nobody => None,
        }
    }
}

/// Applications by their names of today.
struct Names(HashMap<ClientId, String>);

impl Names {
    fn read(conn: &mut Conn) -> Result<Self, StoreError> {
        Ok(Self::of(&store::clients::list(conn)?))
    }

    fn of(clients: &[Client]) -> Self {
        Self(clients.iter().map(|client| (client.id.clone(), client.name.clone())).collect())
    }

    fn entry(&self, event: AuditEvent, of: &UserId) -> Entry {
        let detail = |name: &str| event.detail.as_ref().and_then(|detail| detail.get(name)).and_then(Value::as_str);
        let by = match (event.kind, event.reason.as_deref()) {
            // Who came next at a machine is told to nobody.
            (AuditKind::SessionEnded, Some("replaced")) => Some(Author::System),
            _ => Author::of(event.actor, of),
        };
        Entry {
            by,
            what: event.kind.as_str(),
            failed: event.outcome != Outcome::Success,
            passkey: detail("passkey").and_then(|_| detail("name")).map(str::to_owned),
            reason: detail("admin_reason").map(str::to_owned),
            application: event.client_id.and_then(|id| self.0.get(&id).cloned()),
            id: event.id,
            at: event.at,
            address: event.request.ip,
            user_agent: event.request.user_agent,
        }
    }
}

pub struct History {
    pub entries: Vec<Entry>,
    /// Where the next page begins.
    pub older: Option<String>,
}

/// Newest first; `before`: the id of an entry, whosever it is.
pub fn list(store: &Store, who: &SignedIn, before: Option<&str>) -> Result<History, Fault> {
    let (events, names) = store.read(|conn| {
        let events = store::audit_events::list_for_subject(conn, &who.user.id, SHOWN, before, PAGE + 1)?;
        Ok((events, Names::read(conn)?))
    })?;
    let mut entries: Vec<_> = events.into_iter().map(|event| names.entry(event, &who.user.id)).collect();
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = entries.len() > page;
    entries.truncate(page);
    let older = entries.last().filter(|_| more).map(|entry| entry.id.clone());
    Ok(History { entries, older })
}

/// How somebody's account has fared since they were here before.
#[derive(Default)]
pub struct News {
    /// The sign-in before this one.
    pub last: Option<Entry>,
    /// What has been changed since it began, newest first; not what they have changed in this very session.
    pub changes: Vec<Entry>,
}

/// Changes that lead somewhere, in whosever hands.
const NEWS: &[AuditKind] = &[
    AuditKind::PasskeyRegistered,
    AuditKind::PasskeyDisabled,
    AuditKind::PasskeyEnabled,
    AuditKind::PasskeyDeleted,
    AuditKind::PasswordChanged,
    AuditKind::SecondFactorAdded,
    AuditKind::SecondFactorRemoved,
    AuditKind::RecoveryCodesMade,
    AuditKind::RecoveryCodeUsed,
    AuditKind::AccountLocked,
    AuditKind::AccountUnlocked,
    AuditKind::AccountChanged,
    AuditKind::AccountReinvited,
    AuditKind::RoleChanged,
    AuditKind::MembershipSuspended,
    AuditKind::MembershipResumed,
    AuditKind::MembershipEndSet,
    AuditKind::InvitationCreated,
    AuditKind::AccessCodeIssued,
    AuditKind::AuthAccessCode,
];

/// More are found in the history itself.
const NEWS_SHOWN: usize = 5;
/// Among how many this sign-in, the one before, and what was changed since are looked for.
const RECENT: i64 = 50;

/// `clients`: all of them.
pub fn news(conn: &mut Conn, who: &SignedIn, clients: &[Client]) -> Result<News, StoreError> {
    let user = &who.user.id;
    let own = |event: &AuditEvent| event.is_of(&who.session.id);
    let recent = store::audit_events::list_for_subject(conn, user, &[AuditKind::SessionStarted], None, RECENT)?;
    // Whoever follows the link of an invitation has not signed in by it.
    let signs_in = |event: &AuditEvent| !event.amr.is_empty();
    let before = recent.into_iter().skip_while(|event| !own(event)).find(|event| !own(event) && signs_in(event));
    let Some(last) = before else { return Ok(News::default()) };
    let changes = store::audit_events::list_for_subject(conn, user, NEWS, None, RECENT)?;
    let names = Names::of(clients);
    // What was tried and refused changed nothing.
    let new = |event: &AuditEvent| event.id > last.id && event.outcome == Outcome::Success && !own(event);
    let changes = changes.into_iter().filter(new).take(NEWS_SHOWN).map(|event| names.entry(event, user)).collect();
    Ok(News { changes, last: Some(names.entry(last, user)) })
}

pub struct Uses {
    pub passkey: Passkey,
    pub entries: Vec<Entry>,
}

/// Somebody else's passkey is not found.
pub fn uses(store: &Store, who: &SignedIn, id: &PasskeyId) -> Result<Option<Uses>, Fault> {
    store.read(|conn| {
        let found = store::passkeys::find(conn, id)?;
        let Some(passkey) = found.filter(|passkey| passkey.user_id == who.user.id) else { return Ok(None) };
        let events = store::audit_events::list_uses(conn, &passkey.credential_id, USES)?;
        let names = Names::read(conn)?;
        let entries = events.into_iter().map(|event| names.entry(event, &who.user.id)).collect();
        Ok(Some(Uses { passkey, entries }))
    })
}

/// The application that each passkey last signed in for.
pub fn last_applications(conn: &mut Conn, passkeys: &[Passkey]) -> Result<Vec<Option<String>>, StoreError> {
    let names = Names::read(conn)?;
    let mut found = Vec::new();
    for passkey in passkeys {
        let client = store::audit_events::last_application(conn, &passkey.credential_id)?;
        found.push(client.and_then(|id| names.0.get(&id).cloned()));
    }
    Ok(found)
}

pub struct Suspect {
    pub entry: Entry,
    /// It was done in the session that asks.
    pub this_session: bool,
}

/// What one may say not to have done: of one's own history, and in one's own name.
pub fn suspect(store: &Store, who: &SignedIn, id: &str) -> Result<Option<Suspect>, Fault> {
    let found = store.read(|conn| {
        let Some(event) = store::audit_events::find(conn, id)? else { return Ok(None) };
        Ok(Some((event, Names::read(conn)?)))
    })?;
    Ok(found.and_then(|(event, names)| {
        let own = event.subject.as_ref() == Some(&who.user.id) && SHOWN.contains(&event.kind);
        let this_session = event.is_of(&who.session.id);
        let entry = names.entry(event, &who.user.id);
        (own && entry.by.is_none()).then_some(Suspect { entry, this_session })
    }))
}

/// Ends every other session, and this one too if it was done here, with all that was given there, whether or not it
/// outlives its session. Gives what was suspected.
pub fn disown(store: &Store, cx: &Cx, who: &SignedIn, id: &str) -> Result<Option<Suspect>, Fault> {
    let Some(suspect) = suspect(store, who, id)? else { return Ok(None) };
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        // Whoever is signing in at this moment has come in before, or comes after.
        store::users::still_active(tx, &who.user.id)?;
        let Others { sessions: mut ended, access_codes } =
            sessions::end_all_but(tx, &cx, &who.session, "disowned", &who.user)?;
        if suspect.this_session && session::end(tx, &cx, &who.session, "disowned", &who.user)? {
            ended += 1;
        }
        let kept = (!suspect.this_session).then_some(&who.session.id);
        let revoked = store::grants::revoke_for_user(tx, &who.user.id, kept, cx.now)?;
        if ended > 0 {
            let happened = if suspect.this_session { Happened::AllSessionsEnded } else { Happened::OtherSessionsEnded };
            outbox::queue(tx, &cx, happened, &who.user.id, &who.clinic.id, None)?;
        }
        let detail = json!({
            "event": suspect.entry.id,
            "kind": suspect.entry.what,
            "sessions_ended": ended,
            "grants_revoked": revoked,
            "access_codes_withdrawn": access_codes,
        });
        let event = cx.event_in(AuditKind::ActivityDisowned, Outcome::Success, &who).detail(detail);
        store::audit_events::insert(tx, &event)?;
        Ok(Some(suspect))
    })
}
