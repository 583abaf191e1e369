//! What a password must be (guideline 7.0 運用編 14.1.1 and 14⑥; NIST SP 800-63B-4 §3.1.1.2).
//!
//! At least 13 characters with letters and digits where it may stand alone, 8 where a second factor stands beside it; no
//! change by the calendar; nothing that can be guessed from the person, their clinic or a list of what many people choose.

use std::{collections::HashSet, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::named::named;

named! {
    /// What a password is long enough for.
    #[derive(PartialOrd, Ord)]
    PasswordClass { WithSecondFactor = "with_second_factor", Alone = "alone" }
}

impl PasswordClass {
    /// Characters, not bytes.
    pub const fn min(self) -> usize {
        match self {
            Self::WithSecondFactor => 8,
            Self::Alone => 13,
        }
    }
}

/// A password that its person may choose, normalised. `Debug` shows nothing.
pub struct NewPassword {
    text: Zeroizing<String>,
    class: PasswordClass,
}

/// What is known of the person and may be no part of their password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// Kana, given and family name, birth date, clinic names, …
    pub others: &'a [&'a str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasswordProblem {
    TooShort,
    TooLong,
    NoLetter,
    NoDigit,
    /// Many people choose it, or a keyboard suggests it.
    Common,
    /// Holds a part of the person's name, address or clinic.
    Personal,
    /// The present one, or one of the latest that it replaced.
    Reused,
}

impl PasswordProblem {
    pub const ALL: &'static [Self] =
        &[Self::TooShort, Self::TooLong, Self::NoLetter, Self::NoDigit, Self::Common, Self::Personal, Self::Reused];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NoLetter => "no_letter",
            Self::NoDigit => "no_digit",
            Self::Common => "common",
            Self::Personal => "personal",
            Self::Reused => "reused",
        }
    }
}

impl NewPassword {
    /// Characters, not bytes.
    pub const MAX: usize = 128;

    /// Names everything that is wrong, in the order of [`PasswordProblem::ALL`].
    pub fn parse(text: &str, context: &Context<'_>, least: PasswordClass) -> Result<Self, Vec<PasswordProblem>> {
        let password = normalise(text);
        let length = password.chars().count();
        if length > Self::MAX {
            return Err(vec![PasswordProblem::TooLong]);
        }
        let lower = Zeroizing::new(password.to_lowercase());
        let found = [
            (length < least.min(), PasswordProblem::TooShort),
            (!password.chars().any(char::is_alphabetic), PasswordProblem::NoLetter),
            (!password.chars().any(char::is_numeric), PasswordProblem::NoDigit),
            (is_common(&lower), PasswordProblem::Common),
            (is_personal(&lower, context), PasswordProblem::Personal),
        ];
        let problems: Vec<_> = found.into_iter().filter(|(wrong, _)| *wrong).map(|(_, problem)| problem).collect();
        let stands_alone = length >= PasswordClass::Alone.min();
        let class = if stands_alone { PasswordClass::Alone } else { PasswordClass::WithSecondFactor };
        if problems.is_empty() { Ok(Self { text: password, class }) } else { Err(problems) }
    }

    pub const fn class(&self) -> PasswordClass {
        self.class
    }

    /// For the hasher alone.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// NFKC: the same password from whichever keyboard, full width or half. Nothing is trimmed or cut off.
pub fn normalise(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.nfkc().collect())
}

/// Words, names and keyboard walks, lower case, without digits around them.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Fewer characters than this beside a row such as `12345678` are no password of their own.
const ENOUGH_BESIDE_ROWS: usize = 6;
const ENOUGH_DIFFERENT: usize = 5;

fn is_common(lower: &str) -> bool {
    let stem = lower.trim_matches(|c: char| !c.is_alphabetic());
    let unmasked = |text: &str| Zeroizing::new(text.chars().map(unmask).collect::<String>());
    let letters = |text: &str| Zeroizing::new(text.chars().filter(|c| c.is_alphabetic()).collect::<String>());
    let listed = |word: &str| COMMON.contains(word) || COMMON.contains(once(word));
    listed(stem)
        || listed(&letters(stem))
        || [lower, stem].into_iter().any(|text| listed(&unmasked(text)) || listed(&letters(&unmasked(text))))
        || lower.chars().collect::<HashSet<_>>().len() < ENOUGH_DIFFERENT
        || without_rows(lower) < ENOUGH_BESIDE_ROWS
}

/// What people write instead of a letter.
const fn unmask(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '3' => 'e',
        '1' | '!' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' => 't',
        _ => c,
    }
}

/// `abcabc` is `abc`.
fn once(word: &str) -> &str {
    let mut units = (1..word.len()).filter_map(|length| word.get(..length));
    let repeats = |unit: &&str| word.as_bytes().chunks(unit.len()).all(|part| part == unit.as_bytes());
    units.find(repeats).unwrap_or(word)
}

/// How many characters are left when every run that counts up, down or stays (four or more) is taken out.
fn without_rows(text: &str) -> usize {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut rest = codes.as_slice();
    let mut left = 0;
    while let [first, others @ ..] = rest {
        let step = others.first().map_or(2, |second| second - first);
        let run = 1 + others.iter().zip(rest).take_while(|(next, this)| *next - *this == step).count();
        let is_row = run >= 4 && step.abs() <= 1;
        left += usize::from(!is_row);
        rest = rest.get(if is_row { run } else { 1 }..).unwrap_or_default();
    }
    left
}

/// Every product refuses its own name.
const OUR_NAMES: &[&str] = &["genkan", "玄関"];

fn is_personal(lower: &str, context: &Context<'_>) -> bool {
    let known = [context.name, context.email].into_iter().chain(context.others.iter().copied());
    let squeezed: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let squeezed = Zeroizing::new(squeezed);
    known.chain(OUR_NAMES.iter().copied()).any(|text| {
        let text = normalise(text).to_lowercase();
        let whole: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let mut parts = text.split(|c: char| !c.is_alphanumeric()).chain([whole.as_str()]);
        parts.any(|part| is_telling(part) && (lower.contains(part) || squeezed.contains(part)))
    })
}

/// Long enough to be no coincidence: four letters or digits, or two kana or kanji.
fn is_telling(part: &str) -> bool {
    let least = if part.is_ascii() { 4 } else { 2 };
    part.chars().count() >= least
}

#[cfg(test)]
mod tests {
    use PasswordClass::{Alone, WithSecondFactor};
    use PasswordProblem::{Common, NoDigit, NoLetter, Personal, TooLong, TooShort};

    use super::*;

    const HANAKO: Context<'_> = Context {
        name: "看護 花子",
        email: "h.kango@sakura-clinic.example.jp",
        others: &["カンゴ ハナコ", "1985-04-12", "さくらクリニック"],
    };

    fn problems(text: &str) -> Vec<PasswordProblem> {
        NewPassword::parse(text, &HANAKO, Alone).err().unwrap_or_default()
    }

    #[test]
    fn a_password_of_thirteen_characters_with_letters_and_digits_is_taken() {
        for good in [
            "tB9vquKmzr4Wx",
            "murky-7-lantern-otter",
            "夜明けの汽車は7時に出る窓",
            "correct horse 8 battery",
            &format!("7{}", "夜明けの汽車".repeat(21)),
        ] {
            assert_eq!(problems(good), [], "{good}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_and_nothing_is_cut_off() {
        assert_eq!(problems("tB9vquKmzr4W"), [TooShort]);
        assert_eq!(problems("夜明けの汽車は7時に出る"), [TooShort], "36 bytes are not 13 characters");
        let longest = "tB9vquKm".repeat(16);
        assert!(NewPassword::parse(&longest, &HANAKO, Alone).is_ok_and(|it| it.reveal() == longest));
        assert_eq!(problems(&format!("{longest}x")), [TooLong]);
    }

    #[test]
    fn beside_a_second_factor_eight_characters_are_enough_and_known_as_such() {
        let class = |text: &str, least| NewPassword::parse(text, &HANAKO, least).map(|it| it.class());
        assert_eq!(class("tB9vquK", WithSecondFactor), Err(vec![TooShort]));
        assert_eq!(class("tB9vquKm", WithSecondFactor), Ok(WithSecondFactor));
        assert_eq!(class("tB9vquKmzr4W", WithSecondFactor), Ok(WithSecondFactor));
        assert_eq!(class("tB9vquKmzr4Wx", WithSecondFactor), Ok(Alone));
        assert_eq!(class("tB9vquKm", Alone), Err(vec![TooShort]));
    }

    #[test]
    fn letters_and_digits_are_both_needed_of_whatever_script() {
        assert_eq!(problems("tBnvquKmzrpWx"), [NoDigit]);
        assert_eq!(problems("夜明けの汽車は窓から見えた"), [NoDigit]);
        assert_eq!(problems("9402-7716-3358-1"), [NoLetter]);
    }

    #[test]
    fn full_width_and_half_width_are_one_password() {
        let full = NewPassword::parse("ｔＢ９ｖｑｕＫｍｚｒ４Ｗｘ", &HANAKO, Alone).expect("taken");
        assert_eq!(full.reveal(), "tB9vquKmzr4Wx");
        assert_eq!(*normalise("ﾊﾟｽﾜｰﾄﾞ"), "パスワード");
        assert_eq!(*normalise(" a "), " a ", "blanks count");
    }

    #[test]
    fn what_many_people_choose_is_refused_however_it_is_dressed_up() {
        for common in [
            "password12345",
            "Password!2026!",
            "P@ssw0rd12345",
            "12345password",
            "password1password2",
            "qwertyuiop123",
            "iloveyou20260401",
            "ohayougozaimasu1",
            "Kangoshi-2026-04",
            "aaaaaaaaaaaa1",
            "1212121212ab",
            "abcdefghijkl1",
            "1234567890123a",
            "9876543210987zy",
        ] {
            assert!(problems(common).contains(&Common), "{common}");
        }
    }

    #[test]
    fn parts_of_the_person_and_their_clinic_are_refused() {
        for personal in [
            "xq7-kango-plmt3",
            "SAKURA9fbqmzx!w",
            "花子9fbqmzxwprtk",
            "ハナコ9fbqmzxwprtk",
            "ﾊﾅｺ9fbqmzxwprtk",
            "さくらクリニック9fbqmz",
            "fbq19850412mzx",
            "fbq-1985-04-12-mzx",
            "genkan9fbqmzxwp",
            "玄関9fbqmzxwprtk",
        ] {
            assert!(problems(personal).contains(&Personal), "{personal}");
        }
        assert!(
            NewPassword::parse("xq7-kango-plmt3", &Context::default(), Alone).is_ok(),
            "for somebody else it is fine"
        );
    }

    #[test]
    fn every_problem_is_named_at_once() {
        assert_eq!(problems(""), [TooShort, NoLetter, NoDigit, Common]);
        assert_eq!(problems("sakura"), [TooShort, NoDigit, Common, Personal]);
    }

    #[test]
    fn the_bundled_list_is_long_sorted_and_in_the_form_that_is_looked_up() {
        let list = include_str!("common_passwords.txt");
        let lines: Vec<_> = list.lines().collect();
        assert!(lines.len() >= 3000 && lines.is_sorted());
        for line in lines {
            assert!(line.chars().all(|c| c.is_ascii_lowercase()), "{line}");
            assert!(is_common(line), "{line}");
        }
    }

    #[test]
    fn printing_a_password_shows_nothing_of_it() {
        let password = NewPassword::parse("tB9vquKmzr4Wx", &HANAKO, Alone).expect("taken");
        assert_eq!(format!("{password:?}"), "NewPassword(…)");
    }
}
