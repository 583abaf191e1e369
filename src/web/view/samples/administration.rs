//! What administrators see.

use super::{
    EDGE, NOW, Sample,
    access_codes::{made, wish},
    invite_again::for_invitation,
    person::{held, why},
    sample,
};
use crate::{
    domain::{ClinicId, InvitationId, MembershipId, PasskeyId, Permission, Role},
    flows::admin::members::{Act, Done, Guest, Judged, Mistake, Open, Wrong},
    web::view::*,
};

pub fn all() -> Vec<Sample> {
    let clinic = || "さくらクリニック".to_owned();
    let line = |name: &str, role, passkeys| PersonLine {
        id: MembershipId::new("01"),
        name: name.to_owned(),
        kana: (passkeys > 0).then(|| "スズキ イチロウ".to_owned()),
        email: "ichiro@sakura.example.jp".to_owned(),
        role,
        suspended: passkeys == 0,
        end: (passkeys > 1).then_some(End { last: NOW, over: passkeys > 2 }),
        disabled: passkeys == 0,
        passkeys,
    };
    let people = PeoplePage {
        clinic: clinic(),
        other_clinic: None,
        typed: String::new(),
        waiting: vec![wish(false), for_invitation(false)],
        people: Role::ALL.iter().zip(0..).map(|(role, passkeys)| line("<鈴木 一郎>", *role, passkeys)).collect(),
        more_after: None,
        first: true,
        may_invite: true,
    };
    let other_clinic = || Some(ClinicId::new("02"));
    let passkey = |by_administrator| MemberPasskey {
        id: PasskeyId::new("01"),
        name: "<自分のスマホ>".to_owned(),
        authenticator: Some("iCloud Keychain"),
        proven: false,
        backup: Backup::Synced,
        created_at: NOW,
        shows_use: true,
        last_used_at: Some(NOW),
        suspended: Some(Suspended {
            at: NOW, by_administrator, reason: by_administrator.then(|| "<紛失>".to_owned())
        }),
        may_suspend: !by_administrator,
        may_resume: by_administrator,
        may_delete: true,
    };
    let unused =
        MemberPasskey { suspended: None, shows_use: false, may_suspend: false, may_delete: false, ..passkey(false) };
    let never =
        MemberPasskey { suspended: None, last_used_at: None, authenticator: None, proven: true, ..passkey(false) };
    let done = |by: Option<&str>| Done {
        at: NOW,
        what: "passkey.disabled",
        name: by.map(|_| "<自分のスマホ>".to_owned()),
        by: by.map(str::to_owned),
        reason: "<紛失>".to_owned(),
    };
    let person = PersonPage {
        id: MembershipId::new("01"),
        clinic: clinic(),
        name: "<鈴木 一郎>".to_owned(),
        kana: Some("スズキ イチロウ".to_owned()),
        email: "ichiro@sakura.example.jp".to_owned(),
        roles: Role::ALL.to_vec(),
        since: NOW,
        suspended_at: None,
        end: Some(End { last: NOW, over: false }),
        disabled: false,
        why: why(false),
        held: held(),
        oneself: false,
        may_suspend: true,
        may_resume: false,
        may_set_end: true,
        may_disable: true,
        may_enable: false,
        may_issue: true,
        been_in: true,
        may_reinvite: true,
        wish: None,
        made: None,
        may_change_passkeys: true,
        passkeys: vec![passkey(true), passkey(false), never],
        groups: Some(vec!["<3階病棟>".to_owned()]),
        professions: Some(vec![("看護師", true), ("保健師", false)]),
        done: vec![done(Some("小野 誠")), done(None)],
        notice: None,
    };
    let suspended = PersonPage {
        suspended_at: Some(NOW),
        end: Some(End { last: NOW, over: true }),
        disabled: true,
        may_disable: false,
        may_enable: true,
        why: why(true),
        held: HoldingsSection { sessions: vec![], apps: vec![], ..held() },
        may_suspend: false,
        may_resume: true,
        may_issue: false,
        may_reinvite: false,
        may_change_passkeys: false,
        passkeys: vec![unused.clone()],
        groups: Some(vec![]),
        professions: Some(vec![]),
        done: vec![],
        ..person.clone()
    };
    let oneself = PersonPage {
        oneself: true,
        passkeys: vec![],
        groups: None,
        professions: None,
        why: WhySection::default(),
        held: HoldingsSection::default(),
        ..person.clone()
    };
    let act = |permission: &Permission| ActPage {
        what: permission.as_str(),
        clinic: clinic(),
        person: "<鈴木 一郎>".to_owned(),
        passkey: Some("<自分のスマホ>".to_owned()),
        session: Some(EDGE.to_owned()),
        application: Some("<電子カルテ>".to_owned()),
        last: true,
        until: (*permission == Permission::SetEndDate).then(|| "2027-03-31".to_owned()),
        reason_limit: 200,
        action: "/admin/people/01/suspend".to_owned(),
        back: "/admin/people/01".to_owned(),
        ..ActPage::default()
    };
    let mut samples = vec![
        sample("admin-people", true, people.clone()),
        sample(
            "admin-people-found",
            true,
            PeoplePage {
                typed: "鈴木 & \"".to_owned(),
                other_clinic: other_clinic(),
                more_after: Some(MembershipId::new("01")),
                ..people.clone()
            },
        ),
        sample("admin-people-later", true, PeoplePage { first: false, other_clinic: other_clinic(), ..people.clone() }),
        sample("admin-people-nobody", true, PeoplePage { people: vec![], may_invite: false, ..people }),
        sample("admin-person", true, person.clone()),
        sample("admin-person-wish", true, PersonPage { wish: Some(wish(false)), ..person.clone() }),
        sample(
            "admin-person-invitation-wish",
            true,
            PersonPage { wish: Some(for_invitation(false)), ..person.clone() },
        ),
        sample("admin-person-code", true, PersonPage { made: Some(made(false)), ..person.clone() }),
        sample("admin-person-code-dead", true, PersonPage { made: Some(made(true)), ..person.clone() }),
        sample("admin-person-own-wish", true, PersonPage { wish: Some(wish(true)), ..person.clone() }),
        sample("admin-person-anew", true, PersonPage { been_in: false, passkeys: vec![], ..person.clone() }),
        sample("admin-person-suspended", true, suspended),
        sample("admin-person-oneself", true, oneself),
    ];
    let notices = [
        PersonNotice::SuspendMembership,
        PersonNotice::ResumeMembership,
        PersonNotice::SetEndDate,
        PersonNotice::SuspendPasskey,
        PersonNotice::ResumePasskey,
        PersonNotice::DeletePasskey,
        PersonNotice::IssueAccessCode,
        PersonNotice::ReinvitePerson,
        PersonNotice::Reinvited,
        PersonNotice::InvitedAnew,
        PersonNotice::Inactive,
        PersonNotice::EndSessions,
        PersonNotice::WithdrawApplication,
        PersonNotice::DisablePerson,
        PersonNotice::EnablePerson,
        PersonNotice::UnlockPassword,
        PersonNotice::LastAdministrator,
        PersonNotice::OutOfReach,
        PersonNotice::Unchanged,
    ];
    samples.extend(invitations());
    for notice in notices {
        let page = PersonPage { notice: Some(notice), ..person.clone() };
        samples.push(sample(&format!("admin-person-{notice:?}"), true, page));
    }
    for permission in Permission::ALL.iter().filter(|permission| Act::of(**permission).is_some()) {
        let name = format!("admin-{}", permission.as_str());
        samples.push(sample(&name, true, act(permission)));
        let bad = ActPage {
            bad_reason: true,
            bad_day: true,
            passkey: None,
            reason: "\u{202e}".to_owned(),
            ..act(permission)
        };
        samples.push(sample(&format!("{name}-bad"), true, bad));
        let stale = ActPage { sign_in_uri: Some("/login?again".to_owned()), ..act(permission) };
        samples.push(sample(&format!("{name}-stale"), true, stale));
    }
    samples
}

fn invitations() -> Vec<Sample> {
    let clinic = || "さくらクリニック".to_owned();
    let open = |way, over, by: Option<&str>| Open {
        id: InvitationId::new("01"),
        person: "<鈴木 一郎>".to_owned(),
        email: "ichiro@sakura.example.jp".to_owned(),
        way,
        by: by.map(str::to_owned),
        at: NOW,
        until: NOW,
        over,
        may_resend: way != "link",
        may_revoke: true,
    };
    let all =
        vec![open("mail", false, Some("小野 誠")), open("sheet", true, Some("小野 誠")), open("link", false, None)];
    let list =
        InvitationsPage { clinic: clinic(), open: all, more_after: None, later: false, may_invite: true, notice: None };
    let later = InvitationsPage { more_after: Some(InvitationId::new("01")), later: true, ..list.clone() };
    let guest = Guest { name: "<鈴木 一郎>".to_owned(), role: "member".to_owned(), ..Guest::default() };
    let roles = vec!["member", "auditor", "helpdesk"];
    let invite = InvitePage { clinic: clinic(), guest, roles, mails: true, wrong: None, sign_in_uri: None };
    let sheet = || SheetPage {
        clinic: clinic(),
        contact: "総務 内線 1234".to_owned(),
        person: "<鈴木 一郎>".to_owned(),
        address: "https://id.example.jp/invite/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG".to_owned(),
        until: NOW,
    };
    let mut samples = vec![
        sample("admin-invitations-none", true, InvitationsPage { open: vec![], may_invite: false, ..list.clone() }),
        sample("admin-invitations-later", true, later),
        sample("admin-invite", true, invite.clone()),
        sample(
            "admin-invite-stale",
            true,
            InvitePage { sign_in_uri: Some("/login?again".to_owned()), ..invite.clone() },
        ),
        sample("admin-sheet", true, sheet()),
        sample(
            "admin-sheets",
            true,
            SheetsPage { sheets: vec![sheet(), sheet()], joined: vec!["<鈴木 一郎>".to_owned(); 2] },
        ),
    ];
    for notice in [
        "invite_person",
        "join_person",
        "invite_people",
        "join_people",
        "resend_invitation",
        "revoke_invitation",
        "out_of_reach",
        "over",
    ] {
        let page = InvitationsPage { notice: Some(notice), ..list.clone() };
        samples.push(sample(&format!("admin-invitations-{notice}"), true, page));
    }
    use Wrong::{Elsewhere, Email, Member, Name, Role, Until, Way};
    for wrong in [Name, Email, Role, Until, Way, Member, Elsewhere] {
        let page = InvitePage { wrong: Some(wrong), mails: false, ..invite.clone() };
        samples.push(sample(&format!("admin-invite-{wrong:?}"), true, page));
    }
    samples.extend(lists());
    samples
}

fn lists() -> Vec<Sample> {
    let empty = InviteListPage {
        clinic: "さくらクリニック".to_owned(),
        way: "mail".to_owned(),
        mails: true,
        limit: 200,
        may_grant: vec!["member", "auditor", "helpdesk"],
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        ..InviteListPage::default()
    };
    let guest = |role: &str| Guest {
        name: "<鈴木 一郎>".to_owned(),
        kana: "スズキ イチロウ".to_owned(),
        email: "ichiro@sakura.example.jp".to_owned(),
        role: role.to_owned(),
        until: "2027-03-31".to_owned(),
        way: String::new(),
    };
    let line = |mistake| Judged { number: 2, guest: guest("member"), joins: false, mistake };
    let unreadable = Guest { name: "<鈴木".to_owned(), ..Guest::default() };
    let unread = Judged { guest: unreadable, number: 3, ..line(Some(Mistake::Unreadable)) };
    let twice = Judged { guest: guest("<king>"), ..line(Some(Mistake::Twice)) };
    let wrong = Judged { guest: guest("helpdesk"), ..line(Some(Mistake::Wrong(Wrong::Member))) };
    let text = "<鈴木 一郎>\tスズキ イチロウ\tichiro@sakura.example.jp".to_owned();
    let good = InviteListPage { text, lines: vec![line(None), Judged { joins: true, ..line(None) }], ..empty.clone() };
    let bad = InviteListPage { lines: vec![line(None), twice, unread, wrong], mistakes: 3, ..good.clone() };
    let stale = Some("/login?again".to_owned());
    let mut samples = vec![
        sample("admin-list", true, InviteListPage { signed_in: true, ..empty.clone() }),
        sample("admin-list-stale", true, InviteListPage { sign_in_uri: stale.clone(), ..empty }),
        sample("admin-list-late", true, InviteListPage { sign_in_uri: stale, lines: vec![], ..good.clone() }),
        sample("admin-list-good", true, good.clone()),
        sample("admin-list-good-sheet", true, InviteListPage { way: "sheet".to_owned(), mails: false, ..good.clone() }),
        sample("admin-list-bad", true, bad),
    ];
    use ListTrouble::{Changed, Empty, TooMany, Way};
    for trouble in [Empty, TooMany, Way, Changed] {
        let page = InviteListPage { trouble: Some(trouble), lines: vec![], ..good.clone() };
        samples.push(sample(&format!("admin-list-{trouble:?}"), true, page));
    }
    samples
}
