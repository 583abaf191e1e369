//! Why somebody cannot sign in: how their account stands, and what the trail says of their last tries.
//!
//! A try that failed names no clinic where its person works for several: each of them then reads that it was, and why, but not
//! from where, since that may be where else they work. Of what was at another clinic none of them reads.

mod account;

pub use account::{Account, Obstacle};

use super::Member;
use crate::{
    domain::{
        AuditEvent, AuditKind, Cause, ClientId, ClinicId, Email, Fallback, Fault, MembershipId, Outcome, PasskeyId,
        Permission, SignedIn, UnixTime, Verdict, reference,
    },
    flows::{
        Cx,
        admin::{By, Refusal, users},
    },
    keys::Keys,
    store::{self, Conn, Store, StoreError},
};
use account::Bounds;

/// As far back as one looks.
const LATELY: i64 = 100;
/// Tries that are told.
const TOLD: usize = 5;

#[derive(Clone, Debug)]
pub struct Why {
    /// What keeps them out now, the greatest first.
    pub obstacles: Vec<Obstacle>,
    /// Newest first.
    pub tries: Vec<Try>,
    /// When they last came in, here.
    pub came_in: Option<UnixTime>,
}

impl Why {
    /// They have been in since the last try that failed.
    pub fn is_over(&self) -> bool {
        self.tries.first().zip(self.came_in).is_some_and(|(last, came_in)| came_in > last.at)
    }
}

/// One that failed.
#[derive(Clone, Debug)]
pub struct Try {
    /// Of its event.
    pub id: String,
    pub at: UnixTime,
    pub kind: AuditKind,
    pub cause: Cause,
    /// What the trail calls it.
    pub reason: Option<String>,
    pub passkey: Option<(PasskeyId, String)>,
    pub application: Option<(ClientId, String)>,
    /// Address and browser, where they are this reader's to know.
    pub from: Option<(String, String)>,
    /// What the screen showed.
    pub incident: Option<String>,
    /// What an administrator may do about it, where it keeps them out still.
    pub mend: Option<Permission>,
}

/// `None`: whom somebody may not see is not there.
pub fn why(store: &Store, cx: &Cx, who: &SignedIn, id: &MembershipId) -> Result<Option<Why>, Fault> {
    store.read(|conn| {
        let Some(member) = Member::find(conn, &who.membership, id)? else { return Ok(None) };
        let account = Account::read(conn, &cx.keys, member.user.clone(), cx.now)?;
        let mut why = account.why(conn, Bounds::Clinic(&member.clinic.id), cx.now)?;
        let offered = |mend: &mut Option<Permission>| *mend = mend.filter(|mend| member.lets(who, *mend));
        why.obstacles.iter_mut().for_each(|obstacle| offered(&mut obstacle.mend));
        why.tries.iter_mut().for_each(|failed| offered(&mut failed.mend));
        Ok(Some(why))
    })
}

/// At the server itself, where everything is seen.
pub fn why_everywhere(
    store: &Store,
    by: &By,
    keys: &Keys,
    address: &str,
) -> Result<Verdict<(Account, Why), Refusal>, Fault> {
    let email: Email = match users::email(address) {
        Ok(email) => email,
        Err(refusal) => return Ok(Err(refusal)),
    };
    store.read(|conn| {
        let Some(user) = store::users::find_by_email(conn, &email)? else {
            return Ok(Err(Refusal::UnknownUser { email: email.as_str().to_owned() }));
        };
        let account = Account::read(conn, keys, user, by.now)?;
        let why = account.why(conn, Bounds::Everywhere, by.now)?;
        Ok(Ok((account, why)))
    })
}

impl Account {
    fn why(&self, conn: &mut Conn, bounds: Bounds<'_>, now: UnixTime) -> Result<Why, StoreError> {
        let kinds = [Cause::KINDS, &[AuditKind::SessionStarted]].concat();
        let events = store::audit_events::list_for_subject(conn, &self.user.id, &kinds, None, LATELY)?;
        let (mut tries, mut came_in) = (Vec::new(), None);
        for event in events.into_iter().filter(|event| self.is_within(event, &bounds, now)) {
            if event.kind == AuditKind::SessionStarted {
                came_in = came_in.max(Some(event.at));
            } else if event.outcome != Outcome::Success && tries.len() < TOLD {
                tries.extend(self.failed(conn, event, &bounds, now)?);
            }
        }
        let mut obstacles = self.obstacles(&bounds, now);
        for obstacle in &mut obstacles {
            obstacle.mend = self.mend(obstacle.cause, obstacle.passkey.as_ref(), &bounds, now);
        }
        Ok(Why { obstacles, tries, came_in })
    }

    /// What names no clinic is everybody's business who looks after the person, as long as they work there, or nowhere.
    fn is_within(&self, event: &AuditEvent, bounds: &Bounds<'_>, now: UnixTime) -> bool {
        match (bounds, &event.clinic_id) {
            (Bounds::Everywhere, _) => true,
            (Bounds::Clinic(here), Some(clinic)) => *here == clinic,
            (Bounds::Clinic(here), None) => {
                let alive = |clinic: Option<&ClinicId>| self.works(clinic, now);
                event.kind != AuditKind::SessionStarted && (alive(Some(*here)) || !alive(None))
            }
        }
    }

    fn failed(
        &self,
        conn: &mut Conn,
        event: AuditEvent,
        bounds: &Bounds<'_>,
        now: UnixTime,
    ) -> Result<Option<Try>, StoreError> {
        let Some(cause) = Cause::of(&event) else { return Ok(None) };
        let client = match &event.client_id {
            Some(id) => store::clients::find(conn, id)?,
            None => None,
        };
        let ours = |clinic: &ClinicId| bounds.clinic().is_none_or(|here| here == clinic);
        let client = client.filter(|client| client.clinic_id.as_ref().is_none_or(ours));
        let named = event.clinic_id.is_some() || bounds.clinic().is_none() || self.memberships.len() == 1;
        let used = event.credential_ref.as_ref();
        let used = used.and_then(|used| self.passkeys.iter().find(|it| reference(&it.credential_id) == **used));
        let cause = self.as_here(cause, bounds, now);
        Ok(Some(Try {
            mend: self.mend(cause, used.map(|passkey| &passkey.id), bounds, now),
            cause,
            reason: event.reason,
            kind: event.kind,
            at: event.at,
            id: event.id,
            passkey: used.map(|passkey| (passkey.id.clone(), passkey.name.clone())),
            application: client.map(|client| (client.id, client.name)),
            from: named.then_some((event.request.ip, event.request.user_agent)),
            incident: event.incident,
        }))
    }

    /// What another clinic forbids is no word about this one; and of a time that is over it is known how.
    fn as_here(&self, cause: Cause, bounds: &Bounds<'_>, now: UnixTime) -> Cause {
        let here = bounds.clinic().and_then(|here| self.memberships.iter().find(|(_, clinic)| clinic.id == *here));
        match (cause, here) {
            (Cause::PasswordDenied, Some((_, clinic))) if clinic.password_fallback.in_force(now) != Fallback::Deny => {
                Cause::Other
            }
            (Cause::NoMembership, Some((membership, _))) if membership.suspended_at.is_some() => {
                Cause::MembershipSuspended
            }
            (Cause::NoMembership, Some((membership, _))) if membership.has_ended(now) => Cause::MembershipEnded,
            (cause, _) => cause,
        }
    }
}
