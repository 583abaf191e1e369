//! What a clinic knows of somebody's professions.

use super::{NOW, Sample, sample};
use crate::{
    domain::{MembershipId, QualificationId, Verification},
    web::view::*,
};

pub(super) fn all() -> Vec<Sample> {
    let card = |number: bool, verified| QualificationCard {
        id: QualificationId::new("01"),
        name: "看護師",
        number: number.then(|| "1234567".to_owned()),
        entered_at: NOW,
        entered_by: number.then(|| "<小野 誠>".to_owned()),
        verified,
    };
    let seen = |method: &Verification| {
        let by = (*method == Verification::Original).then(|| "<小野 誠>".to_owned());
        Some(VerifiedBy { at: NOW, by, method: method.as_str() })
    };
    let page = QualificationsPage {
        id: MembershipId::new("01"),
        clinic: "さくらクリニック".to_owned(),
        person: "<鈴木 一郎>".to_owned(),
        oneself: false,
        known: [card(true, None), card(false, None)]
            .into_iter()
            .chain(Verification::ALL.iter().map(|method| card(true, seen(method))))
            .collect(),
        professions: vec![("physician", "医師"), ("pharmacist", "薬剤師")],
        methods: Verification::ALL.iter().map(|method| method.as_str()).collect(),
        number_limit: 20,
        typed: TypedQualification::default(),
        wrong: None,
        may_change: true,
        sign_in_uri: None,
        notice: None,
    };
    let typed = TypedQualification { profession: "physician".to_owned(), number: "<12-34>".to_owned() };
    let wrong = |wrong| QualificationsPage { typed: typed.clone(), wrong: Some(wrong), ..page.clone() };
    let stale = QualificationsPage { sign_in_uri: Some("/login?again".to_owned()), ..page.clone() };
    let mut samples = vec![
        sample("admin-qualifications", true, page.clone()),
        sample("admin-qualifications-none", true, QualificationsPage { known: vec![], ..page.clone() }),
        sample(
            "admin-qualifications-own",
            true,
            QualificationsPage { oneself: true, may_change: false, ..page.clone() },
        ),
        sample("admin-qualifications-stale", true, stale),
        sample("admin-qualifications-number", true, wrong("number")),
        sample("admin-qualifications-profession", true, wrong("profession")),
    ];
    for notice in ["added", "verified", "removed", "changed", "out_of_reach", "method"] {
        let done = QualificationsPage { notice: Some(notice), ..page.clone() };
        samples.push(sample("admin-qualifications-done", true, done));
    }
    samples
}
