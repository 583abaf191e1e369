//! Reads what `strace -f -y` wrote: a call on one line, or, where another thread came between, its beginning on one and
//! its end on another.

use std::collections::HashMap;

const NOTHING: Result<(), &str> = Err("nothing was written before the answer");
const UNSYNCED: Result<(), &str> = Err("the answer left before the sync");

/// A call that has come to its end.
struct Call<'a> {
    name: &'a str,
    /// From the first argument on; of a call in two pieces, the piece that names the file.
    args: &'a str,
    result: &'a str,
}

/// Of each request that begins so: whether the log of the store was written after its arrival, and all that was written
/// had been synced before the answer left.
pub fn judge(trace: &str, request: &str) -> Vec<Result<(), &'static str>> {
    let calls = calls(trace);
    let arrivals = calls.iter().enumerate().filter(|(_, call)| call.receives(request));
    arrivals.map(|(at, _)| judge_one(&calls[at + 1..])).collect()
}

fn judge_one(after: &[Call<'_>]) -> Result<(), &'static str> {
    let (mut written, mut synced) = (false, false);
    for call in after {
        if call.answers() {
            return match (written, synced) {
                (false, _) => NOTHING,
                (true, false) => UNSYNCED,
                (true, true) => Ok(()),
            };
        }
        if call.writes_log() {
            (written, synced) = (true, false);
        } else if call.syncs_log() {
            synced = true;
        }
    }
    Err("no answer")
}

impl Call<'_> {
    fn receives(&self, request: &str) -> bool {
        matches!(self.name, "read" | "readv" | "recvfrom" | "recvmsg") && self.args.contains(&format!("\"{request}"))
    }

    fn answers(&self) -> bool {
        matches!(self.name, "write" | "writev" | "sendto" | "sendmsg") && self.args.contains("\"HTTP/1.1 ")
    }

    fn writes_log(&self) -> bool {
        self.name == "pwrite64" && self.is_on_log()
    }

    fn syncs_log(&self) -> bool {
        matches!(self.name, "fsync" | "fdatasync") && self.is_on_log() && self.result == "0"
    }

    fn is_on_log(&self) -> bool {
        self.args.split_once('>').is_some_and(|(file, _)| file.ends_with("-wal"))
    }
}

/// In the order of their ends.
fn calls(trace: &str) -> Vec<Call<'_>> {
    let mut begun: HashMap<&str, Call<'_>> = HashMap::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some((_, end)) = call.strip_prefix("<... ").and_then(|call| call.split_once(" resumed>")) {
            let Some(first) = begun.remove(thread) else { continue };
            let args = if first.args.contains('"') || first.is_on_log() { first.args } else { end };
            calls.push(Call { args, result: result(end), ..first });
        } else if let Some((name, args)) = call.split_once('(') {
            let call = Call { name, args, result: result(args) };
            // What has begun to be written or sent is taken as done.
            if args.ends_with("<unfinished ...>") && !call.answers() && !call.writes_log() {
                begun.insert(thread, call);
            } else {
                calls.push(call);
            }
        }
    }
    calls
}

fn result(text: &str) -> &str {
    let (_, result) = text.rsplit_once(" = ").unwrap_or_default();
    result.split(' ').next().unwrap_or_default()
}

#[test]
fn only_a_sync_of_the_log_between_its_write_and_the_answer_counts() {
    const ASKED: &str = r#"7 recvfrom(9<TCP:[1]>, "POST /oauth/token HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 300"#;
    const WROTE: &str = r#"8 pwrite64(5</d/genkan.db-wal>, "\0\0"..., 4096, 0) = 4096"#;
    const SYNCED: &str = "8 fdatasync(5</d/genkan.db-wal>) = 0";
    const OTHER: &str = "8 fdatasync(4</d/genkan.db>) = 0";
    const FAILED: &str = "8 fdatasync(5</d/genkan.db-wal>) = -1 EIO (Input/output error)";
    const BEGAN: &str = "8 fdatasync(5</d/genkan.db-wal> <unfinished ...>";
    const ENDED: &str = "8 <... fdatasync resumed>) = 0";
    const ANSWERED: &str = r#"7 writev(9<TCP:[1]>, [{iov_base="HTTP/1.1 200 OK\r\n"..., iov_len=900}], 1) = 900"#;
    const ANSWERING: &str =
        r#"7 writev(9<TCP:[1]>, [{iov_base="HTTP/1.1 200 OK\r\n"..., iov_len=900}], 1 <unfinished ...>"#;
    const ASKING: &str = "7 recvfrom(9<TCP:[1]>,  <unfinished ...>";
    const ASKED_THEN: &str =
        r#"7 <... recvfrom resumed>"POST /oauth/token HTTP/1.1\r\n"..., 8192, 0, NULL, NULL) = 300"#;
    for (trace, verdict) in [
        (&[ASKED, WROTE, SYNCED, ANSWERED][..], Ok(())),
        (&[ASKING, ASKED_THEN, WROTE, BEGAN, ENDED, ANSWERING], Ok(())),
        (&[ASKED, WROTE, SYNCED, WROTE, SYNCED, ANSWERED], Ok(())),
        (&[ASKED, ANSWERED], NOTHING),
        (&[ASKED, SYNCED, ANSWERED], NOTHING),
        (&[WROTE, SYNCED, ASKED, ANSWERED], NOTHING),
        (&[ASKED, WROTE, ANSWERED, SYNCED], UNSYNCED),
        (&[ASKED, WROTE, OTHER, ANSWERED], UNSYNCED),
        (&[ASKED, WROTE, FAILED, ANSWERED], UNSYNCED),
        (&[ASKED, WROTE, BEGAN, ANSWERED, ENDED], UNSYNCED),
        (&[ASKED, WROTE, BEGAN, ANSWERING, ENDED], UNSYNCED),
        (&[ASKED, WROTE, SYNCED, WROTE, ANSWERED], UNSYNCED),
        (&[ASKED, WROTE, SYNCED], Err("no answer")),
    ] {
        assert_eq!(judge(&trace.join("\n"), "POST /oauth/token "), [verdict], "{trace:#?}");
    }
}
