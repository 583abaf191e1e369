//! Backups: a stream, encrypted and authenticated in chunks by the STREAM construction (Hoang, Reyhanitabar, Rogaway,
//! Vizár 2015) over XChaCha20-Poly1305, so that a file cut short, altered or pieced together is found out.
//!
//! The key comes from the master key and a salt of the file's own. On the day when the machine has burned there is the
//! file and the recovery sheet, which holds the master key, and nothing else is needed: no second secret to keep, none
//! that is in the file itself.

use std::io::{self, BufRead, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32, Nonce, StreamBE32};
use chacha20poly1305::XChaCha20Poly1305;

use super::Keys;
use crate::random::Random;

/// The first line: what it is, and the version of the format.
const NAME: &str = "genkan-backup ";
const FORMAT: &str = "1";
const SALT: usize = 32;
/// Tells another master key from a damaged file.
const CHECK: usize = 43;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("it is no backup of Genkan's")]
    NotABackup,
    #[error("it was made by a newer Genkan (format {0}): use that version or a newer one")]
    Newer(String),
    #[error("it was made with another master key: take the recovery sheet that was valid when it was made")]
    OtherKey,
    #[error("it is cut short or altered: nothing of it can be trusted; take another copy or another generation")]
    Damaged,
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Each file has a key of its own, so the nonce that the construction numbers on from may be the same for all.
fn nonce() -> Nonce<XChaCha20Poly1305, StreamBE32<XChaCha20Poly1305>> {
    Nonce::<XChaCha20Poly1305, StreamBE32<XChaCha20Poly1305>>::default()
}

impl Keys {
    /// Whatever is written into it goes encrypted into `out`; good only once [`BackupWriter::finish`] was called.
    pub fn write_backup<W: Write>(&self, mut out: W, random: Random) -> io::Result<BackupWriter<W>> {
        let salt: [u8; SALT] = random.bytes();
        let salted = hex::encode(salt);
        out.write_all(format!("{NAME}{FORMAT}\n").as_bytes())?;
        out.write_all(&salt)?;
        out.write_all(self.mac("backup", &salted).as_bytes())?;
        let key = self.derive(&format!("backup:{salted}"));
        let sealer = EncryptorBE32::new((&*key).into(), &nonce());
        Ok(BackupWriter { out, sealer, chunk: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Gives nothing but what was authenticated; what comes last is known to be the last only at its end.
    pub fn read_backup<R: BufRead>(&self, mut input: R) -> Result<BackupReader<R>, BackupError> {
        let mut line = Vec::new();
        input.by_ref().take(64).read_until(b'\n', &mut line)?;
        let line = String::from_utf8(line).map_err(|_| BackupError::NotABackup)?;
        let format = line.trim_end().strip_prefix(NAME).ok_or(BackupError::NotABackup)?;
        if format != FORMAT {
            return Err(BackupError::Newer(format.escape_default().to_string()));
        }
        let (mut salt, mut check) = ([0; SALT], [0; CHECK]);
        input.read_exact(&mut salt).and_then(|()| input.read_exact(&mut check)).map_err(|_| BackupError::Damaged)?;
        let salted = hex::encode(salt);
        if !self.mac_matches("backup", &salted, &String::from_utf8_lossy(&check)) {
            return Err(BackupError::OtherKey);
        }
        let key = self.derive(&format!("backup:{salted}"));
        let opener = DecryptorBE32::new((&*key).into(), &nonce());
        Ok(BackupReader { input, opener: Some(opener), chunk: Vec::new(), given: 0 })
    }
}

pub struct BackupWriter<W> {
    out: W,
    sealer: EncryptorBE32<XChaCha20Poly1305>,
    chunk: Vec<u8>,
}

impl<W: Write> BackupWriter<W> {
    /// Seals the last chunk as the last.
    pub fn finish(mut self) -> io::Result<W> {
        self.sealer.encrypt_last_in_place(&[], &mut self.chunk).map_err(|_| too_long())?;
        self.out.write_all(&self.chunk)?;
        Ok(self.out)
    }
}

impl<W: Write> Write for BackupWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until there is more: the last one is sealed otherwise.
        if self.chunk.len() == CHUNK {
            self.sealer.encrypt_next_in_place(&[], &mut self.chunk).map_err(|_| too_long())?;
            self.out.write_all(&self.chunk)?;
            self.chunk.clear();
        }
        let (taken, _) = bytes.split_at(bytes.len().min(CHUNK - self.chunk.len()));
        self.chunk.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn too_long() -> io::Error {
    io::Error::other("a backup cannot be longer than 256 TiB")
}

pub struct BackupReader<R> {
    input: R,
    /// `None` after the last chunk.
    opener: Option<DecryptorBE32<XChaCha20Poly1305>>,
    chunk: Vec<u8>,
    given: usize,
}

impl<R: BufRead> Read for BackupReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.chunk.len() {
            let Some(opener) = self.opener.take() else { return Ok(0) };
            self.open_next(opener)?;
        }
        let rest = self.chunk.get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        let (to, from) = (into.get_mut(..count), rest.get(..count));
        if let (Some(to), Some(from)) = (to, from) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

impl<R: BufRead> BackupReader<R> {
    fn open_next(&mut self, mut opener: DecryptorBE32<XChaCha20Poly1305>) -> io::Result<()> {
        let damaged = |_| io::Error::new(io::ErrorKind::InvalidData, BackupError::Damaged);
        self.chunk.clear();
        self.given = 0;
        let whole = u64::try_from(CHUNK + TAG).unwrap_or(u64::MAX);
        self.input.by_ref().take(whole).read_to_end(&mut self.chunk)?;
        if self.input.fill_buf()?.is_empty() {
            opener.decrypt_last_in_place(&[], &mut self.chunk).map_err(damaged)
        } else {
            opener.decrypt_next_in_place(&[], &mut self.chunk).map_err(damaged)?;
            self.opener = Some(opener);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::MasterKey;

    fn keys() -> Keys {
        Keys::new(&MasterKey::generate(Random))
    }

    fn written(keys: &Keys, plain: &[u8]) -> Vec<u8> {
        let mut writer = keys.write_backup(Vec::new(), Random).expect("writes");
        writer.write_all(plain).expect("writes");
        writer.finish().expect("ends")
    }

    fn read(keys: &Keys, file: &[u8]) -> Result<Vec<u8>, BackupError> {
        let mut plain = Vec::new();
        keys.read_backup(file)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_was_written_is_read_whatever_its_length() {
        let keys = keys();
        for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let plain: Vec<u8> = (0..=250).cycle().take(length).collect();
            let file = written(&keys, &plain);
            assert_eq!(read(&keys, &file).expect("reads"), plain, "{length}");
            assert!(!file.windows(32).any(|window| plain.len() >= 32 && window == &plain[..32]));
        }
    }

    #[test]
    fn a_file_cut_short_anywhere_is_refused() {
        let keys = keys();
        let file = written(&keys, &[7; 2 * CHUNK + 10]);
        let header = NAME.len() + FORMAT.len() + 1 + SALT + CHECK;
        let boundaries = [header, header + CHUNK + TAG, header + 2 * (CHUNK + TAG)];
        for length in boundaries.into_iter().chain((0..file.len()).step_by(977)).chain([file.len() - 1]) {
            assert!(read(&keys, &file[..length]).is_err(), "{length}");
        }
        assert!(read(&keys, &[file.as_slice(), b"x"].concat()).is_err(), "or made longer");
    }

    #[test]
    fn a_file_altered_anywhere_is_refused() {
        let keys = keys();
        let file = written(&keys, b"clinic");
        for index in 0..file.len() {
            let mut altered = file.clone();
            altered[index] ^= 1;
            assert!(read(&keys, &altered).is_err(), "byte {index}");
        }
    }

    #[test]
    fn chunks_that_changed_places_are_refused() {
        let keys = keys();
        let file = written(&keys, &[7; 3 * CHUNK]);
        let header = NAME.len() + FORMAT.len() + 1 + SALT + CHECK;
        let (first, second) = (header..header + CHUNK + TAG, header + CHUNK + TAG..header + 2 * (CHUNK + TAG));
        let swapped = [&file[..header], &file[second.clone()], &file[first], &file[second.end..]].concat();
        assert!(matches!(read(&keys, &swapped), Err(BackupError::Io(_))));
    }

    #[test]
    fn another_master_key_a_newer_format_and_another_file_are_told_apart() {
        let keys = keys();
        let file = written(&keys, b"clinic");
        assert!(matches!(read(&self::keys(), &file), Err(BackupError::OtherKey)));
        let newer = [b"genkan-backup 2\n", &file[16..]].concat();
        assert!(matches!(read(&keys, &newer), Err(BackupError::Newer(format)) if format == "2"));
        for other in [b"".as_slice(), b"SQLite format 3\0", b"PK\x03\x04", &[0xff; 200]] {
            assert!(matches!(read(&keys, other), Err(BackupError::NotABackup)));
        }
    }
}
