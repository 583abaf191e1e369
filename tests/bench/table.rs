//! The figures for people: medians, and the ratios that must be reached.

use std::fmt::Write;

use crate::{
    Result,
    floors::Floors,
    suite::{Figures, Lane},
};

pub fn text(figures: &Figures) -> Result<String> {
    let mut text = String::new();
    operations(&mut text, figures)?;
    let costs = Costs::of(figures)?;
    parts(&mut text, figures, &costs)?;
    ratios(&mut text, &costs)?;
    memory(&mut text, figures)?;
    writeln!(
        text,
        "\nMedian of {} rounds. Load average at the start of each: {}.",
        figures.floors.len(),
        figures.load_averages.join(", ")
    )?;
    Ok(text)
}

fn operations(text: &mut String, figures: &Figures) -> Result<()> {
    writeln!(text, "| operation | CPU µs each | a second | p50 ms | p99 ms | errors | MB resident |")?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for lane in &figures.lanes {
        let of = |figure: fn(&crate::load::Run) -> f64| median(lane.runs.iter().map(figure));
        let errors: usize = lane.runs.iter().map(|run| run.errors).sum();
        writeln!(
            text,
            "| {} | {:.0} | {:.0} | {:.1} | {:.1} | {errors} | {:.0} |",
            lane.name,
            of(|run| run.cpu_us),
            of(|run| run.rate),
            of(|run| run.p50_ms),
            of(|run| run.p99_ms),
            of(|run| run.resident_mb),
        )?;
    }
    Ok(())
}

fn parts(text: &mut String, figures: &Figures, costs: &Costs) -> Result<()> {
    let floor = |of: fn(&Floors) -> f64| median(figures.floors.iter().map(of));
    writeln!(text, "\n| part by itself | CPU µs each |\n| --- | ---: |")?;
    for (name, cost) in [
        ("one ES256 signature", costs.es256),
        ("one RS256 signature (2048 bits)", costs.rs256),
        ("one assertion check (webauthn-rs)", costs.assertion),
        ("one Argon2id hash", floor(|floors| floors.argon2_hash)),
        ("one durable commit alone (1 row)", floor(|floors| floors.commit_alone)),
        ("one gathered write of three rows (16 at once)", costs.write),
        ("one bare axum answer (1 KiB)", costs.answer),
    ] {
        writeln!(text, "| {name} | {cost:.1} |")?;
    }
    Ok(())
}

fn ratios(text: &mut String, costs: &Costs) -> Result<()> {
    let flow = costs.es256 + 3.0 * costs.answer + costs.write;
    writeln!(text, "\n| must reach | cost | of | ratio | at most |\n| --- | ---: | ---: | ---: | ---: |")?;
    for (name, cost, of, most) in [
        ("code flow, ES256: signature, three answers, write", costs.flow_es256, flow, 2.5),
        ("code flow, RS256: the same with its signature", costs.flow_rs256, flow - costs.es256 + costs.rs256, 2.5),
        ("code flow, ES256, of oidc-provider in memory", costs.flow_es256, costs.yardstick, 1.0 / 6.0),
        ("refresh: signature, answer, write", costs.refresh, costs.es256 + costs.answer + costs.write, 2.5),
        (
            "passkey sign-in: assertion check, two answers, write",
            costs.passkey,
            costs.assertion + 2.0 * costs.answer + costs.write,
            1.5,
        ),
        ("discovery: an answer of its size", costs.discovery.0, costs.discovery.1, 2.0),
        ("JWKS: an answer of its size", costs.jwks.0, costs.jwks.1, 2.0),
    ] {
        writeln!(text, "| {name} | {cost:.1} | {of:.1} | {:.2} | {most:.2} |", cost / of)?;
    }
    Ok(())
}

fn memory(text: &mut String, figures: &Figures) -> Result<()> {
    if figures.memory.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n| code flows | MB resident |\n| ---: | ---: |")?;
    for (flows, held) in &figures.memory {
        writeln!(text, "| {flows} | {held:.1} |")?;
    }
    Ok(())
}

/// Medians of what the ratios are made of.
struct Costs {
    es256: f64,
    rs256: f64,
    assertion: f64,
    write: f64,
    answer: f64,
    flow_es256: f64,
    flow_rs256: f64,
    yardstick: f64,
    passkey: f64,
    refresh: f64,
    /// With a bare answer of the same size.
    discovery: (f64, f64),
    jwks: (f64, f64),
}

impl Costs {
    fn of(figures: &Figures) -> Result<Self> {
        let floor = |of: fn(&Floors) -> f64| median(figures.floors.iter().map(of));
        let lane = |name: &str| -> Result<f64> {
            let lane: &Lane =
                figures.lanes.iter().find(|lane| lane.name == name).ok_or_else(|| format!("no {name}"))?;
            Ok(median(lane.runs.iter().map(|run| run.cpu_us)))
        };
        Ok(Self {
            es256: floor(|floors| floors.es256_signature),
            rs256: floor(|floors| floors.rs256_signature),
            assertion: floor(|floors| floors.assertion_check),
            write: floor(|floors| floors.gathered_write),
            answer: lane("axum: 1 KiB")?,
            flow_es256: lane("genkan: CodeFlow Es256")?,
            flow_rs256: lane("genkan: CodeFlow Rs256")?,
            yardstick: lane("oidc-provider, memory: CodeFlow Es256")?,
            passkey: lane("genkan: Passkey")?,
            refresh: lane("genkan: Refresh")?,
            discovery: (lane("genkan: Discovery")?, lane("axum: as discovery")?),
            jwks: (lane("genkan: Jwks")?, lane("axum: as JWKS")?),
        })
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
