//! Values that travel sealed.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::MasterKey;
use crate::{
    domain::{Fault, UnixTime},
    random::Random,
};

/// What may be sealed: for one purpose, for so long.
pub trait Sealable: Serialize + DeserializeOwned {
    const PURPOSE: &'static str;
    const LIFETIME: Duration;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("not sealed by this server for this purpose")]
    Forged,
    #[error("expired")]
    Expired,
    #[error("from the future")]
    Future,
}

/// A value that was sealed here, late or not.
#[derive(Debug)]
pub struct Opened<T> {
    pub value: T,
    pub issued_at: UnixTime,
    pub expired: bool,
}

#[derive(Clone)]
pub struct Keys {}

impl Keys {
    pub fn new(_master: &MasterKey) -> Self {
        todo!()
    }

    pub fn seal<T: Sealable>(&self, _value: &T, _now: UnixTime, _random: Random) -> String {
        todo!()
    }

    pub fn open<T: Sealable>(&self, _sealed: &str, _now: UnixTime) -> Result<T, SealError> {
        todo!()
    }

    pub fn open_late<T: Sealable>(&self, _sealed: &str, _now: UnixTime) -> Result<Opened<T>, SealError> {
        todo!()
    }

    pub fn seal_private(&self, _kid: &str, _private: &[u8], _random: Random) -> String {
        todo!()
    }

    pub fn open_private(&self, _kid: &str, _sealed: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
        todo!()
    }

    pub fn mac(&self, _purpose: &str, _text: &str) -> String {
        todo!()
    }

    pub fn mac_matches(&self, _purpose: &str, _text: &str, _presented: &str) -> bool {
        todo!()
    }

    pub fn bucket(&self, _text: &str, _of: u16) -> u16 {
        todo!()
    }

    pub fn check_value(&self) -> String {
        todo!()
    }
}
