//! What a source file names, read from its text: enough of Rust to tell code from comments and strings, and a path
//! from a word.

/// The floors that a file names: what follows `crate::`, `genkan::` or as many `super::` as lead out of its folder.
pub fn floors_named(path: &str, text: &str) -> Vec<String> {
    let code = code_of(text);
    let up = "super::".repeat(depth(path));
    let mut named: Vec<String> = ["crate::", "genkan::", &up]
        .iter()
        .flat_map(|root| code.match_indices(root).map(|(at, root)| (at, &code[at + root.len()..])))
        .filter(|(at, _)| starts_a_path(&code, *at))
        // One more `super` leads out of an inner `mod tests`.
        .flat_map(|(_, rest)| heads(rest.trim_start_matches("super::")))
        .collect();
    named.sort();
    named.dedup();
    named
}

/// Which of these crates a file names, as `name::…`, `use name;`, `use name as …` or in a `use {…}`.
pub fn crates_named(text: &str, crates: &[&str]) -> Vec<String> {
    let code = code_of(text);
    let names = |name: &&&str| {
        code.match_indices(**name).any(|(at, name)| {
            let before = code[..at].trim_end_matches("::").trim_end();
            let after = &code[at + name.len()..];
            starts_a_path(&code, at)
                && (after.starts_with("::") || (before.ends_with("use") && after.starts_with([';', ' '])))
        })
    };
    crates.iter().filter(names).map(|name| (*name).to_owned()).collect()
}

/// How many `super` lead from a file to the crate: one for `domain/mod.rs`, two for `domain/user.rs`.
fn depth(path: &str) -> usize {
    path.split('/').filter(|part| *part != "mod.rs").count()
}

/// Whether what stands here is a whole word, and not the middle of a longer path.
fn starts_a_path(code: &str, at: usize) -> bool {
    let before = &code[..at];
    let word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    let within =
        before.strip_suffix("::").is_some_and(|path| path.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
    !word && !within
}

/// The first names after a root: one, or each of a `{…}` group.
fn heads(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![word(rest)] };
    let mut depth = 0;
    let mut parts = vec![String::new()];
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => {}
        }
        parts.last_mut().expect("it starts with one").push(c);
    }
    parts.iter().map(|part| word(part.trim_start_matches([',', ' ', '\n']))).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The text without comments and without what stands in quotes.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if c == '"' {
            quoted(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        };
        code.push(' ');
        rest = &rest[skipped..];
    }
    code
}

fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string that starts here.
fn raw_string(text: &str) -> Option<usize> {
    let after = text.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map_or(text.len(), |at| 1 + hashes + 1 + at + end.len()))
}
