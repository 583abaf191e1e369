//! The table of what keeps somebody from signing in: what the trail calls it, and what an administrator does about it. The
//! catalogue says the same in words (`why.cause`, `why.todo`).

use super::{AuditEvent, AuditKind, Permission, named::named};

named! {
    Cause {
        // How somebody's account stands, and what was tried while it stood so.
        AccountDisabled = "account_disabled",
        MembershipSuspended = "membership_suspended",
        MembershipEnded = "membership_ended",
        NoMembership = "no_membership",
        InvitationOpen = "invitation_open",
        InvitationOver = "invitation_over",
        NoPasskey = "no_passkey",
        PasskeysSuspended = "passkeys_suspended",
        PasswordClosed = "password_closed",
        PasswordWaits = "password_waits",
        PasswordDenied = "password_denied",
        SecondFactorMissing = "second_factor_missing",
        NoPassword = "no_password",
        // What was tried.
        WrongPassword = "wrong_password",
        WrongCode = "wrong_code",
        WrongAccessCode = "wrong_access_code",
        AccessCodeOver = "access_code_over",
        PasskeySuspended = "passkey_suspended",
        TooSlow = "too_slow",
        NotVerified = "not_verified",
        WrongAddress = "wrong_address",
        PasskeyUnfit = "passkey_unfit",
        Collided = "collided",
        Role = "role",
        OtherClinic = "other_clinic",
        ConsentRefused = "consent_refused",
        Fault = "fault",
        Other = "other",
    }
}

/// Reasons of the trail, each with the kinds of event that give it; no kinds: whichever.
const REASONS: &[(&[&str], &[AuditKind], Cause)] = &[
    (&["account_disabled"], &[], Cause::AccountDisabled),
    (&["no_membership"], &[], Cause::NoMembership),
    (&["password_closed"], &[], Cause::PasswordClosed),
    (&["password_denied"], &[], Cause::PasswordDenied),
    (&["password_alone_not_allowed"], &[], Cause::SecondFactorMissing),
    (&["no_password"], &[], Cause::NoPassword),
    (&["wrong_password"], &[], Cause::WrongPassword),
    (&["wrong_code"], &[AuditKind::AuthSecondFactor], Cause::WrongCode),
    (&["wrong_code", "no_code"], &[AuditKind::AuthAccessCode], Cause::WrongAccessCode),
    (&["code_over"], &[], Cause::AccessCodeOver),
    (&["passkey_suspended"], &[], Cause::PasskeySuspended),
    (&["challenge_expired"], &[], Cause::TooSlow),
    (&["user_not_present", "user_not_verified"], &[], Cause::NotVerified),
    (&["wrong_origin", "cross_origin", "wrong_rp_id"], &[], Cause::WrongAddress),
    (
        &["challenge_used", "changed_meanwhile", "used_meanwhile", "password_changed", "no_second_factor"],
        &[],
        Cause::Collided,
    ),
    (&["role"], &[AuditKind::AccessDenied], Cause::Role),
    (&["other_clinic"], &[AuditKind::AccessDenied], Cause::OtherClinic),
    (&["consent_refused"], &[AuditKind::AccessDenied], Cause::ConsentRefused),
];

impl Cause {
    /// Events that tell of a try that failed, or of an application that let nobody in.
    pub const KINDS: &'static [AuditKind] = &[
        AuditKind::AuthPasskey,
        AuditKind::AuthPassword,
        AuditKind::AuthSecondFactor,
        AuditKind::AuthAccessCode,
        AuditKind::AccessDenied,
        AuditKind::RequestFailed,
    ];

    /// Of an event that is no success. `None`: it kept nobody out.
    pub fn of(event: &AuditEvent) -> Option<Self> {
        if event.kind == AuditKind::RequestFailed {
            return Some(Self::Fault);
        }
        let reason = event.reason.as_deref().unwrap_or_default();
        // In the settings, of who is signed in.
        if !Self::KINDS.contains(&event.kind) || reason == "wrong_current_password" {
            return None;
        }
        let row = REASONS
            .iter()
            .find(|(reasons, kinds, _)| reasons.contains(&reason) && (kinds.is_empty() || kinds.contains(&event.kind)));
        Some(match (row, event.kind) {
            (Some((.., cause)), _) => *cause,
            (None, AuditKind::AuthPasskey) => Self::PasskeyUnfit,
            (None, _) => Self::Other,
        })
    }

    /// What an administrator may do about it, if anything: each is an act on the person's page.
    pub const fn mend(self) -> Option<Permission> {
        Some(match self {
            Self::AccountDisabled => Permission::EnablePerson,
            Self::MembershipSuspended => Permission::ResumeMembership,
            Self::MembershipEnded => Permission::SetEndDate,
            Self::InvitationOver | Self::NoPasskey | Self::NoPassword => Permission::ReinvitePerson,
            Self::PasswordClosed => Permission::UnlockPassword,
            Self::PasskeysSuspended | Self::PasskeySuspended => Permission::ResumePasskey,
            Self::PasswordDenied
            | Self::SecondFactorMissing
            | Self::WrongPassword
            | Self::WrongCode
            | Self::WrongAccessCode
            | Self::AccessCodeOver
            | Self::PasskeyUnfit => Permission::IssueAccessCode,
            Self::NoMembership
            | Self::InvitationOpen
            | Self::PasswordWaits
            | Self::TooSlow
            | Self::NotVerified
            | Self::WrongAddress
            | Self::Collided
            | Self::Role
            | Self::OtherClinic
            | Self::ConsentRefused
            | Self::Fault
            | Self::Other => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Actor, Outcome, RequestInfo, UnixTime};

    #[test]
    fn a_reason_means_what_its_kind_of_event_makes_of_it() {
        let of = |kind, reason: &str| {
            let (at, request) = (UnixTime::from_secs(1), RequestInfo::default());
            let event = AuditEvent::new("01".to_owned(), at, kind, Outcome::Failure, Actor::Nobody, request);
            Cause::of(&event.reason(reason))
        };
        for (kind, reason, cause) in [
            (AuditKind::AuthSecondFactor, "wrong_code", Some(Cause::WrongCode)),
            (AuditKind::AuthAccessCode, "wrong_code", Some(Cause::WrongAccessCode)),
            (AuditKind::AuthAccessCode, "wrong_password", Some(Cause::WrongPassword)),
            (AuditKind::AuthPasskey, "bad_signature", Some(Cause::PasskeyUnfit)),
            (AuditKind::AuthPassword, "something new", Some(Cause::Other)),
            (AuditKind::AuthPassword, "wrong_current_password", None),
            (AuditKind::AccessDenied, "role", Some(Cause::Role)),
            (AuditKind::AuthPassword, "role", Some(Cause::Other)),
            (AuditKind::SessionEnded, "replaced", None),
        ] {
            assert_eq!(of(kind, reason), cause, "{} {reason}", kind.as_str());
        }
    }
}
