//! Writes small models made by hand, to try the server without training: `cargo run -p serving --example hand_made_models DIR`.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "an example for developers"
)]

#[path = "../tests/it/hand_made.rs"]
mod hand_made;

use store::ModelFolder;

fn main() {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: hand_made_models DIR");
        std::process::exit(2);
    };
    let models =
        [hand_made::I485, hand_made::N400, hand_made::I90].map(|recipe| hand_made::hand_made(&recipe));
    ModelFolder::new(folder).save(&models).expect("the models can be written");
}
