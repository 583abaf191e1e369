//! Who plays in these tests: a clinic, a nurse who works there, her passkey and session, an application and her grant.

use std::time::Duration;

use genkan::{
    domain::{
        Actor, AllowList, AuditEvent, AuditKind, Authentication, Client, ClientAuthMethod, ClientId, ClientType,
        Clinic, ClinicChoice, ClinicId, Custody, Demands, Email, Grant, GrantId, Invitation, InvitationId,
        InvitationWay, Lifetimes, Membership, MembershipId, Outcome, Passkey, PasskeyId, PasswordFallback, Profile,
        Proof, RegistrationPolicy, RequestInfo, Role, Secret, SecretHash, Session, SessionId, SessionKind, SigningAlg,
        TerminalKind, UnixTime, User, UserHandle, UserId, password::PasswordClass,
    },
    store::{Store, clients, clinics, grants, memberships, sessions, users},
};

pub const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

pub fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

pub fn clinic_id() -> ClinicId {
    ClinicId::new("clinic")
}

pub fn user_id() -> UserId {
    UserId::new("nurse")
}

pub fn client_id() -> ClientId {
    ClientId::new("app")
}

pub fn session_id() -> SessionId {
    SessionId::new("session")
}

pub fn hash(text: &str) -> SecretHash {
    Secret::presented(text).hash()
}

pub fn clinic() -> Clinic {
    Clinic {
        id: clinic_id(),
        name: "さくらクリニック".to_owned(),
        name_kana: Some("サクラクリニック".to_owned()),
        name_en: None,
        code: None,
        contact: "事務 内線 12".to_owned(),
        password_fallback: PasswordFallback::SecondFactor,
        registration: RegistrationPolicy::default(),
        session_idle: minutes(30),
        session_absolute: minutes(12 * 60),
        unregistered_terminal: TerminalKind::Shared,
        accent: None,
        admin_addresses: AllowList::default(),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn user() -> User {
    user_called("nurse")
}

pub fn user_called(name: &str) -> User {
    User {
        id: UserId::new(name),
        handle: UserHandle(uuid::Uuid::from_u128(name.bytes().fold(0, |sum, byte| sum * 256 + u128::from(byte)))),
        email: Email::parse(&format!("{name}@Sakura.example")).expect("an address"),
        email_verified: true,
        password_hash: None,
        password_class: PasswordClass::Alone,
        password_failures: 0,
        profile: Profile { name: "山田 花子".to_owned(), ..Profile::default() },
        passkey_count: 0,
        ever_enrolled: false,
        disabled_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn membership() -> Membership {
    Membership {
        id: MembershipId::new("membership"),
        user_id: user_id(),
        clinic_id: clinic_id(),
        roles: vec![Role::Member, Role::ClinicAdmin],
        suspended_at: None,
        ends_at: None,
        created_at: NOW,
    }
}

pub fn client() -> Client {
    Client {
        id: client_id(),
        name: "予約".to_owned(),
        kind: ClientType::Web,
        auth_method: ClientAuthMethod::ClientSecretBasic,
        secret_hash: Some(hash("client secret")),
        former_secret: None,
        secret_days: Some(90),
        secret_expires_at: Some(NOW),
        demands: Demands {
            min_acr: Some(genkan::domain::Acr::SecondFactor),
            takes_temporary: false,
            terminals: vec![TerminalKind::Personal],
        },
        lifetimes: Lifetimes { access_token_minutes: Some(5), ..Lifetimes::default() },
        last_used_at: Some(NOW),
        claim_names: genkan::domain::ClaimNames::parse("roles=groups").expect("a pair"),
        removed_at: None,
        redirect_uris: vec!["https://app.example/back?a=b".to_owned()],
        post_logout_redirect_uris: vec![],
        backchannel_logout_uri: None,
        start_uri: Some("https://app.example/".to_owned()),
        scopes: vec!["openid".to_owned(), "email".to_owned()],
        grants: vec!["authorization_code".to_owned()],
        id_token_alg: SigningAlg::Rs256,
        pkce_required: true,
        first_party: true,
        clinic_id: None,
        roles: vec![Role::Auditor],
        disabled_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn invitation(id: &str) -> Invitation {
    Invitation {
        id: InvitationId::new(id),
        user_id: user_id(),
        clinic_id: clinic_id(),
        token_hash: hash(id),
        created_at: NOW,
        used_at: None,
        revoked_at: None,
        way: InvitationWay::Link,
        sent_by: None,
        sent_to: None,
        again: false,
    }
}

pub fn passkey(id: &str) -> Passkey {
    Passkey {
        id: PasskeyId::new(id),
        user_id: user_id(),
        credential_id: format!("credential-{id}"),
        credential: "{}".to_owned(),
        name: "自分のスマホ".to_owned(),
        aaguid: uuid::Uuid::from_u128(7),
        proof: Proof::Verified,
        attestation_format: Some("packed".to_owned()),
        transports: vec!["internal".to_owned(), "hybrid".to_owned()],
        backup_eligible: true,
        backup_state: false,
        sign_count: 3,
        suspension: None,
        created_at: NOW,
        created_ip: "192.0.2.1".to_owned(),
        created_user_agent: "Browser".to_owned(),
        last_used_at: None,
        last_used_ip: None,
        last_used_user_agent: None,
        use_count: 0,
    }
}

pub fn session() -> Session {
    Session {
        id: session_id(),
        user_id: user_id(),
        clinic_id: clinic_id(),
        clinic_choice: ClinicChoice::Only,
        kind: SessionKind::Ordinary,
        authentication: Authentication::by_passkey(Custody::Synced, NOW),
        authenticated_for: Some("request".to_owned()),
        passkey_id: Some(PasskeyId::new("phone")),
        created_at: NOW,
        last_seen_at: NOW,
        idle_limit: minutes(30),
        expires_at: NOW.plus(minutes(12 * 60)),
        ended_at: None,
        ip: "192.0.2.1".to_owned(),
        user_agent: "Browser".to_owned(),
        terminal_kind: TerminalKind::Personal,
        terminal_id: None,
        confirmed_at: None,
    }
}

pub fn grant(id: &str) -> Grant {
    Grant {
        id: GrantId::new(id),
        client_id: client_id(),
        user_id: user_id(),
        clinic_id: clinic_id(),
        session_id: session_id(),
        scopes: vec!["openid".to_owned()],
        authentication: Authentication::by_password(NOW),
        rotation: None,
        outlives_session: false,
        created_at: NOW,
        expires_at: NOW.plus(minutes(60)),
        revoked_at: None,
    }
}

pub fn event(id: &str) -> AuditEvent {
    AuditEvent {
        id: id.to_owned(),
        at: NOW,
        kind: AuditKind::AuthPassword,
        outcome: Outcome::Failure,
        reason: Some("wrong_password".to_owned()),
        actor: Actor::User { id: user_id(), name: "山田 花子".to_owned() },
        subject: Some(user_id()),
        clinic_id: Some(clinic_id()),
        client_id: None,
        session_ref: None,
        credential_ref: None,
        acr: None,
        amr: vec![],
        detail: Some(serde_json::json!({ "failures": 3 })),
        incident: Some("048213".to_owned()),
        request: RequestInfo {
            request_id: "r".to_owned(),
            ip: "192.0.2.1".to_owned(),
            user_agent: "B".to_owned(),
            terminal: None,
        },
    }
}

/// Everybody but a grant, an invitation and a passkey: those each test brings in itself.
pub fn move_in(store: &Store) {
    store
        .write(|tx| {
            clinics::insert(tx, &clinic())?;
            users::insert(tx, &user())?;
            memberships::insert(tx, &membership())?;
            clients::insert(tx, &client())?;
            sessions::insert(tx, &session(), &hash("cookie"))
        })
        .expect("everybody moves in");
}

pub fn insert_grant(store: &Store, grant: &Grant) {
    let grant = grant.clone();
    store.write(move |tx| grants::insert(tx, &grant)).expect("the grant is kept");
}
