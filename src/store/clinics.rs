//! Clinics and their policies.

use diesel::prelude::*;

use super::{
    Conn, StoreError, StoreResult, Tx,
    columns::{containing, from_json, from_millis, to_json, to_millis},
    conn::{each_backend, guard},
    schema::clinics,
};
use crate::domain::{
    Accent, AllowList, Clinic, ClinicId, Fallback, InstitutionCode, PasswordFallback, TerminalKind, UnixTime,
};

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = clinics, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(super) struct Row {
    id: ClinicId,
    name: String,
    name_kana: Option<String>,
    name_en: Option<String>,
    contact: String,
    password_only_reason: Option<String>,
    password_only_until: Option<UnixTime>,
    session_idle: i64,
    session_absolute: i64,
    created_at: UnixTime,
    registration: String,
    password_fallback: Fallback,
    unregistered_terminal: TerminalKind,
    code: Option<String>,
    accent: Option<String>,
    admin_addresses: String,
    updated_at: UnixTime,
    name_key: String,
}

impl From<&Clinic> for Row {
    fn from(clinic: &Clinic) -> Self {
        let (name_key, clinic) = (clinic.name_key(), clinic.clone());
        let chosen = clinic.password_fallback.chosen();
        let (reason, until) = match clinic.password_fallback {
            PasswordFallback::PasswordOnly { reason, until } => (Some(reason), Some(until)),
            PasswordFallback::SecondFactor | PasswordFallback::Deny => (None, None),
        };
        Self {
            id: clinic.id,
            name: clinic.name,
            name_kana: clinic.name_kana,
            name_en: clinic.name_en,
            contact: clinic.contact,
            password_only_reason: reason,
            password_only_until: until,
            session_idle: to_millis(clinic.session_idle),
            session_absolute: to_millis(clinic.session_absolute),
            created_at: clinic.created_at,
            registration: to_json(&clinic.registration),
            password_fallback: chosen,
            unregistered_terminal: clinic.unregistered_terminal,
            code: clinic.code.map(|code| code.as_str().to_owned()),
            accent: clinic.accent.map(Accent::hex),
            admin_addresses: to_json(&clinic.admin_addresses.to_texts()),
            updated_at: clinic.updated_at,
            name_key,
        }
    }
}

impl TryFrom<Row> for Clinic {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            name_kana: row.name_kana,
            name_en: row.name_en,
            contact: row.contact,
            password_fallback: fallback(row.password_fallback, row.password_only_reason, row.password_only_until)?,
            session_idle: from_millis(row.session_idle)?,
            session_absolute: from_millis(row.session_absolute)?,
            created_at: row.created_at,
            registration: from_json(&row.registration)?,
            unregistered_terminal: row.unregistered_terminal,
            code: row.code.map(InstitutionCode::from_stored),
            accent: row.accent.as_deref().map(accent).transpose()?,
            admin_addresses: addresses(&row.admin_addresses)?,
            updated_at: row.updated_at,
        })
    }
}

fn fallback(chosen: Fallback, reason: Option<String>, until: Option<UnixTime>) -> StoreResult<PasswordFallback> {
    match (chosen, reason.zip(until)) {
        (Fallback::SecondFactor, _) => Ok(PasswordFallback::SecondFactor),
        (Fallback::Deny, _) => Ok(PasswordFallback::Deny),
        (Fallback::PasswordOnly, Some((reason, until))) => Ok(PasswordFallback::PasswordOnly { reason, until }),
        (Fallback::PasswordOnly, None) => {
            Err(StoreError::BrokenRow("a clinic whose passwords stand alone for no reason or without end".to_owned()))
        }
    }
}

fn accent(text: &str) -> StoreResult<Accent> {
    Accent::parse(text).map_err(|_| StoreError::BrokenRow(format!("a clinic of a colour that nobody can read: {text}")))
}

fn addresses(text: &str) -> StoreResult<AllowList> {
    let texts: Vec<String> = from_json(text)?;
    AllowList::parse(texts.iter().map(String::as_str))
        .map_err(|text| StoreError::BrokenRow(format!("an address that is none: {text}")))
}

pub fn find(conn: &mut Conn, id: &ClinicId) -> StoreResult<Option<Clinic>> {
    let row = clinics::table.filter(clinics::id.eq(id)).select(Row::as_select()).get_result(conn).optional()?;
    row.map(Clinic::try_from).transpose()
}

/// Guard: the clinic is there, and changed by nobody else until this transaction ends.
pub fn hold(tx: &mut Tx<'_>, id: &ClinicId) -> StoreResult<bool> {
    guard!(tx, for_no_key_update, clinics::table.filter(clinics::id.eq(id)).select(clinics::id))
}

pub fn list(conn: &mut Conn) -> StoreResult<Vec<Clinic>> {
    let rows = clinics::table.order((clinics::name, clinics::id)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Clinic::try_from).collect()
}

/// Ordered by [`Clinic::name_key`]. `named`: part of one; empty: every clinic. `after`: those that come after this one.
pub fn list_page(conn: &mut Conn, named: &str, after: Option<&ClinicId>, limit: i64) -> StoreResult<Vec<Clinic>> {
    let last = match after {
        Some(id) => clinics::table
            .filter(clinics::id.eq(id))
            .select((clinics::name_key, clinics::id))
            .get_result(conn)
            .optional()?,
        None => None,
    };
    // No key is empty.
    let (key, id) = last.unwrap_or_else(|| (String::new(), ClinicId::new("")));
    let rows = each_backend!(conn, |conn| clinics::table
        .filter(clinics::name_key.like(containing(named)).escape('\\'))
        .filter(clinics::name_key.gt(&key).or(clinics::name_key.eq(&key).and(clinics::id.gt(&id))))
        .order((clinics::name_key, clinics::id))
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?);
    rows.into_iter().map(Clinic::try_from).collect()
}

/// Another clinic than this one has the code.
pub fn code_is_taken(conn: &mut Conn, code: &InstitutionCode, except: &ClinicId) -> StoreResult<bool> {
    let others = clinics::table.filter(clinics::code.eq(code.as_str())).filter(clinics::id.ne(except));
    let found: Option<ClinicId> = others.select(clinics::id).get_result(conn).optional()?;
    Ok(found.is_some())
}

pub fn insert(tx: &mut Tx<'_>, clinic: &Clinic) -> StoreResult<()> {
    diesel::insert_into(clinics::table).values(Row::from(clinic)).execute(&mut **tx)?;
    Ok(())
}

/// Writes everything but the id; `false` when there is no such clinic.
pub fn update(tx: &mut Tx<'_>, clinic: &Clinic) -> StoreResult<bool> {
    let target = clinics::table.filter(clinics::id.eq(&clinic.id));
    Ok(diesel::update(target).set(Row::from(clinic)).execute(&mut **tx)? == 1)
}
