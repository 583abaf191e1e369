//! What somebody sees of the trail, taken along as a file: read page by page, so that neither memory nor a thread is held
//! for as long as it goes out. It has an end, and so has the search for what belongs into it.

use serde_json::json;

use super::{
    look::{Names, names, record, scope},
    question::{Answer, Question},
    typed::{Trouble, Typed},
};
use crate::{
    domain::{AuditEvent, AuditKind, Fault, SignedIn, UnixTime},
    flows::Cx,
    store::{Store, audit_events::first_id_of},
};

/// Events of one file.
pub const MOST: usize = 100_000;
/// Events that are looked at for one file: what is wanted may be rare.
pub const FARTHEST: usize = 1_000_000;
const PAGE: usize = 500;

/// How far a file has come.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// Events so far.
    pub count: usize,
    /// Where to go on; `None` at the beginning.
    before: Option<String>,
    /// Events that may still be looked at.
    left: usize,
    pub ended: bool,
    /// More may be found further back than one file is looked for.
    pub cut: bool,
}

/// A page of a file, newest first, with what its events name.
pub struct Piece {
    pub events: Vec<AuditEvent>,
    pub names: Names,
    pub so_far: Exported,
}

impl Exported {
    /// Of what there is now: what comes meanwhile, the record of the export itself too, is not in it. `farthest`: events to look at.
    pub fn begin(now: UnixTime, farthest: usize) -> Self {
        Self { before: Some(first_id_of(now)), left: farthest, ..Self::default() }
    }

    fn after(mut self, answer: &Answer) -> Self {
        self.count += answer.events.len();
        self.left = self.left.saturating_sub(answer.looked_at);
        self.cut = self.left == 0 && answer.before.is_some();
        self.ended = self.cut || answer.before.is_none();
        self.before.clone_from(&answer.before);
        self
    }
}

/// `most`: of the whole file. `None`: the trail is not theirs to see.
pub fn next(
    store: &Store,
    who: &SignedIn,
    typed: &Typed,
    so_far: Exported,
    most: usize,
) -> Result<Option<Result<Piece, Trouble>>, Fault> {
    let Some(scope) = scope(who) else { return Ok(None) };
    let filter = match typed.read() {
        Ok(filter) => filter,
        Err(trouble) => return Ok(Some(Err(trouble))),
    };
    store.read(|conn| {
        let question = match Question::new(conn, scope, filter)? {
            Ok(question) => question,
            Err(trouble) => return Ok(Some(Err(trouble))),
        };
        let limit = PAGE.min(most.saturating_sub(so_far.count));
        let answer = question.page(conn, so_far.before.as_deref(), limit)?;
        let names = names(conn, &answer.events)?;
        let mut so_far = so_far.after(&answer);
        so_far.ended |= so_far.count >= most;
        Ok(Some(Ok(Piece { events: answer.events, names, so_far })))
    })
}

/// Recorded before anything leaves: how many, and which. `false`: they are no longer who may.
pub fn prepare(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    typed: &Typed,
    format: &str,
    count: usize,
) -> Result<bool, Fault> {
    let detail = json!({ "count": count, "format": format, "filter": typed.told() });
    record(store, cx, who, AuditKind::AuditExported, detail)
}
