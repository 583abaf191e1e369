//! Texts that people typed.

use super::Refusal;

/// Trimmed, on one line, not empty, at most `max` characters.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String, Refusal> {
    let text = text.trim();
    let good = !text.is_empty() && text.chars().count() <= max && !text.chars().any(char::is_control);
    if good { Ok(text.to_owned()) } else { Err(Refusal::BadText { field, max }) }
}

/// As [`line()`]; a text of nothing takes the value away.
pub fn optional(field: &'static str, text: &str, max: usize) -> Result<Option<String>, Refusal> {
    if text.trim().is_empty() { Ok(None) } else { line(field, text, max).map(Some) }
}
