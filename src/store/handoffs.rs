//! Phones on their way to a passkey of their own: at most one a session, each step a conditional update.

use diesel::prelude::*;

use super::{Conn, StoreResult, Tx, schema::handoffs};
use crate::domain::{Handoff, HandoffId, HandoffStage, SecretHash, SessionId, UnixTime};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = handoffs, treat_none_as_default_value = false)]
struct Row {
    id: HandoffId,
    session_id: SessionId,
    token_hash: SecretHash,
    stage: HandoffStage,
    phone_hash: Option<SecretHash>,
    digits: Option<String>,
    wrong_digits: i32,
    pressed_elsewhere: bool,
    offer: Option<String>,
    end_reason: Option<String>,
    expires_at: UnixTime,
}

impl From<&Handoff> for Row {
    fn from(handoff: &Handoff) -> Self {
        let handoff = handoff.clone();
        Self {
            id: handoff.id,
            session_id: handoff.session_id,
            token_hash: handoff.token_hash,
            stage: handoff.stage,
            phone_hash: handoff.phone,
            digits: handoff.digits,
            wrong_digits: handoff.wrong_digits,
            pressed_elsewhere: handoff.pressed_elsewhere,
            offer: handoff.offer,
            end_reason: handoff.end_reason,
            expires_at: handoff.expires_at,
        }
    }
}

impl From<Row> for Handoff {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            session_id: row.session_id,
            token_hash: row.token_hash,
            stage: row.stage,
            phone: row.phone_hash,
            digits: row.digits,
            wrong_digits: row.wrong_digits,
            pressed_elsewhere: row.pressed_elsewhere,
            offer: row.offer,
            end_reason: row.end_reason,
            expires_at: row.expires_at,
        }
    }
}

pub fn find_by_token(conn: &mut Conn, token: &SecretHash) -> StoreResult<Option<Handoff>> {
    let same_token = handoffs::token_hash.eq(token);
    let row = handoffs::table.filter(same_token).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Handoff::from))
}

pub fn find_by_session(conn: &mut Conn, session: &SessionId) -> StoreResult<Option<Handoff>> {
    let same_session = handoffs::session_id.eq(session);
    let row = handoffs::table.filter(same_session).select(Row::as_select()).get_result(conn).optional()?;
    Ok(row.map(Handoff::from))
}

/// In place of what the session had before. The caller holds the session's row ([`super::sessions::still_alive`]), or two
/// at once would both find room.
pub fn replace(tx: &mut Tx<'_>, handoff: &Handoff) -> StoreResult<()> {
    diesel::delete(handoffs::table.filter(handoffs::session_id.eq(&handoff.session_id))).execute(&mut **tx)?;
    diesel::insert_into(handoffs::table).values(Row::from(handoff)).execute(&mut **tx)?;
    Ok(())
}

/// From one stage to the next, with what belongs to it: `false` when it is at another by now, or its time is over.
macro_rules! step {
    ($tx:expr, $id:expr, $from:ident -> $to:ident, $now:expr, $condition:expr, $set:expr) => {{
        let target = handoffs::table
            .filter(handoffs::id.eq($id))
            .filter(handoffs::stage.eq(HandoffStage::$from))
            .filter(handoffs::expires_at.gt($now))
            .filter($condition);
        let changed = diesel::update(target).set((handoffs::stage.eq(HandoffStage::$to), $set)).execute(&mut **$tx)?;
        Ok(changed == 1)
    }};
}

/// `phone`: the browser that holds it from now on.
pub fn press(tx: &mut Tx<'_>, id: &HandoffId, phone: &SecretHash, digits: &str, now: UnixTime) -> StoreResult<bool> {
    let held = (handoffs::phone_hash.eq(phone), handoffs::digits.eq(digits));
    step!(tx, id, Shown -> Pressed, now, handoffs::phone_hash.is_null(), held)
}

/// `false` when it was noted before.
pub fn note_pressed_elsewhere(tx: &mut Tx<'_>, id: &HandoffId) -> StoreResult<bool> {
    let changed = diesel::update(handoffs::table.filter(handoffs::id.eq(id)))
        .filter(handoffs::pressed_elsewhere.eq(false))
        .set(handoffs::pressed_elsewhere.eq(true))
        .execute(&mut **tx)?;
    Ok(changed == 1)
}

/// `read`: how many wrong ones the decision knew of. Of many guesses at once one counts.
pub fn confirm(tx: &mut Tx<'_>, id: &HandoffId, read: i32, now: UnixTime) -> StoreResult<bool> {
    step!(tx, id, Pressed -> Confirmed, now, handoffs::wrong_digits.eq(read), handoffs::wrong_digits.eq(read))
}

/// As [`confirm`].
pub fn count_wrong_digits(tx: &mut Tx<'_>, id: &HandoffId, read: i32, now: UnixTime) -> StoreResult<bool> {
    step!(tx, id, Pressed -> Pressed, now, handoffs::wrong_digits.eq(read), handoffs::wrong_digits.eq(read + 1))
}

pub fn offer(tx: &mut Tx<'_>, id: &HandoffId, offer: &str, now: UnixTime) -> StoreResult<bool> {
    step!(tx, id, Confirmed -> Offered, now, handoffs::offer.is_null(), handoffs::offer.eq(offer))
}

/// For the write that registers what was offered, once.
pub fn take(tx: &mut Tx<'_>, id: &HandoffId, now: UnixTime) -> StoreResult<bool> {
    step!(tx, id, Offered -> Done, now, handoffs::offer.is_not_null(), handoffs::end_reason.eq(None::<String>))
}

pub fn end(tx: &mut Tx<'_>, id: &HandoffId, reason: &str) -> StoreResult<()> {
    diesel::update(handoffs::table.filter(handoffs::id.eq(id)))
        .set((handoffs::stage.eq(HandoffStage::Ended), handoffs::end_reason.eq(reason)))
        .execute(&mut **tx)?;
    Ok(())
}
