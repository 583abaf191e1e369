//! Revocation (RFC 7009).

use genkan::{domain::ClientType, flows::admin::clients};

use super::party::{OFFLINE, Party, Tokens, assert_dead, renewing, token_error};
use crate::support::{
    app::{Registered, TestApp},
    database::{Database, on_both_databases},
    person::{Answer, Person},
};

const REVOKE: &str = "/oauth/revoke";

on_both_databases! {
    whichever_token_is_given_back_the_grant_ends,
    a_strangers_token_is_answered_alike_and_stays_good,
}

fn recorded(app: &TestApp) -> usize {
    app.recorded_since(0).iter().filter(|recorded| *recorded == "token.revoked success").count()
}

fn assert_done(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

fn whichever_token_is_given_back_the_grant_ends(database: Database) {
    let app = TestApp::start(database);
    let (person, party) = (Person::at(&app), Party::renewing(&app));
    let other = party.sign_in_offline(&person);
    for (at, hint) in
        [(0, "refresh_token"), (0, "access_token"), (1, "access_token"), (1, ""), (1, "refresh_token"), (2, "gold")]
    {
        let tokens = party.tokens(&party.callback(&person, &[("scope", OFFLINE)]).code());
        let next = Tokens::of(&party.refresh(&tokens.refresh_token, &[]));
        // The last is a refresh token that was replaced: whoever gives it back still wants the rest gone.
        let given = [&next.refresh_token, &next.access_token, &tokens.refresh_token][at];
        let before = recorded(&app);
        assert_done(&party.show(REVOKE, given, hint));
        assert_done(&party.show(REVOKE, given, hint));
        assert_eq!(recorded(&app), before + 1, "recorded once");
        assert_dead(&party.userinfo(&next.access_token));
        assert_eq!(token_error(&party.refresh(&next.refresh_token, &[])), "invalid_grant");
    }
    assert_eq!(party.userinfo(&other.access_token).status, 200, "another grant of the same person");
    let short = party.tokens(&party.callback(&person, &[("scope", "openid")]).code());
    assert_done(&party.show(REVOKE, &short.access_token, ""));
    assert_dead(&party.userinfo(&short.access_token));
}

fn a_strangers_token_is_answered_alike_and_stays_good(database: Database) {
    let app = TestApp::start(database);
    let party = Party::renewing(&app);
    let stranger = Party::renewing(&app);
    let public = clients::Draft { kind: Some(ClientType::Spa), ..renewing("画面だけ") };
    let public = Party::new(&app, &app.register(public));
    let tokens = party.sign_in_offline(&Person::at(&app));
    for somebody in [&stranger, &public] {
        for token in [&tokens.access_token, &tokens.refresh_token, "made-up", "診療", &tokens.id_token] {
            for hint in ["access_token", "refresh_token", ""] {
                assert_done(&somebody.show(REVOKE, token, hint));
            }
        }
    }
    assert_eq!(recorded(&app), 0);
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
    let next = Tokens::of(&party.refresh(&tokens.refresh_token, &[]));
    // A public client gives back its own by its name alone.
    let own = public.tokens(&public.sign_in(&Person::at(&app), &[("scope", OFFLINE)]).code());
    assert_done(&public.show(REVOKE, &own.refresh_token, ""));
    assert_dead(&public.userinfo(&own.access_token));
    assert_eq!(party.userinfo(&next.access_token).status, 200);
}

#[test]
fn whoever_proves_nothing_or_asks_nothing_is_told_so() {
    let app = TestApp::start(Database::sqlite());
    let party = Party::renewing(&app);
    let tokens = party.sign_in_offline(&Person::at(&app));
    let wrong = Registered { secret: Some("wrong".to_owned()), ..party.client.clone() };
    let nameless = Registered { secret: None, ..party.client.clone() };
    for (somebody, challenged) in [(Party::new(&app, &wrong), true), (Party::new(&app, &nameless), false)] {
        let refused = somebody.show(REVOKE, &tokens.refresh_token, "");
        assert_eq!(token_error(&refused), "invalid_client");
        assert_eq!(refused.header("www-authenticate").is_some(), challenged);
    }
    assert_eq!(token_error(&party.show(REVOKE, "", "")), "invalid_request");
    assert_eq!(token_error(&party.post(REVOKE, "token=a&token=b".to_owned())), "invalid_request");
    let json = party.itself.http.post(app.url(REVOKE)).json(&serde_json::json!({ "token": "x" }));
    assert_eq!(token_error(&party.itself.send(json)), "invalid_request");
    assert_eq!(party.userinfo(&tokens.access_token).status, 200);
}
