//! Whether the system's clock is kept right, as the kernel knows it (adjtimex(2)): 医療情報システムの安全管理に関するガイドライン,
//! システム運用編 17③, wants the trail's times synchronised with standard time.

use std::time::Duration;

/// Tokens and the trail's order bear no more.
const WORST: Duration = Duration::from_secs(1);

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sync {
    Good {
        /// At most so far from the truth.
        error: Duration,
    },
    /// In words, with what to do.
    Doubtful(String),
}

/// What the kernel says of its clock.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    pub is_synchronised: bool,
    /// At most so far from the truth; grows while nobody synchronises.
    pub error: Duration,
    /// What is still to be corrected.
    pub offset_nanos: i64,
}

pub fn sync() -> Sync {
    match kernel() {
        Ok(kernel) => judge(kernel),
        Err(error) => Sync::Doubtful(format!("the kernel does not say how right its clock is: {error}")),
    }
}

fn judge(kernel: Kernel) -> Sync {
    if !kernel.is_synchronised {
        let todo =
            "the clock is not synchronised: run chrony or systemd-timesyncd, or on a virtual machine see to its host";
        Sync::Doubtful(todo.to_owned())
    } else if kernel.error > WORST {
        let seconds = kernel.error.as_secs_f64();
        Sync::Doubtful(format!("the clock may be wrong by {seconds:.1} s: its time servers are too far away, or gone"))
    } else {
        Sync::Good { error: kernel.error }
    }
}

#[expect(unsafe_code, reason = "no well-kept crate wraps this call")]
pub fn kernel() -> std::io::Result<Kernel> {
    // SAFETY: all of `timex` is integers, and zeros are the question that changes nothing (`modes`).
    let mut timex: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the kernel writes within the struct, which lives until the call is over.
    if unsafe { libc::adjtimex(&raw mut timex) } < 0 {
        return Err(std::io::Error::last_os_error());
    }
    let in_nanos = timex.status & libc::STA_NANO != 0;
    Ok(Kernel {
        is_synchronised: timex.status & libc::STA_UNSYNC == 0,
        error: Duration::from_micros(timex.maxerror.unsigned_abs()),
        offset_nanos: if in_nanos { timex.offset } else { timex.offset.saturating_mul(1000) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(is_synchronised: bool, millis: u64) -> Sync {
        judge(Kernel { is_synchronised, error: Duration::from_millis(millis), offset_nanos: 0 })
    }

    #[test]
    fn a_clock_is_good_while_it_is_synchronised_to_within_a_second() {
        assert_eq!(judged(true, 1000), Sync::Good { error: Duration::from_secs(1) });
        assert!(matches!(judged(true, 1001), Sync::Doubtful(why) if why.contains("wrong by 1.0 s")));
        assert!(matches!(judged(false, 1), Sync::Doubtful(why) if why.contains("chrony")));
    }

    #[test]
    fn the_kernel_answers() {
        assert!(kernel().expect("it answers").error > Duration::ZERO);
    }
}
