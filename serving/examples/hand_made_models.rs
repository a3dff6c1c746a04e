//! Writes small models made by hand, to try the server without training: `cargo run -p serving --example hand_made_models DIR`.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "an example for developers"
)]

#[path = "../tests/common/hand_made.rs"]
mod hand_made;

fn main() {
    let Some(folder) = std::env::args().nth(1).map(std::path::PathBuf::from) else {
        eprintln!("usage: hand_made_models DIR");
        std::process::exit(2);
    };
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for recipe in [hand_made::I485, hand_made::N400, hand_made::I90] {
        let file = folder.join(format!("{}.myprogress", recipe.form));
        std::fs::write(file, hand_made::file_of(&hand_made::hand_made(&recipe)))
            .expect("the file can be written");
    }
}
