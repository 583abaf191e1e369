//! What an auditor's questions cost on a long trail.

use std::{path::Path, time::Instant};

use clap::Args as Arguments;
use genkan::{
    domain::{
        Actor, AuditEvent, AuditKind, ClientId, Clinic, ClinicId, Membership, Outcome, RequestInfo, SessionId,
        UnixTime, User,
    },
    flows::admin::audit::{Question, Scope, Typed},
    random::Random,
    store::{self, Store},
};

use crate::{Result, seed};

#[derive(Arguments)]
pub struct Args {
    /// A new one, on the disk that is meant
    folder: std::path::PathBuf,
    #[arg(long, default_value_t = 1_000_000)]
    events: u32,
}

/// Events of one write.
const PIECE: u32 = 5_000;
/// Between two events: a million are a year.
const APART_MS: u32 = 31_500;
/// Each question is asked so often; the median counts.
const ASKED: usize = 9;
const PAGE: usize = 50;

struct Cast {
    clinic: ClinicId,
    application: ClientId,
    people: Vec<User>,
    ends: UnixTime,
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no date")]
pub fn run(args: &Args) -> Result<()> {
    std::fs::create_dir_all(&args.folder)?;
    let url = format!("sqlite:{}", args.folder.canonicalize()?.join("genkan.db").display());
    let target = seed::seed(&args.folder, 8080, &url, 40)?;
    let store = seed::open(&args.folder)?;
    let clinic: Clinic = store.read(store::clinics::list)?.remove(0);
    let people: Vec<(Membership, User)> = store.read(|conn| store::memberships::list_for_clinic(conn, &clinic.id))?;
    let cast = Cast {
        clinic: clinic.id,
        application: ClientId::new(target.es256.id),
        people: people.into_iter().map(|(_, user)| user).collect(),
        ends: seed::now(),
    };
    let began = Instant::now();
    fill(&store, &cast, args.events)?;
    let (each, size) = (began.elapsed() / args.events, size(&args.folder)?);
    println!("{} events, {} µs each to write, {size} MB\n", args.events, each.as_micros());
    println!("| asked by | for | first page ms | a later page ms | found |\n| --- | --- | ---: | ---: | ---: |");
    for (by, scope) in [("auditor", Scope::Clinic(cast.clinic.clone())), ("system administrator", Scope::Everything)] {
        for (what, typed) in questions(&cast) {
            let (first, later, found) = ask(&store, &scope, &typed)?;
            println!("| {by} | {what} | {first:.1} | {later} | {found} |");
        }
    }
    Ok(())
}

fn size(folder: &Path) -> Result<u64> {
    Ok(std::fs::metadata(folder.join("genkan.db"))?.len() / 1_000_000)
}

/// Most of a trail are the tokens that applications fetch; some is of another clinic, and of nobody's.
fn fill(store: &Store, cast: &Cast, events: u32) -> Result<()> {
    for piece in 0..events.div_ceil(PIECE) {
        let numbers = piece * PIECE..events.min((piece + 1) * PIECE);
        let made: Vec<_> = numbers.map(|number| event(cast, number, events)).collect();
        store.write(move |tx| made.iter().try_for_each(|event| store::audit_events::insert(tx, event)))?;
    }
    Ok(())
}

fn event(cast: &Cast, number: u32, of: u32) -> AuditEvent {
    let at = UnixTime::from_millis(cast.ends.millis() - i64::from(of - number) * i64::from(APART_MS));
    let millis = u64::try_from(at.millis()).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &Random.bytes()).into_uuid().to_string();
    let user = &cast.people[number as usize % cast.people.len()];
    let actor = Actor::User { id: user.id.clone(), name: user.profile.name.clone() };
    let kind = match number % 20 {
        0 => AuditKind::AuthPasskey,
        1 => AuditKind::SessionStarted,
        2 => AuditKind::AuthPassword,
        3 => AuditKind::SessionEnded,
        // Seldom, as what an auditor looks for.
        4 if number % 50_000 == 4 => AuditKind::PasskeyDeleted,
        4..=8 => AuditKind::TokenIssued,
        _ => AuditKind::TokenRefreshed,
    };
    let tokens = matches!(kind, AuditKind::TokenIssued | AuditKind::TokenRefreshed);
    let request = RequestInfo {
        request_id: hex::encode(Random.bytes::<8>()),
        ip: format!("192.0.2.{}", number % 200),
        user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36".to_owned(),
        terminal: None,
    };
    let outcome = if number % 400 == 2 { Outcome::Failure } else { Outcome::Success };
    let actor = if tokens { Actor::Client(cast.application.clone()) } else { actor };
    let event = AuditEvent::new(id, at, kind, outcome, actor, request)
        .subject(&user.id)
        .session(&SessionId::new(format!("session-{}", number / 500)))
        .client(&cast.application);
    match number % 10 {
        // Another clinic's.
        9 => event.clinic(&ClinicId::new("01a21df4-0000-7000-8000-000000000000")),
        _ => event.clinic(&cast.clinic),
    }
}

fn questions(cast: &Cast) -> Vec<(&'static str, Typed)> {
    let day = |days: u64| {
        let at = cast.ends.minus(std::time::Duration::from_secs(days * 86_400));
        genkan::flows::admin::last_day(at)
    };
    let text = str::to_owned;
    vec![
        ("everything", Typed::default()),
        ("a day half a year ago", Typed { from: day(180), until: day(180), ..Typed::default() }),
        ("a person", Typed { person: text("staff7@"), ..Typed::default() }),
        ("a person's failures", Typed { person: text("staff2@"), outcome: text("failure"), ..Typed::default() }),
        ("an application", Typed { application: cast.application.to_string(), ..Typed::default() }),
        ("a kind", Typed { kind: text("auth.passkey"), ..Typed::default() }),
        ("a rare kind", Typed { kind: text("passkey.deleted"), ..Typed::default() }),
        ("a group of kinds", Typed { kind: text("sessions"), ..Typed::default() }),
        ("failures", Typed { outcome: text("failure"), ..Typed::default() }),
        ("an address", Typed { address: text("192.0.2.17"), ..Typed::default() }),
        ("addresses that begin so", Typed { address: text("192.0.2.1"), ..Typed::default() }),
        ("an address that never came", Typed { address: text("198.51.100.7"), ..Typed::default() }),
        ("a number that nobody was shown", Typed { incident: text("999999"), ..Typed::default() }),
        (
            "what never happened there",
            Typed { kind: text("auth.passkey"), outcome: text("denied"), ..Typed::default() },
        ),
    ]
}

/// Medians in milliseconds; the later page is the fifth, where there is one.
#[expect(clippy::disallowed_methods, reason = "a stopwatch is no date")]
fn ask(store: &Store, scope: &Scope, typed: &Typed) -> Result<(f64, String, usize)> {
    let filter = typed.read().map_err(|trouble| trouble.to_string())?;
    let once = |before: Option<&str>| -> Result<(f64, usize, Option<String>)> {
        let began = Instant::now();
        let answer = store.read(|conn| match Question::new(conn, scope.clone(), filter.clone())? {
            Ok(question) => question.page(conn, before, PAGE).map(Ok),
            Err(trouble) => Ok(Err(trouble)),
        })?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        let answer = answer.map_err(|trouble| trouble.to_string())?;
        Ok((took, answer.events.len(), answer.before))
    };
    let median = |before: Option<&str>| -> Result<f64> {
        let mut took = (0..ASKED).map(|_| Ok(once(before)?.0)).collect::<Result<Vec<_>>>()?;
        took.sort_by(f64::total_cmp);
        Ok(took[ASKED / 2])
    };
    let (_, found, mut before) = once(None)?;
    for _ in 0..3 {
        before = match before {
            Some(id) => once(Some(&id))?.2,
            None => None,
        };
    }
    let later = match before {
        Some(id) => format!("{:.1}", median(Some(&id))?),
        None => "-".to_owned(),
    };
    Ok((median(None)?, later, found))
}
