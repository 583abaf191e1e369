//! What the demo says when it is ready: where to go, and whom to be.

use std::{fmt::Write, path::Path};

use super::{
    cast::{CLINICS, MEMBERS},
    summary::{FILE, Summary},
};
use crate::domain::AllowedPasskeys;

pub fn text(summary: &Summary, dir: &Path) -> String {
    let mut out = String::from("\n  Genkan 玄関 — 準備ができました / ready\n\n  行き先 / where to go\n");
    let mut places: Vec<(&str, &str)> = summary.apps.iter().map(|app| (app.name.as_str(), app.url.as_str())).collect();
    places.push(("Genkan", &summary.issuer));
    for (name, url) in places {
        let _ = writeln!(out, "    {}  {url}", padded(name, 18));
    }
    for (index, clinic) in CLINICS.iter().enumerate() {
        let rule = match clinic.password_reason {
            None => "最初はパスワードで入り、パスキーを登録します / a password only registers the first passkey",
            Some(_) => "パスワードだけでも入れます / a password alone is enough",
        };
        let passkeys = match clinic.passkeys {
            AllowedPasskeys::Any => "パスキーはどの端末にも登録できます / passkeys on any device",
            _ => "最初のパスキーはスマートフォンに登録します / the first passkey on a phone",
        };
        let _ = writeln!(out, "\n  {} / {}\n    {rule}\n    {passkeys}", clinic.name, clinic.name_en);
        for member in MEMBERS.iter().filter(|member| member.clinic == index) {
            let (both, in_english) =
                if member.also.is_some() { ("（両施設）", ", both clinics") } else { ("", "") };
            let job = format!("{}{both} / {}{in_english}", member.job.ja(), member.job.en());
            let _ = writeln!(
                out,
                "    {}  {}  {}  {}",
                padded(&member.name(), 10),
                padded(&job, 38),
                padded(member.email, 29),
                member.password
            );
        }
    }
    let _ =
        write!(out, "\n  同じ内容 / the same for scripts: {}\n  終了 / to stop: Ctrl+C\n", dir.join(FILE).display());
    out
}

/// Filled up with spaces to so many columns of a terminal, where a Japanese character takes two.
fn padded(text: &str, columns: usize) -> String {
    let taken: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(taken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_and_english_line_up() {
        assert_eq!(padded("山田", 6), "山田  ");
        assert_eq!(padded("Genkan", 8), "Genkan  ");
        assert_eq!(padded("さくらクリニック", 4), "さくらクリニック");
    }

    #[test]
    fn everybody_and_every_place_is_named() {
        let app = |name: &str, url: &str| super::super::summary::App { name: name.into(), url: url.into() };
        let summary = Summary {
            issuer: "http://localhost:8080".into(),
            apps: vec![app("さくら予約", "http://127.0.0.1:8090")],
            ..Summary::default()
        };
        let text = text(&summary, Path::new("data/demo"));
        for member in &MEMBERS {
            assert!(text.contains(member.email) && text.contains(member.password) && text.contains(&member.name()));
        }
        for place in ["http://localhost:8080", "http://127.0.0.1:8090", "data/demo/demo.json"] {
            assert!(text.contains(place));
        }
    }
}
