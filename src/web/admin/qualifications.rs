//! `/admin/people/{member}/qualifications`: what the clinic knows of somebody's professions. One is entered with the number of its
//! licence, verified by who has seen that, and taken away.

use std::time::Duration;

use axum::{
    extract::{Path, State},
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;

use super::{person, sign_in_first, typed_before};
use crate::{
    domain::{MembershipId, Profession, QualificationId, TooWeak, Verification},
    flows::{
        Cx,
        admin::{
            Refusal,
            qualifications::{self, Change, Known, QualificationRefusal},
        },
    },
    keys::Sealable,
    web::{
        extract::{Admin, ProtectedForm, Visitor, query_params},
        failure::Failure,
        pages::passkeys::sign_in_again,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, QualificationCard, QualificationsPage, TypedQualification, VerifiedBy, profession},
    },
};

const NOTICES: [&str; 6] = ["added", "verified", "removed", "changed", "out_of_reach", "method"];

/// What had been typed when the sign-in was no longer recent enough.
impl Sealable for TypedQualification {
    const PURPOSE: &'static str = "admin-qualification";
    const LIFETIME: Duration = Duration::from_secs(3600);
}

/// Of the address.
#[derive(Deserialize)]
pub struct Target {
    member: String,
    qualification: Option<String>,
}

impl Target {
    fn member(&self) -> Result<MembershipId, Failure> {
        MembershipId::parse(&self.member).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn qualification(&self) -> Result<QualificationId, Failure> {
        self.qualification.as_deref().and_then(QualificationId::parse).ok_or_else(|| ErrorKind::NotFound.into())
    }
}

fn own(id: &MembershipId) -> String {
    format!("{}/qualifications", person::path(id))
}

pub async fn show(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    uri: Uri,
) -> Result<Response, Failure> {
    let query = query_params(&uri).ok();
    let said = query.as_ref().and_then(|query| query.single("notice"));
    let notice = said.and_then(|said| NOTICES.into_iter().find(|known| *known == said));
    let typed = typed_before(&state, &admin, &uri).unwrap_or_default();
    page(&state, admin, target.member()?, typed, None, notice).await
}

async fn page(
    state: &Shared,
    Admin { visitor, who, .. }: Admin,
    id: MembershipId,
    typed: TypedQualification,
    wrong: Option<&'static str>,
    notice: Option<&'static str>,
) -> Result<Response, Failure> {
    let asked = who.clone();
    let find = move |store: &_, cx: &Cx| {
        let Some(found) = qualifications::look(store, &asked, &id)? else { return Ok(None) };
        Ok(Some((found, sign_in_first(store, cx, &asked, &own(&id))?)))
    };
    let found = state.run(visitor.info.clone(), find).await?;
    let Some((found, sign_in_uri)) = found else { return Err(ErrorKind::NotFound.into()) };
    let known = |profession: Profession| found.known.iter().any(|known| known.qualification.profession == profession);
    let open = Profession::ALL.iter().filter(|profession| !known(**profession));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = QualificationsPage {
        clinic: visitor.name_of(&found.member.clinic),
        oneself: found.member.user.id == who.user.id,
        professions: open.map(|it| (it.as_str(), profession(*it, visitor.lang))).collect(),
        methods: Verification::ALL.iter().map(|method| method.as_str()).collect(),
        number_limit: Profession::NUMBER_LIMIT,
        known: found.known.into_iter().map(|known| card(known, &visitor)).collect(),
        person: found.member.user.profile.name,
        id: found.member.membership.id,
        may_change: found.may_change,
        typed,
        wrong,
        sign_in_uri,
        notice,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

fn card(known: Known, visitor: &Visitor) -> QualificationCard {
    let Known { qualification, entered_by, verified_by } = known;
    QualificationCard {
        id: qualification.id,
        name: profession(qualification.profession, visitor.lang),
        number: qualification.number,
        entered_at: qualification.entered_at,
        entered_by,
        verified: qualification.verified.map(|verified| VerifiedBy {
            at: verified.at,
            by: verified_by,
            method: verified.method.as_str(),
        }),
    }
}

pub async fn add(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let text = |name| form.params.single(name).unwrap_or_default().chars().take(100).collect();
    let typed = TypedQualification { profession: text("profession"), number: text("number") };
    let id = target.member()?;
    let Some(profession) = Profession::parse(&typed.profession) else {
        return page(&state, admin, id, typed, Some("profession"), None).await;
    };
    let change = Change::Add { profession, number: typed.number.clone() };
    act(&state, admin, form.visitor, id, (change, "added"), typed).await
}

pub async fn verify(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let (member, id) = (target.member()?, target.qualification()?);
    let Some(method) = form.params.single("method").and_then(Verification::parse) else {
        return Ok(see_other(&format!("{}?notice=method", own(&member))));
    };
    let change = Change::Verify { id, method };
    act(&state, admin, form.visitor, member, (change, "verified"), TypedQualification::default()).await
}

pub async fn remove(
    State(state): State<Shared>,
    admin: Admin,
    Path(target): Path<Target>,
    form: ProtectedForm,
) -> Result<Response, Failure> {
    let (member, id) = (target.member()?, target.qualification()?);
    let change = Change::Remove { id };
    act(&state, admin, form.visitor, member, (change, "removed"), TypedQualification::default()).await
}

/// With what is said afterwards.
async fn act(
    state: &Shared,
    admin: Admin,
    visitor: Visitor,
    id: MembershipId,
    (change, said): (Change, &'static str),
    typed: TypedQualification,
) -> Result<Response, Failure> {
    let (who, named, given, own) = (admin.who.clone(), id.clone(), typed.clone(), own(&id));
    let back = own.clone();
    let change = move |store: &_, cx: &Cx| {
        let verdict = qualifications::change(store, cx, &who, named, change)?;
        let draft = cx.keys.seal(&given, cx.now, cx.random);
        Ok((verdict, sign_in_again(cx, Err(TooWeak::NotStrong), &format!("{back}?draft={draft}"))))
    };
    let (verdict, sign_in) = state.run(visitor.info, change).await?;
    match verdict {
        Ok(_) => Ok(see_other(&format!("{own}?notice={said}"))),
        Err(QualificationRefusal::TooWeak(_)) => Ok(see_other(&sign_in)),
        Err(QualificationRefusal::OutOfReach) => Ok(see_other(&format!("{own}?notice=out_of_reach"))),
        Err(QualificationRefusal::Refused(Refusal::BadNumber { .. })) => {
            page(state, admin, id, typed, Some("number"), None).await
        }
        Err(QualificationRefusal::Refused(_)) => Ok(see_other(&format!("{own}?notice=changed"))),
        Err(QualificationRefusal::NotFound) => Err(ErrorKind::NotFound.into()),
    }
}
