//! `/admin/people/invite/list`: a list of people is pasted, looked at line by line, and invited by one press. It is kept
//! nowhere: it travels in the forms, and is read and judged anew by each.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};

use super::invitations;
use crate::{
    domain::Role,
    flows::admin::members::{self, Everybody, Judged, ListRefusal, Roster, Unfit},
    web::{
        extract::{Admin, ProtectedForm, query_params},
        failure::Failure,
        reply::see_other,
        state::Shared,
        view::{ErrorKind, InviteListPage, ListTrouble, SheetsPage},
    },
};

const PATH: &str = "/admin/people/invite/list";
/// Who signs in again does so in another tab, or what they pasted would be lost: it is too long for an address.
const SIGNED_IN: &str = "signed_in";

#[derive(Clone, Default)]
struct Typed {
    text: String,
    way: String,
}

impl Typed {
    fn of(form: &ProtectedForm) -> Self {
        let typed = |name| form.params.single(name).unwrap_or_default().to_owned();
        Self { text: typed("people"), way: typed("way") }
    }

    fn read(&self, state: &Shared) -> Result<Roster, Found> {
        Roster::read(&self.text, &self.way, state.view.role_words()).map_err(|unfit| {
            Found::trouble(match unfit {
                Unfit::Empty => ListTrouble::Empty,
                Unfit::TooMany => ListTrouble::TooMany,
            })
        })
    }
}

/// What became of it.
#[derive(Default)]
struct Found {
    lines: Vec<Judged>,
    trouble: Option<ListTrouble>,
    signed_in: bool,
}

impl Found {
    fn trouble(trouble: ListTrouble) -> Self {
        Self { trouble: Some(trouble), ..Self::default() }
    }
}

pub async fn ask(State(state): State<Shared>, admin: Admin, uri: Uri) -> Result<Response, Failure> {
    let signed_in = query_params(&uri).is_ok_and(|query| query.single("notice") == Some(SIGNED_IN));
    let way = if state.mailer.is_some() { "mail" } else { "sheet" };
    let typed = Typed { text: String::new(), way: way.to_owned() };
    page(&state, admin, typed, Found { signed_in, ..Found::default() }).await
}

async fn page(state: &Shared, admin: Admin, typed: Typed, mut found: Found) -> Result<Response, Failure> {
    // Three mistakes among two hundred lines are to be seen at once.
    found.lines.sort_by_key(|line| line.mistake.is_none());
    let Admin { visitor, who, .. } = admin;
    let asked = who.clone();
    let may = move |store: &_, cx: &_| super::sign_in_first(store, cx, &asked, &format!("{PATH}?notice={SIGNED_IN}"));
    let page = InviteListPage {
        clinic: visitor.name_of(&who.clinic),
        text: typed.text,
        way: typed.way,
        mails: state.mailer.is_some(),
        limit: Roster::MOST,
        may_grant: members::may_grant(&who).into_iter().map(Role::as_str).collect(),
        roles: Role::ALL.iter().map(|role| role.as_str()).collect(),
        mistakes: found.lines.iter().filter(|line| line.mistake.is_some()).count(),
        lines: found.lines,
        trouble: found.trouble,
        sign_in_uri: state.run(visitor.info.clone(), may).await?,
        signed_in: found.signed_in,
    };
    let status = match (page.trouble, page.mistakes) {
        (Some(ListTrouble::Changed), _) => StatusCode::CONFLICT,
        (None, 0) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    visitor.page_with(state, Some(&who), status, &page)
}

pub async fn look(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let typed = Typed::of(&form);
    let roster = match typed.read(&state) {
        Ok(roster) => roster,
        Err(found) => return page(&state, admin, typed, found).await,
    };
    let who = admin.who.clone();
    let verdict = state.run(form.visitor.info, move |store, cx| members::look(store, cx, &who, &roster)).await?;
    match verdict {
        Ok(lines) => page(&state, admin, typed, Found { lines, ..Found::default() }).await,
        Err(refusal) => refused(&state, admin, typed, refusal).await,
    }
}

pub async fn invite(State(state): State<Shared>, admin: Admin, form: ProtectedForm) -> Result<Response, Failure> {
    let typed = Typed::of(&form);
    let roster = match typed.read(&state) {
        Ok(roster) => roster,
        Err(found) => return page(&state, admin, typed, found).await,
    };
    let who = admin.who.clone();
    let verdict = state.run(form.visitor.info, move |store, cx| members::invite_all(store, cx, &who, roster)).await?;
    match verdict {
        Ok(Everybody { sheets, joined }) if sheets.is_empty() => {
            let notice = if joined.is_empty() { "invite_people" } else { "join_people" };
            Ok(see_other(&format!("{}?notice={notice}", invitations::PATH)))
        }
        Ok(Everybody { sheets, joined }) => {
            let sheets = sheets.into_iter().map(|sheet| invitations::paper(&state, &admin, sheet)).collect();
            print(&state, admin, SheetsPage { sheets, joined }).await
        }
        Err(refusal) => refused(&state, admin, typed, refusal).await,
    }
}

/// So many codes take a while to draw: on a thread that nobody else waits for.
async fn print(state: &Shared, Admin { visitor, who, .. }: Admin, page: SheetsPage) -> Result<Response, Failure> {
    let (drawing, info) = (state.clone(), visitor.info.clone());
    state.run(info, move |_, _| Ok(visitor.page(&drawing, Some(&who), &page))).await?
}

/// With what they had pasted.
async fn refused(state: &Shared, admin: Admin, typed: Typed, refusal: ListRefusal) -> Result<Response, Failure> {
    let found = match refusal {
        ListRefusal::NotFound => return Err(ErrorKind::NotFound.into()),
        ListRefusal::TooWeak(_) => Found::default(),
        ListRefusal::Way => Found::trouble(ListTrouble::Way),
        ListRefusal::Wrong(lines) => Found { lines, ..Found::trouble(ListTrouble::Changed) },
    };
    page(state, admin, typed, found).await
}
