//! `genkan`: everything is in the library, begin reading at `src/lib.rs`.

fn main() -> std::process::ExitCode {
    genkan::cli::main()
}
