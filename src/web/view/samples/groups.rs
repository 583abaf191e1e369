//! A clinic's groups, as administrators see them.

use super::{NOW, Sample, sample};
use crate::{
    domain::{ClinicId, GroupId, MembershipId, Role},
    web::view::*,
};

const NAME: &str = "<3階病棟>";

pub(super) fn all() -> Vec<Sample> {
    [lists(), one(), of_person()].concat()
}

fn clinic() -> String {
    "さくらクリニック".to_owned()
}

fn stale() -> Option<String> {
    Some("/login?again".to_owned())
}

fn person(suspended: bool) -> PersonLine {
    PersonLine {
        id: MembershipId::new(if suspended { "02" } else { "01" }),
        name: "<鈴木 一郎>".to_owned(),
        kana: (!suspended).then(|| "スズキ イチロウ".to_owned()),
        email: "ichiro@sakura.example.jp".to_owned(),
        role: Role::Member,
        suspended,
        end: suspended.then_some(End { last: NOW, over: true }),
        disabled: suspended,
        passkeys: 1,
    }
}

fn lists() -> Vec<Sample> {
    let line = |removed| GroupLine { id: GroupId::new("01"), name: NAME.to_owned(), people: 12, removed };
    let list = GroupsPage {
        clinic: clinic(),
        other_clinic: None,
        typed: String::new(),
        groups: vec![line(false), line(true)],
        more_after: Some(GroupId::new("01")),
        first: false,
        may_manage: true,
    };
    let none = GroupsPage {
        other_clinic: Some(ClinicId::new("02")),
        typed: "<検査>".to_owned(),
        groups: vec![],
        more_after: None,
        ..list.clone()
    };
    let new = |wrong| NewGroupPage {
        clinic: clinic(),
        other_clinic: None,
        typed: NAME.to_owned(),
        name_limit: 100,
        wrong,
        sign_in_uri: None,
        back: "/admin/groups".to_owned(),
    };
    let other = NewGroupPage { other_clinic: Some(ClinicId::new("02")), ..new(None) };
    vec![
        sample("admin-groups", true, list.clone()),
        sample("admin-groups-none", true, none),
        sample("admin-groups-seen", true, GroupsPage { may_manage: false, first: true, ..list }),
        sample("admin-group-new", true, other),
        sample("admin-group-new-wrong", true, new(Some("name"))),
        sample("admin-group-new-taken", true, new(Some("taken"))),
        sample("admin-group-new-stale", true, NewGroupPage { sign_in_uri: stale(), ..new(None) }),
    ]
}

fn one() -> Vec<Sample> {
    let group = GroupPage {
        id: GroupId::new("01"),
        clinic: clinic(),
        name: NAME.to_owned(),
        count: 2,
        comes_back_until: None,
        updated_at: NOW,
        told: vec!["<電子カルテ>".to_owned(), "予約".to_owned()],
        people: vec![person(false), person(true)],
        typed: String::new(),
        more_after: Some(MembershipId::new("02")),
        first: true,
        called: NAME.to_owned(),
        name_limit: 100,
        wrong: None,
        may_manage: true,
        sign_in_uri: None,
        back: "/admin/groups".to_owned(),
        notice: None,
    };
    let empty = GroupPage { count: 0, people: vec![], told: vec![], more_after: None, ..group.clone() };
    let removed = GroupPage { comes_back_until: Some(NOW), ..group.clone() };
    let join = JoinGroupPage {
        id: GroupId::new("01"),
        clinic: clinic(),
        name: NAME.to_owned(),
        people: vec![person(false), person(true)],
        typed: String::new(),
        more_after: None,
        first: true,
        sign_in_uri: None,
    };
    let nobody = JoinGroupPage { people: vec![], typed: "<検査>".to_owned(), ..join.clone() };
    let remove = |sign_in_uri| RemoveGroupPage {
        id: GroupId::new("01"),
        clinic: clinic(),
        name: NAME.to_owned(),
        count: 12,
        told: vec!["<電子カルテ>".to_owned()],
        updated_at: NOW,
        sign_in_uri,
    };
    let mut samples = vec![
        sample("admin-group", true, group.clone()),
        sample("admin-group-changed", true, GroupPage { wrong: Some("changed"), ..group.clone() }),
        sample("admin-group-seen", true, GroupPage { may_manage: false, ..group.clone() }),
        sample("admin-group-stale", true, GroupPage { sign_in_uri: stale(), ..group.clone() }),
        sample("admin-group-nobody", true, GroupPage { people: vec![], typed: "<検査>".to_owned(), ..group.clone() }),
        sample("admin-group-empty", true, empty),
        sample("admin-group-removed", true, removed),
        sample("admin-group-join", true, join.clone()),
        sample("admin-group-join-nobody", true, nobody),
        sample("admin-group-join-stale", true, JoinGroupPage { sign_in_uri: stale(), ..join }),
        sample("admin-group-remove", true, remove(None)),
        sample("admin-group-remove-stale", true, remove(stale())),
    ];
    for notice in ["created", "renamed", "joined", "left", "removed", "restored", "changed", "taken", "nobody"] {
        samples.push(sample("admin-group-done", true, GroupPage { notice: Some(notice), ..group.clone() }));
    }
    samples
}

fn of_person() -> Vec<Sample> {
    let tick = |inside| GroupTick { id: GroupId::new("01"), name: NAME.to_owned(), inside };
    let page = PersonGroupsPage {
        id: MembershipId::new("01"),
        clinic: clinic(),
        person: "<鈴木 一郎>".to_owned(),
        groups: vec![tick(true), tick(false)],
        typed: String::new(),
        more_after: None,
        first: true,
        may_manage: true,
        sign_in_uri: None,
        notice: None,
    };
    let seen = PersonGroupsPage { may_manage: false, ..page.clone() };
    let mut samples = vec![
        sample("admin-person-groups-none", true, PersonGroupsPage { groups: vec![], ..page.clone() }),
        sample("admin-person-groups-stale", true, PersonGroupsPage { sign_in_uri: stale(), ..page.clone() }),
        sample("admin-person-groups-in-none", true, PersonGroupsPage { groups: vec![tick(false)], ..seen.clone() }),
        sample("admin-person-groups-seen", true, seen),
    ];
    for notice in ["saved", "unchanged", "changed"] {
        samples.push(sample("admin-person-groups", true, PersonGroupsPage { notice: Some(notice), ..page.clone() }));
    }
    samples
}
