//! Everything in turn, round after round, so that a machine that slows down slows everybody down; of each the median.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use clap::Args as Arguments;
use serde::Serialize;

use crate::{
    Result,
    floors::Floors,
    load::{Crew, Length, Run},
    operations::Operation,
    servers::Server,
    table,
    target::{Alg, Target},
    usage,
};

pub const AT_ONCE: usize = 16;

#[derive(Arguments)]
pub struct Args {
    #[arg(long)]
    genkan: PathBuf,
    /// The folder of npm oidc-provider
    #[arg(long)]
    yardstick: PathBuf,
    /// A new one, on the disk that is meant
    #[arg(long)]
    folder: PathBuf,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The core that servers have for themselves; this program must be on another
    #[arg(long, default_value_t = 0)]
    core: usize,
    /// Also drive so many code flows through one Genkan, and look at its memory
    #[arg(long, default_value_t = 0)]
    flows: usize,
    /// Where the figures go as JSON
    #[arg(long)]
    json: PathBuf,
}

/// One operation at one server, measured once a round.
#[derive(Serialize)]
pub struct Lane {
    pub name: String,
    pub runs: Vec<Run>,
    #[serde(skip)]
    drive: Drive,
}

struct Drive {
    crew: Crew,
    operation: Operation,
    count: usize,
    pid: u32,
}

#[derive(Serialize)]
pub struct Figures {
    pub lanes: Vec<Lane>,
    pub floors: Vec<Floors>,
    pub load_averages: Vec<String>,
    /// Resident megabytes after so many code flows.
    pub memory: Vec<(usize, f64)>,
}

pub async fn run(args: &Args) -> Result<()> {
    fs::create_dir_all(&args.folder)?;
    let folder = |name: &str| -> Result<PathBuf> {
        let path = args.folder.join(name);
        fs::create_dir_all(&path)?;
        Ok(path)
    };
    let genkan = Server::genkan(&args.genkan, &folder("genkan")?, args.core, AT_ONCE)?;
    let axum = Server::bare(args.core)?;
    let memory = Server::yardstick("oidc-provider, memory", &args.yardstick, ":memory:", args.core)?;
    let file = folder("yardstick")?.join("oidc-provider.db").display().to_string();
    let sqlite = Server::yardstick("oidc-provider, SQLite", &args.yardstick, &file, args.core)?;

    let mut lanes = Vec::new();
    for (operation, alg, count) in [
        (Operation::CodeFlow, Alg::Es256, 6_000),
        (Operation::CodeFlow, Alg::Rs256, 3_000),
        (Operation::Password, Alg::Es256, 64),
        (Operation::Passkey, Alg::Es256, 2_400),
        (Operation::Refresh, Alg::Es256, 6_000),
        (Operation::Discovery, Alg::Es256, 24_000),
        (Operation::Jwks, Alg::Es256, 24_000),
    ] {
        lanes.push(Lane::new(&genkan, operation, alg, count).await?);
    }
    let sizes = document_sizes(&genkan.target).await?;
    for (name, size) in [("1 KiB", 1024), ("as discovery", sizes.0), ("as JWKS", sizes.1)] {
        let target = Target { jwks: format!("/{size}"), ..(*axum.target).clone() };
        lanes.push(Lane::bare(name, &axum, Arc::new(target)).await?);
    }
    for (server, alg, count) in [(&memory, Alg::Es256, 1_600), (&memory, Alg::Rs256, 1_200), (&sqlite, Alg::Es256, 240)]
    {
        lanes.push(Lane::new(server, Operation::CodeFlow, alg, count).await?);
    }

    let mut figures = Figures { lanes, floors: Vec::new(), load_averages: Vec::new(), memory: Vec::new() };
    for round in 0..=args.rounds {
        figures.round(round, &args.folder, args.core).await?;
    }
    drop((genkan, axum, memory, sqlite));
    if args.flows > 0 {
        figures.memory = memory_over(args, &folder("memory")?).await?;
    }
    fs::write(&args.json, serde_json::to_vec_pretty(&figures)?)?;
    print!("{}", table::text(&figures)?);
    Ok(())
}

impl Figures {
    /// The first is to warm up and is not kept.
    async fn round(&mut self, round: usize, folder: &Path, core: usize) -> Result<()> {
        eprintln!("round {round}, load average {}", usage::load_average()?);
        if round > 0 {
            self.load_averages.push(usage::load_average()?);
            self.floors.push(floors_on(core, &folder.join(format!("floors-{round}")))?);
        }
        for lane in &mut self.lanes {
            let Drive { crew, operation, count, pid } = &mut lane.drive;
            let count = if round == 0 { *count / 8 } else { *count };
            let run = crew.run(*operation, Length::Count(count), Some(*pid)).await?;
            eprintln!("  {:<40} {:>8.1} us {:>8.0}/s {} errors", lane.name, run.cpu_us, run.rate, run.errors);
            if round > 0 {
                lane.runs.push(run);
            }
        }
        Ok(())
    }
}

impl Lane {
    async fn new(server: &Server, operation: Operation, alg: Alg, count: usize) -> Result<Self> {
        let crew = Crew::for_operation(&server.target, AT_ONCE, operation, alg).await?;
        let suffix = if operation == Operation::CodeFlow { format!(" {alg:?}") } else { String::new() };
        let drive = Drive { crew, operation, count, pid: server.pid() };
        Ok(Self { name: format!("{}: {operation:?}{suffix}", server.name), runs: Vec::new(), drive })
    }

    async fn bare(name: &str, server: &Server, target: Arc<Target>) -> Result<Self> {
        let crew = Crew::for_operation(&target, AT_ONCE, Operation::Jwks, Alg::Es256).await?;
        let drive = Drive { crew, operation: Operation::Jwks, count: 32_000, pid: server.pid() };
        Ok(Self { name: format!("axum: {name}"), runs: Vec::new(), drive })
    }
}

async fn document_sizes(target: &Target) -> Result<(usize, usize)> {
    let mut http = crate::http::Connection::to(target.authority());
    let discovery = http.get("/.well-known/openid-configuration", &[]).await?.body.len();
    Ok((discovery, http.get(&target.jwks, &[]).await?.body.len()))
}

/// In a process of its own on the servers' core.
fn floors_on(core: usize, folder: &Path) -> Result<Floors> {
    let this = std::env::current_exe()?;
    let mut command = Command::new("taskset");
    let told = command.arg("--cpu-list").arg(core.to_string()).arg(this).arg("floors").arg(folder).output()?;
    if !told.status.success() {
        return Err(String::from_utf8_lossy(&told.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&told.stdout)?)
}

/// From sessions that were there before the process.
async fn memory_over(args: &Args, folder: &Path) -> Result<Vec<(usize, f64)>> {
    const LOOKS: usize = 6;
    let server = Server::genkan(&args.genkan, folder, args.core, AT_ONCE)?;
    let mut crew = Crew::for_operation(&server.target, AT_ONCE, Operation::CodeFlow, Alg::Es256).await?;
    let server = server.again(&args.genkan, folder, args.core)?;
    let (flows, mut seen) = (args.flows, vec![(0, usage::resident(server.pid())?)]);
    // Half as many again, to see whether it stays.
    for look in 1..=LOOKS + LOOKS / 2 {
        let run = crew.run(Operation::CodeFlow, Length::Count(flows / LOOKS), Some(server.pid())).await?;
        eprintln!("  {} code flows: {:.1} MB", look * (flows / LOOKS), run.resident_mb);
        seen.push((look * (flows / LOOKS), run.resident_mb));
    }
    Ok(seen)
}
