//! Our types as columns: names and enums as text, moments as milliseconds. A text that means nothing to us is an error of
//! the read, never a default.

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, Queryable},
    expression::AsExpression,
    internal::derives::as_expression::Bound,
    serialize::{self, Output, ToSql},
    sql_types::{BigInt, Nullable, Text},
};
use serde::{Serialize, de::DeserializeOwned};

use super::StoreError;
use crate::domain::{
    AccessCodeId, Acr, AuditKind, ClientAuthMethod, ClientId, ClientType, ClinicChoice, ClinicId, Email, Fallback,
    GrantId, GroupId, HandoffId, HandoffStage, IdentityCheck, InvitationId, InvitationWay, KeyState, MembershipId,
    Outcome, PasskeyId, Profession, Proof, Purpose, QualificationId, SecretHash, SessionId, SigningAlg, SuspendedBy,
    TerminalId, TerminalKind, UnixTime, UserId, Verification, password::PasswordClass,
};

macro_rules! columns {
    ($sql:ty, $shown:ty, $stored:ty: $($name:ty = |$this:ident| $show:expr, |$text:ident| $read:expr;)*) => {$(
        impl<DB: Backend> ToSql<$sql, DB> for $name
        where
            $shown: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let $this = self;
                let shown: &'b $shown = $show;
                shown.to_sql(out)
            }
        }

        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $name
        where
            Self: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql, DB>::to_sql(self, out)
            }
        }

        impl<DB: Backend> FromSql<$sql, DB> for $name
        where
            $stored: FromSql<$sql, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let $text = <$stored>::from_sql(bytes)?;
                $read
            }
        }

        impl<DB: Backend> Queryable<$sql, DB> for $name
        where
            Self: FromSql<$sql, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }

        columns!(@expression $sql, $name);
        columns!(@expression Nullable<$sql>, $name);
    )*};
    (@expression $sql:ty, $name:ty) => {
        impl AsExpression<$sql> for $name {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'a> AsExpression<$sql> for &'a $name {
            type Expression = Bound<$sql, Self>;

            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
    };
}

macro_rules! ids {
    ($($name:ident)*) => {
        columns! { Text, str, String: $($name = |id| id.as_str(), |text| Ok(Self::new(text));)* }
    };
}

macro_rules! words {
    ($($name:ident)*) => {
        columns! { Text, str, String: $(
            $name = |word| word.as_str(),
            |text| Self::parse(&text).ok_or_else(|| concat!("a text that is no ", stringify!($name)).into());
        )* }
    };
}

ids! {
    AccessCodeId ClientId ClinicId GrantId GroupId HandoffId InvitationId MembershipId PasskeyId
    QualificationId SessionId TerminalId UserId
}

words! {
    Acr AuditKind ClientAuthMethod ClientType ClinicChoice Email Fallback HandoffStage KeyState Outcome PasswordClass SigningAlg
    IdentityCheck InvitationWay Profession Proof Purpose SuspendedBy TerminalKind Verification
}

columns! { Text, str, String: SecretHash = |hash| hash.as_str(), |text| Ok(Self::from_stored(text)); }

columns! { BigInt, i64, i64: UnixTime = |time| time.as_ref(), |millis| Ok(Self::from_millis(millis)); }

/// A list or object as it is kept: JSON in a text column.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("our lists and objects have text keys and no failing parts")
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::BrokenRow(error.to_string()))
}

/// For `LIKE`, with a backslash as its escape: whatever holds this text.
pub(super) fn containing(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// Words of an enum as a JSON list.
pub(super) fn to_words<T: Copy>(words: &[T], as_str: fn(T) -> &'static str) -> String {
    to_json(&words.iter().map(|word| as_str(*word)).collect::<Vec<_>>())
}

pub(super) fn from_words<T>(text: &str, parse: fn(&str) -> Option<T>) -> Result<Vec<T>, StoreError> {
    let words: Vec<String> = from_json(text)?;
    words
        .iter()
        .map(|word| parse(word).ok_or_else(|| StoreError::BrokenRow(format!("{word:?} is none of ours"))))
        .collect()
}

/// A span in milliseconds.
pub(super) fn to_millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn from_millis(millis: i64) -> Result<std::time::Duration, StoreError> {
    u64::try_from(millis)
        .map(std::time::Duration::from_millis)
        .map_err(|_| StoreError::BrokenRow(format!("a span of {millis} ms")))
}
