//! What of a draft says how people enter, and for how long things last: texts as they were typed, an empty one for what goes
//! without saying.

use super::super::Refusal;
use crate::domain::{Acr, Client, Demands, Lifetimes, TerminalKind};

/// As in [`super::Draft`]: `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// An `acr` of [`Demands::MINIMA`].
    pub min_acr: Option<String>,
    pub takes_temporary: Option<bool>,
    /// Separated by spaces.
    pub terminals: Option<String>,
    pub access_token_minutes: Option<String>,
    pub id_token_minutes: Option<String>,
    pub refresh_token_days: Option<String>,
    pub secret_days: Option<String>,
}

impl Limits {
    pub(super) fn apply(&self, client: &mut Client) -> Result<(), Refusal> {
        let Client { demands, lifetimes, secret_days, .. } = client;
        if let Some(acr) = &self.min_acr {
            demands.min_acr = minimum(acr)?;
        }
        if let Some(taken) = self.takes_temporary {
            demands.takes_temporary = taken;
        }
        if let Some(words) = &self.terminals {
            demands.terminals = terminals(words)?;
        }
        let (minutes, days) = (Lifetimes::MOST_MINUTES, Lifetimes::MOST_DAYS);
        for (field, text, most, number) in [
            ("access_token_minutes", &self.access_token_minutes, minutes, &mut lifetimes.access_token_minutes),
            ("id_token_minutes", &self.id_token_minutes, minutes, &mut lifetimes.id_token_minutes),
            ("refresh_token_days", &self.refresh_token_days, days, &mut lifetimes.refresh_token_days),
            ("secret_days", &self.secret_days, Client::MOST_SECRET_DAYS, secret_days),
        ] {
            if let Some(text) = text {
                *number = count(field, text, most)?;
            }
        }
        Ok(())
    }
}

fn minimum(text: &str) -> Result<Option<Acr>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let found = Acr::parse(text).filter(|acr| Demands::MINIMA.contains(acr));
    let known = || Demands::MINIMA.map(Acr::as_str).join(", ");
    found.map(Some).ok_or_else(|| Refusal::BadAcr { acr: text.to_owned(), known: known() })
}

/// Each once. All of them is as good as none.
fn terminals(text: &str) -> Result<Vec<TerminalKind>, Refusal> {
    let known = || TerminalKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    let bad = |word: &str| Refusal::BadTerminalKind { kind: word.to_owned(), known: known() };
    let named: Vec<_> = text
        .split_whitespace()
        .map(|word| TerminalKind::parse(word).ok_or_else(|| bad(word)))
        .collect::<Result<_, _>>()?;
    let kinds: Vec<_> = TerminalKind::ALL.iter().copied().filter(|kind| named.contains(kind)).collect();
    Ok(if kinds.len() == TerminalKind::ALL.len() { Vec::new() } else { kinds })
}

fn count(field: &'static str, text: &str, most: u32) -> Result<Option<u32>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let count = text.parse().ok().filter(|count| (1..=most).contains(count));
    count.map(Some).ok_or(Refusal::BadCount { field, most })
}
