//! Why an administrative flow refuses. The text is for the command line and says what to do; pages go by [`Refusal::code`].

use crate::{domain::BadInstitutionCode, protocol::redirect_uri::BadRedirectUri};

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident: $type:ty),* })? = $code:literal, $text:literal;)*) => {
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {
            $($(#[$doc])* #[error($text)] $variant $({ $($field: $type),* })?),*
        }

        impl Refusal {
            pub fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),* }
            }
        }
    };
}

refusals! {
    UnknownClient { id: String } = "unknown_client",
        "there is no client {id}; `genkan client list` shows them all";
    ClientRemoved { id: String } = "client_removed",
        "the client {id} was removed; `genkan client restore {id}` brings it back";
    NoPeople = "no_people",
        "the client is a machine: nobody signs in to it";
    NoSecret = "no_secret",
        "the client has no secret";
    UnknownClinic { id: String } = "unknown_clinic",
        "there is no clinic {id}; `genkan clinic list` shows them all";
    UnknownUser { email: String } = "unknown_user",
        "nobody here has the address {email}; `genkan user list` shows everybody";
    BadText { field: &'static str, max: usize } = "bad_text",
        "{field} is a text of 1 to {max} characters on one line, without invisible ones";
    BadEmail { text: String } = "bad_email",
        "{text:?} is not an e-mail address";
    BadClaim { field: &'static str, wanted: &'static str } = "bad_claim",
        "{field} is {wanted}";
    NameMissing = "name_missing",
        "the name is missing; a person new to Genkan needs --name and --kana";
    /// A slip in the address must not let a stranger in under another's name.
    AnotherPerson { email: String, name: String } = "another_person",
        "{email} is already {name}; leave the person's details out to invite them again, or mend the address";
    /// A link would make whoever holds it that person.
    CheckMissing { email: String } = "check_missing",
        "{email} has been in before. If every way in is lost, say with --checked how you made sure who it is: every passkey is \
         then suspended, and the password and codes work no more. Otherwise name what is to change";
    UserDisabled { email: String } = "user_disabled",
        "{email} is disabled; `genkan user enable {email}` first";
    AlreadyDisabled { email: String } = "already_disabled",
        "{email} is disabled already";
    AlreadyEnabled { email: String } = "already_enabled",
        "{email} is enabled already";
    NotSuspended { email: String, clinic: String } = "not_suspended",
        "{email} is not suspended at the clinic {clinic}";
    PasswordOpen { email: String } = "password_open",
        "{email} has no wrong passwords that count against them";
    LastAdministrator { email: String } = "last_administrator",
        "{email} is the last administrator of a clinic, or of the house; make somebody else one first: \
         `genkan user invite EMAIL --clinic ID --role clinic_admin` (or system_admin)";
    NoPasskeys { email: String } = "no_passkeys",
        "{email} has no passkey that is not suspended already";
    MembershipSuspended { email: String } = "membership_suspended",
        "{email} is suspended at this clinic; lift the suspension first";
    ClinicMissing { email: String, clinics: String } = "clinic_missing",
        "{email} works for several clinics; name one with --clinic: {clinics}";
    NotAMember { email: String, clinic: String } = "not_a_member",
        "{email} does not work for the clinic {clinic}";
    MembershipEnded { email: String } = "membership_ended",
        "the time of {email} at this clinic is over; name a new end with --until";
    UnknownInvitation { id: String } = "unknown_invitation",
        "there is no invitation {id}; `genkan user invitations` shows those that wait";
    InvitationOver { id: String } = "invitation_over",
        "the invitation {id} was used or revoked already";
    EndOver = "end_over",
        "the last day lies in the past; `genkan user disable` shuts a person out at once";
    NoRedirectUri = "redirect_uri_missing",
        "the client has no redirect URI; name at least one with --redirect-uri";
    BadUri { field: &'static str, uri: String, why: BadRedirectUri } = "bad_uri",
        "{field} {uri:?} is refused: {why}";
    TooManyUris { field: &'static str, max: usize } = "too_many_uris",
        "{field} may be named {max} times at most";
    RepeatedUri { uri: String } = "repeated_uri",
        "{uri:?} is named twice";
    BadScope { scope: String, known: String } = "bad_scope",
        "the scope {scope:?} is unknown; known are {known}";
    NoOpenId = "openid_missing",
        "the scope openid is missing; without it nobody signs in";
    BadRole { role: String, known: String } = "bad_role",
        "the role {role:?} is unknown; known are {known}";
    BadAcr { acr: String, known: String } = "bad_acr",
        "{acr:?} is nothing that can be demanded of a sign-in; known are {known}";
    BadTerminalKind { kind: String, known: String } = "bad_terminal_kind",
        "the kind of terminal {kind:?} is unknown; known are {known}";
    BadCount { field: &'static str, most: u32 } = "bad_count",
        "{field} is a whole number from 1 to {most}, or empty";
    BadClaimName { pair: String } = "bad_claim_name",
        "{pair:?} gives no claim of ours a name of its own: write it as roles=groups; names of the protocol, such as sub, and \
         names of other claims are taken";
    BadGrant { grant: String, known: String } = "bad_grant",
        "the grant {grant:?} is unknown; known are {known}";
    NoGrant = "grant_missing",
        "the client has no grant; name authorization_code";
    HalfRefresh = "half_refresh",
        "the grant refresh_token and the scope offline_access go together; name both or neither";
    BadAlgorithm { alg: &'static str } = "bad_algorithm",
        "{alg} is not among [keys] algorithms of the configuration";
    /// RFC 9700 §2.1: what everybody can read keeps no secret.
    SecretInPublic = "secret_in_public",
        "a spa or native application cannot keep a secret: --auth-method none";
    SecretMissing = "secret_missing",
        "a web or machine client has a secret: --auth-method client_secret_basic or client_secret_post";
    PkceNeeded = "pkce_needed",
        "a client without a secret needs PKCE: leave --pkce optional out";
    ClinicDetailsMissing = "clinic_details_missing",
        "a new clinic needs a name, and a contact whom its people can ask";
    BadCode { why: BadInstitutionCode } = "bad_code",
        "the code of the clinic is refused: {why}";
    CodeTaken { code: String } = "code_taken",
        "another clinic has the code {code}; `genkan clinic list` shows them all";
    BadColour = "bad_colour",
        "a colour is written as \"#1d4e7a\"";
    LightColour { instead: String } = "light_colour",
        "the colour is too light to be read on white; #{instead} is not";
    BadAddress { text: String } = "bad_address",
        "{text:?} is no address or network, is every address, or is one too many (50 at most); write 192.0.2.7, 192.0.2.0/24 or \
         2001:db8::/32";
    /// Whoever saves it would be shut out at once.
    ShutsOutOneself { address: String } = "shuts_out_oneself",
        "you yourself come from {address}, which is none of these addresses";
    RootsMissing = "roots_missing",
        "proof of who made an authenticator needs the makers' root certificates: [passkeys] attestation_roots of the \
         configuration";
    BadSpan { field: &'static str, from: u64, to: u64 } = "bad_span",
        "{field} lies between {from} and {to} minutes";
    IdleTooLong = "idle_too_long",
        "a session cannot be idle for longer than it lives; lower --idle or raise --absolute";
    /// Whoever asks for more than some of the clinic's people have must know whom they shut out.
    LocksOut { count: usize, people: String } = "locks_out",
        "{count} people could then not sign in: {people}; `--dry-run` lists them, `--lock-out` does it all the same";
    UnknownGroup { id: String } = "unknown_group",
        "there is no group {id}; `genkan group list` shows them all";
    GroupRemoved { name: String } = "group_removed",
        "the group {name} was removed; `genkan group restore` brings it back";
    GroupNameTaken { name: String } = "group_name_taken",
        "the clinic has a group {name} already";
    AlreadyInGroup { email: String } = "already_in_group",
        "{email} belongs to the group already";
    NotInGroup { email: String } = "not_in_group",
        "{email} does not belong to the group";
    BadNumber { max: usize } = "bad_number",
        "the number of a licence has figures, of most professions nothing else, and at most {max} characters; who has no licence \
         has no number";
    QualificationKnown = "qualification_known",
        "that profession is entered already; take it away first";
    UnknownQualification = "unknown_qualification",
        "that profession is not entered; `genkan user qualification list` shows those that are";
    UnknownTerminal { id: String } = "unknown_terminal",
        "there is no terminal {id}; `genkan terminal list` shows them all";
    TerminalRevoked { name: String } = "terminal_revoked",
        "{name} is revoked; `genkan terminal add` registers it anew";
    OverAlready = "over_already",
        "the last day of password sign-in lies in the past";
    /// Also a race that somebody else won.
    Changed = "changed",
        "somebody else changed it just now; look again and repeat";
}
