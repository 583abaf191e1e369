//! What a sign-in at an application leaves in the store, without the sign-in.

use std::time::Duration;

use genkan::{
    domain::{
        Authentication, ClientId, ClinicChoice, ClinicId, Custody, Grant, GrantId, Session, SessionId, SessionKind,
        TerminalKind, UnixTime, UserId,
    },
    random::Random,
    store::{StoreError, Tx, grants, sessions},
};

/// By a passkey. The session lasts for this long, and so does what the application was given.
pub fn sign_in_at(
    tx: &mut Tx<'_>,
    (user, clinic, client): (&UserId, &ClinicId, &ClientId),
    now: UnixTime,
    lasts: Duration,
) -> Result<SessionId, StoreError> {
    let authentication = Authentication::by_passkey(Custody::Synced, now);
    let session = Session {
        id: SessionId::new(Random.id(now)),
        user_id: user.clone(),
        clinic_id: clinic.clone(),
        clinic_choice: ClinicChoice::Only,
        kind: SessionKind::Ordinary,
        authentication: authentication.clone(),
        authenticated_for: None,
        passkey_id: None,
        created_at: now,
        last_seen_at: now,
        idle_limit: Duration::from_secs(1800),
        expires_at: now.plus(lasts),
        ended_at: None,
        ip: "192.0.2.1".to_owned(),
        user_agent: "a browser".to_owned(),
        terminal_kind: TerminalKind::Personal,
        terminal_id: None,
        confirmed_at: None,
    };
    let grant = Grant {
        id: GrantId::new(Random.id(now)),
        client_id: client.clone(),
        user_id: user.clone(),
        clinic_id: clinic.clone(),
        session_id: session.id.clone(),
        scopes: vec!["openid".to_owned()],
        authentication,
        rotation: None,
        outlives_session: false,
        created_at: now,
        expires_at: session.expires_at,
        revoked_at: None,
    };
    sessions::insert(tx, &session, &Random.secret().hash())?;
    grants::insert(tx, &grant)?;
    Ok(session.id)
}
