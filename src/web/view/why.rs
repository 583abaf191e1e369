//! A part of somebody's page in administration: why they cannot sign in.

use serde::Serialize;

use crate::domain::{ClientId, UnixTime};

#[derive(Clone, Debug, Default, Serialize)]
pub struct WhySection {
    /// What keeps them out now.
    pub obstacles: Vec<WhyLine>,
    /// The last tries that failed, newest first.
    pub tries: Vec<WhyLine>,
    /// When they last came in here.
    pub came_in: Option<UnixTime>,
    /// That was after the last try.
    pub over: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct WhyLine {
    /// As the catalogue has it.
    pub cause: &'static str,
    /// What is done about it: a permission's name, and the page where.
    pub mend: Option<(&'static str, String)>,
    /// Of what ends by itself.
    pub until: Option<UnixTime>,
    // Of a try.
    pub at: Option<UnixTime>,
    pub passkey: Option<String>,
    /// Name, and the page where it is looked after, if it is theirs to see.
    pub application: Option<(String, Option<ClientId>)>,
    /// Address and browser.
    pub from: Option<(String, String)>,
    pub incident: Option<String>,
}
