//! The guarded fetcher: every address that somebody else names is spoken to from here, and from nowhere else.
//!
//! https only, no redirects, a limit of time, and of an answer no more is read than its head. A name is resolved once: each
//! of its addresses is [checked](address::is_outside), and what was checked is connected to. What lies inside the house,
//! loopback too, is reached only where the configuration lists exactly that host and port; on loopback then without TLS as
//! well.

mod address;
mod resolver;

use std::{path::Path, sync::LazyLock, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, redirect::Policy};
use tokio::{runtime::Handle, task::JoinSet};
use url::{Host, Url};

use crate::domain::Authority;
use resolver::{GuardedResolver, Inside};

/// What the configuration says.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Reached wherever they lie.
    pub allowed: Vec<Authority>,
    /// Believed besides those that the operating system trusts.
    pub authorities: Vec<Certificate>,
    /// From the first packet to the head of the answer.
    pub patience: Duration,
}

/// A form to be posted.
#[derive(Clone, Debug)]
pub struct Post {
    pub url: String,
    pub form: Vec<(&'static str, String)>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// Not https, nor http on a loopback address that is listed.
    BadAddress,
    /// It lies inside the house and is not listed.
    Inside,
    TimedOut,
    /// Nobody listens, the name is not known, or its certificate is not believed.
    Unreachable,
}

impl Unanswered {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadAddress => "bad_address",
            Self::Inside => "inside_address",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
        }
    }
}

pub struct Fetcher {
    guarded: LazyClient,
    /// For what is listed.
    open: LazyClient,
    allowed: Vec<Authority>,
    runtime: Handle,
}

impl Fetcher {
    /// `runtime`: where the work is done; callers wait for it on threads that may block.
    pub fn new(plan: Plan, runtime: Handle) -> Self {
        let guarded = LazyClient::new(client(&plan).dns_resolver(GuardedResolver));
        Self { guarded, open: LazyClient::new(client(&plan)), allowed: plan.allowed, runtime }
    }

    /// The status of each answer, in the order of the posts. All are sent at once. Blocks for as long as the slowest takes.
    pub fn post_all(&self, posts: Vec<Post>) -> Vec<Result<u16, Unanswered>> {
        self.runtime.block_on(async {
            let mut answers = vec![Err(Unanswered::Unreachable); posts.len()];
            let mut sent = JoinSet::new();
            for (place, post) in posts.into_iter().enumerate() {
                let request = self.client_for(&post.url).map(|client| client.post(&post.url).form(&post.form));
                sent.spawn(async move {
                    let answer = match request {
                        Ok(request) => request.send().await.map_err(|error| unanswered(&error)),
                        Err(unanswered) => Err(unanswered),
                    };
                    (place, answer.map(|answer| answer.status().as_u16()))
                });
            }
            while let Some(done) = sent.join_next().await {
                if let Ok((place, answer)) = done
                    && let Some(kept) = answers.get_mut(place)
                {
                    *kept = answer;
                }
            }
            answers
        })
    }

    fn client_for(&self, url: &str) -> Result<&Client, Unanswered> {
        let url = Url::parse(url).map_err(|_| Unanswered::BadAddress)?;
        let listed = Authority::of(&url).is_some_and(|authority| self.allowed.contains(&authority));
        match (url.scheme(), url.host()) {
            ("https", Some(_)) if listed => self.open.get(),
            ("http", Some(host)) if listed && is_loopback(&host) => self.open.get(),
            // The resolver is asked for names alone.
            ("https", Some(Host::Ipv4(address))) if !address::is_outside(address.into()) => Err(Unanswered::Inside),
            ("https", Some(Host::Ipv6(address))) if !address::is_outside(address.into()) => Err(Unanswered::Inside),
            ("https", Some(_)) => self.guarded.get(),
            _ => Err(Unanswered::BadAddress),
        }
    }
}

/// Made when it is first needed: it holds every authority that the system trusts, some megabytes, and many a house has no
/// application that is ever told anything.
struct LazyClient(LazyLock<Option<Client>, Box<dyn FnOnce() -> Option<Client> + Send>>);

impl LazyClient {
    fn new(builder: ClientBuilder) -> Self {
        let made = || match builder.build() {
            Ok(client) => Some(client),
            Err(error) => {
                tracing::error!(%error, "no HTTP client");
                None
            }
        };
        Self(LazyLock::new(Box::new(made)))
    }

    fn get(&self) -> Result<&Client, Unanswered> {
        self.0.as_ref().ok_or(Unanswered::Unreachable)
    }
}

fn client(plan: &Plan) -> ClientBuilder {
    Client::builder()
        .user_agent("Genkan")
        .redirect(Policy::none())
        .no_proxy()
        .timeout(plan.patience)
        // Whoever is spoken to seldom is looked up anew each time.
        .pool_max_idle_per_host(0)
        .tls_certs_merge(plan.authorities.clone())
}

/// Those of a file in PEM; what is wrong with it otherwise.
pub fn read_authorities(file: &Path) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(found) if found.is_empty() => Err(format!("{} holds no certificate", file.display())),
        Ok(found) => Ok(found),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn unanswered(error: &reqwest::Error) -> Unanswered {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if this.is::<Inside>() {
            return Unanswered::Inside;
        }
        cause = this.source();
    }
    if error.is_timeout() { Unanswered::TimedOut } else { Unanswered::Unreachable }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetcher(allowed: &[&str]) -> Fetcher {
        let allowed = allowed.iter().map(|text| Authority::parse(text).expect("host and port")).collect();
        let plan = Plan { allowed, authorities: Vec::new(), patience: Duration::from_secs(1) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Fetcher::new(plan, runtime.handle().clone())
    }

    fn refused(fetcher: &Fetcher, url: &str) -> Option<Unanswered> {
        fetcher.client_for(url).err()
    }

    #[test]
    fn only_https_is_spoken_and_inside_addresses_are_not_reached() {
        let fetcher = fetcher(&[]);
        assert_eq!(refused(&fetcher, "https://app.example/logout"), None);
        assert_eq!(refused(&fetcher, "https://93.184.215.14/logout"), None);
        for url in ["http://app.example/", "ftp://app.example/", "file:///etc/passwd", "/logout", "https://"] {
            assert_eq!(refused(&fetcher, url), Some(Unanswered::BadAddress), "{url}");
        }
        // Other ways to write an address are read as browsers read them.
        for url in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            assert_eq!(refused(&fetcher, url), Some(Unanswered::Inside), "{url}");
        }
    }

    #[test]
    fn what_is_listed_is_reached_at_exactly_that_host_and_port() {
        let fetcher = fetcher(&["127.0.0.1:8090", "emr.hospital.local:443", "10.0.0.5:8443"]);
        for url in [
            "http://127.0.0.1:8090/logout",
            "https://127.0.0.1:8090/",
            "https://EMR.hospital.local/x",
            "https://10.0.0.5:8443/",
        ] {
            assert_eq!(refused(&fetcher, url), None, "{url}");
        }
        for (url, why) in [
            ("http://127.0.0.1:8091/", Unanswered::BadAddress),
            ("https://127.0.0.1:8091/", Unanswered::Inside),
            ("http://localhost:8090/", Unanswered::BadAddress),
            ("http://emr.hospital.local:443/", Unanswered::BadAddress),
            ("http://10.0.0.5:8443/", Unanswered::BadAddress),
            ("https://10.0.0.5/", Unanswered::Inside),
        ] {
            assert_eq!(refused(&fetcher, url), Some(why), "{url}");
        }
    }
}
