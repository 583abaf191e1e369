//! The command line, driven as people drive it: the built binary, a folder, a store of its own.

mod audit;
mod backup;
mod check;
mod client;
mod client_limits;
mod client_preview;
mod client_template;
mod clinic;
mod group;
mod init;
mod keys;
mod migrate;
pub mod place;
mod qualification;
mod story;
mod terminal;
mod usage;
mod user;
mod user_care;

use place::Place;
