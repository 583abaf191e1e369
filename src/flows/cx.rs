//! What a flow is given besides the store and its input: the moment, randomness, our own address, keys and passkeys.

use std::{sync::Arc, time::Duration};

use crate::{
    domain::{Actor, AuditEvent, AuditKind, Grant, Outcome, RequestInfo, SignedIn, UnixTime, User},
    fetch::Fetcher,
    flows::{admin::By, backup, clients::Clients, outbox::Mailer, sign_in::address::Addresses, signing_keys},
    keys::{KeyRing, Keys, PasswordHasher},
    passkeys::Passkeys,
    random::Random,
};

/// Where we are.
#[derive(Clone, Debug)]
pub struct Site {
    /// One fixed origin without a path and without a trailing slash.
    pub issuer: String,
    /// The issuer's host.
    pub rp_id: String,
    /// How long an access token is good.
    pub access_token: Duration,
    /// `exp` of ID tokens.
    pub id_token: Duration,
    /// How long a grant gives refresh tokens, however often they are used.
    pub refresh_token: Duration,
    /// What a new clinic begins with.
    pub session_idle: Duration,
    pub session_absolute: Duration,
    /// Names this process among the nodes of one store.
    pub node: String,
    pub signing: signing_keys::Plan,
    pub backup: backup::Plan,
}

#[derive(Clone)]
pub struct Cx {
    pub now: UnixTime,
    pub random: Random,
    pub site: Arc<Site>,
    pub keys: Keys,
    pub ring: KeyRing,
    pub passkeys: Arc<Passkeys>,
    pub hasher: Arc<PasswordHasher>,
    pub addresses: Arc<Addresses>,
    pub clients: Arc<Clients>,
    pub fetcher: Arc<Fetcher>,
    /// Where mail is sent.
    pub mailer: Option<Arc<Mailer>>,
    pub request: RequestInfo,
}

impl Cx {
    pub fn event(&self, kind: AuditKind, outcome: Outcome, actor: Actor) -> AuditEvent {
        AuditEvent::new(self.random.id(self.now), self.now, kind, outcome, actor, self.request.clone())
    }

    /// On behalf of nobody: it was time.
    pub fn by_timer(&self) -> By {
        self.by(Actor::System)
    }

    pub fn by(&self, actor: Actor) -> By {
        let (request, tells) = (self.request.clone(), self.mailer.is_some());
        By { actor, now: self.now, random: self.random, request, tells, session: None }
    }

    /// An event about a person that they caused themselves.
    pub fn event_by(&self, kind: AuditKind, outcome: Outcome, user: &User) -> AuditEvent {
        self.event(kind, outcome, actor(user)).subject(&user.id)
    }

    /// An event that a signed-in person caused, with their clinic and session.
    pub fn event_in(&self, kind: AuditKind, outcome: Outcome, who: &SignedIn) -> AuditEvent {
        self.event_by(kind, outcome, &who.user).clinic(&who.clinic.id).session(&who.session.id)
    }

    /// An event about a grant that its application caused.
    pub fn event_of(&self, kind: AuditKind, outcome: Outcome, grant: &Grant) -> AuditEvent {
        self.event(kind, outcome, Actor::Client(grant.client_id.clone()))
            .subject(&grant.user_id)
            .client(&grant.client_id)
            .clinic(&grant.clinic_id)
            .session(&grant.session_id)
            .authentication(&grant.authentication)
    }
}

pub fn actor(user: &User) -> Actor {
    Actor::User { id: user.id.clone(), name: user.profile.name.clone() }
}
