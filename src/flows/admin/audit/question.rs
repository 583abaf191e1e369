//! A filter put to the trail: the strands that an index gives, each newest first, plaited into one; what else is asked is
//! asked of every event of them.
//!
//! Each page looks at [`LOOKED_AT`] events at most, however many there are: where few of those are wanted it says how far it
//! has looked, and the next one goes on there. So no question reads the whole trail at once, whatever somebody asks.

use std::{cmp::Reverse, collections::VecDeque, net::IpAddr, time::Duration};

use super::typed::{Filter, Trouble};
use crate::{
    domain::{Actor, AuditEvent, ClinicId, Outcome, UnixTime, UserId, folded},
    store::{
        self, Conn, StoreError,
        audit_events::{Strand, first_id_of},
        memberships::{Among, Page},
    },
};

/// Of one page.
const LOOKED_AT: usize = 5_000;
/// So many people, and so many addresses, are looked for at once.
const PEOPLE: usize = 5;
const ADDRESSES: usize = 20;
/// Read of a strand at once.
const PIECE: i64 = 500;
/// No id comes after a letter that no id has.
const END: &str = "z";
/// What was gathered is told when its minute is over, at the latest when a server that stood still runs again.
const TOLD_LATER: Duration = Duration::from_secs(3600);
/// No request takes longer.
const REQUEST: Duration = Duration::from_secs(120);

/// Whose events somebody may see. One without a clinic is nobody's but the house's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Clinic(ClinicId),
    Everything,
}

impl Scope {
    pub fn sees(&self, event: &AuditEvent) -> bool {
        match self {
            Self::Everything => true,
            Self::Clinic(id) => event.clinic_id.as_ref() == Some(id),
        }
    }

    fn clinic(&self) -> Option<&ClinicId> {
        match self {
            Self::Everything => None,
            Self::Clinic(id) => Some(id),
        }
    }

    fn strand(&self) -> Strand {
        match self {
            Self::Everything => Strand::Everything,
            Self::Clinic(id) => Strand::Clinic(id.clone()),
        }
    }
}

pub struct Question {
    scope: Scope,
    filter: Filter,
    people: Vec<UserId>,
    /// Of the event that is asked about.
    request: Option<String>,
    session: Option<String>,
    strands: Vec<Strand>,
    since: String,
    before: String,
}

pub struct Answer {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    /// There may be more before this one.
    pub before: Option<String>,
    /// How far was looked, where that was not to the end and the page is not full.
    pub looked_to: Option<UnixTime>,
    /// Events, whether they are wanted or not.
    pub looked_at: usize,
}

impl Question {
    pub fn new(conn: &mut Conn, scope: Scope, filter: Filter) -> Result<Result<Self, Trouble>, StoreError> {
        let people = match people(conn, &scope, &filter.person)? {
            Ok(people) => people,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let (mut from, mut until) = (filter.from, filter.until.map(|until| until.plus(TOLD_LATER)));
        let (mut request, mut session) = (None, None);
        if let Some(id) = filter.request.as_ref().or(filter.session.as_ref()) {
            let found = store::audit_events::find(conn, id)?.filter(|event| scope.sees(event));
            let Some(event) = found else { return Ok(Err(Trouble::Event)) };
            if filter.request.is_some() {
                from = from.max(Some(event.at.minus(REQUEST)));
                until = Some(event.at.plus(REQUEST)).min(until.or(Some(event.at.plus(REQUEST))));
                request = Some(event.request.request_id);
            } else {
                let Some(reference) = event.session_ref else { return Ok(Err(Trouble::Event)) };
                session = Some(reference);
            }
        }
        let mut question = Self {
            since: from.map(first_id_of).unwrap_or_default(),
            before: until.map_or_else(|| END.to_owned(), first_id_of),
            strands: Vec::new(),
            scope,
            filter,
            people,
            request,
            session,
        };
        question.strands = question.choose(conn)?;
        Ok(Ok(question))
    }

    /// The narrowest that there is an index for. What applications fetch all day is among them where its kind is asked for.
    ///
    /// A clinic's own are never read off what all clinics share: how far that goes would tell of the others.
    fn choose(&self, conn: &mut Conn) -> Result<Vec<Strand>, StoreError> {
        let filter = &self.filter;
        let fails = filter.outcome.filter(|outcome| *outcome != Outcome::Success);
        let everywhere = self.scope == Scope::Everything;
        Ok(if let Some(number) = &filter.incident {
            vec![Strand::Incident(number.clone())]
        } else if filter.kinds.iter().any(|kind| kind.is_all_day()) {
            let application = filter.application.clone().filter(|_| everywhere);
            vec![application.map_or_else(|| self.scope.strand(), Strand::Client)]
        } else if let Some(session) = &self.session {
            vec![Strand::Session(session.clone())]
        } else if self.request.is_some() {
            vec![self.scope.strand()]
        } else if !self.people.is_empty() {
            let of = |id: &UserId| [Strand::By(id.clone()), Strand::Subject(id.clone())];
            self.people.iter().flat_map(of).collect()
        } else if let Scope::Clinic(id) = &self.scope {
            let quiet = !filter.address.is_empty() || !filter.kinds.is_empty() || fails.is_some();
            vec![if quiet { Strand::Quiet(id.clone()) } else { Strand::Clinic(id.clone()) }]
        } else if let Some(strands) = self.of_addresses(conn)? {
            strands
        } else if !filter.kinds.is_empty() {
            filter.kinds.iter().copied().map(Strand::Kind).collect()
        } else if let Some(id) = &filter.application {
            vec![Strand::Client(id.clone())]
        } else if let Some(outcome) = fails {
            vec![Strand::Outcome(outcome)]
        } else {
            vec![Strand::Everything]
        })
    }

    /// `None` where so many begin like that that any other strand is full of them.
    fn of_addresses(&self, conn: &mut Conn) -> Result<Option<Vec<Strand>>, StoreError> {
        let beginning = &self.filter.address;
        if beginning.is_empty() {
            return Ok(None);
        }
        if beginning.parse::<IpAddr>().is_ok() {
            return Ok(Some(vec![Strand::Address(beginning.clone())]));
        }
        let found = store::audit_events::addresses(conn, beginning, ADDRESSES + 1)?;
        Ok((found.len() <= ADDRESSES).then(|| found.into_iter().map(Strand::Address).collect()))
    }

    /// The one place where an event is let through.
    fn admits(&self, event: &AuditEvent) -> bool {
        let filter = &self.filter;
        let exact = filter.address.parse::<IpAddr>().is_ok();
        self.scope.sees(event)
            && (self.people.is_empty() || self.people.iter().any(|id| concerns(event, id)))
            && filter.application.as_ref().is_none_or(|id| event.client_id.as_ref() == Some(id))
            && (filter.kinds.is_empty() || filter.kinds.contains(&event.kind))
            && filter.outcome.is_none_or(|outcome| event.outcome == outcome)
            && filter.from.is_none_or(|from| event.at >= from)
            && filter.until.is_none_or(|until| event.at < until)
            && event.request.ip.starts_with(&filter.address)
            && (!exact || event.request.ip == filter.address)
            && filter.incident.as_ref().is_none_or(|number| event.incident.as_ref() == Some(number))
            && self.request.as_ref().is_none_or(|id| event.request.request_id == *id)
            && self.session.as_ref().is_none_or(|session| event.session_ref.as_ref() == Some(session))
    }

    /// At most `limit` events, beginning before `before` (an id).
    pub fn page(&self, conn: &mut Conn, before: Option<&str>, limit: usize) -> Result<Answer, StoreError> {
        let before = before.unwrap_or(END).min(self.before.as_str());
        let mut plait: Vec<_> =
            self.strands.iter().map(|strand| Reading::new(strand, self.scope.clinic(), before)).collect();
        let mut events: Vec<AuditEvent> = Vec::new();
        let mut looked_at = 0;
        loop {
            for reading in &mut plait {
                reading.fill(conn, &self.since, limit)?;
            }
            // The newest of all; the same event may lie in two strands.
            let Some(id) = plait.iter().filter_map(Reading::head).max().map(str::to_owned) else { break };
            let mut same = plait.iter_mut().filter_map(|reading| reading.take(&id));
            let Some(event) = same.next() else { break };
            same.for_each(drop);
            looked_at += 1;
            let (at, wanted) = (event.at, self.admits(&event));
            if wanted && events.len() == limit {
                let before = events.last().map(|event| event.id.clone());
                return Ok(Answer { events, before, looked_to: None, looked_at });
            }
            if wanted {
                events.push(event);
            }
            if looked_at == LOOKED_AT.max(limit + 1) {
                return Ok(Answer { events, before: Some(id), looked_to: Some(at), looked_at });
            }
        }
        Ok(Answer { events, before: None, looked_to: None, looked_at })
    }
}

fn concerns(event: &AuditEvent, person: &UserId) -> bool {
    event.subject.as_ref() == Some(person) || matches!(&event.actor, Actor::User { id, .. } if id == person)
}

/// None where nobody is asked for.
fn people(conn: &mut Conn, scope: &Scope, typed: &str) -> Result<Result<Vec<UserId>, Trouble>, StoreError> {
    if typed.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let (named, limit) = (folded(typed), i64::try_from(PEOPLE + 1).unwrap_or(i64::MAX));
    let found: Vec<_> = match scope {
        Scope::Clinic(clinic) => {
            let page = Page { clinic, among: Among::Everybody, named: &named, after: None, limit };
            store::memberships::list_page(conn, page)?.into_iter().map(|(_, user)| user.id).collect()
        }
        Scope::Everything => store::users::list_named(conn, &named, limit)?.into_iter().map(|user| user.id).collect(),
    };
    Ok(match found.len() {
        0 => Err(Trouble::Nobody),
        1..=PEOPLE => Ok(found),
        _ => Err(Trouble::TooMany),
    })
}

/// A strand, piece by piece.
struct Reading<'a> {
    strand: &'a Strand,
    within: Option<&'a ClinicId>,
    ahead: VecDeque<AuditEvent>,
    before: String,
    piece: i64,
    ended: bool,
}

impl<'a> Reading<'a> {
    fn new(strand: &'a Strand, within: Option<&'a ClinicId>, before: &str) -> Self {
        Self { strand, within, ahead: VecDeque::new(), before: before.to_owned(), piece: 0, ended: false }
    }

    fn fill(&mut self, conn: &mut Conn, since: &str, limit: usize) -> Result<(), StoreError> {
        if !self.ahead.is_empty() || self.ended {
            return Ok(());
        }
        // Most pages are full with the first piece.
        self.piece = if self.piece == 0 { i64::try_from(limit + 1).unwrap_or(PIECE) } else { PIECE };
        let range = (since, self.before.as_str());
        let found = store::audit_events::strand(conn, (self.strand, self.within), range, self.piece)?;
        self.ended = found.len() < usize::try_from(self.piece).unwrap_or(usize::MAX);
        if let Some(last) = found.last() {
            self.before.clone_from(&last.id);
        }
        debug_assert!(found.is_sorted_by_key(|event| Reverse(&event.id)));
        self.ahead = found.into();
        Ok(())
    }

    fn head(&self) -> Option<&str> {
        self.ahead.front().map(|event| event.id.as_str())
    }

    fn take(&mut self, id: &str) -> Option<AuditEvent> {
        if self.head() == Some(id) { self.ahead.pop_front() } else { None }
    }
}
