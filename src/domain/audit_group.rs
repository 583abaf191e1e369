//! Kinds of events by what they are about, for who looks through the trail.

use super::{AuditKind, named::named};

named! {
    AuditGroup {
        SignIn = "sign_in",
        Sessions = "sessions",
        Passkeys = "passkeys",
        Passwords = "passwords",
        People = "people",
        Applications = "applications",
        Clinics = "clinics",
        House = "house",
        Audit = "audit",
    }
}

impl AuditGroup {
    pub fn kinds(self) -> impl Iterator<Item = AuditKind> {
        AuditKind::ALL.iter().copied().filter(move |kind| kind.group() == self)
    }
}

impl AuditKind {
    /// Applications cause it all day, and the trail has it by clinic and by application alone.
    pub const fn is_all_day(self) -> bool {
        matches!(self, Self::TokenIssued | Self::TokenRefreshed)
    }

    pub const fn group(self) -> AuditGroup {
        match self {
            Self::AuthPasskey
            | Self::AuthPassword
            | Self::AuthPasswordAccepted
            | Self::AuthSecondFactor
            | Self::AuthAccessCode
            | Self::AuthInvitation
            | Self::AuthLogout
            | Self::AccessDenied
            | Self::RateLimited => AuditGroup::SignIn,
            Self::SessionStarted
            | Self::SessionEnded
            | Self::SessionConfirmed
            | Self::SessionClinicChosen
            | Self::SessionRevoked
            | Self::LogoutDelivered
            | Self::LogoutUndelivered
            | Self::ActivityDisowned => AuditGroup::Sessions,
            Self::PasskeyRegistered
            | Self::PasskeyRegisterRefused
            | Self::PasskeyDisabled
            | Self::PasskeyEnabled
            | Self::PasskeyDeleted
            | Self::PasskeyRenamed
            | Self::PasskeyCounterBack
            | Self::PasskeyHandoff => AuditGroup::Passkeys,
            Self::PasswordChanged
            | Self::SecondFactorAdded
            | Self::SecondFactorRemoved
            | Self::RecoveryCodesMade
            | Self::RecoveryCodeUsed
            | Self::AccountLocked
            | Self::AccountUnlocked
            | Self::AccessCodeAsked
            | Self::AccessCodeIssued
            | Self::AccessCodeWithdrawn => AuditGroup::Passwords,
            Self::AccountCreated
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::AccountChanged
            | Self::AccountReinviteAsked
            | Self::AccountReinvited
            | Self::InvitationCreated
            | Self::InvitationUsed
            | Self::InvitationRevoked
            | Self::RoleChanged
            | Self::MembershipSuspended
            | Self::MembershipResumed
            | Self::MembershipEndSet
            | Self::MembershipEnded
            | Self::GroupCreated
            | Self::GroupChanged
            | Self::GroupJoined
            | Self::GroupLeft
            | Self::QualificationAdded
            | Self::QualificationVerified
            | Self::QualificationRemoved => AuditGroup::People,
            Self::ClientCreated
            | Self::ClientChanged
            | Self::ClientPreviewed
            | Self::TokenIssued
            | Self::TokenRefreshed
            | Self::TokenRevoked
            | Self::TokenReuseDetected
            | Self::TokenRefused
            | Self::ConsentGiven
            | Self::ConsentWithdrawn => AuditGroup::Applications,
            Self::ClinicCreated
            | Self::ClinicChanged
            | Self::TerminalAdded
            | Self::TerminalRegistered
            | Self::TerminalChanged
            | Self::TerminalRevoked => AuditGroup::Clinics,
            Self::KeyCreated
            | Self::KeyActivated
            | Self::KeyRetired
            | Self::KeyRemoved
            | Self::KeyRewrapped
            | Self::BackupMade
            | Self::BackupFailed
            | Self::BackupRestored
            | Self::BackupRehearsed
            | Self::NoticeSent
            | Self::NoticeUndelivered
            | Self::RequestFailed => AuditGroup::House,
            Self::AuditViewed | Self::AuditExported => AuditGroup::Audit,
        }
    }
}
