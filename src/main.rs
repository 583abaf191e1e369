//! `genkan`: everything is in the library, begin reading at `src/lib.rs`.

/// It gives back what a password hash took: the C library's keeps 19 MiB for each thread that ever hashed one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    genkan::cli::main()
}
