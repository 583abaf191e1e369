//! The introspection endpoint: RFC 7662. A confidential client asks about its own tokens; of everybody else's it hears what
//! it hears of none. A mere read, but for who fails to prove itself.

use crate::{
    domain::{Client, Fault, Freshness, Standing, Verdict},
    flows::{Cx, client_auth, token::Shown},
    protocol::{
        introspection::{Introspection, Token},
        params::Params,
        shown_token::ShownToken,
        token::TokenError,
    },
    store::{self, Ending, Store},
};

/// `authorization`: the header's value.
pub fn introspect(
    store: &Store,
    cx: &Cx,
    authorization: Option<&str>,
    form: &Params,
) -> Result<Ending<Verdict<Introspection, TokenError>>, Fault> {
    let client = match client_auth::prove_with_secret(store, cx, authorization, form)? {
        Ok(client) => client,
        Err(unproven) => return Ok(unproven.record(cx)),
    };
    Ok(Ending::Answer(match ShownToken::parse(form) {
        Err(error) => Err(error),
        Ok(shown) => Ok(tell(store, cx, &client, &shown)?),
    }))
}

fn tell(store: &Store, cx: &Cx, client: &Client, shown: &ShownToken) -> Result<Introspection, Fault> {
    let Some(shown) = Shown::open(cx, shown) else { return Ok(Introspection::INACTIVE) };
    let found = store.read(|conn| store::grants::find_standing(conn, shown.grant()))?;
    let good = found.filter(|standing| standing.grant.client_id == client.id && standing.over(cx.now).is_none());
    let token = good.as_ref().and_then(|standing| read(cx, standing, &shown));
    Ok(match (&good, token) {
        (Some(standing), Some(token)) => Introspection::active(&cx.site.issuer, &standing.grant, &token),
        _ => Introspection::INACTIVE,
    })
}

/// `None`: a refresh token that was replaced.
fn read<'a>(cx: &Cx, Standing { grant, .. }: &'a Standing, shown: &'a Shown) -> Option<Token<'a>> {
    match shown {
        Shown::Access(opened) => Some(Token {
            scopes: opened.value.scopes(grant),
            token_type: Some("Bearer"),
            issued_at: opened.issued_at,
            expires_at: opened.value.expires_at,
        }),
        Shown::Refresh(opened) => {
            let judged = grant.rotation?.judge(opened.value.n, cx.now);
            matches!(judged, Freshness::Current | Freshness::JustMoved).then(|| Token {
                scopes: &grant.scopes,
                token_type: None,
                issued_at: opened.issued_at,
                expires_at: grant.expires_at,
            })
        }
    }
}
