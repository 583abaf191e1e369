//! What events have in common that an index finds: each strand is read newest first, and ends where it is cut. Whatever else
//! is asked of its events is for who reads it.

use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Text},
};

use super::{Row, is_indexed};
use crate::{
    domain::{AuditEvent, AuditKind, ClientId, ClinicId, Outcome, UserId},
    store::{Conn, StoreResult, conn::each_backend, schema::audit_events},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strand {
    Everything,
    Clinic(ClinicId),
    /// Without what its applications fetch all day.
    Quiet(ClinicId),
    /// Of no kind that applications cause all day ([`AuditKind::is_all_day`]).
    Kind(AuditKind),
    Client(ClientId),
    /// What somebody did.
    By(UserId),
    /// What was done to somebody, or in their name, as all that follow without what applications fetch all day.
    Subject(UserId),
    /// As the trail has it.
    Address(String),
    /// Any but success.
    Outcome(Outcome),
    /// As [`reference`](crate::domain::reference) names it.
    Session(String),
    Incident(String),
}

/// At most `limit` events whose ids lie in `since..before`, newest first, and of this clinic where one is named. Each condition
/// is that of an index, to the letter; the clinic's must not be one.
pub fn strand(
    conn: &mut Conn,
    (strand, within): (&Strand, Option<&ClinicId>),
    (since, before): (&str, &str),
    limit: i64,
) -> StoreResult<Vec<AuditEvent>> {
    let rows: Vec<Row> = each_backend!(conn, |conn| {
        let query = audit_events::table
            .filter(audit_events::id.ge(since))
            .filter(audit_events::id.lt(before))
            .order(audit_events::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        let query = match strand {
            Strand::Everything => query,
            Strand::Clinic(id) => query.filter(audit_events::clinic_id.eq(id)),
            Strand::Quiet(id) => query
                .filter(audit_events::clinic_id.eq(id))
                .filter(sql::<Bool>("clinic_id IS NOT NULL"))
                .filter(is_indexed()),
            Strand::Kind(kind) => query.filter(audit_events::kind.eq(kind)).filter(is_indexed()),
            Strand::Client(id) => query.filter(audit_events::client_id.eq(id)),
            Strand::By(id) => {
                query.filter(audit_events::actor_id.eq(id.as_str())).filter(sql::<Bool>("actor_kind = 'user'"))
            }
            Strand::Subject(id) => query.filter(audit_events::subject_id.eq(id)).filter(is_indexed()),
            Strand::Address(ip) => {
                query.filter(audit_events::ip.eq(ip)).filter(sql::<Bool>("ip <> ''")).filter(is_indexed())
            }
            Strand::Outcome(outcome) => {
                query.filter(audit_events::outcome.eq(outcome)).filter(sql::<Bool>("outcome <> 'success'"))
            }
            Strand::Session(session) => query.filter(audit_events::session_ref.eq(session)).filter(is_indexed()),
            Strand::Incident(number) => query.filter(audit_events::incident.eq(number)),
        };
        match within {
            Some(id) => query.filter(sql::<Bool>("clinic_id || '' = ").bind::<Text, _>(id.as_str())).load(conn)?,
            None => query.load(conn)?,
        }
    });
    rows.into_iter().map(AuditEvent::try_from).collect()
}

/// The different addresses that begin so, at most `most` of them: one look into the index for each.
pub fn addresses(conn: &mut Conn, beginning: &str, most: usize) -> StoreResult<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    while found.len() < most {
        let query = audit_events::table
            .filter(sql::<Bool>("ip <> ''"))
            .filter(is_indexed())
            .order(audit_events::ip)
            .select(audit_events::ip)
            .limit(1)
            .into_boxed();
        let query = match found.last() {
            Some(last) => query.filter(audit_events::ip.gt(last.clone())),
            None => query.filter(audit_events::ip.ge(beginning)),
        };
        match query.get_result::<String>(conn).optional()?.filter(|next| next.starts_with(beginning)) {
            Some(next) => found.push(next),
            None => break,
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

    use crate::store::{Store, StoreOptions};

    #[test]
    fn each_strand_is_read_off_an_index_in_its_order() {
        #[derive(QueryableByName)]
        struct Step {
            #[diesel(sql_type = Text)]
            detail: String,
        }
        let folder = tempfile::TempDir::new().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("genkan.db").display());
        let store = Store::open(&StoreOptions::new(url)).expect("the store opens");
        store.migrate().expect("the migrations run");
        for (condition, index) in [
            ("1", "PRIMARY KEY"),
            ("clinic_id = ?", "audit_events_of_clinic"),
            (
                "clinic_id = ? AND clinic_id IS NOT NULL AND kind NOT IN ('token.issued', 'token.refreshed')",
                "audit_events_of_clinic_but_tokens",
            ),
            ("actor_id = ? AND actor_kind = 'user' AND clinic_id || '' = ?", "audit_events_by_person"),
            ("kind = ? AND kind NOT IN ('token.issued', 'token.refreshed')", "audit_events_of_kind"),
            ("client_id = ?", "audit_events_of_client"),
            ("actor_id = ? AND actor_kind = 'user'", "audit_events_by_person"),
            ("subject_id = ? AND kind NOT IN ('token.issued', 'token.refreshed')", "audit_events_of_subject"),
            ("ip = ? AND ip <> '' AND kind NOT IN ('token.issued', 'token.refreshed')", "audit_events_from"),
            ("outcome = ? AND outcome <> 'success'", "audit_events_of_failure"),
            ("session_ref = ? AND kind NOT IN ('token.issued', 'token.refreshed')", "audit_events_in_session"),
            ("incident = ?", "audit_events_of_incident"),
        ] {
            let query = format!(
                "EXPLAIN QUERY PLAN SELECT * FROM audit_events WHERE id >= ? AND id < ? AND {condition} ORDER BY id DESC"
            );
            let steps = store.read(|conn| Ok(sql_query(query).load::<Step>(conn)?)).expect("a plan");
            let plan = steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(index) && plan.contains("SEARCH") && !plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
}
