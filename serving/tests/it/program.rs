//! The server program: options, exit statuses, and a run from start to SIGTERM.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::client::CANARY;
use crate::hand_made::{I485, N400, file_of, hand_made};

const PROGRAM: &str = env!("CARGO_BIN_EXE_myprogress-server");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

#[test]
fn help_has_an_example() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(text.contains("Example:") && text.contains("--as-of <WHEN>"));
    assert!(run(&["--version"]).status.success());
}

#[test]
fn bad_usage_and_bad_input_are_2_and_failure_is_1() {
    let folder = |name: &str, bytes: &[u8]| {
        let folder = std::env::temp_dir().join(format!("serving-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.myprogress")), bytes).unwrap();
        folder.to_str().unwrap().to_owned()
    };
    let damaged = folder("damaged", b"not a model");
    let sound = folder("sound", &file_of(&hand_made(&I485)));
    for (arguments, status, words) in [
        (vec![], 2, "--models <DIR>"),
        (vec!["--models"], 2, "a value is required for '--models <DIR>'"),
        (vec!["--modles", "x"], 2, "unexpected argument '--modles'"),
        (vec!["--models", "x", "--listen", "here"], 2, "invalid value 'here' for '--listen <ADDR>'"),
        (vec!["--models=x", "--as-of=yesterday"], 2, "write it as 2022-06-30"),
        (vec!["--models", "/nowhere"], 2, "run `myprogress train`"),
        (vec!["--models", &damaged], 2, "damaged.myprogress"),
        (vec!["--models", &sound, "--listen", "203.0.113.1:80"], 1, "choose another address with --listen"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
}

fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Starts the server; returns it and the address that it listens on.
#[cfg(unix)]
fn started(models: &Path, options: &[&str]) -> (Child, String) {
    let mut server = Command::new(PROGRAM)
        .arg("--models")
        .arg(models)
        .args(["--listen", "127.0.0.1:0"])
        .args(options)
        .env("RUST_LOG", "trace")
        .env("NO_COLOR", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
    (server, address)
}

/// Stops the server and returns its output.
#[cfg(unix)]
fn stopped(server: Child) -> Output {
    assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
    server.wait_with_output().unwrap()
}

#[test]
#[cfg(unix)]
fn the_server_runs_until_sigterm_and_logs_no_receipt_number() {
    let folder = std::env::temp_dir().join(format!("serving-program-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("I-485.myprogress"), file_of(&hand_made(&I485))).unwrap();
    let (server, address) = started(&folder, &["--as-of", "2022-06-30"]);

    let body = format!(r#"{{"form": "I-485", "received_on": "2022-01-10", "{CANARY}": 1}}"#);
    let request = format!(
        "POST /v1/estimates?r={CANARY} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(&address, &request);
    assert!(answer.starts_with("HTTP/1.1 422") && !answer.contains(CANARY), "{answer}");
    let broken = exchange(&address, &format!("{CANARY} {CANARY}\r\n\r\n"));
    assert!(!broken.contains(CANARY), "{broken}");
    let page = exchange(&address, "GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    assert!(page.ends_with("ready\n"), "{page}");

    let begun = Instant::now();
    let output = stopped(server);
    assert!(output.status.success() && begun.elapsed() < Duration::from_secs(10));
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("/v1/estimates") && log.contains("stopping"), "{log}");
    assert!(!log.contains("IOE") && !log.contains("0123456"), "{log}");
    assert!(!log.contains("this model is old"), "{log}");
}

#[test]
#[cfg(unix)]
fn the_server_warns_once_of_each_old_model() {
    let folder = std::env::temp_dir().join(format!("serving-old-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for recipe in [I485, N400] {
        fs::write(folder.join(format!("{}.myprogress", recipe.form)), file_of(&hand_made(&recipe))).unwrap();
    }
    // The models are of 2022-06-30 and 2021-09-30; without --as-of the server uses today.
    for (options, old) in [
        (vec!["--as-of", "2022-03-29"], vec![]),
        (vec!["--as-of", "2022-06-30"], vec!["N-400"]),
        (vec![], vec!["I-485", "N-400"]),
    ] {
        let (server, _) = started(&folder, &options);
        let log = String::from_utf8(stopped(server).stderr).unwrap();
        let warned: Vec<&str> = log.lines().filter(|line| line.contains("this model is old")).collect();
        assert_eq!(warned.len(), old.len(), "{log}");
        for (line, form) in warned.iter().zip(old) {
            assert!(line.contains("WARN") && line.contains(form), "{line}");
        }
    }
}
