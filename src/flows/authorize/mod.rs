//! The authorization endpoint: OpenID Connect Core §3.1.2, RFC 6749 §4.1, RFC 9207.
//!
//! The rules are `protocol::authorize`; here they meet the store, the session and the key with which codes are sealed.
//! Nothing is written: the request waits sealed, and the code that is given out is a sealed value itself.

mod admission;
mod choose;
mod code;
mod confirm;
mod consent;
mod waiting;

use admission::not_admitted;
pub use choose::{Chosen, Offered, choose, offer};
pub use code::{CODE_LIFETIME, Code};
pub use confirm::{Asked, ask, confirm};
pub use consent::{ConsentForm, Question};
use consent::{Ready, Said};
pub use waiting::{Destination, Waiting};

use std::sync::Arc;

use crate::{
    domain::{Barrier, Client, ClientId, ClinicId, Fault, Secret, SessionKind, SignedIn, Verdict},
    flows::{Cx, account::sessions},
    keys::Opened,
    protocol::{
        authorize::{
            self, AuthorizationRequest, AuthorizeRefusal, CHECKS, Decision, ErrorRedirect, Hinted, PageReason, Prompt,
            SessionFacts, Unchecked,
        },
        error::AuthorizeError,
        hint::IdTokenHint,
        params::Params,
        redirect_uri, response,
    },
    store::{self, Store},
};

/// What the browser is told.
#[derive(Debug)]
pub enum Answer {
    /// Back to the application, with a code or an error.
    Redirect(String),
    /// To our own GET, with the request sealed.
    Continue(String),
    /// To the login page; the request waits in the sealed text.
    SignIn(String),
    /// To the passkey settings: the session is an enrolling one.
    Enrol(String),
    /// To the question whether it is still the same person who sits there; the request waits in the sealed text.
    Confirm(String),
    /// To the question for which of their clinics they work; the request waits in the sealed text.
    Clinic(String),
    /// To the question whether the application may have what it wants.
    Consent(Box<Question>),
    /// To a page that says so. `back`: to the application, which hears it. `otherwise`: what waits, for who can sign in in a way
    /// that the application takes.
    NotAdmitted { client: Arc<Client>, barrier: Barrier, back: String, otherwise: Option<String> },
    /// Nowhere that could be trusted to redirect to.
    Page(PageReason),
    /// What waited has run out or cannot be gone on with; the application's start address still can.
    Expired(Option<Arc<Client>>),
}

/// A request as an application sent it.
pub fn begin(store: &Store, cx: &Cx, params: &Params, session: Option<&Secret>) -> Result<Answer, Fault> {
    match check(store, cx, params)? {
        Ok((client, request)) => {
            answer(store, cx, &client, Waiting::for_application(cx, &client, request), session, None)
        }
        Err(refusal) => Ok(refused(cx, refusal)),
    }
}

/// The same by a cross-site POST, which brings no session: checked, sealed, and sent on to our own GET.
pub fn seal(store: &Store, cx: &Cx, params: &Params) -> Result<Answer, Fault> {
    Ok(match check(store, cx, params)? {
        Ok((client, request)) => Answer::Continue(Waiting::for_application(cx, &client, request).seal(cx)),
        Err(refusal) => refused(cx, refusal),
    })
}

fn check(
    store: &Store,
    cx: &Cx,
    params: &Params,
) -> Result<Verdict<(Arc<Client>, AuthorizationRequest), AuthorizeRefusal>, Fault> {
    let client = match params.get("client_id") {
        Ok(Some(id)) => cx.clients.find(store, cx.now, &ClientId::new(id))?,
        _ => None,
    };
    match authorize::check(CHECKS, &Unchecked { params, client: client.as_deref() }) {
        Err(refusal) => Ok(Err(refusal)),
        Ok(request) => match client {
            Some(client) => Ok(Ok((client, request))),
            None => Err(Fault::Internal("a request passed every check without a client".to_owned())),
        },
    }
}

fn refused(cx: &Cx, refusal: AuthorizeRefusal) -> Answer {
    match refusal {
        AuthorizeRefusal::Redirect(error) => Answer::Redirect(response::redirect_with_error(&error, &cx.site.issuer)),
        AuthorizeRefusal::Page(reason) => Answer::Page(reason),
    }
}

/// A request that waited, sealed, behind the login page: the client may have been changed meanwhile.
pub fn resume(store: &Store, cx: &Cx, sealed: &str, session: Option<&Secret>) -> Result<Answer, Fault> {
    match Waiting::open_late(cx, sealed) {
        Some(opened) => go_on(store, cx, opened, session, None),
        None => Ok(Answer::Expired(None)),
    }
}

/// The answer to a [`Question`], by its form.
pub fn consent(store: &Store, cx: &Cx, form: &str, agrees: bool, session: Option<&Secret>) -> Result<Answer, Fault> {
    let Ok(Opened { value, issued_at, expired }) = cx.keys.open_late::<ConsentForm>(form, cx.now) else {
        return Ok(Answer::Expired(None));
    };
    let (waiting, said) = value.answered(agrees);
    go_on(store, cx, Opened { value: waiting, issued_at, expired }, session, Some(said))
}

fn go_on(
    store: &Store,
    cx: &Cx,
    Opened { value: mut waiting, expired, .. }: Opened<Waiting>,
    session: Option<&Secret>,
    said: Option<Said>,
) -> Result<Answer, Fault> {
    let Destination::Application(request) = &mut waiting.destination else {
        return Ok(Answer::Expired(None));
    };
    let Some(client) = cx.clients.find(store, cx.now, &request.client_id)? else {
        return Ok(Answer::Expired(None));
    };
    if !client.is_enabled() {
        return Ok(Answer::Page(PageReason::ClientDisabled));
    }
    request.scopes.retain(|scope| client.scopes.contains(scope));
    if expired || !still_asks_rightly(&client, request) {
        return Ok(Answer::Expired(Some(client)));
    }
    answer(store, cx, &client, waiting, session, said)
}

/// By the rules that a change of the client can have moved since the request was checked.
fn still_asks_rightly(client: &Client, request: &AuthorizationRequest) -> bool {
    redirect_uri::is_registered(client, &request.redirect_uri)
        && request.scopes.iter().any(|scope| scope == "openid")
        && (request.code_challenge.is_some() || !client.pkce_required)
}

fn answer(
    store: &Store,
    cx: &Cx,
    client: &Arc<Client>,
    waiting: Waiting,
    session: Option<&Secret>,
    said: Option<Said>,
) -> Result<Answer, Fault> {
    let Destination::Application(request) = &waiting.destination else {
        return Err(Fault::Internal("only an application's request can be answered".to_owned()));
    };
    let who = signed_in(store, cx, session)?;
    // Who is to sign in anew may turn out to be somebody else.
    let anew = |who: &SignedIn| {
        let asked = [Prompt::Login, Prompt::SelectAccount].iter().any(|prompt| request.prompt.contains(prompt));
        asked && who.session.authenticated_for.as_deref() != Some(&waiting.id)
    };
    if let Some(who) = who.as_ref().filter(|who| !works_there(who, client) && !anew(who)) {
        let memberships = store.read(|conn| store::memberships::list_for_user(conn, &who.user.id))?;
        if !memberships
            .iter()
            .any(|(membership, clinic)| membership.is_active(cx.now) && is_open_to(client, &clinic.id))
        {
            return not_admitted(store, cx, (client, &waiting), request, who, Barrier::OtherClinic);
        }
    }
    let who = who.filter(|who| works_there(who, client));
    let hint = request.id_token_hint.as_deref().map(|hint| verified_hint(cx, hint));
    let hinted = match &hint {
        None => Hinted::Nobody,
        Some(Some(hint)) => Hinted::Person(&hint.subject),
        Some(None) => Hinted::Unreadable,
    };
    let facts = who.as_ref().map(|who| SessionFacts {
        subject: &who.user.id,
        enrolling: who.session.kind != SessionKind::Ordinary,
        acr: who.session.authentication.acr,
        auth_time: who.session.authentication.at,
        authenticated_for: who.session.authenticated_for.as_deref(),
        asks_who: who.session.asks_who(cx.now),
    });
    let asked = authorize::Asked { request, id: &waiting.id, demands: &client.demands };
    let decision = authorize::decide(asked, hinted, facts, cx.now);
    let nobody = || Fault::Internal("a code was to be issued to nobody".to_owned());
    match decision {
        Decision::SignIn => Ok(Answer::SignIn(waiting.seal(cx))),
        Decision::EnrolFirst => Ok(Answer::Enrol(waiting.seal(cx))),
        Decision::Confirm => Ok(Answer::Confirm(waiting.seal(cx))),
        Decision::Fail(error, description) => Ok(refuse(cx, request, error, description)),
        Decision::TooWeak(barrier) => {
            not_admitted(store, cx, (client, &waiting), request, &who.ok_or_else(nobody)?, barrier)
        }
        Decision::Issue => {
            let who = who.ok_or_else(nobody)?;
            if choose::is_due(store, cx, client, &who)? {
                return Ok(if request.asks(Prompt::None) {
                    let due = "the person has to say for which clinic they work";
                    refuse(cx, request, AuthorizeError::InteractionRequired, due)
                } else {
                    Answer::Clinic(waiting.seal(cx))
                });
            }
            match client.keeps_out(&who.membership, who.session.terminal_kind) {
                Some(barrier) => not_admitted(store, cx, (client, &waiting), request, &who, barrier),
                None => consent::settle(store, cx, Ready { client, waiting: &waiting, request, who }, said),
            }
        }
    }
}

fn signed_in(store: &Store, cx: &Cx, session: Option<&Secret>) -> Result<Option<SignedIn>, Fault> {
    let Some(secret) = session else { return Ok(None) };
    let who = store.read(|conn| store::sessions::find_signed_in(conn, &secret.hash()))?;
    Ok(who.filter(|who| who.is_good(cx.now)))
}

/// A session for another clinic than the application's is none here, if its person may sign in for that one too.
fn works_there(who: &SignedIn, client: &Client) -> bool {
    is_open_to(client, &who.session.clinic_id)
}

fn is_open_to(client: &Client, clinic: &ClinicId) -> bool {
    client.clinic_id.as_ref().is_none_or(|only| only == clinic)
}

/// `None`: no token that a key of ours signed. An expired one is as good as any.
pub fn verified_hint(cx: &Cx, hint: &str) -> Option<IdTokenHint> {
    IdTokenHint::from_verified(&cx.ring.verify_own(hint)?, &cx.site.issuer)
}

fn refuse(cx: &Cx, request: &AuthorizationRequest, error: AuthorizeError, description: &'static str) -> Answer {
    let error = ErrorRedirect::of(request, error, description);
    Answer::Redirect(response::redirect_with_error(&error, &cx.site.issuer))
}

fn issue(store: &Store, cx: &Cx, ready: &Ready<'_>, scopes: Vec<String>) -> Result<Answer, Fault> {
    sessions::seen(store, cx, &ready.who.session)?;
    Ok(answer_with_code(cx, ready, scopes))
}

fn answer_with_code(cx: &Cx, Ready { client, request, who, .. }: &Ready<'_>, scopes: Vec<String>) -> Answer {
    let code = Code::new(cx, client, request, scopes, who);
    let sealed = cx.keys.seal(&code, cx.now, cx.random);
    Answer::Redirect(response::redirect_with_code(request, &sealed, &cx.site.issuer))
}
