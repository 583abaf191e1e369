//! Both ceremonies with an authenticator in software, step by step.

mod attestation;
mod login;
mod registration;

use std::time::Duration;

use genkan::{
    domain::{Passkey, PasskeyId, Proof, SuspendedBy, Suspension, UnixTime, UserHandle, UserId},
    passkeys::{Asked, Attestation, NewCredential, Passkeys, RegistrationState, Roots},
    random::Random,
};

use serde_json::Value;

use crate::support::soft_key::SoftKey;

const ORIGIN: &str = "http://localhost:8080";
const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

fn site() -> Passkeys {
    site_trusting(Roots::default())
}

fn site_trusting(roots: Roots) -> Passkeys {
    Passkeys::new("localhost", ORIGIN, "玄関", roots).expect("a site")
}

fn person() -> UserHandle {
    UserHandle(Random.uuid())
}

/// As a clinic would have it that takes any passkey.
fn asked() -> Asked {
    Asked { hints: &[], cross_platform: false, attestation: false, timeout: Duration::from_secs(60) }
}

fn begin(site: &Passkeys, owner: UserHandle, held: &[Passkey], asked: &Asked) -> (Value, RegistrationState) {
    site.start_registration(owner, "hanako@example.jp", "看護 花子", held, asked).expect("options")
}

/// Registers a passkey of `owner` with `key`, as the store would keep it.
fn registered(site: &Passkeys, key: &SoftKey, owner: UserHandle) -> Passkey {
    let (options, state) = begin(site, owner, &[], &asked());
    let answer = key.register(&options).expect("the authenticator makes a key");
    let attestation = Attestation::parse(answer).expect("an attestation");
    stored(site.verify_registration(&state, &attestation, NOW).expect("a good registration"))
}

fn stored(new: NewCredential) -> Passkey {
    Passkey {
        id: PasskeyId::new("key"),
        user_id: UserId::new("hanako"),
        credential_id: new.credential_id,
        credential: new.credential,
        name: "自分のスマホ".to_owned(),
        aaguid: new.aaguid,
        proof: Proof::of(new.proven),
        attestation_format: Some(new.format),
        transports: new.transports,
        backup_eligible: new.backup_eligible,
        backup_state: new.backup_state,
        sign_count: new.sign_count,
        suspension: None,
        created_at: NOW,
        created_ip: "127.0.0.1".to_owned(),
        created_user_agent: "test".to_owned(),
        last_used_at: None,
        last_used_ip: None,
        last_used_user_agent: None,
        use_count: 0,
    }
}

fn suspended() -> Suspension {
    Suspension { at: NOW, by: SuspendedBy::Owner, reason: None }
}
