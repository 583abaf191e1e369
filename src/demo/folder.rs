//! The demo's folder: configuration and master key, made once and then left alone.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use super::{DemoOptions, Failure};
use crate::{
    config::{Config, DEFAULT_FILE, Environment},
    keys::MasterKey,
    random::Random,
};

const KEY_FILE: &str = "genkan.key";

/// The configuration that the demo runs with, and `genkan … --config` as well.
pub fn prepare(options: &DemoOptions, environment: &Environment, random: Random) -> Result<Config, Failure> {
    DirBuilder::new().recursive(true).mode(0o700).create(&options.dir).map_err(|cause| failed(&options.dir, cause))?;
    let file = options.dir.join(DEFAULT_FILE);
    write_new(&file, &configuration(options))?;
    write_new(&options.dir.join(KEY_FILE), &MasterKey::generate(random).to_text())?;
    let config = Config::load(Some(&file), environment)?;
    if config.server.listen != options.listen {
        return Err(Failure::OtherAddress { dir: options.dir.display().to_string(), kept: config.server.listen });
    }
    Ok(config)
}

fn configuration(options: &DemoOptions) -> String {
    let port = options.listen.port();
    format!(
        "# Written by `genkan demo` when it first ran here; config/default.toml explains every setting.\n\n\
         [server]\nissuer = \"http://localhost:{port}\"\nlisten = \"{listen}\"\n\n\
         [operations]\nlisten = \"127.0.0.1:0\"\n\n\
         [store]\nurl = \"sqlite:genkan.db\"\n\n\
         [keys]\nmaster_key_file = \"{KEY_FILE}\"\n\n\
         [demo]\nenabled = true\n",
        listen = options.listen,
    )
}

/// Only its owner may read it; what is there already stays.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map_err(|cause| failed(path, cause)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(cause) => Err(failed(path, cause)),
    }
}

pub fn failed(path: &Path, cause: std::io::Error) -> Failure {
    Failure::Folder { path: path.display().to_string(), cause }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn options(dir: &Path, port: u16) -> DemoOptions {
        DemoOptions {
            dir: dir.join("demo"),
            listen: ([127, 0, 0, 1], port).into(),
            app_listen: ([127, 0, 0, 1], 8090).into(),
        }
    }

    #[test]
    fn a_first_start_writes_a_good_configuration_and_a_key_that_only_its_owner_reads() {
        let dir = tempfile::tempdir().expect("a folder");
        let config = prepare(&options(dir.path(), 8080), &Environment::default(), Random).expect("prepared");
        assert_eq!(config.server.issuer.as_str(), "http://localhost:8080");
        assert!(config.demo.enabled);
        let key = dir.path().join("demo").join(KEY_FILE);
        assert_eq!(fs::metadata(&key).expect("the key is there").permissions().mode() & 0o777, 0o600);
        assert!(MasterKey::read_file(&key).is_ok());
    }

    #[test]
    fn a_second_start_leaves_both_alone_and_refuses_another_address() {
        let dir = tempfile::tempdir().expect("a folder");
        prepare(&options(dir.path(), 8080), &Environment::default(), Random).expect("prepared");
        let key = dir.path().join("demo").join(KEY_FILE);
        let before = fs::read(&key).expect("the key is there");
        prepare(&options(dir.path(), 8080), &Environment::default(), Random).expect("prepared again");
        assert_eq!(fs::read(&key).expect("the key is there"), before);
        let refused = prepare(&options(dir.path(), 9090), &Environment::default(), Random);
        assert!(matches!(refused, Err(Failure::OtherAddress { kept, .. }) if kept.port() == 8080));
    }
}
