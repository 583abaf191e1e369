//! What is asked of the trail, as it was typed, and what that means.

use jiff::{
    civil::{Date, DateTime},
    tz::{TimeZone, offset},
};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::{AuditGroup, AuditKind, ClientId, Outcome, UnixTime};

/// The fields of the form, of an address, of the command line. Empty: whatever it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Typed {
    /// Part of a name or an e-mail address.
    pub person: String,
    /// A `client_id`.
    pub application: String,
    /// [`AuditKind`] or [`AuditGroup`], by name.
    pub kind: String,
    pub outcome: String,
    /// `2026-11-28T02:00`, or a day, in Japan.
    pub from: String,
    /// To the end of that minute, or of that day.
    pub until: String,
    /// A whole one, or how it begins.
    pub address: String,
    /// Six digits.
    pub incident: String,
    /// The id of an event: what was recorded for the same request.
    pub request: String,
    /// The id of an event: what was done in the same session.
    pub session: String,
}

/// What cannot be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    #[error("nobody of that name or e-mail address is known")]
    Nobody,
    #[error("too many people match: type more of the name or e-mail address")]
    TooMany,
    #[error("there is no such application: give its client_id")]
    Application,
    #[error("there is no such kind or group of events: auth.passkey, sign_in, …")]
    Kind,
    #[error("an outcome is success, failure, denied or error")]
    Outcome,
    #[error("the beginning is no time: 2026-11-28 or 2026-11-28T02:00, in Japan")]
    From,
    #[error("the end is no time: 2026-11-28 or 2026-11-28T02:00, in Japan")]
    Until,
    #[error("the end comes before the beginning")]
    Backwards,
    #[error("an address is figures, dots and colons")]
    Address,
    #[error("an incident number is six digits")]
    Incident,
    /// Or one that is not theirs.
    #[error("there is no such event")]
    Event,
}

/// [`Typed`], understood.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub person: String,
    pub application: Option<ClientId>,
    /// None: all.
    pub kinds: Vec<AuditKind>,
    pub outcome: Option<Outcome>,
    pub from: Option<UnixTime>,
    /// Without this moment.
    pub until: Option<UnixTime>,
    pub address: String,
    pub incident: Option<String>,
    pub request: Option<String>,
    pub session: Option<String>,
}

impl Typed {
    /// By the names of the fields; what is longer than any of them can be is cut.
    pub fn of(field: impl Fn(&str) -> Option<String>) -> Self {
        const LIMIT: usize = 100;
        let text = |name: &str| field(name).unwrap_or_default().trim().chars().take(LIMIT).collect();
        Self {
            person: text("person"),
            application: text("application"),
            kind: text("kind"),
            outcome: text("outcome"),
            from: text("from"),
            until: text("until"),
            address: text("address"),
            incident: text("incident"),
            request: text("request"),
            session: text("session"),
        }
    }

    /// The fields that are not empty, in one order.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("person", &self.person),
            ("application", &self.application),
            ("kind", &self.kind),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("until", &self.until),
            ("address", &self.address),
            ("incident", &self.incident),
            ("request", &self.request),
            ("session", &self.session),
        ];
        all.into_iter().map(|(name, text)| (name, text.as_str())).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// As the record has it that somebody asked so.
    pub fn told(&self) -> Value {
        self.pairs().into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect::<Map<_, _>>().into()
    }

    pub fn read(&self) -> Result<Filter, Trouble> {
        let filter = Filter {
            person: self.person.clone(),
            application: given(&self.application, ClientId::parse, Trouble::Application)?,
            kinds: given(&self.kind, kinds, Trouble::Kind)?.unwrap_or_default(),
            outcome: given(&self.outcome, Outcome::parse, Trouble::Outcome)?,
            from: given(&self.from, |text| moment(text).map(|(begins, _)| begins), Trouble::From)?,
            until: given(&self.until, |text| moment(text).map(|(_, ends)| ends), Trouble::Until)?,
            address: given(&self.address, address, Trouble::Address)?.unwrap_or_default(),
            incident: given(&self.incident, incident, Trouble::Incident)?,
            request: given(&self.request, event, Trouble::Event)?,
            session: given(&self.session, event, Trouble::Event)?,
        };
        match (filter.from, filter.until) {
            (Some(from), Some(until)) if until <= from => Err(Trouble::Backwards),
            _ => Ok(filter),
        }
    }
}

fn given<T>(text: &str, read: impl Fn(&str) -> Option<T>, trouble: Trouble) -> Result<Option<T>, Trouble> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some).ok_or(trouble) }
}

fn kinds(text: &str) -> Option<Vec<AuditKind>> {
    AuditKind::parse(text).map(|kind| vec![kind]).or_else(|| Some(AuditGroup::parse(text)?.kinds().collect()))
}

/// When a minute or a day begins and ends in Japan.
fn moment(text: &str) -> Option<(UnixTime, UnixTime)> {
    let japan = |at: DateTime| {
        let zoned = at.to_zoned(TimeZone::fixed(offset(9))).ok()?;
        Some(UnixTime::from_millis(zoned.timestamp().as_millisecond()))
    };
    if text.len() == "2026-11-28".len() {
        let day: Date = text.parse().ok()?;
        return Some((japan(day.at(0, 0, 0, 0))?, japan(day.tomorrow().ok()?.at(0, 0, 0, 0))?));
    }
    let minute: DateTime = text.replace(' ', "T").parse().ok().filter(|_| text.len() == "2026-11-28T02:00".len())?;
    let begins = japan(minute)?;
    Some((begins, begins.plus(std::time::Duration::from_secs(60))))
}

/// Full-width figures are figures.
fn incident(text: &str) -> Option<String> {
    let digits = crate::domain::folded(text);
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// What addresses are written with.
fn address(text: &str) -> Option<String> {
    let plain = crate::domain::folded(text);
    let fits = plain.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':' | b'/'));
    (fits && !plain.is_empty()).then_some(plain)
}

fn event(text: &str) -> Option<String> {
    uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36).map(|id| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, text: &str) -> Result<Filter, Trouble> {
        Typed::of(|field| (field == name).then(|| text.to_owned())).read()
    }

    #[test]
    fn times_are_those_of_japan_and_their_minute_or_day_belongs_to_them() {
        let filter = Typed { from: "2026-11-28T02:00".into(), until: "2026-11-28T02:00".into(), ..Typed::default() };
        let read = filter.read().expect("one minute");
        let (from, until) = (read.from.expect("a beginning"), read.until.expect("an end"));
        assert_eq!((from.secs(), until.secs() - from.secs()), (1_795_798_800, 60));
        let day = Typed { from: "2026-11-28".into(), until: "2026-11-28".into(), ..Typed::default() };
        let read = day.read().expect("one day");
        assert_eq!(read.until.expect("an end").secs() - read.from.expect("a beginning").secs(), 86_400);
        let backwards = Typed { from: "2026-11-28".into(), until: "2026-11-27T23:59".into(), ..Typed::default() };
        assert_eq!(backwards.read().expect_err("refused"), Trouble::Backwards);
    }

    #[test]
    fn what_is_none_of_ours_is_named_and_never_looked_for() {
        for (name, text, trouble) in [
            ("application", "x", Trouble::Application),
            ("kind", "auth.*", Trouble::Kind),
            ("outcome", "bad", Trouble::Outcome),
            ("from", "28.11.2026", Trouble::From),
            ("from", "2026-11-28T02:00:00", Trouble::From),
            ("until", "2026-02-30", Trouble::Until),
            ("address", "10.0.0.%", Trouble::Address),
            ("incident", "12345", Trouble::Incident),
            ("incident", "12345x", Trouble::Incident),
            ("request", "../x", Trouble::Event),
            ("session", "1", Trouble::Event),
        ] {
            assert_eq!(typed(name, text).expect_err("refused"), trouble, "{name} {text}");
        }
    }

    #[test]
    fn a_group_is_all_its_kinds_and_full_width_figures_are_figures() {
        let kinds = typed("kind", "sign_in").expect("a group").kinds;
        assert!(kinds.len() > 3 && kinds.contains(&AuditKind::AuthPasskey), "{kinds:?}");
        assert_eq!(typed("kind", "auth.passkey").expect("a kind").kinds, [AuditKind::AuthPasskey]);
        assert_eq!(typed("incident", "１２３４５６").expect("digits").incident.as_deref(), Some("123456"));
        assert_eq!(typed("address", "192.0.2.").expect("a beginning").address, "192.0.2.");
    }
}
