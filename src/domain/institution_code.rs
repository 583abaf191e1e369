//! 医療機関コード: ten digits that name an institution of the Japanese health insurance (処方箋・レセプト). Prefecture (2), table of fees
//! (1: 医科, 3: 歯科, 4: 調剤, 6: 訪問看護), and the institution's own seven, whose last one checks all ten of them
//! (「医療機関コード及び薬局コード設定要領」: weights 2 and 1 from the end, digits of the products added, modulus 10).

use super::folded;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstitutionCode(String);

/// Which part of it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadInstitutionCode {
    #[error("it is made of digits")]
    NotDigits,
    #[error("it has ten digits, or seven beside a prefecture and a table of fees")]
    Length,
    #[error("its first two digits are the prefecture, 01 to 47")]
    Prefecture,
    #[error("its third digit is the table of fees: 1, 3, 4 or 6")]
    FeeTable,
    #[error("its last digit does not fit the others: one of them is mistyped")]
    CheckDigit,
}

impl BadInstitutionCode {
    pub const ALL: &'static [Self] =
        &[Self::NotDigits, Self::Length, Self::Prefecture, Self::FeeTable, Self::CheckDigit];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDigits => "not_digits",
            Self::Length => "length",
            Self::Prefecture => "prefecture",
            Self::FeeTable => "fee_table",
            Self::CheckDigit => "check_digit",
        }
    }
}

impl InstitutionCode {
    pub const PREFECTURES: u8 = 47;
    pub const FEE_TABLES: &'static [u8] = &[1, 3, 4, 6];

    /// In either width, with spaces, points or hyphens between its parts. Of seven digits alone, the other three come from what was
    /// chosen beside them.
    pub fn parse(typed: &str, prefecture: &str, fee_table: &str) -> Result<Self, BadInstitutionCode> {
        let digits: String = folded(typed).chars().filter(|c| !"-‐‑–−ー・･.,".contains(*c)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadInstitutionCode::NotDigits);
        }
        match digits.len() {
            10 => Self::check(digits),
            7 if !prefecture.is_empty() && !fee_table.is_empty() => {
                let (prefecture, fee_table) = (folded(prefecture), folded(fee_table));
                let prefecture: u8 = prefecture.parse().map_err(|_| BadInstitutionCode::Prefecture)?;
                let fee_table: u8 = fee_table.parse().map_err(|_| BadInstitutionCode::FeeTable)?;
                if fee_table > 9 {
                    return Err(BadInstitutionCode::FeeTable);
                }
                if prefecture > Self::PREFECTURES {
                    return Err(BadInstitutionCode::Prefecture);
                }
                Self::check(format!("{prefecture:02}{fee_table}{digits}"))
            }
            _ => Err(BadInstitutionCode::Length),
        }
    }

    fn check(code: String) -> Result<Self, BadInstitutionCode> {
        let digits: Vec<u8> = code.bytes().map(|byte| byte - b'0').collect();
        let prefecture = digits[0] * 10 + digits[1];
        if !(1..=Self::PREFECTURES).contains(&prefecture) {
            return Err(BadInstitutionCode::Prefecture);
        }
        if !Self::FEE_TABLES.contains(&digits[2]) {
            return Err(BadInstitutionCode::FeeTable);
        }
        let weighed = |(at, digit): (usize, &u8)| match digit * if at % 2 == 1 { 2 } else { 1 } {
            product @ 10.. => product - 9,
            product => product,
        };
        let sum: u8 = digits.iter().rev().enumerate().map(weighed).sum();
        if sum.is_multiple_of(10) { Ok(Self(code)) } else { Err(BadInstitutionCode::CheckDigit) }
    }

    /// As it was written into the store.
    pub fn from_stored(code: String) -> Self {
        Self(code)
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(typed: &str) -> Result<String, BadInstitutionCode> {
        InstitutionCode::parse(typed, "", "").map(|code| code.0)
    }

    #[test]
    fn codes_in_use_fit_their_check_digit_however_they_are_typed() {
        for (typed, code) in [
            ("0110113719", "0110113719"),
            ("３６・１・８０１００１５", "3618010015"),
            ("36-1-80,1001,5", "3618010015"),
            (" 01 1 0113719 ", "0110113719"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(code), "{typed}");
        }
        let chosen = |prefecture, table| InstitutionCode::parse("0113719", prefecture, table).map(|code| code.0);
        assert_eq!(chosen("01", "1").as_deref(), Ok("0110113719"));
        assert_eq!(chosen("1", "1").as_deref(), Ok("0110113719"));
        assert_eq!(chosen("02", "1"), Err(BadInstitutionCode::CheckDigit));
        assert_eq!(
            (chosen("", "1"), chosen("01", "")),
            (Err(BadInstitutionCode::Length), Err(BadInstitutionCode::Length))
        );
        assert_eq!((chosen("48", "1"), chosen("東京", "1")).0, Err(BadInstitutionCode::Prefecture));
        for table in ["2", "10", "医科"] {
            assert_eq!(chosen("01", table), Err(BadInstitutionCode::FeeTable), "{table}");
        }
    }

    #[test]
    fn each_part_that_is_wrong_is_named() {
        for (typed, why) in [
            ("", BadInstitutionCode::Length),
            ("011011371", BadInstitutionCode::Length),
            ("01101137190", BadInstitutionCode::Length),
            ("0113719", BadInstitutionCode::Length),
            ("01A0113719", BadInstitutionCode::NotDigits),
            ("٠١١٠١١٣٧١٩", BadInstitutionCode::NotDigits),
            ("0010113719", BadInstitutionCode::Prefecture),
            ("4810113719", BadInstitutionCode::Prefecture),
            ("0120113719", BadInstitutionCode::FeeTable),
            ("0110113718", BadInstitutionCode::CheckDigit),
            ("0110117319", BadInstitutionCode::CheckDigit),
        ] {
            assert_eq!(parse(typed), Err(why), "{typed}");
        }
    }
}
