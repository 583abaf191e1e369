//! What is counted, and `/metrics`, which shows it. What others keep anyway is asked of them when somebody looks.

use std::{fmt, sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, text},
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Registry, Unit},
};

use crate::{
    clock,
    domain::{Fault, Verdict},
    store::{self, Load},
    web::{gate::Gate, state::State},
};

pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// In seconds: from a point read to a password that had to wait for its turn.
const BUCKETS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 5.0];

type Labels<const N: usize> = [(&'static str, String); N];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    route: String,
    status: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignIn {
    way: Way,
    outcome: Tried,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Way {
    Passkey,
    Password,
    /// The code after the password.
    SecondFactor,
    /// An administrator's one-time code.
    AccessCode,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Tried {
    Success,
    Refused,
    /// Too soon after wrong ones.
    Limited,
    /// Nobody looked.
    Fault,
}

impl Tried {
    pub const fn of<T, R>(verdict: &Result<Verdict<T, R>, Fault>) -> Self {
        match verdict {
            Ok(Ok(_)) => Self::Success,
            Ok(Err(_)) => Self::Refused,
            Err(_) => Self::Fault,
        }
    }
}

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    requests: Family<Answer, Counter>,
    durations: Family<Labels<1>, Histogram, fn() -> Histogram>,
    sign_ins: Family<SignIn, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        Self { requests: Family::default(), durations, sign_ins: Family::default() }
    }
}

impl Metrics {
    /// `route` is the template, not the path: paths hold secrets, and there is no end of them.
    pub fn answered(&self, route: String, status: u16, took: Duration) {
        self.durations.get_or_create(&[("route", route.clone())]).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answer { route, status }).inc();
    }

    pub fn tried_to_sign_in(&self, way: Way, tried: Tried) {
        self.sign_ins.get_or_create(&SignIn { way, outcome: tried }).inc();
    }
}

pub fn text(state: &State) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("genkan");
    let Metrics { requests, durations, sign_ins } = state.metrics.clone();
    registry.register("requests", "Answers, by route and status", requests);
    let help = "How long answers took, by route";
    registry.register_with_unit("request_duration", help, Unit::Seconds, durations);
    registry.register("sign_ins", "Tries to sign in, by way and outcome", sign_ins);
    let version =
        Info::new([("version", env!("CARGO_PKG_VERSION").to_owned()), ("engine", state.store.engine().to_string())]);
    registry.register("build", "What runs here", version);
    gates(&mut registry, &[("requests", &state.working), ("hashing", &state.hashing)]);
    the_store(&mut registry, &state.store.load());
    signing_keys(&mut registry, state);
    the_clock(&mut registry);
    if let Some(certificates) = &state.certificates {
        let (ends, refused) = (certificates.present().ends_at.secs(), certificates.refused().is_some());
        registry.register("certificate_end_timestamp", "When the certificate ends", ConstGauge::new(ends));
        let help = "Whether the certificate files hold what cannot be used, and an older one is served";
        registry.register("certificate_refused", help, ConstGauge::new(i64::from(refused)));
    }
    let mut text = String::new();
    text::encode(&mut text, &registry)?;
    Ok(text)
}

fn gates(registry: &mut Registry, gates: &[(&str, &Gate)]) {
    let [working, waiting] = [(); 2].map(|()| Family::<Labels<1>, Gauge>::default());
    let [shed, waited] = [(); 2].map(|()| Family::<Labels<1>, Counter<f64, AtomicU64>>::default());
    for (name, gate) in gates {
        let (crowd, labels) = (gate.crowd(), [("gate", (*name).to_owned())]);
        working.get_or_create(&labels).set(crowd.working.try_into().unwrap_or(i64::MAX));
        waiting.get_or_create(&labels).set(crowd.waiting.try_into().unwrap_or(i64::MAX));
        shed.get_or_create(&labels).inc_by(crowd.shed as f64);
        waited.get_or_create(&labels).inc_by(crowd.waited.as_secs_f64());
    }
    registry.register("gate_working", "At work behind the gate", working);
    registry.register("gate_waiting", "Waiting before the gate", waiting);
    registry.register("gate_shed", "Sent away with 503, by gate", shed);
    registry.register_with_unit("gate_waited", "Waited before the gate, in all", Unit::Seconds, waited);
}

fn the_store(registry: &mut Registry, load: &Load) {
    registry.register("store_waiting", "Writes, or callers of PostgreSQL, that wait", gauge(load.waiting));
    registry.register("store_writes", "Writes in all", ConstCounter::new(load.writes));
    registry.register("store_commits", "Commits, each of one or more writes", ConstCounter::new(load.commits));
    registry.register("store_shed", "Writes sent away since too many waited", ConstCounter::new(load.shed));
}

fn signing_keys(registry: &mut Registry, state: &State) {
    // Without its store it has other troubles, and `/readyz` tells of them.
    let Ok(keys) = state.store.read(store::signing_keys::list) else { return };
    let ages = Family::<Labels<3>, Gauge>::default();
    for key in keys {
        let age = state.clock.now().since(key.activated_at.unwrap_or(key.created_at)).as_secs();
        let labels = [("kid", key.kid), ("alg", key.alg.as_str().to_owned()), ("state", key.state.as_str().to_owned())];
        ages.get_or_create(&labels).set(i64::try_from(age).unwrap_or(i64::MAX));
    }
    registry.register_with_unit("signing_key_age", "Since it signs, or was made", Unit::Seconds, ages);
}

fn the_clock(registry: &mut Registry) {
    let Ok(kernel) = clock::kernel() else { return };
    let synchronised = ConstGauge::new(i64::from(kernel.is_synchronised));
    registry.register("clock_synchronised", "Whether the kernel takes its clock for synchronised", synchronised);
    let help = "How far the clock may be from the truth";
    registry.register_with_unit("clock_error", help, Unit::Seconds, ConstGauge::new(kernel.error.as_secs_f64()));
    let offset = Duration::from_nanos(kernel.offset_nanos.unsigned_abs()).as_secs_f64();
    let offset = ConstGauge::new(if kernel.offset_nanos < 0 { -offset } else { offset });
    registry.register_with_unit("clock_offset", "What is still to be corrected", Unit::Seconds, offset);
}

fn gauge(count: usize) -> ConstGauge<i64> {
    ConstGauge::new(i64::try_from(count).unwrap_or(i64::MAX))
}
