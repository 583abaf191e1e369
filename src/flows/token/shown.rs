//! A token of ours that somebody shows us to have it revoked or told about (RFC 7009 §2.1, RFC 7662 §2.1).

use super::{AccessToken, RefreshToken};
use crate::{
    domain::GrantId,
    flows::Cx,
    keys::Opened,
    protocol::shown_token::{Kind, ShownToken},
};

pub enum Shown {
    Access(Opened<AccessToken>),
    Refresh(Opened<RefreshToken>),
}

impl Shown {
    /// The hint says where to look first, and nothing more. `None`: not ours, or its time is over.
    pub fn open(cx: &Cx, shown: &ShownToken) -> Option<Self> {
        let access = || AccessToken::open(cx, &shown.token).map(Self::Access);
        let refresh = || RefreshToken::open(cx, &shown.token).map(Self::Refresh);
        match shown.hint {
            Some(Kind::RefreshToken) => refresh().or_else(access),
            Some(Kind::AccessToken) | None => access().or_else(refresh),
        }
    }

    pub fn grant(&self) -> &GrantId {
        match self {
            Self::Access(opened) => &opened.value.grant,
            Self::Refresh(opened) => &opened.value.grant,
        }
    }
}
