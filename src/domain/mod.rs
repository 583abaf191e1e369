//! Our things and their rules. No IO, no clock, no randomness: methods take `now`.

mod acr;
mod audit;
mod claims;
mod client;
mod clinic;
mod fault;
mod grant;
mod id;
mod invitation;
mod membership;
mod passkey;
pub mod password;
mod secret;
mod session;
mod signing_key;
mod strength;
mod time;
mod user;

pub use acr::{Acr, Amr, Authentication};
pub use audit::{Actor, AuditEvent, AuditKind, Outcome, RequestInfo};
pub use claims::{Address, Profile};
pub use client::{Client, ClientAuthMethod, ClientType, SigningAlg};
pub use clinic::{Clinic, PasswordFallback};
pub use fault::{Fault, Verdict};
pub use grant::Grant;
pub use id::{ClientId, ClinicId, GrantId, InvitationId, MembershipId, PasskeyId, SessionId, UserId};
pub use invitation::Invitation;
pub use membership::{Membership, Role};
pub use passkey::{Passkey, clean_name, device_name};
pub use secret::{Secret, SecretHash};
pub use session::{EnrolledBy, Session, SessionKind, SessionState, SignedIn};
pub use signing_key::{KeyState, StoredSigningKey};
pub use strength::{TooWeak, may_change_authenticators};
pub use time::UnixTime;
pub use user::{Email, User, UserHandle};
