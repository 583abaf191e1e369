//! What goes in comes out: every table, with every column filled and with none that may be empty.

use genkan::{
    domain::{
        Accent, Address, AllowList, Client, ClientId, Clinic, ClinicId, Email, FormerSecret, InstitutionCode,
        InvitationId, KeyState, Membership, MembershipId, Passkey, PasskeyId, PasswordFallback, PasswordHash, Preset,
        Profile, RegistrationPolicy, Role, SigningAlg, StoredSigningKey, SuspendedBy, Suspension, UnixTime, User,
        UserId,
    },
    store::{
        Store, clients, clinics, invitations, memberships, meta,
        passkeys::{self, PasskeyUse},
        signing_keys, unattributed, users,
    },
};

use super::cast::{
    NOW, client, clinic, clinic_id, hash, invitation, membership, minutes, move_in, passkey, user, user_called, user_id,
};
use crate::support::{
    database::{Database, on_both_databases},
    databases::migrated,
};

on_both_databases! {
    clinics_come_back_and_change,
    people_come_back_by_id_address_and_handle,
    an_address_belongs_to_one_person,
    a_profile_changes_without_touching_the_account,
    a_password_is_set_only_over_the_one_that_was_read,
    failures_are_reset_once,
    memberships_come_back_and_change,
    clients_come_back_and_change,
    clients_are_listed_a_page_at_a_time_by_name_however_it_is_typed,
    an_invitation_is_found_until_spent_and_the_newest_counts,
    an_invitation_is_not_spent_late_nor_when_revoked,
    passkeys_come_back_and_are_their_owners_alone,
    a_passkey_is_found_with_its_person_and_every_place_where_they_work,
    a_credential_is_registered_once,
    a_passkey_is_used_only_with_the_counter_that_was_read,
    signing_keys_come_back_and_move_on,
    facts_are_set_once_or_replaced,
    strangers_failures_are_counted_and_taken_by_the_minute,
}

fn moved_in(database: &Database) -> Store {
    let store = migrated(database);
    move_in(&store);
    store
}

/// Domain things have no equality of their own; their `Debug` shows all but secrets.
#[track_caller]
fn same(left: &impl std::fmt::Debug, right: &impl std::fmt::Debug) {
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
}

fn clinics_come_back_and_change(database: Database) {
    let store = moved_in(&database);
    let find = || store.read(|conn| clinics::find(conn, &clinic_id())).expect("a read").expect("the clinic");
    same(&find(), &clinic());
    let alone = PasswordFallback::PasswordOnly { reason: "端末にカメラがない".to_owned(), until: NOW };
    for fallback in [alone, PasswordFallback::Deny] {
        let changed = Clinic {
            password_fallback: fallback,
            name_en: Some("Sakura".to_owned()),
            registration: RegistrationPolicy { only: vec![uuid::Uuid::from_u128(7)], ..Preset::ClosedNetwork.into() },
            code: Some(InstitutionCode::parse("0110113719", "", "").expect("a code")),
            accent: Some(Accent::parse("8a1f4d").expect("a colour")),
            admin_addresses: AllowList::parse(["192.0.2.0/24", "2001:db8::/32"]).expect("a list"),
            updated_at: UnixTime::from_millis(NOW.millis() + 1),
            ..clinic()
        };
        let written = changed.clone();
        assert!(store.write(move |tx| clinics::update(tx, &written)).expect("an answer"));
        same(&find(), &changed);
    }
    assert!(store.write(|tx| clinics::update(tx, &clinic())).expect("an answer"));
    same(&find(), &clinic());
    same(&store.read(clinics::list).expect("a list"), &[clinic()]);
}

fn people_come_back_by_id_address_and_handle(database: Database) {
    let store = migrated(&database);
    let full = User {
        password_hash: Some(PasswordHash::from_stored("hash".to_owned())),
        password_failures: 7,
        profile: Profile {
            name: "山田 花子".to_owned(),
            name_kana: Some("ヤマダ ハナコ".to_owned()),
            phone_number_verified: true,
            address: Some(Address { country: Some("JP".to_owned()), ..Address::default() }),
            ..Profile::default()
        },
        ever_enrolled: true,
        disabled_at: Some(NOW),
        ..user()
    };
    for person in [full, user_called("doctor")] {
        let written = person.clone();
        store.write(move |tx| users::insert(tx, &written)).expect("a person");
        let shouted = Email::parse(&person.email.as_str().to_uppercase()).expect("an address");
        let found = [
            store.read(|conn| users::find(conn, &person.id)),
            store.read(|conn| users::find_by_email(conn, &shouted)),
            store.read(|conn| users::find_by_handle(conn, &person.handle)),
        ];
        for found in found {
            same(&found.expect("a read").expect("the person"), &person);
        }
    }
    assert_eq!(store.read(users::list).expect("a list").len(), 2);
    assert!(store.read(|conn| users::find(conn, &UserId::new("nobody"))).expect("a read").is_none());
}

fn an_address_belongs_to_one_person(database: Database) {
    let store = moved_in(&database);
    let email = Email::parse("NURSE@sakura.example").expect("an address");
    assert!(store.write(move |tx| users::insert(tx, &User { email, ..user_called("twin") })).is_err());
}

fn a_profile_changes_without_touching_the_account(database: Database) {
    let store = moved_in(&database);
    store.write(|tx| users::count_password_failure(tx, &user_id())).expect("a failure");
    let email = Email::parse("hanako@sakura.example").expect("an address");
    let profile = Profile { name: "佐藤 花子".to_owned(), ..Profile::default() };
    let changed = User { email: email.clone(), profile: profile.clone(), ..user() };
    assert!(store.write(move |tx| users::update_profile(tx, &changed)).expect("an answer"));
    let found = store.read(|conn| users::find_by_email(conn, &email)).expect("a read").expect("the person");
    assert_eq!((found.profile, found.password_failures), (profile, 1));
}

fn a_password_is_set_only_over_the_one_that_was_read(database: Database) {
    let store = moved_in(&database);
    let set = |new: &'static str, old: Option<&'static str>| {
        store.write(move |tx| users::set_password(tx, &user_id(), new, old, NOW)).expect("an answer")
    };
    assert!(!set("first", Some("none that there is")));
    assert!(set("first", None));
    assert!(!set("second", None));
    assert!(set("second", Some("first")));
    let found = store.read(|conn| users::find(conn, &user_id())).expect("a read").expect("the person");
    assert_eq!(found.password_hash.as_ref().map(PasswordHash::as_str), Some("second"));
}

fn failures_are_reset_once(database: Database) {
    let store = moved_in(&database);
    store.write(|tx| users::count_password_failure(tx, &user_id())).expect("a failure");
    let reset = || store.write(|tx| users::reset_password_failures(tx, &user_id())).expect("an answer");
    assert_eq!([reset(), reset()], [true, false]);
}

fn memberships_come_back_and_change(database: Database) {
    let store = moved_in(&database);
    let find =
        || store.read(|conn| memberships::find(conn, &user_id(), &clinic_id())).expect("a read").expect("it is there");
    same(&find(), &membership());
    let roles = [Role::SystemAdmin];
    assert!(store.write(move |tx| memberships::update_roles(tx, &user_id(), &clinic_id(), &roles)).expect("an answer"));
    assert_eq!(find().roles, roles);
    let of_user = store.read(|conn| memberships::list_for_user(conn, &user_id())).expect("a list");
    let of_clinic = store.read(|conn| memberships::list_for_clinic(conn, &clinic_id())).expect("a list");
    same(&of_user, &[(find(), clinic())]);
    same(&of_clinic, &[(find(), user())]);
    assert!(store.write(|tx| memberships::insert(tx, &membership())).is_err(), "one for each person and clinic");
}

fn clients_come_back_and_change(database: Database) {
    let store = moved_in(&database);
    let find = || store.read(|conn| clients::find(conn, &client().id)).expect("a read").expect("the client");
    same(&find(), &client());
    let changed = Client {
        secret_hash: None,
        former_secret: Some(FormerSecret { hash: hash("former"), until: NOW.plus(minutes(5)) }),
        removed_at: Some(NOW),
        start_uri: None,
        backchannel_logout_uri: Some("https://app.example/logout".to_owned()),
        id_token_alg: SigningAlg::Es256,
        pkce_required: false,
        clinic_id: Some(clinic_id()),
        ..client()
    };
    let written = changed.clone();
    assert!(store.write(move |tx| clients::update(tx, &written)).expect("an answer"));
    same(&find(), &changed);
    same(&store.read(clients::list).expect("a list"), &[changed]);
}

fn clients_are_listed_a_page_at_a_time_by_name_however_it_is_typed(database: Database) {
    let store = moved_in(&database);
    let named = |id: &str, name: &str, clinic_id| Client {
        id: ClientId::new(id),
        name: name.to_owned(),
        clinic_id,
        ..client()
    };
    let all = [
        named("1", "予約", None),
        named("2", "ｶﾙﾃ 100%", Some(clinic_id())),
        named("3", "カルテ", None),
        Client { removed_at: Some(NOW), ..named("4", "カルテ 旧", None) },
    ];
    store.write(move |tx| all.iter().try_for_each(|client| clients::insert(tx, client))).expect("written");
    let ids = |named: &str, clinic: Option<&ClinicId>, removed_since, after: Option<&ClientId>| {
        let page = clients::Page { clinic, named, removed_since, after, limit: 2 };
        let found = store.read(|conn| clients::list_page(conn, &page)).expect("a page");
        found.into_iter().map(|client| client.id.as_str().to_owned()).filter(|id| id.len() == 1).collect::<Vec<_>>()
    };
    assert_eq!(ids("カルテ", None, NOW, None), ["3", "2"], "what was removed before is not there");
    assert_eq!(ids("カルテ", None, NOW.minus(minutes(1)), Some(&ClientId::new("2"))), ["4"], "the second page");
    assert_eq!(ids("0%", None, NOW, None), ["2"], "a sign of the pattern is a letter");
    assert_eq!(ids("カルテ", Some(&ClinicId::new("another")), NOW, None), ["3"], "another clinic's is not");
}

fn an_invitation_is_found_until_spent_and_the_newest_counts(database: Database) {
    let store = moved_in(&database);
    let newer = genkan::domain::Invitation { created_at: NOW.plus(minutes(1)), ..invitation("newer") };
    let written = newer.clone();
    store
        .write(move |tx| {
            invitations::insert(tx, &invitation("link"))?;
            invitations::insert(tx, &written)
        })
        .expect("two invitations");
    same(&store.read(|conn| invitations::latest_for_user(conn, &user_id())).expect("a read"), &Some(&newer));
    let found = store.read(|conn| invitations::find_by_token(conn, &hash("link"))).expect("a read").expect("the link");
    same(&found, &invitation("link"));
    let spend = || store.write(|tx| invitations::spend(tx, &InvitationId::new("link"), NOW)).expect("an answer");
    assert_eq!([spend(), spend()], [true, false]);
    let found = store.read(|conn| invitations::find(conn, &InvitationId::new("link"))).expect("a read");
    assert_eq!(found.and_then(|found| found.used_at), Some(NOW));
}

fn an_invitation_is_not_spent_late_nor_when_revoked(database: Database) {
    let store = moved_in(&database);
    store.write(|tx| invitations::insert(tx, &invitation("link"))).expect("an invitation");
    let spend =
        |now| store.write(move |tx| invitations::spend(tx, &InvitationId::new("link"), now)).expect("an answer");
    assert!(!spend(invitation("link").expires_at()));
    let revoke = || store.write(|tx| invitations::revoke_unused_for_user(tx, &user_id(), NOW)).expect("an answer");
    assert_eq!([revoke(), revoke()], [1, 0]);
    assert!(!spend(NOW));
}

fn passkeys_come_back_and_are_their_owners_alone(database: Database) {
    let store = moved_in(&database);
    assert!(store.write(|tx| passkeys::insert(tx, &passkey("phone"))).expect("an answer"));
    let id = || PasskeyId::new("phone");
    let stranger = || UserId::new("stranger");
    same(
        &store.read(|conn| passkeys::find_by_credential(conn, "credential-phone")).expect("a read"),
        &Some(passkey("phone")),
    );
    assert!(!store.write(move |tx| passkeys::rename(tx, &id(), &stranger(), "mine")).expect("an answer"));
    assert!(store.write(move |tx| passkeys::rename(tx, &id(), &user_id(), "鍵")).expect("an answer"));
    assert_eq!(store.read(|conn| passkeys::find(conn, &id())).expect("a read").expect("the passkey").name, "鍵");
    assert!(!store.write(move |tx| passkeys::delete(tx, &id(), &stranger())).expect("an answer"));
    assert!(store.write(move |tx| passkeys::delete(tx, &id(), &user_id())).expect("an answer"));
    assert!(store.read(|conn| passkeys::list_for_user(conn, &user_id())).expect("a list").is_empty());
    assert!(!store.write(|tx| users::release_passkey_slot(tx, &user_id())).expect("an answer"), "none was claimed");
}

fn a_passkey_is_found_with_its_person_and_every_place_where_they_work(database: Database) {
    let store = moved_in(&database);
    let find = |credential: &'static str| store.read(|conn| passkeys::find_owned(conn, credential)).expect("a read");
    let second = || Clinic { id: ClinicId::new("second"), name: "あおばクリニック".to_owned(), ..clinic() };
    let there = move || Membership { id: MembershipId::new("there"), clinic_id: second().id, ..membership() };
    let nowhere = || Passkey { user_id: UserId::new("nowhere"), ..passkey("elsewhere") };
    store
        .write(move |tx| {
            clinics::insert(tx, &second())?;
            memberships::insert(tx, &there())?;
            users::insert(tx, &user_called("nowhere"))?;
            passkeys::insert(tx, &passkey("phone"))?;
            passkeys::insert(tx, &passkey("spare"))?;
            passkeys::insert(tx, &nowhere())
        })
        .expect("more people");
    let owned = find("credential-phone").expect("hers");
    same(&(owned.passkey, owned.user), &(passkey("phone"), user()));
    same(&owned.memberships, &[(there(), second()), (membership(), clinic())]);
    let owned = find("credential-elsewhere").expect("theirs");
    same(&(owned.passkey, owned.user.id), &(nowhere(), UserId::new("nowhere")));
    assert!(owned.memberships.is_empty());
    assert!(find("credential-of-nobody").is_none());
}

fn a_credential_is_registered_once(database: Database) {
    let store = moved_in(&database);
    let insert = |id: &'static str| {
        let one = Passkey { credential_id: "same".to_owned(), ..passkey(id) };
        store.write(move |tx| passkeys::insert(tx, &one)).expect("an answer")
    };
    assert_eq!([insert("phone"), insert("key")], [true, false]);
}

fn a_passkey_is_used_only_with_the_counter_that_was_read(database: Database) {
    let store = moved_in(&database);
    store.write(|tx| passkeys::insert(tx, &passkey("phone"))).expect("a passkey");
    let record = || store.write(|tx| passkeys::record_use(tx, used(&PasskeyId::new("phone")))).expect("an answer");
    assert_eq!([record(), record()], [true, false]);
    let found =
        store.read(|conn| passkeys::find(conn, &PasskeyId::new("phone"))).expect("a read").expect("the passkey");
    assert_eq!((found.sign_count, found.use_count, found.backup_state), (4, 1, true));
    assert_eq!(found.last_used_at, Some(NOW));
    assert_eq!(found.last_used_ip.as_deref(), Some("192.0.2.9"));
    assert_eq!(found.last_used_user_agent.as_deref(), Some("Other"));

    let suspension = Suspension { at: NOW, by: SuspendedBy::Administrator, reason: Some("紛失".to_owned()) };
    let suspended = Passkey { suspension: Some(suspension), ..passkey("suspended") };
    store.write(move |tx| passkeys::insert(tx, &suspended)).expect("a passkey");
    let recorded = store.write(|tx| passkeys::record_use(tx, used(&PasskeyId::new("suspended"))));
    assert!(!recorded.expect("an answer"));
}

fn used(id: &PasskeyId) -> PasskeyUse<'_> {
    PasskeyUse {
        id,
        read_sign_count: 3,
        sign_count: 4,
        backup_state: true,
        at: NOW,
        ip: "192.0.2.9",
        user_agent: "Other",
    }
}

fn signing_keys_come_back_and_move_on(database: Database) {
    let store = migrated(&database);
    let key = StoredSigningKey {
        kid: "kid".to_owned(),
        alg: SigningAlg::Es256,
        state: KeyState::Next,
        public_jwk: "{}".to_owned(),
        sealed_private: "sealed".to_owned(),
        created_at: NOW,
        activated_at: None,
        retired_at: None,
    };
    let insert = || {
        let key = key.clone();
        store.write(move |tx| signing_keys::insert(tx, &key)).expect("an answer")
    };
    assert_eq!([insert(), insert()], [true, false]);
    assert_eq!(store.read(signing_keys::list).expect("a list"), vec![key.clone()]);
    let moved = |state| store.write(move |tx| signing_keys::set_state(tx, "kid", state, NOW)).expect("an answer");
    assert_eq!([moved(KeyState::Active), moved(KeyState::Active)], [true, false]);
    let active = StoredSigningKey { state: KeyState::Active, activated_at: Some(NOW), ..key };
    assert_eq!(store.read(signing_keys::list).expect("a list"), vec![active.clone()]);
    assert!(moved(KeyState::Retired));
    let retired = StoredSigningKey { state: KeyState::Retired, retired_at: Some(NOW), ..active };
    assert_eq!(store.read(signing_keys::list).expect("a list"), [retired]);
}

fn facts_are_set_once_or_replaced(database: Database) {
    let store = migrated(&database);
    let get = || store.read(|conn| meta::get(conn, "rp_id")).expect("a read");
    assert_eq!(get(), None);
    let once = |value: &'static str| store.write(move |tx| meta::set_once(tx, "rp_id", value)).expect("an answer");
    assert_eq!([once("one"), once("two")], [true, false]);
    assert_eq!(get().as_deref(), Some("one"));
    store.write(|tx| meta::set(tx, "rp_id", "three")).expect("a write");
    assert_eq!(get().as_deref(), Some("three"));
}

fn strangers_failures_are_counted_and_taken_by_the_minute(database: Database) {
    let store = migrated(&database);
    for (typed, minute) in [("a", 1), ("a", 1), ("b", 1), ("a", 2)] {
        store.write(move |tx| unattributed::count(tx, "auth.password", "192.0.2.1", typed, minute)).expect("a count");
    }
    let mut taken = store.write(|tx| unattributed::take_closed(tx, 2)).expect("what is closed");
    taken.sort_by(|left, right| left.typed_hash.cmp(&right.typed_hash));
    let counts: Vec<_> = taken.iter().map(|row| (row.typed_hash.as_str(), row.minute, row.count)).collect();
    assert_eq!(counts, [("a", 1, 2), ("b", 1, 1)]);
    assert!(store.write(|tx| unattributed::take_closed(tx, 2)).expect("an answer").is_empty(), "taken once");
    assert_eq!(store.write(|tx| unattributed::take_closed(tx, 3)).expect("the next minute").len(), 1);
}
