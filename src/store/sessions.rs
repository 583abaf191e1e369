//! Sessions: found by the hash of what the browser holds.

use std::time::Duration;

use diesel::{dsl, prelude::*};

use super::{
    Conn, StoreError, StoreResult, Tx, clinics,
    columns::{from_millis, from_words, to_millis, to_words},
    conn::{each_backend, guard},
    grants, memberships, outbox,
    schema::{self, sessions},
    users,
};
use crate::domain::{
    Acr, Amr, Authentication, ClinicChoice, ClinicId, Demands, EnrolledBy, InvitationId, Message, PasskeyId,
    SecretHash, Seen, Session, SessionId, SessionKind, SignedIn, TerminalId, TerminalKind, UnixTime, UserId,
};

/// All but the secret's hash, which nobody needs back.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
struct Row {
    id: SessionId,
    user_id: UserId,
    clinic_id: ClinicId,
    kind: String,
    invitation_id: Option<InvitationId>,
    acr: Acr,
    amr: String,
    auth_time: UnixTime,
    authenticated_for: Option<String>,
    passkey_id: Option<PasskeyId>,
    created_at: UnixTime,
    last_seen_at: UnixTime,
    idle_limit: i64,
    expires_at: UnixTime,
    ended_at: Option<UnixTime>,
    ip: String,
    user_agent: String,
    terminal_kind: TerminalKind,
    terminal_id: Option<TerminalId>,
    confirmed_at: Option<UnixTime>,
    clinic_choice: ClinicChoice,
}

impl From<&Session> for Row {
    fn from(session: &Session) -> Self {
        let session = session.clone();
        let (kind, invitation_id) = kind_columns(session.kind);
        Self {
            id: session.id,
            user_id: session.user_id,
            clinic_id: session.clinic_id,
            kind: kind.to_owned(),
            invitation_id,
            acr: session.authentication.acr,
            amr: to_words(&session.authentication.amr, Amr::as_str),
            auth_time: session.authentication.at,
            authenticated_for: session.authenticated_for,
            passkey_id: session.passkey_id,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            idle_limit: to_millis(session.idle_limit),
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            ip: session.ip,
            user_agent: session.user_agent,
            terminal_kind: session.terminal_kind,
            terminal_id: session.terminal_id,
            confirmed_at: session.confirmed_at,
            clinic_choice: session.clinic_choice,
        }
    }
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let amr = from_words(&row.amr, Amr::parse)?;
        Ok(Self {
            id: row.id,
            user_id: row.user_id,
            clinic_id: row.clinic_id,
            kind: kind(&row.kind, row.invitation_id)?,
            authentication: Authentication { acr: row.acr, amr, at: row.auth_time },
            authenticated_for: row.authenticated_for,
            passkey_id: row.passkey_id,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            idle_limit: from_millis(row.idle_limit)?,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            ip: row.ip,
            user_agent: row.user_agent,
            terminal_kind: row.terminal_kind,
            terminal_id: row.terminal_id,
            confirmed_at: row.confirmed_at,
            clinic_choice: row.clinic_choice,
        })
    }
}

const ORDINARY: &str = "ordinary";

fn kind_columns(kind: SessionKind) -> (&'static str, Option<InvitationId>) {
    match kind {
        SessionKind::Ordinary => (ORDINARY, None),
        SessionKind::Enrolling(EnrolledBy::Password) => ("enrolling_by_password", None),
        SessionKind::Enrolling(EnrolledBy::Invitation(id)) => ("enrolling_by_invitation", Some(id)),
    }
}

fn kind(text: &str, invitation: Option<InvitationId>) -> StoreResult<SessionKind> {
    match (text, invitation) {
        (ORDINARY, None) => Ok(SessionKind::Ordinary),
        ("enrolling_by_password", None) => Ok(SessionKind::Enrolling(EnrolledBy::Password)),
        ("enrolling_by_invitation", Some(id)) => Ok(SessionKind::Enrolling(EnrolledBy::Invitation(id))),
        _ => Err(StoreError::BrokenRow("a session of no kind of ours".to_owned())),
    }
}

/// The joined read behind every page and token, by whatever names the session.
macro_rules! signed_in {
    ($conn:expr, $condition:expr) => {{
        let row = each_backend!($conn, |conn| sessions::table
            .inner_join(schema::users::table)
            .inner_join(schema::clinics::table)
            .inner_join(
                schema::memberships::table.on(schema::memberships::user_id
                    .eq(sessions::user_id)
                    .and(schema::memberships::clinic_id.eq(sessions::clinic_id))),
            )
            .filter($condition)
            .select((
                Row::as_select(),
                users::Row::as_select(),
                memberships::Row::as_select(),
                clinics::Row::as_select(),
            ))
            .get_result::<(Row, users::Row, memberships::Row, clinics::Row)>(conn)
            .optional()?);
        row.map(|(session, user, membership, clinic)| {
            Ok(SignedIn {
                session: session.try_into()?,
                user: user.try_into()?,
                membership: membership.try_into()?,
                clinic: clinic.try_into()?,
            })
        })
        .transpose()
    }};
}

/// Whatever its state: the caller judges it.
pub fn find_signed_in(conn: &mut Conn, secret: &SecretHash) -> StoreResult<Option<SignedIn>> {
    signed_in!(conn, sessions::secret_hash.eq(secret))
}

/// Whatever its state: the caller judges it.
pub fn find_signed_in_by_id(conn: &mut Conn, id: &SessionId) -> StoreResult<Option<SignedIn>> {
    signed_in!(conn, sessions::id.eq(id))
}

pub fn find(conn: &mut Conn, id: &SessionId) -> StoreResult<Option<Session>> {
    let row = sessions::table.filter(sessions::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(Session::try_from).transpose()
}

/// Those that have not ended, idle ones too, newest first.
pub fn list_for_user(conn: &mut Conn, user: &UserId, now: UnixTime) -> StoreResult<Vec<Session>> {
    let rows = sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Session::try_from).collect()
}

pub fn insert(tx: &mut Tx<'_>, session: &Session, secret: &SecretHash) -> StoreResult<()> {
    each_backend!(&mut **tx, |conn| diesel::insert_into(sessions::table)
        .values((Row::from(session), sessions::secret_hash.eq(secret)))
        .execute(conn)?);
    Ok(())
}

/// A new sign-in on the same browser: the row stays (applications keep their `sid`), the secret changes. `false` when
/// the session has ended meanwhile or its secret is no longer the one that was presented.
pub fn reauthenticate(tx: &mut Tx<'_>, session: &Session, old: &SecretHash, new: &SecretHash) -> StoreResult<bool> {
    let (kind, invitation_id) = kind_columns(session.kind.clone());
    let target = sessions::table
        .filter(sessions::id.eq(&session.id))
        .filter(sessions::user_id.eq(&session.user_id))
        .filter(sessions::clinic_id.eq(&session.clinic_id))
        .filter(sessions::secret_hash.eq(old))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(session.authentication.at));
    let changed = diesel::update(target)
        .set((
            sessions::secret_hash.eq(new),
            sessions::kind.eq(kind),
            sessions::invitation_id.eq(invitation_id),
            sessions::acr.eq(session.authentication.acr),
            sessions::amr.eq(to_words(&session.authentication.amr, Amr::as_str)),
            sessions::auth_time.eq(session.authentication.at),
            sessions::authenticated_for.eq(&session.authenticated_for),
            sessions::passkey_id.eq(&session.passkey_id),
            sessions::last_seen_at.eq(session.last_seen_at),
            sessions::idle_limit.eq(to_millis(session.idle_limit)),
            sessions::expires_at.eq(session.expires_at),
            sessions::terminal_kind.eq(session.terminal_kind),
            sessions::terminal_id.eq(&session.terminal_id),
            sessions::clinic_choice.eq(session.clinic_choice),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// Writes `last_seen_at`, which never goes back.
pub fn touch(tx: &mut Tx<'_>, id: &SessionId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(sessions::table.filter(sessions::id.eq(id)))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::last_seen_at.lt(now))
        .set(sessions::last_seen_at.eq(now))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// It is still the same person who sits there, as they say themselves; `false` when the session is over.
pub fn confirm(tx: &mut Tx<'_>, id: &SessionId, now: UnixTime) -> StoreResult<bool> {
    let changed = diesel::update(alive(id, now))
        .set((sessions::confirmed_at.eq(now), sessions::last_seen_at.eq(now)))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// From now on its person works for this clinic, within these limits; `false` when it is over, or they work for another than `from`.
pub fn work_for(
    tx: &mut Tx<'_>,
    id: &SessionId,
    from: &ClinicId,
    (clinic, idle, expires_at): (&ClinicId, Duration, UnixTime),
    now: UnixTime,
) -> StoreResult<bool> {
    let changed = diesel::update(alive(id, now))
        .filter(sessions::clinic_id.eq(from))
        .filter(sessions::kind.eq(ORDINARY))
        .set((
            sessions::clinic_id.eq(clinic),
            sessions::clinic_choice.eq(ClinicChoice::Made),
            sessions::idle_limit.eq(to_millis(idle)),
            sessions::expires_at.eq(expires_at),
            sessions::last_seen_at.eq(now),
        ))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// From now on the sessions there are as on a shared terminal; who is enrolling keeps the time for that. Gives how many.
pub fn make_shared(tx: &mut Tx<'_>, terminal: &TerminalId) -> StoreResult<usize> {
    let open = sessions::table.filter(sessions::terminal_id.eq(terminal)).filter(sessions::ended_at.is_null());
    let limit = to_millis(TerminalKind::SHARED_IDLE);
    diesel::update(open.filter(sessions::kind.eq(ORDINARY)).filter(sessions::idle_limit.gt(limit)))
        .set(sessions::idle_limit.eq(limit))
        .execute(&mut **tx)?;
    Ok(diesel::update(open).set(sessions::terminal_kind.eq(TerminalKind::Shared)).execute(&mut **tx)?)
}

/// Which registered terminals people are signed in at, and where those seem to be: one line per session.
pub fn list_at_terminals(
    conn: &mut Conn,
    terminals: &[TerminalId],
    now: UnixTime,
) -> StoreResult<Vec<(TerminalId, Seen)>> {
    let rows: Vec<(TerminalId, UnixTime, String, String)> = each_backend!(conn, |conn| sessions::table
        .filter(sessions::terminal_id.eq_any(terminals))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order(sessions::last_seen_at.desc())
        .select((sessions::terminal_id.assume_not_null(), sessions::last_seen_at, sessions::ip, sessions::user_agent))
        .load(conn)?);
    Ok(rows.into_iter().map(|(terminal, at, ip, user_agent)| (terminal, Seen { at, ip, user_agent })).collect())
}

/// A session that is over from now on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Ended {
    pub id: SessionId,
    pub user_id: UserId,
    pub clinic_id: ClinicId,
}

/// The one statement that ends sessions, those that meet a condition: what they gave ends with them, and the applications
/// are told. An ended session has come to its limit, by which the sweep finds it.
macro_rules! end {
    ($tx:expr, $reason:expr, $now:expr, $condition:expr) => {{
        let ended: Vec<Ended> = diesel::update(sessions::table.filter($condition))
            .filter(sessions::ended_at.is_null())
            .set((sessions::ended_at.eq($now), sessions::expires_at.eq($now), sessions::end_reason.eq($reason)))
            .returning((sessions::id, sessions::user_id, sessions::clinic_id))
            .get_results(&mut **$tx)?;
        conclude($tx, &ended, $now)?;
        ended
    }};
}

/// Ids that one statement names.
const AT_ONCE: usize = 500;

fn conclude(tx: &mut Tx<'_>, ended: &[Ended], now: UnixTime) -> StoreResult<()> {
    for some in ended.chunks(AT_ONCE) {
        let ids: Vec<_> = some.iter().map(|ended| ended.id.clone()).collect();
        grants::revoke_for_sessions(tx, &ids, now)?;
        for (client, session, user) in grants::list_to_be_told(tx, &ids)? {
            // A session ends once, and tells each of its applications once.
            let id = format!("{session}:{client}");
            outbox::insert(tx, &id, &Message::Logout { client, session, user }, now)?;
        }
    }
    Ok(())
}

/// `false` when it had ended already.
pub fn end(tx: &mut Tx<'_>, id: &SessionId, reason: &str, now: UnixTime) -> StoreResult<bool> {
    Ok(!end!(tx, reason, now, sessions::id.eq(id)).is_empty())
}

/// Gives those that it ended.
pub fn end_all_for_user(
    tx: &mut Tx<'_>,
    user: &UserId,
    except: Option<&SessionId>,
    reason: &str,
    now: UnixTime,
) -> StoreResult<Vec<Ended>> {
    // No session is named by the empty text.
    let kept = except.map_or("", SessionId::as_str);
    Ok(end!(tx, reason, now, sessions::user_id.eq(user).and(sessions::id.ne(kept))))
}

/// Those in which the person worked for this clinic. Gives those that it ended.
pub fn end_all_for_membership(
    tx: &mut Tx<'_>,
    user: &UserId,
    clinic: &ClinicId,
    reason: &str,
    now: UnixTime,
) -> StoreResult<Vec<Ended>> {
    Ok(end!(tx, reason, now, sessions::user_id.eq(user).and(sessions::clinic_id.eq(clinic))))
}

/// Whether there are any that [`end_overdue`] would end.
pub fn are_overdue(conn: &mut Conn, now: UnixTime) -> StoreResult<bool> {
    let overdue = sessions::table.filter(sessions::ended_at.is_null()).filter(sessions::expires_at.le(now));
    let found: Option<SessionId> = overdue.select(sessions::id).limit(1).get_result(conn).optional()?;
    Ok(found.is_some())
}

/// Those that have come to their absolute limit.
pub fn end_overdue(tx: &mut Tx<'_>, reason: &str, now: UnixTime) -> StoreResult<Vec<Ended>> {
    Ok(end!(tx, reason, now, sessions::expires_at.le(now)))
}

/// Of everybody; gives how many it ended.
pub fn end_all(tx: &mut Tx<'_>, reason: &str, now: UnixTime) -> StoreResult<usize> {
    Ok(end!(tx, reason, now, sessions::ended_at.is_null()).len())
}

#[dsl::auto_type(no_type_alias)]
pub(super) fn alive<'a>(id: &'a SessionId, now: UnixTime) -> _ {
    sessions::table
        .filter(sessions::id.eq(id))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::expires_at.gt(now))
}

/// Guard: not ended nor past its absolute limit, and not ended before this transaction is.
pub fn still_alive(tx: &mut Tx<'_>, id: &SessionId, now: UnixTime) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, alive(id, now).select(sessions::id))
}

/// Of a session that is [`still_alive`]: it was opened, or opened anew, in a way and at a place that these demands take.
pub fn still_meets(tx: &mut Tx<'_>, id: &SessionId, demands: &Demands) -> StoreResult<bool> {
    if demands.are_none() {
        return Ok(true);
    }
    let found: Option<(Acr, TerminalKind)> = sessions::table
        .filter(sessions::id.eq(id))
        .select((sessions::acr, sessions::terminal_kind))
        .get_result(&mut **tx)
        .optional()?;
    Ok(found.is_some_and(|(acr, kind)| demands.are_met_by(acr, kind)))
}
