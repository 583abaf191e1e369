//! What the parts of a sign-in cost by themselves on this machine, measured as the server is: CPU of the whole process,
//! on the server's core.

use std::{fs, path::Path, thread};

use genkan::{
    domain::{
        Actor, AuditEvent, AuditKind, Authentication, ClientId, ClinicChoice, Grant, GrantId, KeyState, Outcome,
        RequestInfo, Session, SessionId, SessionKind, SigningAlg, TerminalKind, UnixTime, User,
    },
    keys::{KeyRing, Keys, MasterKey, PasswordCost, PasswordHasher},
    random::Random,
    store::{self, Store},
};
use openidconnect::PrivateSigningKey;
use serde::{Deserialize, Serialize};
use serde_json::json;
use webauthn_rs::prelude::{Credential, Url, Uuid, WebauthnBuilder};

use crate::{Result, seed, support::soft_key::SoftKey, usage};

/// Microseconds of CPU each.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Floors {
    pub es256_signature: f64,
    pub rs256_signature: f64,
    pub assertion_check: f64,
    pub argon2_hash: f64,
    pub commit_alone: f64,
    pub gathered_write: f64,
}

const CALLERS: usize = 16;

/// On a store in `folder`, which must be on the disk that is meant.
pub fn measure(folder: &Path) -> Result<Floors> {
    fs::create_dir_all(folder)?;
    let place = Place::made(folder)?;
    Ok(Floors {
        es256_signature: signature(SigningAlg::Es256, 20_000)?,
        rs256_signature: signature(SigningAlg::Rs256, 2_500)?,
        assertion_check: assertion_check(3_000)?,
        argon2_hash: argon2_hash(40)?,
        commit_alone: place.commit_alone(3_000)?,
        gathered_write: place.gathered_writes(16_000)?,
    })
}

fn each(count: u32, work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let own = std::process::id();
    let before = usage::cpu(own)?;
    work()?;
    Ok((usage::cpu(own)? - before).as_secs_f64() * 1e6 / f64::from(count))
}

fn signature(alg: SigningAlg, count: u32) -> Result<f64> {
    let keys = Keys::new(&MasterKey::generate(Random));
    let stored = KeyRing::generate(alg, KeyState::Active, &keys, Random, seed::now())?;
    let ring = KeyRing::load(vec![stored], &keys)?;
    let signer = ring.signer(alg)?;
    let message = [b'x'; 600];
    each(count, || {
        for _ in 0..count {
            signer.sign(&signer.algorithm(), &message)?;
        }
        Ok(())
    })
}

/// The library alone, on an assertion by a key in software.
fn assertion_check(count: u32) -> Result<f64> {
    const SITE: &str = "http://localhost:8080";
    let webauthn = WebauthnBuilder::new("localhost", &Url::parse(SITE)?)?.build()?;
    let key = SoftKey::new(SITE);
    let (options, state) = webauthn.start_passkey_registration(Uuid::from_bytes(Random.bytes()), "m", "美咲", None)?;
    let mut options = serde_json::to_value(options)?;
    options["publicKey"]["authenticatorSelection"]["residentKey"] = json!("required");
    let registered = webauthn.finish_passkey_registration(&serde_json::from_value(key.register(&options)?)?, &state)?;
    let stored = Credential::from(registered);
    let (options, state) = webauthn.start_discoverable_authentication()?;
    let assertion = serde_json::from_value(key.login(&json!({ "publicKey": options.public_key }))?)?;
    each(count, || {
        for _ in 0..count {
            webauthn.finish_discoverable_authentication_v2(&assertion, state.clone(), &stored)?;
        }
        Ok(())
    })
}

fn argon2_hash(count: u32) -> Result<f64> {
    let hasher = PasswordHasher::new(PasswordCost::default())?;
    each(count, || {
        for _ in 0..count {
            hasher.hash("komorebi-no-michi-27", Random)?;
        }
        Ok(())
    })
}

/// A store with somebody in it.
struct Place {
    store: Store,
    grant: Grant,
}

impl Place {
    fn made(folder: &Path) -> Result<Self> {
        let url = format!("sqlite:{}", folder.join("floors.db").display());
        let target = seed::seed(folder, 1, &url, 1)?;
        let store = seed::open(folder)?;
        let user = store.read(store::users::list)?.pop().ok_or("nobody was hired")?;
        let client = ClientId::new(target.es256.id);
        let grant = Self::grant(&store, &user, client)?;
        Ok(Self { store, grant })
    }

    /// One to copy, with the session that it hangs on.
    fn grant(store: &Store, user: &User, client_id: ClientId) -> Result<Grant> {
        let now = seed::now();
        let (_, clinic) =
            store.read(|conn| store::memberships::list_for_user(conn, &user.id))?.pop().ok_or("no clinic")?;
        let session = Session {
            id: SessionId::new(Random.id(now)),
            user_id: user.id.clone(),
            clinic_id: clinic.id.clone(),
            clinic_choice: ClinicChoice::Only,
            kind: SessionKind::Ordinary,
            authentication: Authentication::by_password(now),
            authenticated_for: None,
            passkey_id: None,
            created_at: now,
            last_seen_at: now,
            idle_limit: clinic.session_idle,
            expires_at: now.plus(clinic.session_absolute),
            ended_at: None,
            ip: String::new(),
            user_agent: String::new(),
            terminal_kind: TerminalKind::Personal,
            terminal_id: None,
            confirmed_at: None,
        };
        let grant = Grant {
            id: GrantId::new(String::new()),
            client_id,
            user_id: user.id.clone(),
            clinic_id: clinic.id,
            session_id: session.id.clone(),
            scopes: vec!["openid".to_owned(), "profile".to_owned(), "email".to_owned()],
            authentication: session.authentication.clone(),
            rotation: None,
            outlives_session: false,
            created_at: now,
            expires_at: session.expires_at,
            revoked_at: None,
        };
        store.write(move |tx| store::sessions::insert(tx, &session, &Random.secret().hash()))?;
        Ok(grant)
    }

    fn commit_alone(&self, count: u32) -> Result<f64> {
        each(count, || {
            for _ in 0..count {
                let id = Random.id(seed::now());
                self.store.write(move |tx| store::spent::spend(tx, &id, UnixTime::from_secs(1)))?;
            }
            Ok(())
        })
    }

    /// Of what an exchanged code leaves behind: itself spent, a grant, an event.
    fn gathered_writes(&self, count: u32) -> Result<f64> {
        let share = count as usize / CALLERS;
        each(count, || {
            thread::scope(|scope| {
                let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(|| self.write(share))).collect();
                callers.into_iter().try_for_each(|caller| caller.join().map_err(|_| "a caller panicked")?)
            })
        })
    }

    fn write(&self, count: usize) -> Result<()> {
        for _ in 0..count {
            let now = seed::now();
            let grant = Grant { id: GrantId::new(Random.id(now)), ..self.grant.clone() };
            let actor = Actor::Client(grant.client_id.clone());
            let request = RequestInfo { request_id: Random.id(now), ..RequestInfo::default() };
            let event = AuditEvent::new(Random.id(now), now, AuditKind::TokenIssued, Outcome::Success, actor, request)
                .subject(&grant.user_id)
                .client(&grant.client_id)
                .clinic(&grant.clinic_id)
                .session(&grant.session_id)
                .authentication(&grant.authentication);
            self.store.write(move |tx| {
                store::spent::spend(tx, grant.id.as_str(), grant.expires_at)?;
                store::grants::insert(tx, &grant)?;
                store::audit_events::insert(tx, &event)
            })?;
        }
        Ok(())
    }
}
