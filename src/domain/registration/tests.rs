//! Every kind of authenticator under every policy, as the catalogue of requirements has it: its rows, its columns.

use uuid::uuid;

use super::*;
use crate::domain::authenticator_name;

/// A cell of the table.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Yes,
    No(NotAllowed),
    /// As `unclear` says.
    Unclear,
    /// As `security_keys` says; when it says no, for this reason.
    Key(NotAllowed),
}
use Cell::{No, Yes};

const WH: Cell = No(NotAllowed::WindowsHello);
const PL: Cell = No(NotAllowed::PlatformAuthenticator);
const K: Cell = Cell::Key(NotAllowed::SecurityKey);

/// phone_only; phone_first for a first key; phone_first later; any_but_windows_hello; any.
type Cells = [Cell; 5];
const EVERYWHERE: Cells = [Yes; 5];
const NOT_ON_WINDOWS: Cells = [WH, WH, WH, WH, Yes];

struct Row {
    number: u8,
    aaguids: &'static [Uuid],
    formats: &'static [&'static str],
    transports: &'static [&'static [&'static str]],
    attachments: &'static [Option<Attachment>],
    channels: &'static [Channel],
    cells: Cells,
    /// `None`: the name of its AAGUID.
    name: Option<&'static str>,
}

const ZERO: Uuid = Uuid::nil();
const GOOGLE: Uuid = uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4");
const APPLE: Uuid = uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd");
const APPLE_MANAGED: Uuid = uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2");
const SAMSUNG: Uuid = uuid!("53414d53-554e-4700-0000-000000000000");
const CHROME_ON_MAC: Uuid = uuid!("adce0002-35bc-c60a-648b-0b25f1f05503");
const YUBIKEY: Uuid = uuid!("fa2b99dc-9e39-4257-8f92-4a30d23c4118");
const WINDOWS_HELLO: &[Uuid] = &[
    uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"),
    uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"),
    uuid!("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"),
];

const ANY_FORMAT: &[&str] = &["none", "packed", "tpm", "apple", "android-key", "android-safetynet", "fido-u2f"];
const NOT_TPM: &[&str] = &["none", "packed", "apple", "android-key", "android-safetynet", "fido-u2f"];
const HYBRID: &[&str] = &["hybrid", "internal"];
const ANY_TRANSPORTS: &[&[&str]] = &[&[], &["internal"], HYBRID, &["usb"], &["of-the-future"]];
const PLATFORM: &[Option<Attachment>] = &[Some(Attachment::Platform)];
const CROSS_PLATFORM: &[Option<Attachment>] = &[Some(Attachment::CrossPlatform)];
const ANY_ATTACHMENT: &[Option<Attachment>] = &[None, Some(Attachment::Platform), Some(Attachment::CrossPlatform)];
const PC: &[Channel] = &[Channel::Pc];

/// Read from the top, in the order in which the rules apply: what a `tpm` format gives away is no later row's.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { number: 1, aaguids: WINDOWS_HELLO, formats: ANY_FORMAT, transports: ANY_TRANSPORTS, attachments: ANY_ATTACHMENT, channels: Channel::ALL, cells: NOT_ON_WINDOWS, name: Some("Windows Hello") },
    Row { number: 2, aaguids: &[ZERO], formats: &["tpm"], transports: ANY_TRANSPORTS, attachments: PLATFORM, channels: PC, cells: NOT_ON_WINDOWS, name: Some("Windows Hello") },
    Row { number: 3, aaguids: &[ZERO], formats: &["none"], transports: &[&["internal"]], attachments: PLATFORM, channels: PC, cells: [PL, PL, PL, PL, Yes], name: Some("この端末") },
    Row { number: 4, aaguids: &[GOOGLE], formats: &["none"], transports: &[HYBRID], attachments: CROSS_PLATFORM, channels: PC, cells: EVERYWHERE, name: None },
    Row { number: 5, aaguids: &[APPLE], formats: &["none"], transports: &[HYBRID], attachments: CROSS_PLATFORM, channels: PC, cells: EVERYWHERE, name: None },
    Row { number: 6, aaguids: &[ZERO], formats: &["none"], transports: &[HYBRID], attachments: CROSS_PLATFORM, channels: PC, cells: EVERYWHERE, name: Some("スマートフォン") },
    Row { number: 7, aaguids: &[APPLE], formats: &["none"], transports: &[HYBRID], attachments: PLATFORM, channels: PC, cells: [PL, PL, Yes, Yes, Yes], name: None },
    Row { number: 8, aaguids: &[APPLE, GOOGLE, SAMSUNG], formats: &["none"], transports: &[HYBRID], attachments: PLATFORM, channels: &[Channel::PhoneHandoff, Channel::PhoneDirect], cells: EVERYWHERE, name: None },
    Row { number: 9, aaguids: &[CHROME_ON_MAC], formats: NOT_TPM, transports: &[&["internal"]], attachments: PLATFORM, channels: PC, cells: [PL, PL, Yes, Yes, Yes], name: None },
    Row { number: 10, aaguids: &[YUBIKEY, ZERO], formats: &["packed", "none", "fido-u2f"], transports: &[&["usb"], &["nfc", "usb"]], attachments: CROSS_PLATFORM, channels: PC, cells: [Cell::Key(NotAllowed::PlatformAuthenticator), K, K, K, Yes], name: Some("セキュリティキー") },
    Row { number: 11, aaguids: &[ZERO, GOOGLE, CHROME_ON_MAC, YUBIKEY], formats: NOT_TPM, transports: &[&[]], attachments: &[None], channels: PC, cells: [Cell::Unclear, Cell::Unclear, Cell::Unclear, Cell::Unclear, Yes], name: Some("パスキー") },
    Row { number: 12, aaguids: &[APPLE_MANAGED], formats: NOT_TPM, transports: &[HYBRID], attachments: CROSS_PLATFORM, channels: PC, cells: EVERYWHERE, name: None },
];

/// A column, and whether it is about first keys, later ones, or both.
const COLUMNS: [(AllowedPasskeys, &[bool]); 5] = [
    (AllowedPasskeys::PhoneOnly, &[true, false]),
    (AllowedPasskeys::PhoneFirst, &[true]),
    (AllowedPasskeys::PhoneFirst, &[false]),
    (AllowedPasskeys::AnyButWindowsHello, &[true, false]),
    (AllowedPasskeys::Any, &[true, false]),
];

/// By one clinic's policy.
fn judge(policy: &RegistrationPolicy, new: &Candidate<'_>) -> Result<Accepted, NotAllowed> {
    RegistrationPolicies(vec![policy.clone()]).judge(new)
}

fn policy(passkeys: AllowedPasskeys) -> RegistrationPolicy {
    RegistrationPolicy { passkeys, ..RegistrationPolicy::default() }
}

impl Row {
    /// Everything that the row speaks of.
    fn each(&self, mut look: impl FnMut(&Candidate<'_>)) {
        for &aaguid in self.aaguids {
            for &transports in self.transports {
                let transports: Vec<String> = transports.iter().map(|&name| name.to_owned()).collect();
                for &format in self.formats {
                    for &attachment in self.attachments {
                        for &channel in self.channels {
                            look(&Candidate {
                                aaguid,
                                format,
                                transports: &transports,
                                attachment,
                                channel,
                                first: true,
                                personal_pc: false,
                                backup_eligible: true,
                            });
                        }
                    }
                }
            }
        }
    }

    fn accepted(&self, aaguid: Uuid) -> Accepted {
        let name = self.name.unwrap_or_else(|| authenticator_name(aaguid).expect("a name in the list"));
        Accepted { name, unclear: self.number == 11 }
    }
}

#[test]
fn every_row_of_the_table_under_every_policy() {
    let mut numbers = Vec::new();
    for row in TABLE {
        numbers.push(row.number);
        row.each(|new| {
            for (cell, (passkeys, firsts)) in row.cells.iter().zip(COLUMNS) {
                for &first in firsts {
                    let new = Candidate { first, ..new.clone() };
                    row.check(*cell, &policy(passkeys), &new);
                }
            }
        });
    }
    assert_eq!(numbers, (1..=12).collect::<Vec<u8>>());
}

impl Row {
    /// With every setting that the cell leaves to the clinic.
    fn check(&self, cell: Cell, policy: &RegistrationPolicy, new: &Candidate<'_>) {
        let accepted = Ok(self.accepted(new.aaguid));
        let expect = |policy: RegistrationPolicy, verdict: Result<Accepted, NotAllowed>| {
            assert_eq!(judge(&policy, new), verdict, "row {}: {new:?} {policy:?}", self.number);
        };
        for &unclear in Unclear::ALL {
            for &security_keys in SecurityKeys::ALL {
                let policy = RegistrationPolicy { unclear, security_keys, ..policy.clone() };
                let key = security_keys == SecurityKeys::Always || (security_keys == SecurityKeys::Later && !new.first);
                let verdict = match cell {
                    Yes => accepted.clone(),
                    No(reason) => Err(reason),
                    Cell::Unclear if unclear == Unclear::Accept => accepted.clone(),
                    Cell::Unclear => Err(NotAllowed::Unclear),
                    Cell::Key(_) if key => accepted.clone(),
                    Cell::Key(reason) => Err(reason),
                };
                expect(policy, verdict);
            }
        }
    }
}

fn phone(transports: &[String]) -> Candidate<'_> {
    Candidate {
        aaguid: GOOGLE,
        format: "none",
        transports,
        attachment: Some(Attachment::CrossPlatform),
        channel: Channel::Pc,
        first: true,
        personal_pc: false,
        backup_eligible: true,
    }
}

fn hybrid() -> Vec<String> {
    HYBRID.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn windows_hello_follows_another_key_on_a_personal_pc_where_the_preset_allows_it() {
    let (personal, ordinary) = (RegistrationPolicy::from(Preset::PersonalPc), RegistrationPolicy::default());
    let wherever = RegistrationPolicy { passkeys: AllowedPasskeys::PhoneOnly, ..personal.clone() };
    for row in TABLE.iter().filter(|row| row.number <= 3) {
        row.each(|new| {
            let later = Candidate { first: false, personal_pc: true, channel: Channel::Pc, ..new.clone() };
            let allowed = |policy, new: &Candidate<'_>| judge(policy, new).is_ok();
            assert!(allowed(&personal, &later), "{later:?}");
            assert!(!allowed(&personal, &Candidate { first: true, ..later.clone() }), "never the first: {later:?}");
            assert!(
                !allowed(&personal, &Candidate { personal_pc: false, ..later.clone() }),
                "nor elsewhere: {later:?}"
            );
            assert!(!allowed(&ordinary, &later), "nor without the preset: {later:?}");
            assert!(!allowed(&wherever, &later), "nor where only phones are allowed: {later:?}");
        });
    }
}

#[test]
fn presets_say_who_may_bring_a_security_key_and_when() {
    let usb = ["usb".to_owned()];
    let key = |first| Candidate { aaguid: YUBIKEY, transports: &usb, first, ..phone(&[]) };
    let verdicts = |preset| [true, false].map(|first| judge(&RegistrationPolicy::from(preset), &key(first)).err());
    assert_eq!(verdicts(Preset::Phone), [Some(NotAllowed::SecurityKey), None], "as a second one");
    assert_eq!(verdicts(Preset::PersonalPc), [Some(NotAllowed::SecurityKey), None]);
    assert_eq!(verdicts(Preset::ClosedNetwork), [None, None], "from the first one");
}

#[test]
fn what_may_be_synced_and_which_models_are_the_clinic_s_own_choice() {
    let transports = hybrid();
    let new = phone(&transports);
    let bound = Candidate { backup_eligible: false, ..new.clone() };
    for &passkeys in AllowedPasskeys::ALL {
        let unsynced = RegistrationPolicy { allow_synced: false, ..policy(passkeys) };
        assert_eq!(judge(&unsynced, &new), Err(NotAllowed::Synced));
        assert!(judge(&unsynced, &bound).is_ok());
        let blocking = RegistrationPolicy { blocked: vec![GOOGLE, ZERO], ..policy(passkeys) };
        assert_eq!(judge(&blocking, &new), Err(NotAllowed::Listed));
        let hidden = Candidate { aaguid: ZERO, ..new.clone() };
        assert!(judge(&blocking, &hidden).is_ok(), "a hidden AAGUID is no match");
        let choosy = RegistrationPolicy { only: vec![GOOGLE, ZERO], ..policy(passkeys) };
        assert!(judge(&choosy, &new).is_ok());
        for other in [APPLE, ZERO] {
            let other = Candidate { aaguid: other, ..new.clone() };
            assert_eq!(judge(&choosy, &other), Err(NotAllowed::Listed));
        }
    }
}

#[test]
fn of_several_clinics_the_strictest_decides() {
    let transports = ["internal".to_owned()];
    let mac = Candidate { aaguid: CHROME_ON_MAC, attachment: Some(Attachment::Platform), ..phone(&transports) };
    let (lax, strict) = (policy(AllowedPasskeys::Any), policy(AllowedPasskeys::PhoneOnly));
    assert!(judge(&lax, &mac).is_ok());
    for both in [[lax.clone(), strict.clone()], [strict, lax]] {
        assert_eq!(RegistrationPolicies(both.into()).judge(&mac), Err(NotAllowed::PlatformAuthenticator));
    }
}

#[test]
fn browsers_are_asked_for_what_would_be_accepted() {
    let asked = |policies: &[RegistrationPolicy], channel, first| {
        let policies = RegistrationPolicies(policies.to_vec());
        (policies.from_elsewhere(channel, first), policies.hints(channel, first))
    };
    let one = |passkeys, first| asked(&[policy(passkeys)], Channel::Pc, first);
    assert_eq!(one(AllowedPasskeys::PhoneOnly, true), (true, ["hybrid"].as_slice()));
    assert_eq!(one(AllowedPasskeys::PhoneOnly, false), (true, ["hybrid"].as_slice()));
    assert_eq!(one(AllowedPasskeys::PhoneFirst, true), (true, ["hybrid"].as_slice()));
    assert_eq!(one(AllowedPasskeys::PhoneFirst, false), (false, ["hybrid"].as_slice()), "a Mac may follow");
    assert_eq!(one(AllowedPasskeys::Any, true), (false, [].as_slice()));
    let closed = RegistrationPolicy::from(Preset::ClosedNetwork);
    assert_eq!(asked(std::slice::from_ref(&closed), Channel::Pc, true), (false, ["security-key", "hybrid"].as_slice()));
    let both = [policy(AllowedPasskeys::Any), policy(AllowedPasskeys::PhoneOnly)];
    assert_eq!(asked(&both, Channel::Pc, true), (true, ["hybrid"].as_slice()), "the strictest");
    assert_eq!(asked(&both, Channel::PhoneDirect, true), (false, [].as_slice()), "a phone is itself what is wanted");
}

#[test]
fn an_authenticator_says_its_make_only_where_that_matters() {
    let asks = |policy: RegistrationPolicy| RegistrationPolicies(vec![policy]).asks_for_make();
    assert!(asks(RegistrationPolicy::default()));
    assert!(!asks(policy(AllowedPasskeys::Any)));
    assert!(asks(RegistrationPolicy { blocked: vec![GOOGLE], ..policy(AllowedPasskeys::Any) }));
    assert!(asks(RegistrationPolicy { only: vec![GOOGLE], ..policy(AllowedPasskeys::Any) }));
}

#[test]
fn the_shortest_time_of_several_clinics_counts() {
    let of = |seconds: &[u64]| {
        let policy = |&challenge_seconds| RegistrationPolicy { challenge_seconds, ..RegistrationPolicy::default() };
        RegistrationPolicies(seconds.iter().map(policy).collect()).challenge().as_secs()
    };
    assert_eq!((of(&[300]), of(&[300, 90]), of(&[])), (300, 90, 60));
}

#[test]
fn a_phone_is_known_by_its_browser() {
    let iphone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
    let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36";
    assert_eq!(Channel::of_browser(iphone), Channel::PhoneDirect);
    assert_eq!(Channel::of_browser("Mozilla/5.0 (Linux; Android 16) Chrome/142.0 Mobile"), Channel::PhoneDirect);
    assert_eq!(Channel::of_browser(windows), Channel::Pc);
}
