//! The audit trail. Append-only by triggers: there is no call that changes or takes away, and the database refuses one.

mod strand;

use diesel::{dsl::sql, expression::SqlLiteral, prelude::*, sql_types::Bool};

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{from_json, from_words, to_json, to_words},
    conn::each_backend,
    schema::audit_events,
};
use crate::domain::{
    Acr, Actor, Amr, AuditEvent, AuditKind, ClientId, ClinicId, Outcome, RequestInfo, UnixTime, UserId, reference,
};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct Row {
    id: String,
    at: UnixTime,
    kind: AuditKind,
    outcome: Outcome,
    reason: Option<String>,
    actor_kind: String,
    actor_id: Option<String>,
    actor_name: Option<String>,
    subject_id: Option<UserId>,
    clinic_id: Option<ClinicId>,
    client_id: Option<ClientId>,
    session_ref: Option<String>,
    credential_ref: Option<String>,
    acr: Option<Acr>,
    amr: String,
    detail: Option<String>,
    request_id: String,
    ip: String,
    user_agent: String,
    incident: Option<String>,
}

impl From<&AuditEvent> for Row {
    fn from(event: &AuditEvent) -> Self {
        let event = event.clone();
        let (actor_kind, actor_id, actor_name) = actor_columns(event.actor);
        Self {
            id: event.id,
            at: event.at,
            kind: event.kind,
            outcome: event.outcome,
            reason: event.reason,
            actor_kind: actor_kind.to_owned(),
            actor_id,
            actor_name,
            subject_id: event.subject,
            clinic_id: event.clinic_id,
            client_id: event.client_id,
            session_ref: event.session_ref,
            credential_ref: event.credential_ref,
            acr: event.acr,
            amr: to_words(&event.amr, Amr::as_str),
            detail: event.detail.as_ref().map(to_json),
            request_id: event.request.request_id,
            ip: event.request.ip,
            user_agent: event.request.user_agent,
            incident: event.incident,
        }
    }
}

impl TryFrom<Row> for AuditEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            at: row.at,
            kind: row.kind,
            outcome: row.outcome,
            reason: row.reason,
            actor: actor(&row.actor_kind, row.actor_id, row.actor_name)?,
            subject: row.subject_id,
            clinic_id: row.clinic_id,
            client_id: row.client_id,
            session_ref: row.session_ref,
            credential_ref: row.credential_ref,
            acr: row.acr,
            amr: from_words(&row.amr, Amr::parse)?,
            detail: row.detail.as_deref().map(from_json).transpose()?,
            incident: row.incident,
            request: RequestInfo { request_id: row.request_id, ip: row.ip, user_agent: row.user_agent, terminal: None },
        })
    }
}

fn actor_columns(actor: Actor) -> (&'static str, Option<String>, Option<String>) {
    match actor {
        Actor::User { id, name } => ("user", Some(id.to_string()), Some(name)),
        Actor::Client(id) => ("client", Some(id.to_string()), None),
        Actor::CommandLine => ("command_line", None, None),
        Actor::System => ("system", None, None),
        Actor::Nobody => ("nobody", None, None),
    }
}

fn actor(kind: &str, id: Option<String>, name: Option<String>) -> StoreResult<Actor> {
    match (kind, id, name) {
        ("user", Some(id), Some(name)) => Ok(Actor::User { id: UserId::new(id), name }),
        ("client", Some(id), None) => Ok(Actor::Client(ClientId::new(id))),
        ("command_line", None, None) => Ok(Actor::CommandLine),
        ("system", None, None) => Ok(Actor::System),
        ("nobody", None, None) => Ok(Actor::Nobody),
        _ => Err(StoreError::BrokenRow("an event by no actor of ours".to_owned())),
    }
}

pub use strand::{Strand, addresses, strand};

pub fn insert(tx: &mut Tx<'_>, event: &AuditEvent) -> StoreResult<()> {
    each_backend!(&mut **tx, |conn| diesel::insert_into(audit_events::table).values(Row::from(event)).execute(conn)?);
    Ok(())
}

/// A page of at most `limit`, oldest first, beginning after `after_id`.
pub fn list(conn: &mut Conn, after_id: Option<&str>, limit: i64) -> StoreResult<Vec<AuditEvent>> {
    let rows = audit_events::table
        .filter(audit_events::id.gt(after_id.unwrap_or("")))
        .order(audit_events::id)
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(AuditEvent::try_from).collect()
}

/// Whether this person's sign-ins since then have one of exactly this origin.
pub fn signed_in_from(conn: &mut Conn, user: &UserId, from: &RequestInfo, since: UnixTime) -> StoreResult<bool> {
    let found: Option<String> = audit_events::table
        .filter(audit_events::subject_id.eq(user))
        .filter(is_indexed())
        .filter(audit_events::id.ge(first_id_of(since)))
        .filter(audit_events::kind.eq(AuditKind::SessionStarted))
        .filter(audit_events::at.ge(since))
        .filter(audit_events::ip.eq(&from.ip))
        .filter(audit_events::user_agent.eq(&from.user_agent))
        .order(audit_events::id.desc())
        .select(audit_events::id)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

pub fn find(conn: &mut Conn, id: &str) -> StoreResult<Option<AuditEvent>> {
    let row =
        audit_events::table.filter(audit_events::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(AuditEvent::try_from).transpose()
}

/// All that concerns a person but the tokens that applications fetch all day: as the index has it, to the letter, since it
/// serves no other query.
const INDEXED: &str = "kind NOT IN ('token.issued', 'token.refreshed')";

fn is_indexed() -> SqlLiteral<Bool> {
    sql(INDEXED)
}

/// No event of that moment or a later one has a lesser id: a UUIDv7 begins with its time.
pub fn first_id_of(at: UnixTime) -> String {
    let millis = u64::try_from(at.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid().to_string()
}

/// A page of at most `limit` of what concerns one person, of these kinds, newest first, beginning before `before_id`.
pub fn list_for_subject(
    conn: &mut Conn,
    subject: &UserId,
    kinds: &[AuditKind],
    before_id: Option<&str>,
    limit: i64,
) -> StoreResult<Vec<AuditEvent>> {
    // No id comes after a letter that no id has.
    let before = audit_events::id.lt(before_id.unwrap_or("z"));
    let rows: Vec<Row> = each_backend!(conn, |conn| audit_events::table
        .filter(audit_events::subject_id.eq(subject))
        .filter(is_indexed())
        .filter(audit_events::kind.eq_any(kinds))
        .filter(before)
        .order(audit_events::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?);
    rows.into_iter().map(AuditEvent::try_from).collect()
}

/// What a passkey was used for, refused tries too, newest first.
pub fn list_uses(conn: &mut Conn, credential_id: &str, limit: i64) -> StoreResult<Vec<AuditEvent>> {
    let rows = audit_events::table
        .filter(audit_events::credential_ref.eq(reference(credential_id)))
        .filter(audit_events::kind.eq(AuditKind::AuthPasskey))
        .order(audit_events::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(AuditEvent::try_from).collect()
}

/// The application of the last sign-in with a passkey.
pub fn last_application(conn: &mut Conn, credential_id: &str) -> StoreResult<Option<ClientId>> {
    let last: Option<Option<ClientId>> = audit_events::table
        .filter(audit_events::credential_ref.eq(reference(credential_id)))
        .filter(audit_events::kind.eq(AuditKind::AuthPasskey))
        .filter(audit_events::outcome.eq(Outcome::Success))
        .order(audit_events::id.desc())
        .select(audit_events::client_id)
        .limit(1)
        .get_result(conn)
        .optional()?;
    Ok(last.flatten())
}

#[cfg(test)]
mod tests {
    use diesel::{QueryableByName, sql_query, sql_types::Text};

    use super::*;
    use crate::store::{Store, StoreOptions};

    #[test]
    fn the_first_id_of_a_moment_comes_after_every_id_before_it() {
        let last = uuid::Builder::from_unix_timestamp_millis(1_789_999_999_999, &[0xff; 10]).into_uuid().to_string();
        let first = first_id_of(UnixTime::from_millis(1_790_000_000_000));
        let next = uuid::Builder::from_unix_timestamp_millis(1_790_000_000_000, &[1; 10]).into_uuid().to_string();
        assert!(last < first && first < next, "{last} {first} {next}");
    }

    #[test]
    fn what_concerns_a_person_is_found_by_its_index() {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = Text)]
            detail: String,
        }
        let folder = tempfile::TempDir::new().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("genkan.db").display());
        let store = Store::open(&StoreOptions::new(url)).expect("the store opens");
        store.migrate().expect("the migrations run");
        let plan = |condition: &str| {
            let query = format!(
                "EXPLAIN QUERY PLAN SELECT * FROM audit_events WHERE subject_id = 'x' AND {condition} ORDER BY id DESC"
            );
            let steps = store.read(|conn| Ok(sql_query(query).load::<Step>(conn)?)).expect("a plan");
            steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ")
        };
        let indexed = plan(INDEXED);
        assert!(indexed.contains("USING INDEX audit_events_of_subject"), "{indexed}");
        assert!(!indexed.contains("TEMP B-TREE"), "{indexed}");
        assert!(!plan("kind NOT IN ('token.issued')").contains("audit_events_of_subject"));
    }
}
