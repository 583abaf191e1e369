//! Standard output: lines, tables, JSON.

use std::io::{BufWriter, Stdout, Write};

use serde_json::Value;

use super::Failure;

pub struct Output(BufWriter<Stdout>);

impl Output {
    pub fn standard() -> Self {
        Self(BufWriter::new(std::io::stdout()))
    }

    /// Text that others typed is stripped of what could steer a terminal.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let plain: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
        writeln!(self.0, "{plain}").map_err(Failure::Output)
    }

    /// One value a line.
    pub fn json_line(&mut self, value: &Value) -> Result<(), Failure> {
        writeln!(self.0, "{value}").map_err(Failure::Output)
    }

    pub fn json(&mut self, value: &Value) -> Result<(), Failure> {
        writeln!(self.0, "{value:#}").map_err(Failure::Output)
    }

    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
        let head: Vec<String> = head.iter().map(|name| name.to_uppercase()).collect();
        let widths: Vec<usize> = (0..head.len())
            .map(|column| {
                let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        for row in [&head].into_iter().chain(rows) {
            let cells: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| padded(cell, *width)).collect();
            self.line(cells.join("  ").trim_end())?;
        }
        Ok(())
    }

    pub fn flush(&mut self) -> Result<(), Failure> {
        self.0.flush().map_err(Failure::Output)
    }
}

fn padded(cell: &str, to: usize) -> String {
    format!("{cell}{}", " ".repeat(to.saturating_sub(width(cell))))
}

/// Columns on a terminal: Japanese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{ffdc}') { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn japanese_takes_two_columns() {
        assert_eq!(width("Genkan"), 6);
        assert_eq!(width("さくらクリニック"), 16);
    }
}
