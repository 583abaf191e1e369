//! What a password must be (guideline 7.0 運用編 14.1.1; NIST SP 800-63B-4 §3.1.1.2).

use zeroize::Zeroizing;

/// A password that its person may choose, normalised.
pub struct NewPassword(Zeroizing<String>);

/// What is known of the person and may not be part of their password.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    pub name: &'a str,
    pub email: &'a str,
    /// Kana, given and family name, clinic names, …
    pub others: &'a [&'a str],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasswordProblem {
    TooShort,
    TooLong,
    NoLetter,
    NoDigit,
    Common,
    Personal,
}

impl PasswordProblem {
    pub const ALL: &'static [Self] =
        &[Self::TooShort, Self::TooLong, Self::NoLetter, Self::NoDigit, Self::Common, Self::Personal];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::NoLetter => "no_letter",
            Self::NoDigit => "no_digit",
            Self::Common => "common",
            Self::Personal => "personal",
        }
    }
}

impl NewPassword {
    pub const MIN: usize = 13;
    pub const MAX: usize = 128;

    pub fn parse(text: &str, context: &Context<'_>) -> Result<Self, Vec<PasswordProblem>> {
        let _ = (text, context);
        todo!()
    }

    /// For the hasher alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// NFKC: the same password however a keyboard composes it.
pub fn normalise(text: &str) -> Zeroizing<String> {
    use unicode_normalization::UnicodeNormalization;
    Zeroizing::new(text.nfkc().collect())
}
