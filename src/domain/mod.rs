//! Our things and their rules. No IO, no clock, no randomness: methods take `now`.

mod accent;
mod access_code;
mod acr;
mod allow_list;
mod attestation;
mod audit;
mod audit_group;
mod authenticator;
mod authority;
mod cause;
mod claim_names;
mod claims;
mod client;
mod clinic;
mod consent;
mod demands;
mod fault;
mod grant;
mod group;
mod handoff;
mod id;
mod institution_code;
mod invitation;
mod membership;
mod named;
mod network;
mod notice;
mod outbox;
mod passkey;
pub mod password;
mod permission;
mod profession;
mod qualification;
mod registration;
mod second_factor;
mod secret;
mod session;
mod signing_key;
mod strength;
mod terminal;
mod time;
mod user;

pub use accent::{Accent, BadAccent};
pub use access_code::{AccessCode, AccessDigits, Purpose};
pub use acr::{Acr, Amr, Authentication};
pub use allow_list::AllowList;
pub use attestation::{AttestationDemand, Proof, Unproven};
pub use audit::{Actor, AuditEvent, AuditKind, Outcome, RequestInfo, reference};
pub use audit_group::AuditGroup;
pub use authenticator::authenticator_name;
pub use authority::Authority;
pub use cause::Cause;
pub use claim_names::ClaimNames;
pub use claims::{Address, Profile};
pub use client::{Client, ClientAuthMethod, ClientType, FormerSecret, SigningAlg};
pub use clinic::{Clinic, Fallback, PasswordFallback};
pub use consent::Consent;
pub use demands::{Barrier, Demands, Lifetimes};
pub use fault::{Fault, Verdict};
pub use grant::{Freshness, Grant, Rotation, Standing};
pub use group::Group;
pub use handoff::{Handoff, HandoffStage};
pub use id::{
    AccessCodeId, ClientId, ClinicId, GrantId, GroupId, HandoffId, InvitationId, MembershipId, PasskeyId,
    QualificationId, SessionId, TerminalId, UserId,
};
pub use institution_code::{BadInstitutionCode, InstitutionCode};
pub use invitation::{IdentityCheck, Invitation, InvitationWay};
pub use membership::{Membership, Role};
pub(crate) use named::named;
pub use network::network;
pub use notice::{Happened, Notice};
pub use outbox::{Message, Waiting, Way};
pub use passkey::{Custody, Passkey, SuspendedBy, Suspension, clean_name, is_unseen};
pub use permission::{PERMISSIONS, Permission, Reach};
pub use profession::{BadNumber, Profession};
pub use qualification::{Qualification, Verification, Verified};
pub use registration::{
    Accepted, AllowedPasskeys, Attachment, Candidate, Channel, NotAllowed, Preset, RegistrationPolicies,
    RegistrationPolicy, SecurityKeys, Unclear,
};
pub use second_factor::{OneTimeCode, RecoveryCode, SecondFactor};
pub use secret::{PasswordHash, Secret, SecretHash};
pub use session::{ClinicChoice, EnrolledBy, Session, SessionKind, SessionState, SignedIn};
pub use signing_key::{KeyState, StoredSigningKey};
pub use strength::{Held, TooWeak, may_administer, may_change_authenticators};
pub use terminal::{Seen, Terminal, TerminalKind, TerminalState};
pub use time::UnixTime;
pub use user::{Email, User, UserHandle, folded};
