//! Puts clinics, people and applications into the store. What is there stays as it is; what runs out is renewed.

use std::time::Duration;

use super::{
    Failure, Place, Places,
    apps::SampleApp,
    cast::{CLINICS, CastClinic, CastMember, FOR_SCRIPTS, MEMBERS},
    summary::{self, Seeded, Summary},
};
use crate::{
    config::{Config, MasterKeySource},
    domain::{
        Actor, AuditEvent, AuditKind, Clinic, Fallback, Fault, Outcome, PasswordFallback, RequestInfo, Secret,
        TerminalKind, UnixTime, User, UserId,
    },
    flows::admin::{By, Refusal, clients, clinics, identity::Identity, users},
    keys::{Keys, MasterKey, PasswordCost, PasswordHasher},
    random::Random,
    store::{self, Store, StoreOptions},
};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// A start finds at least so much of an invitation left, or makes a new one.
const INVITATION_LEFT: Duration = DAY;
/// Password sign-in at デモ医院 is allowed for so long, and prolonged when less than a third is left.
const PASSWORDS_FOR: Duration = Duration::from_secs(90 * 24 * 3600);

/// Slow: hashes a password for everybody new.
pub fn seed(
    config: &Config,
    places: &Places,
    before: &Summary,
    now: UnixTime,
    random: Random,
) -> Result<Seeded, Failure> {
    let store = Store::open(&StoreOptions {
        connections: config.store.read_connections,
        queue: config.store.queue,
        ..StoreOptions::new(config.store.url.as_str())
    })?;
    claim(config, &store)?;
    let by = By::command_line(now, random);
    let clinics = CLINICS.iter().map(|cast| clinic(&store, &by, config, cast)).collect::<Result<Vec<_>, _>>()?;
    let hasher = PasswordHasher::new(PasswordCost::default())?;
    for member in &MEMBERS {
        person(&store, &by, &hasher, member, &clinics)?;
    }
    let clients =
        places.apps.iter().map(|place| client(&store, &by, config, place, before)).collect::<Result<Vec<_>, _>>()?;
    Ok(Seeded { clinics: clinics.iter().map(described).collect(), clients, users: MEMBERS.iter().map(known).collect() })
}

/// Before anything is written: a store in earnest must never get people whose passwords everybody knows.
fn claim(config: &Config, store: &Store) -> Result<(), Failure> {
    let key = match &config.keys.master_key {
        MasterKeySource::Environment(text) => MasterKey::parse(text)?,
        MasterKeySource::File(path) => MasterKey::read_file(path)?,
    };
    let identity = Identity {
        rp_id: config.server.issuer.host().to_owned(),
        key_check: Keys::new(&key).check_value(),
        // Whatever its configuration says: it is a demo that is about to move in.
        demo: true,
    };
    store.migrate()?;
    Ok(identity.claim(store)??)
}

fn clinic(store: &Store, by: &By, config: &Config, cast: &CastClinic) -> Result<Clinic, Failure> {
    let known = clinics::list(store)?.into_iter().find(|clinic| clinic.name == cast.name);
    let fallback = cast.password_reason.map_or(PasswordFallback::SecondFactor, |reason| {
        PasswordFallback::PasswordOnly { reason: reason.to_owned(), until: by.now.plus(PASSWORDS_FOR) }
    });
    let Some(clinic) = known else {
        let draft = clinics::Draft {
            name: Some(cast.name.to_owned()),
            name_kana: Some(cast.name_kana.to_owned()),
            name_en: Some(cast.name_en.to_owned()),
            contact: Some(cast.contact.to_owned()),
            password_fallback: Some(fallback),
            registration: clinics::RegistrationDraft {
                passkeys: Some(cast.passkeys),
                ..clinics::RegistrationDraft::default()
            },
            // Who tries a demo sits at a PC of their own.
            unregistered_terminal: Some(TerminalKind::Personal),
            ..clinics::Draft::default()
        };
        return Ok(clinics::add(store, by, &draft, config.sessions.idle, config.sessions.absolute)??);
    };
    let runs_out = match &clinic.password_fallback {
        PasswordFallback::PasswordOnly { until, .. } => until.since(by.now) < PASSWORDS_FOR / 3,
        PasswordFallback::SecondFactor | PasswordFallback::Deny => false,
    };
    if !runs_out {
        return Ok(clinic);
    }
    let draft = clinics::Draft { password_fallback: Some(fallback), ..clinics::Draft::default() };
    Ok(clinics::set(store, by, clinic.id, draft)??.clinic)
}

fn person(
    store: &Store,
    by: &By,
    hasher: &PasswordHasher,
    member: &CastMember,
    clinics: &[Clinic],
) -> Result<(), Failure> {
    let Some(clinic) = clinics.get(member.clinic) else { return Ok(()) };
    let found = users::list(store)?.into_iter().find(|person| person.user.email.as_str() == member.email);
    if let Some(person) = &found
        && !wants_invitation(store, &person.user, by.now)?
    {
        return Ok(());
    }
    let invite = users::Invite {
        until: None,
        email: member.email.to_owned(),
        clinic: clinic.id.clone(),
        roles: if found.is_some() { Vec::new() } else { member.roles.to_vec() },
        details: if found.is_some() { users::Details::default() } else { member.details() },
    };
    let invited = users::invite(store, by, invite)??;
    if found.is_none() {
        choose_password(store, by, &invited.user.id, hasher.hash(member.password, by.random)?)?;
        if let Some(other) = member.also.and_then(|also| clinics.get(also)) {
            let (email, roles) = (member.email.to_owned(), member.roles.to_vec());
            let details = users::Details::default();
            users::invite(store, by, users::Invite { until: None, email, clinic: other.id.clone(), roles, details })??;
        }
    }
    Ok(())
}

/// An invitation vouches for a first passkey; who has had one needs none, and who is disabled gets none.
fn wants_invitation(store: &Store, user: &User, now: UnixTime) -> Result<bool, Fault> {
    if user.ever_enrolled || !user.is_active() {
        return Ok(false);
    }
    let latest = store.read(|conn| store::invitations::latest_for_user(conn, &user.id))?;
    Ok(!latest.is_some_and(|invitation| invitation.is_fresh(now.plus(INVITATION_LEFT))))
}

/// In earnest people choose theirs by their invitation, and nobody else ever knows it.
fn choose_password(store: &Store, by: &By, user: &UserId, hash: String) -> Result<(), Fault> {
    let (by, user) = (by.clone(), user.clone());
    store.write(move |tx| {
        if store::users::set_password(tx, &user, &hash, None, by.now)? {
            store::audit_events::insert(tx, &event(&by, AuditKind::PasswordChanged).subject(&user))?;
        }
        Ok(())
    })
}

fn client(
    store: &Store,
    by: &By,
    config: &Config,
    place: &Place,
    before: &Summary,
) -> Result<summary::Client, Failure> {
    let draft = clients::Draft {
        name: Some(place.kind.name().to_owned()),
        redirect_uris: Some(vec![SampleApp::redirect_uri(&place.base_url)]),
        post_logout_redirect_uris: Some(vec![SampleApp::post_logout_redirect_uri(&place.base_url)]),
        backchannel_logout_uri: Some(SampleApp::backchannel_logout_uri(&place.base_url)),
        start_uri: Some(SampleApp::start_uri(&place.base_url)),
        scope: Some("openid profile email address phone".to_owned()),
        first_party: Some(true),
        ..clients::Draft::default()
    };
    let known = clients::list(store, by.now)?
        .into_iter()
        .find(|client| client.first_party && client.removed_at.is_none() && client.name == place.kind.name());
    let registered = match known {
        // The applications may have moved to other ports.
        Some(client) => clients::set(store, by, client.id, draft, &config.keys.algorithms)??,
        None => clients::add(store, by, draft, &config.keys.algorithms)??,
    };
    let client = registered.client;
    let kept = || {
        let written = before.seeded.clients.iter().find(|it| it.client_id == client.id.as_str())?;
        let secret = Secret::presented(written.client_secret.clone());
        (client.secret_hash.as_ref() == Some(&secret.hash())).then_some(secret)
    };
    let secret = match registered.secret.or_else(kept) {
        Some(secret) => secret,
        // `demo.json` is gone, and the store knows only the secret's hash.
        None => {
            let anew = clients::Change::RotateSecret { keep: Duration::ZERO };
            let rotated = clients::change(store, by, client.id.clone(), anew, &config.keys.algorithms)??;
            rotated.secret.ok_or(Refusal::NoSecret)?
        }
    };
    Ok(summary::Client {
        client_id: client.id.to_string(),
        client_secret: secret.reveal().to_owned(),
        name: client.name,
        redirect_uris: client.redirect_uris,
    })
}

fn event(by: &By, kind: AuditKind) -> AuditEvent {
    let request = RequestInfo { request_id: by.request.request_id.clone(), ..RequestInfo::default() };
    AuditEvent::new(by.random.id(by.now), by.now, kind, Outcome::Success, Actor::CommandLine, request)
}

fn described(clinic: &Clinic) -> summary::Clinic {
    summary::Clinic {
        id: clinic.id.to_string(),
        name: clinic.name.clone(),
        password_alone: clinic.password_fallback.chosen() == Fallback::PasswordOnly,
    }
}

fn known(member: &CastMember) -> summary::User {
    summary::User {
        email: member.email.to_owned(),
        password: member.password.to_owned(),
        name: member.name(),
        clinic: CLINICS.get(member.clinic).map_or_else(String::new, |clinic| clinic.name.to_owned()),
        roles: member.roles.iter().map(|role| role.as_str().to_owned()).collect(),
        for_scripts: member.email == FOR_SCRIPTS,
    }
}

#[cfg(test)]
mod tests;
