//! Reading requests, calling one flow each, rendering the answer.
//!
//! [`table`] is the route table: every address on one screen, with its rule and who may call. [`routes`] makes a server of
//! it; a test tries each of its lines with every role.

mod admin;
mod extract;
mod failure;
pub mod gate;
pub mod incident;
pub mod kept;
pub(crate) mod layers;
pub mod listener;
pub(crate) mod oidc;
pub mod ops;
pub(crate) mod pages;
mod reply;
pub mod rule;
pub mod state;
pub mod view;

use axum::{
    Router,
    middleware::from_fn_with_state,
    response::Response,
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

pub use admin::ADMIN_PAGES;
pub use extract::Proxies;

use crate::domain::Permission;
use failure::Failure;
use rule::{Caller, Route, Rule};
use state::Shared;
use view::ErrorKind;

/// The route table.
#[rustfmt::skip]
pub fn table() -> Vec<Route> {
    use {Caller::*, Permission::*, Rule::*};
    vec![
        // Pages
        (Page,      Anybody,  "/", get(pages::portal::show)),
        (Page,      Anybody,  "/login", get(pages::login::show)),
        (Form,      Anybody,  "/login/password", post(pages::login::password)),
        (Script,    Anybody,  "/login/passkey/begin", post(pages::login_passkey::begin)),
        (Script,    Anybody,  "/login/passkey/finish", post(pages::login_passkey::finish)),
        (Page,      Anybody,  "/login/second-factor", get(pages::login_second_factor::show)),
        (Form,      Anybody,  "/login/second-factor", post(pages::login_second_factor::finish)),
        (Page,      Anybody,  "/login/code", get(pages::login_access_code::show)),
        (Form,      Anybody,  "/login/code", post(pages::login_access_code::finish)),
        (Page,      Anybody,  "/clinic", get(pages::clinic::show)),
        (Form,      Anybody,  "/clinic", post(pages::clinic::choose)),
        (Page,      Anybody,  "/invite/{token}", get(pages::invitation::show)),
        (Form,      Anybody,  "/invite/{token}", post(pages::invitation::accept)),
        (Page,      Anybody,  "/terminal/{token}", get(pages::terminal::show)),
        (Form,      Anybody,  "/terminal/{token}", post(pages::terminal::register)),
        (Page,      Enrolled, "/settings/passkeys", get(pages::passkeys::show)),
        (Script,    Enrolled, "/settings/passkeys/begin", post(pages::passkeys_register::begin)),
        (Script,    Enrolled, "/settings/passkeys/finish", post(pages::passkeys_register::finish)),
        (Page,      Enrolled, "/settings/passkeys/phone", get(pages::handoff::show)),
        (Form,      Enrolled, "/settings/passkeys/phone", post(pages::handoff::start)),
        (Page,      Enrolled, "/settings/passkeys/phone/state", get(pages::handoff::state)),
        (Form,      Enrolled, "/settings/passkeys/phone/digits", post(pages::handoff::confirm)),
        (Form,      Enrolled, "/settings/passkeys/phone/commit", post(pages::handoff::commit)),
        (Page,      Anybody,  "/phone/{token}", get(pages::phone::show)),
        (Form,      Anybody,  "/phone/{token}", post(pages::phone::press)),
        (Page,      Anybody,  "/phone/{token}/state", get(pages::phone::state)),
        (Script,    Anybody,  "/phone/{token}/begin", post(pages::phone::begin)),
        (Script,    Anybody,  "/phone/{token}/finish", post(pages::phone::finish)),
        (Page,      SignedIn, "/settings/passkeys/{id}", get(pages::passkey_uses::show)),
        (Form,      Enrolled, "/settings/passkeys/{id}/rename", post(pages::passkeys::rename)),
        (Page,      SignedIn, "/settings/passkeys/{id}/suspend", get(pages::passkey_change::ask_suspend)),
        (Form,      SignedIn, "/settings/passkeys/{id}/suspend", post(pages::passkey_change::suspend)),
        (Form,      Enrolled, "/settings/passkeys/{id}/resume", post(pages::passkey_change::resume)),
        (Page,      Enrolled, "/settings/passkeys/{id}/delete", get(pages::passkey_change::ask_delete)),
        (Form,      Enrolled, "/settings/passkeys/{id}/delete", post(pages::passkey_change::delete)),
        (Page,      Enrolled, "/settings/password", get(pages::password::show)),
        (Form,      Enrolled, "/settings/password", post(pages::password::change)),
        (Page,      Enrolled, "/settings/second-factor", get(pages::second_factor::show)),
        (Page,      Enrolled, "/settings/second-factor/set-up", get(pages::second_factor::offer)),
        (Form,      Enrolled, "/settings/second-factor/set-up", post(pages::second_factor::confirm)),
        (Form,      Enrolled, "/settings/second-factor/recovery-codes", post(pages::second_factor::renew_recovery_codes)),
        (Page,      Enrolled, "/settings/second-factor/remove", get(pages::second_factor::ask_remove)),
        (Form,      Enrolled, "/settings/second-factor/remove", post(pages::second_factor::remove)),
        (Page,      SignedIn, "/settings/sessions", get(pages::sessions::show)),
        (Form,      SignedIn, "/settings/sessions/{id}/end", post(pages::sessions::end)),
        (Form,      SignedIn, "/settings/sessions/end-others", post(pages::sessions::end_others)),
        (Page,      SignedIn, "/settings/apps", get(pages::apps::show)),
        (Form,      SignedIn, "/settings/apps/{id}/withdraw", post(pages::apps::withdraw)),
        (Page,      SignedIn, "/settings/history", get(pages::history::show)),
        (Page,      SignedIn, "/settings/history/{id}/not-me", get(pages::history::ask)),
        (Form,      SignedIn, "/settings/history/{id}/not-me", post(pages::history::disown)),
        (Page,      Anybody,  "/help", get(pages::help::guide)),
        (Page,      Anybody,  "/help/check", get(pages::help::check)),
        (Page,      Anybody,  "/help/downtime", get(pages::help::downtime)),
        (Form,      Anybody,  "/language", post(pages::language::switch)),
        (Page,      Anybody,  "/assets/{version}/{name}", get(pages::assets::show)),
        // Administration
        (Page,      SignedIn, "/admin", get(admin::enter)),
        (Page,      May(SeeClinic),          "/admin/clinic", get(admin::clinics::own)),
        (Page,      May(SeeClinics),         "/admin/clinics", get(admin::clinics::list)),
        (Page,      May(AddClinic),          "/admin/clinics/new", get(admin::clinics::ask)),
        (Form,      May(AddClinic),          "/admin/clinics/new", post(admin::clinics::add)),
        (Page,      May(SeeClinic),          "/admin/clinics/{clinic}", get(admin::clinics::show)),
        (Page,      May(ManageClinic),       "/admin/clinics/{clinic}/edit", get(admin::clinics::edit)),
        (Form,      May(ManageClinic),       "/admin/clinics/{clinic}/edit", post(admin::clinics::change)),
        (Page,      May(SeePeople),          "/admin/people", get(admin::people::show)),
        (Page,      May(InvitePerson),       "/admin/people/invite", get(admin::invitations::ask)),
        (Form,      May(InvitePerson),       "/admin/people/invite", post(admin::invitations::invite)),
        (Page,      May(InvitePerson),       "/admin/people/invite/list", get(admin::invite_list::ask)),
        (LongForm,  May(InvitePerson),       "/admin/people/invite/list", post(admin::invite_list::look)),
        (LongForm,  May(InvitePerson),       "/admin/people/invite/list/send", post(admin::invite_list::invite)),
        (Page,      May(SeePeople),          "/admin/invitations", get(admin::invitations::show)),
        (Form,      May(ResendInvitation),   "/admin/invitations/{invitation}/resend", post(admin::invitations::change)),
        (Form,      May(RevokeInvitation),   "/admin/invitations/{invitation}/revoke", post(admin::invitations::change)),
        (Page,      May(SeePeople),          "/admin/people/{member}", get(admin::person::show)),
        (Page,      May(SeeGroups),          "/admin/people/{member}/groups", get(admin::groups::show_of_person)),
        (Form,      May(ManageGroups),       "/admin/people/{member}/groups", post(admin::groups::place)),
        (Page,      May(SeeQualifications),  "/admin/people/{member}/qualifications", get(admin::qualifications::show)),
        (Form,      May(ManageQualifications), "/admin/people/{member}/qualifications", post(admin::qualifications::add)),
        (Form,      May(ManageQualifications), "/admin/people/{member}/qualifications/{qualification}/verify", post(admin::qualifications::verify)),
        (Form,      May(ManageQualifications), "/admin/people/{member}/qualifications/{qualification}/remove", post(admin::qualifications::remove)),
        (Page,      May(SuspendMembership),  "/admin/people/{member}/suspend", get(admin::act::ask)),
        (Form,      May(SuspendMembership),  "/admin/people/{member}/suspend", post(admin::act::act)),
        (Page,      May(ResumeMembership),   "/admin/people/{member}/resume", get(admin::act::ask)),
        (Form,      May(ResumeMembership),   "/admin/people/{member}/resume", post(admin::act::act)),
        (Page,      May(EndSessions),        "/admin/people/{member}/sessions/end", get(admin::act::ask)),
        (Form,      May(EndSessions),        "/admin/people/{member}/sessions/end", post(admin::act::act)),
        (Page,      May(EndSessions),        "/admin/people/{member}/sessions/{session}/end", get(admin::act::ask)),
        (Form,      May(EndSessions),        "/admin/people/{member}/sessions/{session}/end", post(admin::act::act)),
        (Page,      May(WithdrawApplication), "/admin/people/{member}/apps/{client}/withdraw", get(admin::act::ask)),
        (Form,      May(WithdrawApplication), "/admin/people/{member}/apps/{client}/withdraw", post(admin::act::act)),
        (Page,      May(DisablePerson),      "/admin/people/{member}/disable", get(admin::act::ask)),
        (Form,      May(DisablePerson),      "/admin/people/{member}/disable", post(admin::act::act)),
        (Page,      May(EnablePerson),       "/admin/people/{member}/enable", get(admin::act::ask)),
        (Form,      May(EnablePerson),       "/admin/people/{member}/enable", post(admin::act::act)),
        (Page,      May(UnlockPassword),     "/admin/people/{member}/unlock", get(admin::act::ask)),
        (Form,      May(UnlockPassword),     "/admin/people/{member}/unlock", post(admin::act::act)),
        (Page,      May(SetEndDate),         "/admin/people/{member}/end-date", get(admin::act::ask)),
        (Form,      May(SetEndDate),         "/admin/people/{member}/end-date", post(admin::act::act)),
        (Page,      May(SuspendPasskey),     "/admin/people/{member}/passkeys/{passkey}/suspend", get(admin::act::ask)),
        (Form,      May(SuspendPasskey),     "/admin/people/{member}/passkeys/{passkey}/suspend", post(admin::act::act)),
        (Page,      May(ResumePasskey),      "/admin/people/{member}/passkeys/{passkey}/resume", get(admin::act::ask)),
        (Form,      May(ResumePasskey),      "/admin/people/{member}/passkeys/{passkey}/resume", post(admin::act::act)),
        (Page,      May(DeletePasskey),      "/admin/people/{member}/passkeys/{passkey}/delete", get(admin::act::ask)),
        (Form,      May(DeletePasskey),      "/admin/people/{member}/passkeys/{passkey}/delete", post(admin::act::act)),
        (Page,      May(IssueAccessCode),    "/admin/people/{member}/access-code", get(admin::access_code::ask)),
        (Form,      May(IssueAccessCode),    "/admin/people/{member}/access-code", post(admin::access_code::act)),
        (Page,      May(ReinvitePerson),     "/admin/people/{member}/invite-again", get(admin::invite_again::ask)),
        (Form,      May(ReinvitePerson),     "/admin/people/{member}/invite-again", post(admin::invite_again::act)),
        (Page,      May(SeeGroups),          "/admin/groups", get(admin::groups::list)),
        (Page,      May(ManageGroups),       "/admin/groups/new", get(admin::groups::ask)),
        (Form,      May(ManageGroups),       "/admin/groups/new", post(admin::groups::add)),
        (Page,      May(SeeGroups),          "/admin/groups/{group}", get(admin::groups::show)),
        (Form,      May(ManageGroups),       "/admin/groups/{group}", post(admin::groups::rename)),
        (Page,      May(ManageGroups),       "/admin/groups/{group}/join", get(admin::groups::ask_join)),
        (Form,      May(ManageGroups),       "/admin/groups/{group}/join", post(admin::groups::join)),
        (Form,      May(ManageGroups),       "/admin/groups/{group}/leave", post(admin::groups::leave)),
        (Page,      May(ManageGroups),       "/admin/groups/{group}/remove", get(admin::groups::ask_remove)),
        (Form,      May(ManageGroups),       "/admin/groups/{group}/remove", post(admin::groups::remove)),
        (Form,      May(ManageGroups),       "/admin/groups/{group}/restore", post(admin::groups::restore)),
        (Page,      May(SeeApplications),    "/admin/clients", get(admin::clients::list)),
        (Page,      May(ManageApplications), "/admin/clients/new", get(admin::clients::ask)),
        (Form,      May(ManageApplications), "/admin/clients/new", post(admin::clients::register)),
        (Page,      May(SeeApplications),    "/admin/clients/{client}", get(admin::clients::show)),
        (Form,      May(ManageApplications), "/admin/clients/{client}", post(admin::clients::act)),
        (Page,      May(SeeApplications),    "/admin/clients/{client}/preview", get(admin::clients::ask_preview)),
        (Form,      May(SeeApplications),    "/admin/clients/{client}/preview", post(admin::clients::preview)),
        (Page,      May(ManageApplications), "/admin/clients/{client}/edit", get(admin::clients::edit)),
        (Form,      May(ManageApplications), "/admin/clients/{client}/edit", post(admin::clients::change)),
        (Page,      May(SeeAudit),           "/admin/audit", get(admin::audit::show)),
        (Page,      May(SeeAudit),           "/admin/audit/{event}", get(admin::audit::one)),
        (Form,      May(SeeAudit),           "/admin/audit/export", post(admin::audit::export)),
        (Page,      May(SeeTerminals),       "/admin/terminals", get(admin::terminals::show)),
        (Form,      May(ManageTerminals),    "/admin/terminals", post(admin::terminals::add)),
        (Page,      May(ManageTerminals),    "/admin/terminals/{terminal}/revoke", get(admin::terminals::ask_revoke)),
        (Form,      May(ManageTerminals),    "/admin/terminals/{terminal}/revoke", post(admin::terminals::revoke)),
        // OpenID Connect
        (Open,      Anybody,  "/.well-known/openid-configuration", get(oidc::discovery::show)),
        (Open,      Anybody,  "/.well-known/oauth-authorization-server", get(oidc::discovery::show)),
        (Open,      Anybody,  "/.well-known/passkey-endpoints", get(pages::passkeys::well_known)),
        (Page,      Anybody,  "/.well-known/change-password", get(pages::password::well_known)),
        (Open,      Anybody,  "/oauth/jwks", get(oidc::jwks::show)),
        (CrossSite, Anybody,  "/oauth/authorize", get(oidc::authorize::get).post(oidc::authorize::post)),
        (Page,      Anybody,  "/oauth/confirm", get(pages::confirm::show)),
        (Form,      Anybody,  "/oauth/confirm", post(pages::confirm::answer)),
        (Page,      Anybody,  "/oauth/consent", get(pages::consent::show)),
        (Form,      Anybody,  "/oauth/consent", post(pages::consent::answer)),
        (Spa,       Anybody,  "/oauth/token", post(oidc::token::exchange)),
        (Spa,       Anybody,  "/oauth/userinfo", get(oidc::userinfo::show).post(oidc::userinfo::show)),
        (Spa,       Anybody,  "/oauth/revoke", post(oidc::revoke::revoke)),
        (Machine,   Anybody,  "/oauth/introspect", post(oidc::introspect::introspect)),
        (CrossSite, Anybody,  "/oauth/logout", get(oidc::logout::get).post(oidc::logout::post)),
    ]
}

pub fn routes(state: Shared) -> Router {
    let mut router = Router::new();
    for (rule, caller, path, handler) in table() {
        router = router.route(path, caller.guard(&state, rule.guard(&state, handler)));
    }
    router
        .fallback(async || Failure::from(ErrorKind::NotFound))
        .method_not_allowed_fallback(async || Failure::from(ErrorKind::WrongMethod))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), layers::every_request))
        .with_state(state)
}

fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    let fault = crate::domain::Fault::internal("a handler panicked", words.unwrap_or("without words"));
    axum::response::IntoResponse::into_response(Failure::from(fault))
}
