//! One runtime for all tests. A browser or a server started under `#[tokio::test]` dies with the first test's runtime,
//! so tests are plain `#[test]` functions and what must be awaited is awaited here.

use std::sync::LazyLock;

use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime for the tests"));

pub fn runtime() -> &'static Runtime {
    &RUNTIME
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}
