//! The bench: drives an OpenID provider as browsers and applications do, and says what an operation costs the server, beside
//! what its parts cost by themselves. `tests/bench/run.sh` is the whole of it; README.md holds the table.

mod bare;
mod browser;
mod compare;
mod floors;
mod house;
mod http;
mod journal;
mod load;
mod operations;
mod seed;
mod servers;
mod suite;
#[expect(dead_code, reason = "the tests use the rest")]
#[path = "../support"]
mod support {
    mod forgery;
    pub mod soft_key;
}
mod table;
mod target;
mod trail;
mod usage;

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::Parser;

use crate::{
    journal::Journal,
    load::{Crew, Length},
    operations::Operation,
    target::Alg,
    target::Target,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[derive(Parser)]
enum Command {
    /// Starts everything, drives it in rounds, and prints the table
    Suite(suite::Args),
    /// Drives one operation at one issuer that is running already
    Drive {
        /// What `seed` wrote
        #[arg(long)]
        target: PathBuf,
        operation: Operation,
        #[arg(long, default_value = "es256")]
        alg: Alg,
        #[arg(long, default_value_t = 16)]
        concurrency: usize,
        #[arg(long, default_value_t = 10_000)]
        count: usize,
        /// Goes on for so many seconds instead, whatever fails meanwhile
        #[arg(long)]
        seconds: Option<f64>,
        /// The server's process, for CPU and memory
        #[arg(long)]
        pid: Option<u32>,
        /// Write down each answer, and stop quietly when the server is gone
        #[arg(long)]
        journal: Option<PathBuf>,
    },
    /// Makes a Genkan to drive: `genkan serve` it in that folder
    Seed {
        folder: PathBuf,
        #[arg(long)]
        port: u16,
        #[arg(long)]
        store: String,
    },
    /// Looks for everything that a journal says was answered; fails on any loss
    Compare(compare::Args),
    /// What the parts cost by themselves, as JSON
    Floors { folder: PathBuf },
    /// What an auditor's questions cost on a trail of so many events
    Trail(trail::Args),
    /// What the lists and searches of the administration cost in a house of 100,000 people
    House(house::Args),
    /// A bare axum server
    Bare { port: u16 },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    match Command::parse() {
        Command::Suite(args) => suite::run(&args).await,
        Command::Drive { target, operation, alg, concurrency, count, seconds, pid, journal } => {
            let target = Arc::new(Target::read(&target)?);
            let mut crew = Crew::for_operation(&target, concurrency, operation, alg).await?;
            let written = match &journal {
                None => None,
                Some(path) => {
                    let (journal, written) = Journal::create(path)?;
                    crew.write_down(journal);
                    Some(written)
                }
            };
            let through = seconds.map(|seconds| Length::Through(Duration::from_secs_f64(seconds)));
            let run = crew.run(operation, through.unwrap_or(Length::Count(count)), pid).await?;
            drop(crew);
            if let Some(written) = written {
                written.join().map_err(|_| "the journal's thread panicked")??;
            }
            println!("{}", serde_json::to_string(&run)?);
            Ok(())
        }
        Command::Seed { folder, port, store } => seed::seed(&folder, port, &store, suite::AT_ONCE).map(drop),
        Command::Compare(args) => compare::run(&args),
        Command::Floors { folder } => {
            println!("{}", serde_json::to_string(&floors::measure(&folder)?)?);
            Ok(())
        }
        Command::Trail(args) => trail::run(&args),
        Command::House(args) => house::run(&args).await,
        Command::Bare { port } => bare::serve(port).await,
    }
}
