//! What the lists and searches of the administration cost in a house of 100,000 people: each page as a browser asks for it, from
//! the server itself.

mod fill;
mod questions;

use std::{path::PathBuf, time::Instant};

use clap::Args as Arguments;
use genkan::{
    app::{Running, ServeOptions},
    clock::Clock,
};
use hyper::{StatusCode, header::COOKIE};

use crate::{Result, http::Connection, seed, servers::free_port, usage};
use fill::Asker;
use questions::{Question, Turn};

#[derive(Arguments)]
pub struct Args {
    /// A new one, on the disk that is meant
    folder: PathBuf,
    #[arg(long, default_value_t = 10_000_000)]
    events: u64,
}

/// So often each page.
const ASKED: u32 = 9;
const AT_MOST_MS: f64 = 200.0;

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no date")]
pub async fn run(args: &Args) -> Result<()> {
    std::fs::create_dir_all(&args.folder)?;
    let folder = args.folder.canonicalize()?;
    let began = Instant::now();
    let house = fill::house(&folder, free_port()?, args.events)?;
    let size = std::fs::metadata(folder.join("genkan.db"))?.len() / 1_000_000;
    println!("{} events, {size} MB, made in {} s.", args.events, began.elapsed().as_secs());
    println!("Load average before the first question: {}.\n", usage::load_average()?);
    let running = Running::start(seed::config(&folder)?, ServeOptions { migrate: false }, Clock::System).await?;
    let mut server = Connection::to(running.issuer.trim_start_matches("http://"));
    println!("| asked by | list | of it | first page | middle | last page | floor | shown |");
    println!("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |");
    let mut slowest = Slowest::default();
    for question in questions::all(&folder, &house)? {
        let asker = if question.by_system { &house.system } else { &house.great };
        let first = measure(&mut server, asker, &question.first, ASKED).await?;
        let middle = question.middle.measure(&mut server, asker).await?;
        let last = question.last.measure(&mut server, asker).await?;
        let floor = match question.floor {
            true => Some(measure(&mut server, &house.small, &question.first, ASKED).await?),
            false => None,
        };
        let shown = first.body.matches(question.entry).count();
        let Question { list, what, .. } = question;
        let pages = [Some(first), middle, last];
        let [first, middle, last, floor] =
            [&pages[0], &pages[1], &pages[2], &floor].map(|page| page.as_ref().map_or("-".to_owned(), Page::told));
        println!("| {} | {list} | {what} | {first} | {middle} | {last} | {floor} | {shown} |", asker.name);
        pages.into_iter().flatten().for_each(|page| slowest.note(page, list, &what));
    }
    println!("\n{slowest}");
    println!("Load average after the last: {}.", usage::load_average()?);
    running.stop().await;
    Ok(())
}

/// A page, asked for again and again.
struct Page {
    /// The median, in milliseconds.
    wall: f64,
    /// The mean of the whole process, in milliseconds: of the server, and of who asks.
    cpu: f64,
    body: String,
}

impl Page {
    fn told(&self) -> String {
        format!("{:.0} / {:.0}", self.wall, self.cpu)
    }
}

#[derive(Default)]
struct Slowest {
    wall: (f64, String),
    cpu: (f64, String),
}

impl Slowest {
    fn note(&mut self, page: Page, list: &str, what: &str) {
        for (worst, ms) in [(&mut self.wall, page.wall), (&mut self.cpu, page.cpu)] {
            if ms > worst.0 {
                *worst = (ms, format!("{list}, {what}"));
            }
        }
    }
}

impl std::fmt::Display for Slowest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { wall, cpu } = self;
        let verdict = |ms: f64| if ms <= AT_MOST_MS { "as it must be" } else { "too slow" };
        writeln!(f, "The slowest took {:.0} ms ({}): {}.", wall.0, wall.1, verdict(wall.0))?;
        write!(f, "The dearest took {:.0} ms of CPU ({}): {}.", cpu.0, cpu.1, verdict(cpu.0))
    }
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no date")]
async fn measure(server: &mut Connection, asker: &Asker, path: &str, times: u32) -> Result<Page> {
    let cookie = format!("genkan={}", asker.secret.reveal());
    let mut took = Vec::new();
    let mut body = String::new();
    let before = usage::cpu(std::process::id())?;
    for _ in 0..times {
        let began = Instant::now();
        let answer = server.get(path, &[(COOKIE, &cookie)]).await?;
        took.push(began.elapsed().as_secs_f64() * 1000.0);
        let answer = answer.expect(StatusCode::OK).map_err(|error| format!("{path}: {error}"))?;
        body = String::from_utf8(answer.body.into())?;
    }
    let cpu = (usage::cpu(std::process::id())? - before).as_secs_f64() * 1000.0 / f64::from(times);
    took.sort_by(f64::total_cmp);
    Ok(Page { wall: took[took.len() / 2], cpu, body })
}

impl Turn {
    /// `None`: there is no such page.
    async fn measure(&self, server: &mut Connection, asker: &Asker) -> Result<Option<Page>> {
        Ok(match self {
            Self::None => None,
            Self::To(path) => Some(measure(server, asker, path, ASKED).await?),
            Self::Follow(path) => {
                let mut here = path.clone();
                loop {
                    let page = measure(server, asker, &here, 1).await?;
                    match page.body.split_once("name=\"before\" value=\"").and_then(|(_, rest)| rest.split_once('"')) {
                        Some((cursor, _)) => here = format!("{path}&before={cursor}"),
                        None => break Some(measure(server, asker, &here, ASKED).await?),
                    }
                }
            }
        })
    }
}
