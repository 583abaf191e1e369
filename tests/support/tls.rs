//! TLS as strangers speak it: certificates made on the spot, and a client on OpenSSL, which can be told what to offer.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use genkan::config::{Config, Issuer, Tls};
use openssl::{
    asn1::Asn1Time,
    ec::{EcGroup, EcKey},
    hash::MessageDigest,
    nid::Nid,
    pkey::{PKey, Private},
    rsa::Rsa,
    ssl::{SslConnector, SslConnectorBuilder, SslMethod, SslStream},
    x509::{X509, X509NameBuilder, extension::SubjectAlternativeName},
};
use tempfile::TempDir;

use super::{app::TestApp, database::Database};

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Ecdsa,
    Rsa,
}

/// A server on https, and the certificate to trust.
pub fn on_https(database: Database, kind: Kind) -> (TestApp, X509) {
    let folder = TempDir::new().expect("a folder");
    let (trusted, tls) = certificate(kind, folder.path());
    (serving(database, tls, |_| {}), trusted)
}

/// A server on https with these files, and a configuration of its own.
pub fn serving(database: Database, tls: Tls, change: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::start_with(database, |config| {
        change(config);
        let issuer = config.server.issuer.as_str().replace("http://", "https://");
        config.server.issuer = Issuer::parse(&issuer).expect("an issuer");
        config.server.tls = Some(tls);
    })
}

/// For `localhost`, signed by itself. Writes both files into the folder.
pub fn certificate(kind: Kind, folder: &Path) -> (X509, Tls) {
    let key = match kind {
        Kind::Ecdsa => EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)
            .and_then(|group| EcKey::generate(&group))
            .and_then(PKey::from_ec_key),
        Kind::Rsa => Rsa::generate(2048).and_then(PKey::from_rsa),
    }
    .expect("a key");
    let certificate = self_signed(&key).expect("a certificate");
    let tls = Tls { certificate: folder.join("chain.pem"), key: folder.join("key.pem") };
    fs::write(&tls.certificate, certificate.to_pem().expect("PEM")).expect("the certificate's file");
    fs::write(&tls.key, key.private_key_to_pem_pkcs8().expect("PEM")).expect("the key's file");
    (certificate, tls)
}

fn self_signed(key: &PKey<Private>) -> Result<X509, openssl::error::ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, "localhost")?;
    let name = name.build();
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_subject_name(&name)?;
    builder.set_issuer_name(&name)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(Asn1Time::days_from_now(0)?.as_ref())?;
    builder.set_not_after(Asn1Time::days_from_now(2)?.as_ref())?;
    let names = SubjectAlternativeName::new().dns("localhost").build(&builder.x509v3_context(None, None))?;
    builder.append_extension(names)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

/// Shakes hands with the server behind `issuer`, offering what `offer` says; `Err` when they do not come together.
pub fn connect(
    issuer: &str,
    trusted: &X509,
    offer: impl FnOnce(&mut SslConnectorBuilder),
) -> Result<SslStream<TcpStream>, String> {
    let authority = issuer.strip_prefix("https://").expect("https");
    let mut builder = SslConnector::builder(SslMethod::tls_client()).expect("a client");
    builder.cert_store_mut().add_cert(trusted.clone()).expect("trusted");
    offer(&mut builder);
    let stream = TcpStream::connect(authority).expect("a connection");
    builder.build().connect("localhost", stream).map_err(|error| error.to_string())
}

/// One request, and the head and body of its answer.
pub fn ask(stream: &mut SslStream<TcpStream>, request: &str) -> (String, String) {
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("read to its end");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    (head.to_lowercase(), body.to_owned())
}
