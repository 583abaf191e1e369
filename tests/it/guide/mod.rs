//! What people were promised in writing, sentence by sentence: `g_NN_…` shows row G-NN of the promises and opens with the
//! sentence that makes it; `sentences.toml` says where `/help` says each. Rows that do not hold yet have no test.

mod administrators;
mod audit;
mod browser;
mod devices;
mod kept;
mod login;
mod pages;
mod phone;
mod protection;
mod sentences;
mod transport;

const HANAKO: &str = "hanako@sakura.example";
const MISAKI: &str = "misaki@demo.example";
const PASSKEYS: &str = "/settings/passkeys";
