//! What people call the place where a passkey is kept, by its AAGUID (WebAuthn Level 3 §6.5.1). For naming and nothing else:
//! nobody attests it, and zero, which hides it, names none.

use uuid::{Uuid, uuid};

pub fn authenticator_name(aaguid: Uuid) -> Option<&'static str> {
    AUTHENTICATORS.iter().find(|(known, _)| *known == aaguid).map(|(_, name)| *name)
}

/// Windows names itself so, unless it hides its name or a browser does.
pub fn is_windows_hello(aaguid: Uuid) -> bool {
    WINDOWS_HELLO.contains(&aaguid)
}

/// With the computer's TPM, without one, and with a virtual one.
const WINDOWS_HELLO: [Uuid; 3] = [
    uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96"),
    uuid!("9ddd1817-af5a-4672-a2b9-3e3dd95000a9"),
    uuid!("6028b017-b1d4-4c02-b4b3-afcdafc96bb2"),
];

/// Names of products, the same in every language.
const AUTHENTICATORS: &[(Uuid, &str)] = &[
    // Phones and computers
    (uuid!("fbfc3007-154e-4ecc-8c0b-6e020557d7bd"), "iCloud Keychain"),
    (uuid!("dd4ec289-e01d-41c9-bb89-70fa845d4bf2"), "iCloud Keychain"),
    (uuid!("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"), "Google Password Manager"),
    (uuid!("53414d53-554e-4700-0000-000000000000"), "Samsung Pass"),
    (uuid!("d3452668-01fd-4c12-926c-83a4204853aa"), "Microsoft Password Manager"),
    (uuid!("adce0002-35bc-c60a-648b-0b25f1f05503"), "Chrome (Mac)"),
    (uuid!("771b48fd-d3d4-4f74-9232-fc157ab0507a"), "Edge (Mac)"),
    (uuid!("b5397666-4885-aa6b-cebf-e52262a439a2"), "Chromium"),
    (WINDOWS_HELLO[0], "Windows Hello"),
    (WINDOWS_HELLO[1], "Windows Hello"),
    (WINDOWS_HELLO[2], "Windows Hello"),
    // Password managers
    (uuid!("bada5566-a7aa-401f-bd96-45619a55120d"), "1Password"),
    (uuid!("d548826e-79b4-db40-a3d8-11116f7e8349"), "Bitwarden"),
    (uuid!("531126d6-e717-415c-9320-3d9aa6981239"), "Dashlane"),
    (uuid!("f3809540-7f14-49c1-a8b3-8f813b225541"), "Enpass"),
    (uuid!("a10c6dd9-465e-4226-8198-c7c44b91c555"), "Kaspersky Password Manager"),
    (uuid!("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6"), "Keeper"),
    (uuid!("eaecdef2-1c31-5634-8639-f1cbd9c00a08"), "KeePassDX"),
    (uuid!("fdb141b2-5d84-443e-8a35-4698c205a502"), "KeePassXC"),
    (uuid!("b78a0a55-6ef8-d246-a042-ba0f6d55050c"), "LastPass"),
    (uuid!("b84e4048-15dc-4dd0-8640-f4f60813c8af"), "NordPass"),
    (uuid!("fa37f553-f9b6-4adb-ac53-8bbb57ebdf0d"), "Norton Password Manager"),
    (uuid!("50726f74-6f6e-5061-7373-50726f746f6e"), "Proton Pass"),
    (uuid!("b35a26b2-8f6e-4697-ab1d-d44db4da28c6"), "Zoho Vault"),
    // Security keys
    (uuid!("fa2b99dc-9e39-4257-8f92-4a30d23c4118"), "YubiKey 5"),
    (uuid!("ee882879-721c-4913-9775-3dfcce97072a"), "YubiKey 5"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_hello_is_known_by_three_names_and_no_others() {
        let named: Vec<_> = AUTHENTICATORS.iter().filter(|(_, name)| *name == "Windows Hello").collect();
        assert_eq!(named.len(), 3);
        assert!(named.iter().all(|(aaguid, _)| is_windows_hello(*aaguid)));
        for other in ["9ddd1817-af5a-4672-a2b4-3e3dd95000a9", "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"] {
            assert!(!is_windows_hello(other.parse().expect("a UUID")), "{other}");
        }
        assert!(!is_windows_hello(Uuid::nil()));
    }

    #[test]
    fn no_authenticator_is_named_twice() {
        for (index, (aaguid, name)) in AUTHENTICATORS.iter().enumerate() {
            assert!(AUTHENTICATORS.iter().skip(index + 1).all(|(other, _)| other != aaguid), "{name}");
        }
    }

    #[test]
    fn the_hidden_one_and_a_stranger_have_no_name() {
        assert_eq!(authenticator_name(Uuid::nil()), None);
        assert_eq!(authenticator_name(Uuid::from_u128(7)), None);
        assert_eq!(authenticator_name(uuid!("08987058-cadc-4b81-b6e1-30de50dcbe96")), Some("Windows Hello"));
    }
}
