//! Attestation statements (Web Authentication Level 3 §6.5, §8), as far as they prove who made an authenticator.
//!
//! The library reads a statement, checks its signature and what its format demands, and then the chain of its certificates
//! at a time that we name. Its attested ceremony is not used: that wants every model listed, and refuses what proves nothing,
//! where here a statement that proves nothing may be recorded as such. Nothing is fetched: the roots are the operator's
//! files, and whether a maker has revoked a certificate is not asked.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crypto_glue::x509::X509VerificationError;
use webauthn_rs_core::{
    WebauthnCore,
    attestation::verify_attestation_ca_chain,
    error::WebauthnError,
    proto::{AttestationCaList, ParsedAttestationData, RegistrationState},
};

use super::Attestation;
use crate::domain::{UnixTime, Unproven};

/// The formats that the library verifies with certificates as they are in the world, which tests show of each. It reads
/// `tpm` statements about RSA keys alone, wants more certificates in `android-key` than the standard does, and knows no
/// `android-safetynet`, which its maker has given up: what comes with them counts as unproven.
const VERIFIABLE: [&str; 3] = ["packed", "fido-u2f", "apple"];

/// Root certificates of the makers that the operator trusts.
#[derive(Default)]
pub struct Roots(AttestationCaList);

impl Roots {
    /// Of a file in PEM, or of every file `*.pem` in a folder; a sentence about what is wrong with them otherwise.
    pub fn read(path: &Path) -> Result<Self, String> {
        let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let mut files = vec![path.to_owned()];
        if path.is_dir() {
            let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            files = entries.map_err(|error| failed(path, error))?.iter().map(std::fs::DirEntry::path).collect();
            files.retain(|file| file.extension().is_some_and(|extension| extension == "pem"));
        }
        let mut roots = Self::default();
        for file in files {
            let pem = std::fs::read_to_string(&file).map_err(|error| failed(&file, error))?;
            roots.add(&pem).map_err(|why| format!("{} {why}", file.display()))?;
        }
        if roots.is_empty() { Err(format!("{} holds no certificate", path.display())) } else { Ok(roots) }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The library reads one certificate at a time.
    fn add(&mut self, pem: &str) -> Result<(), String> {
        const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
        let found = pem.split(BEGIN).skip(1);
        if found.clone().next().is_none() {
            return Err("holds no certificate in PEM".to_owned());
        }
        for (index, certificate) in found.enumerate() {
            let read = AttestationCaList::try_from(format!("{BEGIN}{certificate}").trim_end().as_bytes());
            let read =
                read.map_err(|error| format!("holds a certificate, the {}., that is none: {error:?}", index + 1))?;
            self.0.union(&read);
        }
        Ok(())
    }
}

/// Of an answer whose ceremony is good. `state` is that of its challenge.
pub fn prove(
    library: &WebauthnCore,
    roots: &Roots,
    attestation: &Attestation,
    state: &RegistrationState,
    now: UnixTime,
) -> Result<(), Unproven> {
    match attestation.format.as_str() {
        "none" => return Err(Unproven::Missing),
        format if VERIFIABLE.contains(&format) => {}
        _ => return Err(Unproven::Unverifiable),
    }
    // Its signature does not cover the model (§8.6), and keys of that time have none.
    if attestation.format == "fido-u2f" && !attestation.aaguid().is_nil() {
        return Err(Unproven::OtherModel);
    }
    let read = library.register_credential(&attestation.stated, state, None).map_err(|error| match error {
        WebauthnError::AttestationCertificateAAGUIDMismatch => Unproven::OtherModel,
        _ => Unproven::Invalid,
    })?;
    if matches!(read.attestation.data, ParsedAttestationData::Self_) {
        return Err(Unproven::OfItself);
    }
    match verify_attestation_ca_chain(&read.attestation.data, &roots.0, at(now)) {
        Ok(Some(_)) => Ok(()),
        Err(WebauthnError::AttestationChainNotTrusted(
            X509VerificationError::NotAfter | X509VerificationError::NotBefore,
        )) => Err(Unproven::Expired),
        Ok(None) | Err(_) => Err(Unproven::Untrusted),
    }
}

fn at(time: UnixTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.secs()).unwrap_or_default())
}
