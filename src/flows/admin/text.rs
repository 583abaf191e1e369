//! Texts that people typed.

use super::Refusal;
use crate::domain::is_unseen;

/// Trimmed, on one line, not empty, at most `max` characters, all of which can be seen.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let good = !text.is_empty() && text.chars().count() <= max && !text.chars().any(is_unseen);
    if good { Ok(text.to_owned()) } else { Err(Refusal::BadText { field, max }) }
}

/// As [`line()`]; a text of nothing takes the value away.
pub fn optional(field: &'static str, text: &str, max: usize) -> Result<Option<String>, Refusal> {
    if text.trim().is_empty() { Ok(None) } else { line(field, text, max).map(Some) }
}
