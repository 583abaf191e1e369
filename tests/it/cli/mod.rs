//! The command line, driven as people drive it: the built binary, a folder, a store of its own.

mod audit;
mod backup;
mod check;
mod client;
mod clinic;
mod init;
mod keys;
mod migrate;
pub mod place;
mod story;
mod terminal;
mod usage;
mod user;
mod user_care;

use place::Place;
