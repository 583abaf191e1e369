//! Why a command did not do what was asked: a sentence that says what to do next, and exit code 1.

use std::process::ExitCode;

use crate::config::ConfigErrors;
use crate::domain::Fault;
use crate::flows::admin::Refusal;

#[derive(Debug)]
pub enum Failure {
    /// Whatever it is, its text says what to do.
    Refused(String),
    Config(ConfigErrors),
    Fault(Fault),
    Output(std::io::Error),
}

impl Failure {
    pub fn report(&self) -> ExitCode {
        match self {
            // `genkan audit export | head`: the reader has had enough.
            Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            _ => {
                eprintln!("genkan: {self}");
                ExitCode::FAILURE
            }
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(error) => write!(f, "cannot write the answer: {error}"),
            Self::Refused(why) => f.write_str(why),
            Self::Config(errors) => write!(f, "{errors}\nconfig/default.toml explains every setting"),
            Self::Fault(fault) => write!(f, "{fault}\n{}", next_step(fault)),
        }
    }
}

fn next_step(fault: &Fault) -> &'static str {
    match fault {
        Fault::Busy(_) => "nothing was changed; try again in a moment",
        Fault::Unavailable(_) => "is the database running, and is [store] url right? `genkan check` tries it",
        Fault::Internal(_) => "this should not happen; `genkan check` may tell more, and nothing was changed",
    }
}

impl From<ConfigErrors> for Failure {
    fn from(errors: ConfigErrors) -> Self {
        Self::Config(errors)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal.to_string())
    }
}
