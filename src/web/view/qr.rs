//! QR codes (ISO/IEC 18004) of what a phone is to read off a screen or a sheet of paper. `partials/forms.html` frames one
//! with its quiet zone and a name for those who hear the page.

use minijinja::{Error, ErrorKind, Value, value::Serde};
use qrcode::{Color, EcLevel, QrCode, types::QrError};
use serde::Serialize;

#[derive(Serialize)]
struct Code {
    /// Modules along an edge, without the quiet zone.
    size: usize,
    /// SVG path data of everything dark, one unit a module.
    path: String,
}

/// A text as `{size, path}`.
pub(super) fn code(text: &str) -> Result<Value, Error> {
    let code = drawn(text).map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("no QR code: {error}")))?;
    Ok(Value::from(Serde(code)))
}

fn drawn(text: &str) -> Result<Code, QrError> {
    // M: a scratched screen, a fold in the paper.
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let (size, modules) = (code.width(), code.into_colors());
    let mut path = String::new();
    for (y, row) in modules.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                path += &format!("M{x} {y}h{length}v1h-{length}z");
            }
            x += length;
        }
    }
    Ok(Code { size, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a module is dark, by the path alone.
    fn modules(code: &Code) -> Vec<Vec<bool>> {
        let mut dark = vec![vec![false; code.size]; code.size];
        for run in code.path.split('M').skip(1) {
            let numbers: Vec<usize> =
                run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().expect("a number")).collect();
            let [x, y, length] = numbers[..] else { panic!("{run}") };
            dark[y][x..x + length].fill(true);
        }
        dark
    }

    #[test]
    fn a_code_reads_as_what_was_written() {
        for text in ["https://id.example.jp/phone/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", "さくら"] {
            let code = drawn(text).expect("a code");
            let dark = modules(&code);
            let grid = rqrr::SimpleGrid::from_func(code.size, |x, y| dark[y][x]);
            let (meta, read) = rqrr::Grid::new(grid).decode().expect("it reads");
            // 0 is what the standard has for M.
            assert_eq!((read.as_str(), meta.ecc_level), (text, 0));
        }
        assert!(code(&"x".repeat(3000)).is_err(), "more than a code can hold");
    }
}
