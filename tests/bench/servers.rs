//! Servers on the server's core, each a process of its own that goes with the value that holds it.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};

use crate::{
    Result, seed,
    target::{Application, Target},
};

pub struct Server {
    pub name: &'static str,
    pub target: Arc<Target>,
    child: Child,
}

impl Server {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn start(name: &'static str, target: Target, core: usize, command: &mut Command) -> Result<Self> {
        let mut pinned = Command::new("taskset");
        pinned.arg("--cpu-list").arg(core.to_string()).arg(command.get_program()).args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            pinned.current_dir(folder);
        }
        let child = pinned.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let mut server = Self { name, target: Arc::new(target), child };
        let port = server.target.authority().rsplit_once(':').ok_or("an issuer with a port")?.1.to_owned();
        while TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{name} did not start: {status}").into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    pub fn genkan(binary: &Path, folder: &Path, core: usize, people: usize) -> Result<Self> {
        let store = format!("sqlite:{}", folder.join("genkan.db").display());
        Self::serve(binary, folder, core, seed::seed(folder, free_port()?, &store, people)?)
    }

    fn serve(binary: &Path, folder: &Path, core: usize, target: Target) -> Result<Self> {
        Self::start("genkan", target, core, Command::new(binary).current_dir(folder).arg("serve"))
    }

    /// Another process on the same store.
    pub fn again(self, binary: &Path, folder: &Path, core: usize) -> Result<Self> {
        let target = (*self.target).clone();
        drop(self);
        Self::serve(binary, folder, core, target)
    }

    /// npm oidc-provider; `database`: a file, or `:memory:`.
    pub fn yardstick(name: &'static str, folder: &Path, database: &str, core: usize) -> Result<Self> {
        let port = free_port()?;
        let application = |id: &str| Application { id: id.to_owned(), secret: "yardstick-secret".to_owned() };
        let target = Target {
            issuer: format!("http://localhost:{port}"),
            authorize: "/auth".to_owned(),
            token: "/token".to_owned(),
            userinfo: "/me".to_owned(),
            jwks: "/jwks".to_owned(),
            es256: application("es256"),
            rs256: application("rs256"),
            people: Vec::new(),
        };
        let mut command = Command::new("node");
        command.arg(folder.join("server.mjs")).arg(port.to_string()).arg(database);
        Self::start(name, target, core, &mut command)
    }

    /// This binary's own bare axum server.
    pub fn bare(core: usize) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").arg(port.to_string());
        Self::start("axum", Target::of_documents(port, String::new()), core, &mut command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
