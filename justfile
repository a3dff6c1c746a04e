# Shortcuts for daily work; `just` lists them. `.ci/run` is what a change has to pass.

_default:
    @just --list

# Start the demo: check, train, show the accuracy, serve the page.
demo:
    cargo run --release -- demo

# Run the tests of one crate, or of all.
test crate="":
    cargo test {{ if crate == "" { "--workspace" } else { "-p " + crate } }}

# Run the checks that need no build: format, spelling, dependencies.
quick:
    cargo fmt --all --check
    "$(.ci/tools)/typos"
    "$(.ci/tools)/cargo-shear" --deny-warnings
    "$(.ci/tools)/cargo-deny" check bans licenses sources

# Run clippy and build the documentation, warnings being errors.
lint:
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Check the architecture: dependencies, cycles between files, lengths, names, wording.
architecture:
    cargo test --test it architecture

# Run every gate.
ci:
    bash .ci/run
