//! Whom to drive, as a JSON file: `bench seed` writes one for Genkan, and any issuer that signs in by itself can have one
//! by hand.

use std::{fs, path::Path};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::Result;

#[derive(Clone, Serialize, Deserialize)]
pub struct Target {
    pub issuer: String,
    pub authorize: String,
    pub token: String,
    pub userinfo: String,
    pub jwks: String,
    pub es256: Application,
    pub rs256: Application,
    /// One for each that is driven at once; empty where the issuer asks nobody who they are.
    pub people: Vec<Person>,
}

/// A confidential client.
#[derive(Clone, Serialize, Deserialize)]
pub struct Application {
    pub id: String,
    pub secret: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    pub email: String,
    pub password: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Alg {
    Es256,
    Rs256,
}

/// Where every client's codes go.
pub const CALLBACK: &str = "http://127.0.0.1:9/callback";

impl Target {
    /// One that signs nobody in; all that can be asked of it is at `path`.
    pub fn of_documents(port: u16, path: String) -> Self {
        let nobody = Application { id: String::new(), secret: String::new() };
        Self {
            issuer: format!("http://localhost:{port}"),
            authorize: String::new(),
            token: String::new(),
            userinfo: String::new(),
            jwks: path,
            es256: nobody.clone(),
            rs256: nobody,
            people: Vec::new(),
        }
    }

    pub fn read(path: &Path) -> Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// `localhost:8080`
    pub fn authority(&self) -> &str {
        self.issuer.trim_start_matches("http://")
    }

    pub fn application(&self, alg: Alg) -> &Application {
        match alg {
            Alg::Es256 => &self.es256,
            Alg::Rs256 => &self.rs256,
        }
    }
}
