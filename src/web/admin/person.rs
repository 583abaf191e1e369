//! `/admin/people/{member}`: one of a clinic's people with their passkeys, as far as it is an administrator's business: what
//! there is and whether it is in use, not where and what for.

use axum::{
    extract::{Path, State},
    http::Uri,
    response::Response,
};

use crate::{
    domain::{MembershipId, Passkey, Permission, Proof, Purpose, SignedIn, SuspendedBy, authenticator_name},
    flows::admin::{
        groups,
        members::{self, Member, Standing},
        qualifications,
    },
    web::{
        extract::{Admin, query_params},
        failure::Failure,
        state::Shared,
        view::{Backup, End, ErrorKind, MemberPasskey, PersonNotice, PersonPage, Suspended, profession},
    },
};

pub fn path(id: &MembershipId) -> String {
    format!("{}/{id}", super::people::PATH)
}

pub async fn show(
    State(state): State<Shared>,
    Admin { visitor, who, .. }: Admin,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Failure> {
    let Some(id) = MembershipId::parse(&id) else { return Err(ErrorKind::NotFound.into()) };
    let asked = who.clone();
    let look = move |store: &_, cx: &_| {
        let standing = members::standing(store, cx, &asked, Purpose::Code, &id)?;
        let found = members::find(store, &asked, &id)?;
        let own = (groups::names(store, &asked, &id)?, qualifications::look(store, &asked, &id)?);
        let more = members::why(store, cx, &asked, &id)?.zip(members::holdings(store, cx, &asked, &id)?);
        Ok(standing.zip(found).zip(more).map(|((Standing { wish, made, been_in, .. }, (member, done)), more)| {
            (member, done, wish, made, been_in, own, more)
        }))
    };
    let found = state.run(visitor.info.clone(), look).await?;
    let Some((member, done, wish, made, been_in, (groups, professions), (why, held))) = found else {
        return Err(ErrorKind::NotFound.into());
    };
    let query = query_params(&uri).ok();
    let notice = query.as_ref().and_then(|query| query.single("notice")).and_then(notice);
    let lets = |permission| member.lets(&who, permission);
    let (now, active) = (state.clock.now(), member.membership.suspended_at.is_none());
    let page = PersonPage {
        clinic: visitor.name_of(&member.clinic),
        why: super::why::section(&why, &member.membership.id, &who),
        held: super::holdings::section(held, &member, &who),
        oneself: member.user.id == who.user.id,
        may_suspend: active && lets(Permission::SuspendMembership),
        may_resume: !active && lets(Permission::ResumeMembership),
        may_set_end: lets(Permission::SetEndDate),
        may_disable: member.user.is_active() && lets(Permission::DisablePerson),
        may_enable: !member.user.is_active() && lets(Permission::EnablePerson),
        end: End::of(&member.membership, now),
        may_issue: member.is_active(now) && lets(Permission::IssueAccessCode),
        been_in,
        may_reinvite: member.is_active(now) && lets(Permission::ReinvitePerson),
        wish: wish.filter(|wish| lets(wish.purpose.permission())),
        made: made.filter(|_| lets(Permission::IssueAccessCode)),
        may_change_passkeys: lets(Permission::SuspendPasskey),
        passkeys: member.passkeys.iter().map(|passkey| card(passkey, &member, &who)).collect(),
        done,
        groups,
        professions: professions.map(|found| {
            let each = found.known.iter().map(|known| &known.qualification);
            each.map(|it| (profession(it.profession, visitor.lang), it.verified.is_some())).collect()
        }),
        notice,
        id: member.membership.id,
        name: member.user.profile.name,
        kana: member.user.profile.name_kana,
        email: member.user.email.as_str().to_owned(),
        roles: member.membership.roles,
        since: member.membership.created_at,
        suspended_at: member.membership.suspended_at,
        disabled: member.user.disabled_at.is_some(),
    };
    visitor.page(&state, Some(&who), &page)
}

fn notice(name: &str) -> Option<PersonNotice> {
    Some(match name {
        "suspend_membership" => PersonNotice::SuspendMembership,
        "resume_membership" => PersonNotice::ResumeMembership,
        "set_end_date" => PersonNotice::SetEndDate,
        "suspend_passkey" => PersonNotice::SuspendPasskey,
        "resume_passkey" => PersonNotice::ResumePasskey,
        "delete_passkey" => PersonNotice::DeletePasskey,
        "issue_access_code" => PersonNotice::IssueAccessCode,
        "reinvite_person" => PersonNotice::ReinvitePerson,
        "invited_anew" => PersonNotice::InvitedAnew,
        "reinvited" => PersonNotice::Reinvited,
        "inactive" => PersonNotice::Inactive,
        "end_sessions" => PersonNotice::EndSessions,
        "withdraw_application" => PersonNotice::WithdrawApplication,
        "disable_person" => PersonNotice::DisablePerson,
        "enable_person" => PersonNotice::EnablePerson,
        "unlock_password" => PersonNotice::UnlockPassword,
        "last_administrator" => PersonNotice::LastAdministrator,
        "out_of_reach" => PersonNotice::OutOfReach,
        "unchanged" => PersonNotice::Unchanged,
        _ => return None,
    })
}

/// Of somebody out of reach, when it was used says where else they work.
fn card(passkey: &Passkey, member: &Member, who: &SignedIn) -> MemberPasskey {
    let lets = |permission| member.lets(who, permission);
    let within_reach = lets(Permission::SuspendPasskey);
    let by = passkey.suspension.as_ref().map(|suspension| suspension.by);
    MemberPasskey {
        id: passkey.id.clone(),
        name: passkey.name.clone(),
        authenticator: authenticator_name(passkey.aaguid),
        proven: passkey.proof == Proof::Verified,
        backup: Backup::of(passkey),
        created_at: passkey.created_at,
        shows_use: within_reach,
        last_used_at: passkey.last_used_at.filter(|_| within_reach),
        suspended: passkey.suspension.as_ref().map(|suspension| Suspended {
            at: suspension.at,
            by_administrator: suspension.by == SuspendedBy::Administrator,
            reason: suspension.reason.clone().filter(|_| within_reach),
        }),
        may_suspend: by != Some(SuspendedBy::Administrator) && within_reach,
        may_resume: by == Some(SuspendedBy::Administrator) && lets(Permission::ResumePasskey),
        may_delete: lets(Permission::DeletePasskey),
    }
}
