//! Our things and their rules. No IO, no clock, no randomness: methods take `now`.

mod access_code;
mod acr;
mod attestation;
mod audit;
mod audit_group;
mod authenticator;
mod authority;
mod cause;
mod claims;
mod client;
mod clinic;
mod consent;
mod fault;
mod grant;
mod handoff;
mod id;
mod invitation;
mod membership;
mod named;
mod network;
mod notice;
mod outbox;
mod passkey;
pub mod password;
mod permission;
mod registration;
mod second_factor;
mod secret;
mod session;
mod signing_key;
mod strength;
mod terminal;
mod time;
mod user;

pub use access_code::{AccessCode, AccessDigits, Purpose};
pub use acr::{Acr, Amr, Authentication};
pub use attestation::{AttestationDemand, Proof, Unproven};
pub use audit::{Actor, AuditEvent, AuditKind, Outcome, RequestInfo, reference};
pub use audit_group::AuditGroup;
pub use authenticator::authenticator_name;
pub use authority::Authority;
pub use cause::Cause;
pub use claims::{Address, Profile};
pub use client::{Client, ClientAuthMethod, ClientType, FormerSecret, SigningAlg};
pub use clinic::{Clinic, Fallback, PasswordFallback};
pub use consent::Consent;
pub use fault::{Fault, Verdict};
pub use grant::{Freshness, Grant, Rotation, Standing};
pub use handoff::{Handoff, HandoffStage};
pub use id::{
    AccessCodeId, ClientId, ClinicId, GrantId, HandoffId, InvitationId, MembershipId, PasskeyId, SessionId, TerminalId,
    UserId,
};
pub use invitation::{IdentityCheck, Invitation, InvitationWay};
pub use membership::{Membership, Role};
pub(crate) use named::named;
pub use network::network;
pub use notice::{Happened, Notice};
pub use outbox::{Message, Waiting, Way};
pub use passkey::{Custody, Passkey, SuspendedBy, Suspension, clean_name, is_unseen};
pub use permission::{PERMISSIONS, Permission, Reach};
pub use registration::{
    Accepted, AllowedPasskeys, Attachment, Candidate, Channel, NotAllowed, Preset, RegistrationPolicies,
    RegistrationPolicy, SecurityKeys, Unclear,
};
pub use second_factor::{OneTimeCode, RecoveryCode, SecondFactor};
pub use secret::{PasswordHash, Secret, SecretHash};
pub use session::{EnrolledBy, Session, SessionKind, SessionState, SignedIn};
pub use signing_key::{KeyState, StoredSigningKey};
pub use strength::{Held, TooWeak, may_administer, may_change_authenticators};
pub use terminal::{Seen, Terminal, TerminalKind, TerminalState};
pub use time::UnixTime;
pub use user::{Email, User, UserHandle, folded};
