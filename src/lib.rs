//! Genkan (玄関): an OpenID Connect provider with passkey login for clinics and hospitals.
//!
//! # The map
//!
//! The house has floors. Names point down only: a test (`tests/it/floors.rs`) reads the imports, and fails with a
//! sentence when a file reaches up or a crate leaves its room.
//!
//! ```text
//!       main  cli  app  demo       wiring: may use everything
//!                |
//!           web     jobs           reads a request, calls one flow, draws the answer | does the same by a timer
//!              |   |
//!              flows               use cases: one plain function per thing that a person or a client can do
//!     /     |     |      |    \
//!  store  keys passkeys fetch mail   diesel | josekit, argon2 | webauthn-rs | reqwest | lettre: one room each
//!     \     |     |      |    /
//!            protocol              what the RFCs say: types and rules
//!                |
//!             domain               our own things and their rules
//! ```
//!
//! | module | what is there |
//! | --- | --- |
//! | [`cli`] | one file per command |
//! | [`app`] | the server put together: configuration in, two listeners out |
//! | [`demo`] | two clinics, their people, and two applications to try them with |
//! | [`web`] | [`web::table`]: every address on one screen, with its rule and who may call; `pages` for people, `admin` for who looks after them, `oidc` for clients |
//! | [`web::listener`] | connections: TLS and its certificate, limits, slow clients, the end |
//! | [`web::ops`] | `/livez`, `/readyz`, `/metrics`, for those who run it |
//! | [`web::view`] | the pages: templates, their typed contents, both languages, assets |
//! | [`jobs`] | [`jobs::JOBS`]: every timer, how often, and whether one node alone does it |
//! | [`flows`] | each the same way: read, decide, compute, and one write that repeats the decision |
//! | [`store`] | SQLite or PostgreSQL: a file per table with its few named queries, and the writer that is durable |
//! | [`keys`] | everything secret: what is sealed with the master key, passwords, the keys that sign tokens, the encryption of backups |
//! | [`fetch`] | the guarded fetcher: the only way out to addresses that others name |
//! | [`mail`] | letters handed to a mail server; [`flows::outbox`] has them sent, and sees to it that they arrive |
//! | [`passkeys`] | the two ceremonies, each an ordered list of steps |
//! | [`protocol`] | a file per topic of the RFCs; `authorize` has a file per check, run from an ordered list |
//! | [`domain`] | client, clinic, person, membership, passkey, session, grant, audit event; [`domain::PERMISSIONS`] says who may do what |
//! | [`config`] | `config/default.toml` is the manual; here it is read, all mistakes at once |
//! | [`clock`], [`random`], [`telemetry`] | the only places that ask for the time or for randomness, and the log |
//!
//! Three habits explain most of the code. Time and randomness are arguments ([`flows::Cx`] carries both), so a test
//! turns the clock by hand. A refusal is a value and a fault is an error (`Result<Verdict<T>, Fault>`): a refusal still
//! commits what it has to say, a fault rolls back. And what waits for a person travels *sealed* in the browser's hands
//! ([`keys::Sealable`]) instead of lying in the store, so that strangers can fill nothing and a restart loses nobody; what
//! two browsers ask about in turn ([`domain::Handoff`]) is a row, one a session.
//! Where much depends on speed, a flow does not do its one write but ends with it ([`store::Ending`]): no thread waits
//! for the disk ([`web::state::State::run_to_end`]).
//!
//! # A sign-in, from click to token
//!
//! A nurse opens the appointment book. Its button sends her browser to `GET /oauth/authorize`.
//!
//! 1. [`web::routes`] hands that to [`web::oidc::authorize::get`]: it reads the query and calls
//!    [`flows::authorize::begin`], a few point reads ([`web::state::State::run_read`]).
//! 2. `begin` finds the client ([`flows::clients::Clients::find`]) and runs [`protocol::authorize::CHECKS`] over the request.
//!    Before client and redirect URI are proven nothing is ever redirected. Then [`protocol::authorize::decide`]
//!    compares what is asked with the session that her cookie names; there is none, so the answer is
//!    [`flows::authorize::Answer::SignIn`]: the request, sealed as [`flows::authorize::Waiting`], goes along to
//!    `/login?continue=…`. Nothing has been stored.
//! 3. [`web::pages::login::show`] draws the page. Its script asks [`web::pages::login_passkey::begin`] for a challenge
//!    ([`flows::sign_in::passkey::begin`]), sealed too, for this browser and for as long as her clinic lets her take;
//!    her finger touches the sensor.
//! 4. [`web::pages::login_passkey::finish`] calls [`flows::sign_in::passkey::finish`]. It opens the challenge, finds
//!    the passkey and its person, and has [`passkeys::Passkeys::verify_login`] take the steps of
//!    [`passkeys::LOGIN_STEPS`]. The clinic is chosen ([`flows::sign_in::choose_clinic`]) and the session prepared.
//! 5. Then the one write: the challenge is spent ([`store::spent::spend`]), the person asked for again
//!    ([`flows::sign_in::session::admit`]), the passkey's use recorded, the session opened
//!    ([`flows::sign_in::session::open`]), and the audit trail told, all in one transaction, on the disk before she
//!    gets her cookie. The answer names where to go on ([`web::pages::waiting::next_after`]):
//!    `/oauth/authorize?continue=…`.
//! 6. [`flows::authorize::resume`] opens the request that waited and decides again. Now there is a session, so a
//!    [`flows::authorize::Code`] is sealed for client, redirect URI, PKCE challenge and session, and she is back at the
//!    application: two redirects that she never sees.
//! 7. The application's server posts the code to `/oauth/token`: [`web::oidc::token::exchange`] calls
//!    [`flows::token::exchange`], which proves the client ([`protocol::client_auth::Presented::prove`]). Code, redirect
//!    URI and verifier must fit; the ID token is signed ([`keys::KeyRing::signer`]) before the write, in which the code
//!    is spent and the grant inserted, if person, membership, session and client still are what they were. A code that
//!    was spent before revokes what it gave.
//! 8. With the access token the application asks `/oauth/userinfo` who she is: [`flows::userinfo::userinfo`], one read.
//!
//! The second application needs no step from 3 to 5: at step 2 her session answers for her, and she is simply in. One of
//! another house asks her first ([`flows::authorize::Answer::Consent`], [`web::pages::consent`]), and what she let it have she
//! finds, and takes back, on `/settings/apps`. Who works for several clinics is asked first for which one today
//! ([`flows::authorize::Answer::Clinic`], [`web::pages::clinic`]): the application hears of that one alone. An application
//! that was granted `offline_access` renews its tokens at `/oauth/token` too: [`flows::token`] has a file per grant.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod fetch;
pub mod flows;
pub mod jobs;
pub mod keys;
pub mod mail;
pub mod passkeys;
pub mod protocol;
pub mod random;
pub mod store;
pub mod telemetry;
pub mod web;
