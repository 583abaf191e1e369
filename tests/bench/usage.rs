//! What a process has used, by the kernel's own accounting.

use std::{fs, time::Duration};

use crate::Result;

/// `USER_HZ`, in which the kernel tells every process's time: 100 wherever Linux runs Genkan.
const TICKS_A_SECOND: u32 = 100;

/// utime and stime of a whole process, threads that have ended included.
pub fn cpu(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold blanks.
    let (_, fields) = stat.rsplit_once(") ").ok_or("no name in /proc/PID/stat")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u32>).sum::<std::result::Result<u32, _>>()?;
    Ok(Duration::from_secs(1) * ticks / TICKS_A_SECOND)
}

/// Resident memory in megabytes.
pub fn resident(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1.024 / 1000.0)
}

/// `1.23 0.98 0.77`
pub fn load_average() -> Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    Ok(text.split(' ').take(3).collect::<Vec<_>>().join(" "))
}
