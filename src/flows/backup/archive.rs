//! What is inside of a backup once it is decrypted: gzip, and in it lines of a letter and a JSON text. `M` the manifest,
//! `T` the table of what follows, `R` a row of it, `E` the number of rows, which is the last line.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::Path,
};

use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize};

use crate::{
    domain::UnixTime,
    keys::{BackupError, BackupReader, BackupWriter, Keys},
    random::Random,
    store::Piece,
};

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the Genkan that made it.
    pub version: String,
    /// From which database, for people: either is restored from either.
    pub engine: String,
    /// The migrations that made its tables.
    pub schema: Vec<String>,
    pub made_at: UnixTime,
    pub issuer: String,
    pub configuration: String,
}

pub(super) struct Archive {
    out: GzEncoder<BackupWriter<BufWriter<File>>>,
    pub rows: u64,
}

impl Archive {
    pub fn begin(file: File, keys: &Keys, random: Random) -> io::Result<Self> {
        let sealed = keys.write_backup(BufWriter::new(file), random)?;
        Ok(Self { out: GzEncoder::new(sealed, Compression::fast()), rows: 0 })
    }

    pub fn manifest(&mut self, manifest: &Manifest) -> io::Result<()> {
        self.line('M', &serde_json::to_string(manifest)?)
    }

    pub fn table(&mut self, name: &str) -> io::Result<()> {
        self.line('T', name)
    }

    pub fn row(&mut self, row: &str) -> io::Result<()> {
        self.rows += 1;
        self.line('R', row)
    }

    /// On the disk when this returns.
    pub fn end(mut self) -> io::Result<u64> {
        self.line('E', &self.rows.to_string())?;
        let file = self.out.finish()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(self.rows)
    }

    fn line(&mut self, letter: char, text: &str) -> io::Result<()> {
        writeln!(self.out, "{letter} {text}")
    }
}

/// A backup being read.
pub(super) struct Reading {
    pub manifest: Manifest,
    lines: BufReader<GzDecoder<BufReader<BackupReader<BufReader<File>>>>>,
}

impl Reading {
    pub fn open(path: &Path, keys: &Keys) -> Result<Self, BackupError> {
        let sealed = keys.read_backup(BufReader::new(File::open(path)?))?;
        let mut lines = BufReader::new(GzDecoder::new(BufReader::new(sealed)));
        let manifest = match next(&mut lines)? {
            ('M', text) => serde_json::from_str(&text).map_err(|_| BackupError::Damaged)?,
            _ => return Err(BackupError::Damaged),
        };
        Ok(Self { manifest, lines })
    }

    /// Gives tables and rows, to the end: when this returns well, nothing was missing.
    pub fn each<E: From<BackupError>>(mut self, mut take: impl FnMut(Piece<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut rows = 0_u64;
        loop {
            match next(&mut self.lines)? {
                ('T', name) => take(Piece::Table(&name))?,
                ('R', row) => {
                    rows += 1;
                    take(Piece::Row(&row))?;
                }
                ('E', count) if count == rows.to_string() => break,
                _ => return Err(BackupError::Damaged.into()),
            }
        }
        // Only its very end proves that a stream is whole.
        let mut rest = Vec::new();
        let mut gzip = self.lines.into_inner();
        gzip.read_to_end(&mut rest).and_then(|_| gzip.get_mut().read_to_end(&mut rest)).map_err(damaged)?;
        if rest.is_empty() { Ok(()) } else { Err(BackupError::Damaged.into()) }
    }
}

fn next(lines: &mut impl BufRead) -> Result<(char, String), BackupError> {
    let mut line = String::new();
    lines.read_line(&mut line).map_err(damaged)?;
    let text = line.strip_suffix('\n').ok_or(BackupError::Damaged)?;
    let (letter, text) = text.split_once(' ').ok_or(BackupError::Damaged)?;
    let letter = letter.chars().next().ok_or(BackupError::Damaged)?;
    Ok((letter, text.to_owned()))
}

/// What fails below is the disk's, or says that something is not as it was written.
fn damaged(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => BackupError::Damaged,
        _ => BackupError::Io(error),
    }
}

/// A backup that was read to its end, and found whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub manifest: Manifest,
    /// Of each table.
    pub rows: BTreeMap<String, u64>,
}

/// Reads all of it, and writes nothing.
pub fn verify(path: &Path, keys: &Keys) -> Result<Verified, BackupError> {
    let reading = Reading::open(path, keys)?;
    let manifest = reading.manifest.clone();
    let (mut rows, mut table) = (BTreeMap::new(), String::new());
    reading.each(|piece| {
        match piece {
            Piece::Schema(_) => {}
            Piece::Table(name) => name.clone_into(&mut table),
            Piece::Row(_) => *rows.entry(table.clone()).or_default() += 1,
        }
        Ok::<_, BackupError>(())
    })?;
    Ok(Verified { manifest, rows })
}
