//! Help texts.

use tempfile::TempDir;

use super::run::succeeds;

const SUBCOMMANDS: [&str; 12] = [
    "demo",
    "check",
    "import event-log",
    "import case-status",
    "simulate",
    "train",
    "refresh",
    "estimate",
    "explain",
    "backtest",
    "limits",
    "serve",
];

#[test]
fn every_subcommand_has_help_with_an_example() {
    let folder = TempDir::new().unwrap();
    for subcommand in SUBCOMMANDS {
        let help = succeeds(&format!("{subcommand} --help"), folder.path());
        assert!(help.contains("Example"), "{subcommand}: {help}");
        assert!(help.contains(&format!("myprogress {subcommand}")), "{subcommand}: {help}");
    }
}
