//! Telling an application that a session is over (OpenID Connect Back-Channel Logout 1.0 §2.5 and §2.8).

use super::End;
use crate::{
    domain::{Client, ClientId, Fault, SessionId, UserId},
    fetch::{Post, Unanswered},
    flows::Cx,
    protocol::logout_token::{self, About},
    store::{self, Store},
};

/// The application as it is registered by now, and a token signed by today's key.
pub fn post(
    store: &Store,
    cx: &Cx,
    client: &ClientId,
    session: &SessionId,
    user: &UserId,
) -> Result<Result<Post, End>, Fault> {
    let found = store.read(|conn| store::clients::find(conn, client))?.filter(Client::is_enabled);
    let Some((client, url)) = found.and_then(|it| it.backchannel_logout_uri.clone().map(|url| (it, url))) else {
        return Ok(Err(End::Refused("not_wanted".to_owned())));
    };
    let jti = cx.random.id(cx.now);
    let about = About { issuer: &cx.site.issuer, client: &client.id, subject: user, session, jti: &jti, now: cx.now };
    match cx.ring.sign(client.id_token_alg, logout_token::TYP, &logout_token::claims(&about)) {
        Ok(token) => Ok(Ok(Post { url, form: vec![("logout_token", token)] })),
        // One application's trouble is not the others'.
        Err(fault) => {
            tracing::error!(client = %client.id, %fault, "a logout token could not be signed");
            Ok(Err(End::Failed("unsigned".to_owned())))
        }
    }
}

/// 400 says that the application has understood, and will not.
pub fn judge(answer: Result<u16, Unanswered>) -> End {
    match answer {
        Ok(200 | 204) => End::Arrived,
        Ok(400) => End::Refused("answered_400".to_owned()),
        Ok(status) => End::Failed(format!("answered_{status}")),
        Err(why) => End::Failed(why.as_str().to_owned()),
    }
}
