//! A phone that registers its own passkey, at every stage, on both screens.

use super::{NOW, Sample, contact, sample};
use crate::{
    domain::HandoffStage,
    web::view::{HandoffPage, Orphan, PhonePage},
};

pub(super) fn all() -> Vec<Sample> {
    [on_the_pc(), on_the_phone()].concat()
}

fn on_the_pc() -> Vec<Sample> {
    let page = |stage: HandoffStage| HandoffPage {
        enrolling: false,
        seen: stage.as_str().to_owned(),
        stage: stage.as_str(),
        link: (stage == HandoffStage::Shown).then(|| format!("https://id.example.jp/phone/{}", "x".repeat(43))),
        tries_left: None,
        pressed_elsewhere: false,
        end_reason: None,
        expires_at: NOW,
        continue_to: None,
        contact: contact(),
    };
    let live = HandoffStage::ALL.iter().filter(|stage| **stage != HandoffStage::Done);
    let mut samples: Vec<_> =
        live.map(|stage| sample(&format!("handoff-{}", stage.as_str()), true, page(*stage))).collect();
    let wrong = HandoffPage {
        enrolling: true,
        tries_left: Some(2),
        pressed_elsewhere: true,
        continue_to: Some("sealed-request".to_owned()),
        ..page(HandoffStage::Pressed)
    };
    samples.push(sample("handoff-wrong", true, wrong));
    for reason in ["wrong_digits", "limit", "not_fresh", "synced_blocked"] {
        let ended = HandoffPage { end_reason: Some(reason.to_owned()), ..page(HandoffStage::Ended) };
        samples.push(sample(&format!("handoff-ended-{reason}"), true, ended));
    }
    samples
}

fn on_the_phone() -> Vec<Sample> {
    let page = |stage: HandoffStage| PhonePage {
        token: "token".to_owned(),
        stage: stage.as_str(),
        digits: (stage == HandoffStage::Pressed).then(|| "042".to_owned()),
        person: "看護 花子".to_owned(),
        clinic: "さくらクリニック".to_owned(),
        is_phone: stage != HandoffStage::Shown,
        limit: 10,
        expires_at: NOW,
        orphan: (stage == HandoffStage::Ended)
            .then(|| Orphan { rp_id: "id.example.jp".to_owned(), credential_id: "credential".to_owned() }),
        contact: contact(),
    };
    HandoffStage::ALL.iter().map(|stage| sample(&format!("phone-{}", stage.as_str()), false, page(*stage))).collect()
}
