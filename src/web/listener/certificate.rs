//! Our certificate and its key, read again every few seconds. TLS 1.3, and 1.2 with ECDHE and AES-GCM only
//! (TLS暗号設定ガイドライン, 高セキュリティ型).
//!
//! What replaces them is taken only if it can serve: a broken file leaves the old certificate where it is, and `/readyz`
//! says so until the files are good again.

use std::{
    fmt::Display,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    CipherSuite, ServerConfig, SupportedCipherSuite,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::{domain::UnixTime, flows::admin::time};

/// A renewal that did not come by then will not come by itself.
const WORRY: Duration = Duration::from_secs(14 * 86_400);

/// PEM both: the chain, the server's own certificate first, and its private key.
#[derive(Clone, Debug)]
pub struct CertificateFiles {
    pub chain: PathBuf,
    pub key: PathBuf,
}

/// A chain and a key that go together.
#[derive(Clone, Debug)]
pub struct Certificate {
    certified: Arc<CertifiedKey>,
    pub ends_at: UnixTime,
}

impl Certificate {
    /// `Err` names the file and what is wrong with it.
    pub fn read(files: &CertificateFiles) -> Result<Self, String> {
        let unreadable = |path: &Path, error: &dyn Display| format!("{}: {error}", path.display());
        let in_chain = |error: &dyn Display| unreadable(&files.chain, error);
        let chain: Vec<_> = CertificateDer::pem_file_iter(&files.chain)
            .and_then(Iterator::collect::<Result<_, _>>)
            .map_err(|error| in_chain(&error))?;
        let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| unreadable(&files.key, &error))?;
        let own = chain.first().ok_or_else(|| in_chain(&"no certificate in it"))?;
        let (_, own) = X509Certificate::from_der(own).map_err(|error| in_chain(&error))?;
        let ends_at = UnixTime::from_secs(own.validity().not_after.timestamp());
        let certified = CertifiedKey::from_der(chain, key, &provider())
            .map_err(|error| format!("certificate and key do not go together: {error}"))?;
        Ok(Self { certified: Arc::new(certified), ends_at })
    }

    /// How long it is still good, once that is short enough to worry.
    pub fn ends_soon(&self, now: UnixTime) -> Option<Duration> {
        Some(self.ends_at.since(now)).filter(|left| *left < WORRY)
    }

    pub fn chain_length(&self) -> usize {
        self.certified.cert.len()
    }
}

/// The certificate that is served, and what became of the last one that was to replace it.
#[derive(Clone, Debug)]
pub struct Certificates(Arc<Served>);

#[derive(Debug)]
struct Served {
    files: CertificateFiles,
    state: RwLock<State>,
}

#[derive(Debug)]
struct State {
    present: Certificate,
    refused: Option<String>,
}

impl Certificates {
    pub fn read(files: CertificateFiles) -> Result<Self, String> {
        let state = State { present: Certificate::read(&files)?, refused: None };
        Ok(Self(Arc::new(Served { files, state: RwLock::new(state) })))
    }

    /// Reads the files again. They are small, and their times of change would miss what is written twice in a moment.
    pub fn look_again(&self) {
        let read = Certificate::read(&self.0.files);
        let mut state = self.0.state.write().unwrap_or_else(PoisonError::into_inner);
        match read {
            Ok(certificate) => {
                if certificate.certified.cert != state.present.certified.cert {
                    tracing::info!(ends = %time(certificate.ends_at), "a new certificate is served");
                    state.present = certificate;
                }
                state.refused = None;
            }
            Err(error) => {
                if state.refused.as_ref() != Some(&error) {
                    tracing::warn!(%error, "a new certificate was refused, the old one stays");
                }
                state.refused = Some(error);
            }
        }
    }

    /// What is served.
    pub fn present(&self) -> Certificate {
        self.state(|state| state.present.clone())
    }

    /// Why the files as they lie there are not what is served.
    pub fn refused(&self) -> Option<String> {
        self.state(|state| state.refused.clone())
    }

    pub fn acceptor(&self) -> TlsAcceptor {
        let versions: &[_] = &[&rustls::version::TLS13, &rustls::version::TLS12];
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(versions)
            .expect("the suites below belong to both versions")
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&self.0) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config).into()
    }

    fn state<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.state.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&state.present.certified))
    }
}

fn provider() -> CryptoProvider {
    let strong = aws_lc_rs::ALL_CIPHER_SUITES.iter().copied().filter(is_strong).collect();
    CryptoProvider { cipher_suites: strong, ..aws_lc_rs::default_provider() }
}

fn is_strong(suite: &SupportedCipherSuite) -> bool {
    suite.tls13().is_some()
        || matches!(
            suite.suite(),
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                | CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        )
}
