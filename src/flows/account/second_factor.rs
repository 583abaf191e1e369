//! One's own second factor: an authenticator app (RFC 6238) and ten recovery codes for the day when it is lost.
//!
//! Nothing is kept of an app before a code has shown that it has the seed: until then the seed travels sealed in the form.
//! Recovery codes are shown once, by the answer that makes them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    domain::{
        AuditKind, Fault, Happened, OneTimeCode, Outcome, RecoveryCode, SecondFactor, SessionId, SignedIn, TooWeak,
        UnixTime, UserId, Verdict,
    },
    flows::{
        Cx,
        account::{
            holdings::Holdings,
            passkey_change::{self, Left},
            sessions,
        },
        admin::identity,
        outbox,
    },
    keys::{Sealable, TotpSeed},
    store::{self, Store, StoreError, Tx},
};

/// Bound to session and person.
#[derive(Serialize, Deserialize)]
struct SetUp {
    session: SessionId,
    seed: TotpSeed,
}

impl Sealable for SetUp {
    const PURPOSE: &'static str = "second-factor-set-up";
    const LIFETIME: Duration = Duration::from_secs(10 * 60);
}

/// What an app is given, and our own sealed memory of it.
pub struct Offer {
    pub uri: Zeroizing<String>,
    pub secret: Zeroizing<String>,
    pub set_up: String,
}

pub struct Overview {
    pub enabled: Option<Enabled>,
    pub has_password: bool,
    pub may_change: Result<(), TooWeak>,
    /// What signs the person in without it; `None`: their passkeys do.
    pub without: Option<Left>,
}

pub struct Enabled {
    pub since: UnixTime,
    pub last_used_at: Option<UnixTime>,
    pub recovery_codes_left: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    TooWeak(TooWeak),
    /// The code is not of this app, or was typed too late.
    WrongCode,
    /// The picture on the page is too old, or another session's.
    Late,
    /// There is one already, or none.
    Unchanged,
}

impl From<TooWeak> for Refusal {
    fn from(weak: TooWeak) -> Self {
        Self::TooWeak(weak)
    }
}

pub fn overview(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Overview, Fault> {
    store.read(|conn| {
        let held = Holdings::read(conn, &who.user.id)?;
        let enabled = match &held.second_factor {
            None => None,
            Some(factor) => Some(Enabled {
                since: factor.created_at,
                last_used_at: factor.last_used_at,
                recovery_codes_left: store::second_factors::recovery_codes_left(conn, &who.user.id)?,
            }),
        };
        let by_passkey = held.passkeys.iter().any(|passkey| passkey.is_enabled());
        Ok(Overview {
            enabled,
            has_password: held.user.password_hash.is_some(),
            may_change: held.may_change(&who.session, cx.now),
            without: if by_passkey { None } else { Some(passkey_change::left(conn, cx, &held.user, false)?) },
        })
    })
}

/// A new seed at every look; writes nothing.
pub fn offer(store: &Store, cx: &Cx, who: &SignedIn) -> Result<Verdict<Offer, Refusal>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    Ok(admit(&held, cx, who, Wanted::Absent).map(|()| {
        let set_up = SetUp { session: who.session.id.clone(), seed: TotpSeed::generate(cx.random) };
        shown(cx, who, &set_up.seed, cx.keys.seal(&set_up, cx.now, cx.random))
    }))
}

/// The same once more, for whoever has mistyped.
pub fn offer_again(cx: &Cx, who: &SignedIn, sealed: String) -> Option<Offer> {
    opened(cx, who, &sealed).map(|set_up| shown(cx, who, &set_up.seed, sealed))
}

fn shown(cx: &Cx, who: &SignedIn, seed: &TotpSeed, set_up: String) -> Offer {
    Offer { uri: seed.to_uri(&cx.site.rp_id, who.user.email.as_str()), secret: seed.to_base32(), set_up }
}

fn opened(cx: &Cx, who: &SignedIn, sealed: &str) -> Option<SetUp> {
    cx.keys.open(sealed, cx.now).ok().filter(|set_up: &SetUp| set_up.session == who.session.id)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Absent,
    Present,
}

fn admit(held: &Holdings, cx: &Cx, who: &SignedIn, wanted: Wanted) -> Result<(), Refusal> {
    held.may_change(&who.session, cx.now)?;
    let present = held.second_factor.is_some();
    if present == (wanted == Wanted::Present) { Ok(()) } else { Err(Refusal::Unchanged) }
}

/// The first code shows that the app has the seed. Gives the recovery codes, which nobody sees again.
pub fn confirm(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    sealed: &str,
    typed: &str,
) -> Result<Verdict<Vec<RecoveryCode>, Refusal>, Fault> {
    let Some(SetUp { seed, .. }) = opened(cx, who, sealed) else { return Ok(Err(Refusal::Late)) };
    let Some(step) = OneTimeCode::parse(typed).and_then(|code| seed.step_of(&code, 0, cx.now)) else {
        return Ok(Err(Refusal::WrongCode));
    };
    let factor = SecondFactor {
        user_id: who.user.id.clone(),
        sealed_seed: cx.keys.seal_seed(&who.user.id, &seed, cx.random),
        last_step: step,
        created_at: cx.now,
        last_used_at: None,
    };
    change(store, cx, who, Wanted::Absent, AuditKind::SecondFactorAdded, Happened::SecondFactorAdded, move |tx, cx| {
        // Sealed with the key of before, it could never be opened again.
        let is_ours = identity::is_sealed_with(tx, &cx.keys.check_value())?;
        if !is_ours || !store::second_factors::insert(tx, &factor)? {
            return Ok(None);
        }
        store::users::note_enrolment(tx, &factor.user_id)?;
        new_codes(tx, cx, &factor.user_id, &seed).map(Some)
    })
}

/// Ten new ones in place of all before.
pub fn renew_recovery_codes(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
) -> Result<Verdict<Vec<RecoveryCode>, Refusal>, Fault> {
    let user = who.user.id.clone();
    change(store, cx, who, Wanted::Present, AuditKind::RecoveryCodesMade, Happened::RecoveryCodesMade, move |tx, cx| {
        let Some(factor) = store::second_factors::find(tx, &user)? else { return Ok(None) };
        let seed = cx.keys.open_seed(&user, &factor.sealed_seed)?;
        new_codes(tx, cx, &user, &seed).map(Some)
    })
}

/// With its recovery codes.
pub fn remove(store: &Store, cx: &Cx, who: &SignedIn, end_others: bool) -> Result<Verdict<(), Refusal>, Fault> {
    let asking = who.clone();
    let (kind, happened) = (AuditKind::SecondFactorRemoved, Happened::SecondFactorRemoved);
    change(store, cx, who, Wanted::Present, kind, happened, move |tx, cx| {
        if !store::second_factors::delete(tx, &asking.user.id)? {
            return Ok(None);
        }
        if end_others {
            sessions::end_all_but(tx, cx, &asking.session, "second_factor_removed", &asking.user)?;
        }
        Ok(Some(()))
    })
}

fn new_codes(tx: &mut Tx<'_>, cx: &Cx, user: &UserId, seed: &TotpSeed) -> Result<Vec<RecoveryCode>, StoreError> {
    let codes: Vec<_> = (0..RecoveryCode::COUNT).map(|_| RecoveryCode::from_bytes(cx.random.bytes())).collect();
    let hashes: Vec<_> = codes.iter().map(|code| seed.recovery_hash(code)).collect();
    store::second_factors::replace_recovery_codes(tx, user, &hashes)?;
    Ok(codes)
}

/// What every change of it has in common: asked once more inside the write, recorded and told. `work` gives `None` when
/// somebody else came first.
fn change<T: Send + 'static>(
    store: &Store,
    cx: &Cx,
    who: &SignedIn,
    wanted: Wanted,
    kind: AuditKind,
    happened: Happened,
    work: impl FnOnce(&mut Tx<'_>, &Cx) -> Result<Option<T>, StoreError> + Send + 'static,
) -> Result<Verdict<T, Refusal>, Fault> {
    let held = store.read(|conn| Holdings::read(conn, &who.user.id))?;
    if let Err(refusal) = admit(&held, cx, who, wanted) {
        return Ok(Err(refusal));
    }
    let (cx, who) = (cx.clone(), who.clone());
    store.write(move |tx| {
        if !store::ground::still_signed_in(tx, &who, cx.now)? {
            return Ok(Err(Refusal::Unchanged));
        }
        if let Err(refusal) = admit(&Holdings::read(tx, &who.user.id)?, &cx, &who, wanted) {
            return Ok(Err(refusal));
        }
        let Some(done) = work(tx, &cx)? else { return Ok(Err(Refusal::Unchanged)) };
        store::audit_events::insert(tx, &cx.event_in(kind, Outcome::Success, &who))?;
        outbox::queue(tx, &cx, happened, &who.user.id, &who.clinic.id, None)?;
        Ok(Ok(done))
    })
}
