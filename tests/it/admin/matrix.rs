//! Every address of the route table, with every role, on somebody of the own clinic, of another, and of both. The lines come
//! from the table itself, so that a new one is tried without being named here.

use std::{collections::BTreeSet, time::Duration};

use genkan::{
    domain::{
        ClientId, Clinic, ClinicId, GroupId, Invitation, InvitationId, InvitationWay, Membership, MembershipId,
        PERMISSIONS, Passkey, PasskeyId, Permission, Profession, QualificationId, Reach, Role, SessionId, TerminalId,
        TerminalKind, UnixTime, User,
    },
    flows::admin::{
        clients::Draft,
        groups::{self, Change},
        qualifications::{self, Named},
        users::{self, Sent},
    },
    store,
    web::{
        self,
        rule::{Caller, Rule},
    },
};
use serde_json::json;

use super::{REASON, somebody};
use crate::support::{
    app::{PASSWORD, TestApp, draft},
    ceremony::enrolled,
    database::Database,
    mail_server::MailServer,
    person::{Answer, Person},
    signed_in::sign_in_at,
};

/// Nobody's.
const UNKNOWN: &str = "019bcd2e-4f6c-7a31-9c0e-0f2f7a6f1c55";
const SIGN_IN: &str = "/login?notice=session_ended";
const ENROL: &str = "/settings/passkeys";

type State = (
    bool,
    Option<bool>,
    bool,
    Option<UnixTime>,
    (InvitationId, bool),
    usize,
    Vec<(String, bool)>,
    Vec<String>,
    Groups,
    (bool, i32),
    Held,
);
type Groups = (Vec<(String, bool, i64)>, Vec<bool>);

/// Sessions, and grants.
type Held = (usize, usize);

/// Somebody whom things are done to.
struct Other {
    kind: Kind,
    user: User,
    membership: Membership,
    passkey: Passkey,
}

/// What belongs to a clinic, whoever is meant.
const fn is_of_clinic(permission: Permission) -> bool {
    matches!(
        permission,
        Permission::SeeTerminals
            | Permission::ManageTerminals
            | Permission::SeeApplications
            | Permission::ManageApplications
            | Permission::SeeAudit
            | Permission::SeeClinic
            | Permission::ManageClinic
            | Permission::SeeGroups
            | Permission::ManageGroups
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Own,
    Foreign,
    Shared,
}

impl Other {
    fn hire(app: &TestApp, kind: Kind, clinic: &Clinic) -> Self {
        let email = format!("{kind:?}@clinic.example").to_lowercase();
        let user = app.hire(clinic, Role::Member, &email, "看護 花子");
        enrolled(app, &email);
        if kind == Kind::Shared {
            app.appoint(&user, &app.demo, Role::Member);
        }
        app.prove_address(&user);
        let (membership, passkey) = (app.membership(&user, clinic), app.passkeys(&user).remove(0));
        Self { kind, user, membership, passkey }
    }

    /// As one who may be suspended, or resumed, or deleted.
    fn ready_for(&self, app: &TestApp, permission: Option<Permission>, path: &str) -> Names {
        let (user, clinic) = (self.user.id.clone(), self.membership.clinic_id.clone());
        let (passkey, now) = (self.passkey.clone(), app.clock().now());
        let (by, whole) = (app.by(), self.user.clone());
        let clinics = [app.sakura.clone(), app.demo.clone()];
        app.store()
            .write(move |tx| {
                for clinic in &clinics {
                    store::clinics::update(tx, clinic)?;
                }
                store::memberships::resume(tx, &user, &clinic)?;
                store::users::enable(tx, &user, now)?;
                store::users::reset_password_failures(tx, &user)?;
                store::memberships::set_end(tx, &user, &clinic, None)?;
                store::access_codes::withdraw_for_user(tx, &user)?;
                users::hand_out(tx, &by, &whole, &clinic, Sent { way: InvitationWay::Mail, by: None })?;
                if store::passkeys::delete(tx, &passkey.id, &user)? {
                    store::users::release_passkey_slot(tx, &user)?;
                }
                store::users::claim_passkey_slot(tx, &user, User::PASSKEY_LIMIT)?;
                store::passkeys::insert(tx, &passkey)?;
                match permission {
                    Some(Permission::ResumeMembership) => {
                        store::memberships::suspend(tx, &user, &clinic, now)?;
                    }
                    Some(Permission::EnablePerson) => {
                        store::users::disable(tx, &user, now)?;
                    }
                    Some(Permission::UnlockPassword) => {
                        store::users::count_password_failure(tx, &user)?;
                    }
                    Some(Permission::ResumePasskey) => {
                        let by = genkan::domain::SuspendedBy::Administrator;
                        let suspension = genkan::domain::Suspension { at: now, by, reason: None };
                        store::passkeys::suspend(tx, &passkey.id, &user, &suspension)?;
                    }
                    _ => {}
                }
                Ok(())
            })
            .expect("ready");
        let clinic = self.clinic(app);
        let client =
            ClientId::new(app.register(Draft { clinic: Some(clinic.id.to_string()), ..draft("電子カルテ") }).client_id);
        let recorded = |event: &&genkan::domain::AuditEvent| event.clinic_id.as_ref() == Some(&clinic.id);
        Names {
            event: match permission {
                Some(Permission::SeeAudit) => app.trail().iter().rfind(recorded).expect("an event").id.clone(),
                _ => UNKNOWN.to_owned(),
            },
            member: self.membership.id.clone(),
            clinic: clinic.id.clone(),
            passkey: self.passkey.id.clone(),
            invitation: self.invitation(app).id,
            terminal: app.terminal_link(clinic, TerminalKind::Shared).1,
            group: self.group(app, path),
            qualification: self.qualification(app),
            session: self.signed_in(app, &client),
            client,
        }
    }

    fn clinic<'a>(&self, app: &'a TestApp) -> &'a Clinic {
        if self.membership.clinic_id == app.sakura.id { &app.sakura } else { &app.demo }
    }

    /// One that can be left, or comes back, and no other.
    fn group(&self, app: &TestApp, path: &str) -> GroupId {
        let (store, by) = (app.store(), app.by());
        let all = groups::listed(store, None, by.now).expect("the list");
        for (group, _) in all.into_iter().filter(|(group, _)| group.removed_at.is_none()) {
            groups::set(store, &by, group.id, Change::Remove).expect("no fault").expect("removed");
        }
        let clinic = self.membership.clinic_id.clone();
        let group = groups::add_to(store, &by, clinic, "3階病棟").expect("no fault").expect("a group").id;
        if path.ends_with("/leave") {
            let email = self.user.email.as_str();
            groups::put(store, &by, group.clone(), email, true).expect("no fault").expect("put");
        }
        if path.ends_with("/restore") {
            groups::set(store, &by, group.clone(), Change::Remove).expect("no fault").expect("removed");
        }
        group
    }

    /// One that is not verified, and no other.
    fn qualification(&self, app: &TestApp) -> QualificationId {
        let whose = || (self.user.email.as_str(), self.membership.clinic_id.clone());
        let set = |profession, named| qualifications::set(app.store(), &app.by(), whose(), profession, named);
        for profession in [Profession::Nurse, Profession::Midwife] {
            set(profession, Named::Remove).expect("no fault").ok();
        }
        set(Profession::Nurse, Named::Add { number: String::new() }).expect("no fault").expect("entered").1.id
    }

    /// Whether each is verified.
    fn qualifications(&self, app: &TestApp) -> Vec<bool> {
        let member = &self.membership.id;
        let known = app.store().read(|conn| store::qualifications::list_for_member(conn, member)).expect("a read");
        known.into_iter().map(|known| known.verified.is_some()).collect()
    }

    fn invitation(&self, app: &TestApp) -> Invitation {
        let found = app.store().read(|conn| store::invitations::latest_for_user(conn, &self.user.id));
        found.expect("a read").expect("one")
    }

    fn held(&self, app: &TestApp) -> Held {
        let now = app.clock().now();
        let grants = app.store().read(|conn| store::grants::list_alive_for_user(conn, &self.user.id, now));
        (app.sessions(&self.user).len(), grants.expect("a read").len())
    }

    /// Signed in there, and in an application.
    fn signed_in(&self, app: &TestApp, client: &ClientId) -> SessionId {
        let (now, client) = (app.clock().now(), client.clone());
        let (user, clinic) = (self.user.id.clone(), self.membership.clinic_id.clone());
        let written = app.store().write(move |tx| {
            store::sessions::end_all_for_user(tx, &user, None, "as before", now)?;
            sign_in_at(tx, (&user, &clinic, &client), now, Duration::from_secs(3600))
        });
        written.expect("signed in")
    }

    /// How the pages name it: a row that is not as it was has been acted on.
    fn state(&self, app: &TestApp) -> State {
        let passkey = app.passkeys(&self.user).into_iter().find(|passkey| passkey.id == self.passkey.id);
        let code = app.store().read(|conn| store::access_codes::find_for_user(conn, &self.user.id)).expect("a read");
        let account = app.reload(&self.user);
        let (membership, latest) = (app.membership(&self.user, self.clinic(app)), self.invitation(app));
        let terminals = app.store().read(|conn| store::terminals::list(conn, None)).expect("a read");
        let clients = app.store().read(store::clients::list).expect("a read");
        let clinics = app.store().read(store::clinics::list).expect("a read");
        let groups = groups::listed(app.store(), None, app.clock().now()).expect("the list");
        (
            membership.suspended_at.is_some(),
            passkey.map(|passkey| passkey.is_enabled()),
            code.is_some(),
            membership.ends_at,
            (latest.id, latest.revoked_at.is_some()),
            terminals.iter().filter(|terminal| terminal.is_known(app.clock().now())).count(),
            clients.into_iter().map(|client| (client.name.clone(), client.is_enabled())).collect(),
            clinics.into_iter().map(|clinic| clinic.name).collect(),
            (
                groups.into_iter().map(|(group, people)| (group.name, group.removed_at.is_some(), people)).collect(),
                self.qualifications(app),
            ),
            (account.is_active(), account.password_failures),
            self.held(app),
        )
    }
}

/// What stands in the addresses that are about somebody, or about a thing of their clinic.
struct Names {
    member: MembershipId,
    clinic: ClinicId,
    passkey: PasskeyId,
    invitation: InvitationId,
    terminal: TerminalId,
    client: ClientId,
    group: GroupId,
    qualification: QualificationId,
    session: SessionId,
    /// Of their clinic's trail.
    event: String,
}

impl Names {
    fn unknown() -> Self {
        Self {
            member: MembershipId::new(UNKNOWN),
            clinic: ClinicId::new(UNKNOWN),
            passkey: PasskeyId::new(UNKNOWN),
            invitation: InvitationId::new(UNKNOWN),
            terminal: TerminalId::new(UNKNOWN),
            client: ClientId::new(UNKNOWN),
            group: GroupId::new(UNKNOWN),
            qualification: QualificationId::new(UNKNOWN),
            session: SessionId::new(UNKNOWN),
            event: UNKNOWN.to_owned(),
        }
    }
}

/// The address with this person in it.
fn filled(path: &str, names: &Names) -> String {
    let Names { member, clinic, passkey, invitation, terminal, client, group, qualification, session, event } = names;
    let filled = path
        .replace("{member}", member.as_str())
        .replace("{clinic}", clinic.as_str())
        .replace("{passkey}", passkey.as_str())
        .replace("{invitation}", invitation.as_str())
        .replace("{terminal}", terminal.as_str())
        .replace("{client}", client.as_str())
        .replace("{group}", group.as_str())
        .replace("{qualification}", qualification.as_str())
        .replace("{session}", session.as_str())
        .replace("{event}", event)
        .replace("{id}", if path.starts_with("/settings/passkeys/") { passkey.as_str() } else { UNKNOWN })
        .replace("{token}", "token")
        .replace("{version}", "0")
        .replace("{name}", "none.css");
    assert!(!filled.contains('{'), "say here what stands in {path}");
    filled
}

fn ask(person: &Person<'_>, token: &str, rule: Rule, path: &str, names: &Names) -> Answer {
    match rule {
        Rule::Page | Rule::Open | Rule::CrossSite => person.get(path),
        Rule::Form | Rule::LongForm => {
            let more = [
                ("name", "院内PC"),
                ("contact", "内線 201"),
                ("until", "2099-03-31"),
                ("checked", "card"),
                ("way", "sheet"),
                ("kind", "web"),
                ("redirect_uris", "https://app.example/callback"),
                ("alg", "RS256"),
                ("profession", "midwife"),
                ("method", "original"),
                ("act", "disable"),
                ("format", "csv"),
            ];
            // Of an application or a group: as it is now.
            let page = path.strip_suffix("/restore").unwrap_or(path);
            let seen = person.get(page).hidden("seen").unwrap_or_default();
            // A line of a form that is ticked: somebody for a group, or a group for somebody.
            let line = if path.starts_with("/admin/groups") { names.member.as_str() } else { names.group.as_str() };
            let on = format!("on.{line}");
            let known = [("form_token", token), REASON, ("seen", seen.as_str()), ("shown", line), (&on, "on")];
            person.post_form(path, &[&known[..], &more].concat())
        }
        Rule::Script if path.ends_with("/finish") => person.post_json(path, &json!({ "state": "x", "credential": {} })),
        Rule::Script => person.post_json(path, &json!({})),
        Rule::Machine | Rule::Spa => person.post_form(path, &[]),
    }
}

fn lines() -> Vec<(Rule, Caller, &'static str)> {
    web::table().into_iter().map(|(rule, caller, path, _)| (rule, caller, path)).collect()
}

fn token(person: &Person<'_>) -> String {
    person.get("/help").hidden("form_token").expect("a form token")
}

#[test]
fn without_a_session_or_with_one_that_only_enrols_each_address_is_closed_as_its_line_says() {
    let app = TestApp::start(Database::sqlite());
    let enrolling = Person::at(&app);
    enrolling.sign_in("hanako@sakura.example", PASSWORD, None);
    for (person, signed_in) in [(Person::at(&app), false), (enrolling, true)] {
        let token = token(&person);
        for (rule, caller, path) in lines() {
            let names = Names::unknown();
            let path = filled(path, &names);
            let answer = ask(&person, &token, rule, &path, &names);
            let to_login = answer.location() == SIGN_IN || answer.status == 401 && answer.body.contains("signed_out");
            let what = format!("{rule:?} {path} by {caller:?}: {} {}", answer.status, answer.location());
            assert!(answer.status.as_u16() < 500, "{what}");
            match caller {
                Caller::Anybody => assert!(answer.location() != SIGN_IN, "{what}"),
                _ if !signed_in => assert!(to_login, "{what}"),
                Caller::Enrolled => assert!(!to_login, "{what}"),
                Caller::SignedIn | Caller::May(_) => assert_eq!(answer.location(), ENROL, "{what}"),
            }
        }
    }
}

/// What is said after a press.
fn done(path: &str) -> &'static str {
    match path.rsplit('/').next().unwrap_or_default() {
        "new" => "created",
        "join" => "joined",
        "leave" => "left",
        "remove" => "removed",
        "restore" => "restored",
        "groups" => "saved",
        "qualifications" => "added",
        "verify" => "verified",
        _ => "renamed",
    }
}

/// What the table of permissions means, said once more.
fn is_open(reach: Reach, permission: Permission, kind: Kind) -> bool {
    let sees = matches!(permission, Permission::SeePeople | Permission::SeeClinics) || is_of_clinic(permission);
    match (reach, kind) {
        (Reach::Nobody, _) => false,
        (Reach::Everybody, _) => true,
        (_, Kind::Foreign) => false,
        (Reach::Ours, Kind::Shared) => sees,
        _ => true,
    }
}

#[test]
fn each_address_opens_to_each_role_for_the_people_whom_the_table_of_permissions_gives_it() {
    let server = MailServer::start();
    let app = TestApp::start_with(Database::sqlite(), |config| config.mail.carrier = Some(server.carrier()));
    let others = [
        Other::hire(&app, Kind::Own, &app.sakura),
        Other::hire(&app, Kind::Foreign, &app.demo),
        Other::hire(&app, Kind::Shared, &app.sakura),
    ];
    let mut tried = BTreeSet::new();
    for (role, reaches) in Role::ALL.iter().zip(0..) {
        let email = format!("{}@sakura.example", role.as_str());
        let (person, user) = somebody(&app, &app.sakura, *role, &email, "操作 する人");
        let token = token(&person);
        for ((rule, caller, path), other) in
            lines().into_iter().flat_map(|line| others.iter().map(move |other| (line, other)))
        {
            let permission = match caller {
                Caller::May(permission) => Some(permission),
                _ => None,
            };
            let names = other.ready_for(&app, permission, path);
            let address = filled(path, &names);
            let before = other.state(&app);
            let answer = ask(&person, &token, rule, &address, &names);
            let changed = other.state(&app) != before;
            let what =
                format!("{} {rule:?} {path}, {:?}: {} {}", role.as_str(), other.kind, answer.status, answer.location());
            let sent_away = answer.location() == SIGN_IN || caller != Caller::Enrolled && answer.location() == ENROL;
            assert!(answer.status.as_u16() < 500 && !sent_away, "{what}");
            let Some(permission) = permission else {
                assert!(!changed, "{what}");
                let theirs = path.starts_with("/settings/passkeys/{id}");
                assert!(!theirs || answer.status == 404, "somebody else's: {what}");
                continue;
            };
            tried.insert(permission.as_str());
            let row = PERMISSIONS.iter().find(|(named, _)| *named == permission).expect("a rule");
            let reach: Reach = row.1[reaches];
            let about_nobody = !path.contains('{');
            let sees =
                PERMISSIONS.iter().find(|(named, _)| *named == Permission::SeePeople).expect("a rule").1[reaches];
            let presses = matches!(rule, Rule::Form | Rule::LongForm);
            let open = is_open(reach, permission, if about_nobody { Kind::Own } else { other.kind });
            let visible =
                is_open(sees, Permission::SeePeople, other.kind) && reach > Reach::Nobody && !is_of_clinic(permission);
            if permission == Permission::InvitePerson && open && presses {
                assert!(!changed && answer.status == 422, "it is about nobody yet: {what}");
                continue;
            }
            if path.ends_with("/preview") && presses {
                let expected = if open { 422 } else { 404 };
                assert!(!changed && answer.status == expected, "about nobody yet: {what}");
                continue;
            }
            if permission == Permission::SeeAudit {
                let expected = if open { 200 } else { 404 };
                assert!(!changed && answer.status == expected, "to look changes nothing: {what}");
                continue;
            }
            assert_eq!(changed, open && presses, "{what}");
            match (open, presses) {
                (true, true) => {
                    // Who has nobody to agree is shown the code or the sheet at once, and who adds a PC its link.
                    let shown = match permission {
                        Permission::IssueAccessCode => answer.body.contains("class=\"access-code"),
                        Permission::ReinvitePerson => answer.body.contains("card sheet"),
                        Permission::ManageTerminals => answer.body.contains("terminal-link"),
                        Permission::ManageApplications => answer.body.contains("client-secret"),
                        _ => false,
                    };
                    let said = match permission {
                        Permission::ManageApplications if path.ends_with("/edit") => "edit",
                        Permission::ManageApplications => "disable",
                        Permission::ManageGroups | Permission::ManageQualifications => done(path),
                        _ => permission.as_str(),
                    };
                    let done = answer.location().ends_with(&format!("notice={said}"));
                    assert!(done || answer.status == 200 && shown, "{what}");
                }
                (true, _) => assert_eq!(answer.status, 200, "{what}"),
                (false, _) if visible => assert!(answer.location().ends_with("notice=out_of_reach"), "{what}"),
                (false, _) => assert_eq!(answer.status, 404, "{what}"),
            }
        }
        assert!(
            app.passkeys(&user)[0].is_enabled() && app.membership(&user, &app.sakura).is_active(app.clock().now()),
            "nobody on themselves"
        );
    }
    assert_eq!(tried.len(), Permission::ALL.len(), "each permission is some address's: {tried:?}");
}

#[test]
fn the_pages_of_administration_are_for_whom_their_lines_are() {
    for (name, path, permission) in web::ADMIN_PAGES {
        assert!(lines().contains(&(Rule::Page, Caller::May(*permission), path)), "{name}");
    }
}

#[test]
fn a_long_form_is_a_list_of_people_and_nothing_else() {
    let long = lines().into_iter().filter(|(rule, ..)| *rule == Rule::LongForm).map(|(_, _, path)| path);
    assert_eq!(long.collect::<Vec<_>>(), ["/admin/people/invite/list", "/admin/people/invite/list/send"]);
}
