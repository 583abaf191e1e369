//! The guarded fetcher against servers that are really there.

use std::time::Duration;

use genkan::{
    domain::Authority,
    fetch::{Fetcher, Plan, Post, Unanswered, read_authorities},
};
use tempfile::TempDir;

use crate::support::{
    database::Database,
    receiver::{Manner, Receiver},
    runtime::runtime,
    tls::{Kind, certificate, serving},
};

fn fetcher(change: impl FnOnce(&mut Plan)) -> Fetcher {
    let mut plan = Plan { allowed: Vec::new(), authorities: Vec::new(), patience: Duration::from_millis(300) };
    change(&mut plan);
    Fetcher::new(plan, runtime().handle().clone())
}

fn post(fetcher: &Fetcher, urls: &[&str]) -> Vec<Result<u16, Unanswered>> {
    let posts = urls.iter().map(|url| Post { url: (*url).to_owned(), form: vec![("a", "b".to_owned())] });
    fetcher.post_all(posts.collect())
}

#[test]
fn a_name_that_leads_inside_is_not_followed_unless_it_is_listed() {
    let receiver = Receiver::start();
    let named = receiver.authority.replace("127.0.0.1", "localhost");
    let urls = [format!("https://{named}/"), format!("https://{}/", receiver.authority)];
    let urls = [urls[0].as_str(), urls[1].as_str()];
    assert_eq!(post(&fetcher(|_| {}), &urls), [Err(Unanswered::Inside), Err(Unanswered::Inside)]);
    let listed = fetcher(|plan| plan.allowed.extend(Authority::parse(&named)));
    assert_eq!(post(&listed, &[&format!("http://{named}/")]), [Ok(200)]);
    assert_eq!(post(&listed, &urls[1..]), [Err(Unanswered::Inside)], "by another name it is not listed");
    assert_eq!(receiver.got().len(), 1);
}

#[test]
fn one_that_hangs_holds_up_nobody_and_answers_come_in_the_order_of_the_posts() {
    let receivers: Vec<_> = (0..4).map(|_| Receiver::start()).collect();
    for (receiver, manner) in receivers.iter().zip([Manner::Hangs, Manner::Redirects, Manner::Talks]) {
        receiver.be(manner);
    }
    let fetcher =
        fetcher(|plan| plan.allowed = receivers.iter().filter_map(|it| Authority::parse(&it.authority)).collect());
    let urls: Vec<_> = receivers.iter().map(Receiver::url).collect();
    let urls: Vec<_> = urls.iter().map(String::as_str).collect();
    assert_eq!(post(&fetcher, &urls), [Err(Unanswered::TimedOut), Ok(307), Ok(200), Ok(200)]);
    assert!(receivers.iter().all(|receiver| receiver.got().len() == 1), "nothing is sent a second time");
}

#[test]
fn a_house_with_an_authority_of_its_own_has_it_believed_and_nobody_else_s() {
    let folder = TempDir::new().expect("a folder");
    let (_, tls) = certificate(Kind::Ecdsa, folder.path());
    let file = tls.certificate.clone();
    let app = serving(Database::sqlite(), tls, |_| {});
    let authority = app.issuer.strip_prefix("https://").and_then(Authority::parse).expect("host and port");
    let url = app.url("/oauth/token");
    let believing = fetcher(|plan| {
        plan.allowed.push(authority.clone());
        plan.authorities = read_authorities(&file).expect("a certificate");
        plan.patience = Duration::from_secs(10);
    });
    assert_eq!(post(&believing, &[&url]), [Ok(401)], "the token endpoint knows no such client");
    let doubting = fetcher(|plan| plan.allowed.push(authority));
    assert_eq!(post(&doubting, &[&url]), [Err(Unanswered::Unreachable)]);
}
