use std::fs;

use model::{Effect, FormDefinition};

use super::{ACTION_CODES, day};
use crate::forms::{FormFileError, bundled, parse, write};
use crate::shown_text::with_causes;

/// The least that a form file holds: a receipt, a step, a decision.
const SMALL: &str = r#"form = "X-1"
title = { en = "Test form", es = "Formulario de prueba" }

[[source]]
id = "A"
title = "A source"
address = "https://example.org/a"

[[era]]
from = "2020-01-01"
until = "2020-12-31"
checked_on = "2026-11-21"
source = ["A"]
rejections = ["sent_back"]

[[era.milestone]]
id = "start"
label = { en = "Received", es = "Recibido" }
reached_by = ["received"]
follows = []
source = ["A"]
checked_on = "2026-11-21"

[[era.milestone]]
id = "end"
label = { en = "Decision", es = "Decisión" }
reached_by = ["approved"]
follows = ["start"]
decision = true
source = ["A"]
checked_on = "2026-11-21"

[[era]]
from = "2021-01-01"
checked_on = "2026-11-21"
source = ["A"]
notices = ["news"]

[[era.attribute]]
name = "office"
label = { en = "Office", es = "Oficina" }
queue = true
kind = "office"
source = ["A"]
checked_on = "2026-11-21"

[[era.milestone]]
id = "first"
label = { en = "Received", es = "Recibido" }
reached_by = ["received"]
follows = []
source = ["A"]
checked_on = "2026-11-21"

[[era.milestone]]
id = "step"
label = { en = "A step", es = "Un paso" }
reached_by = ["asked"]
follows = ["first"]
optional = true
repeats = true
source = ["A"]
checked_on = "2026-11-21"

[[era.milestone]]
id = "last"
label = { en = "Decision", es = "Decisión" }
reached_by = ["approved", "denied"]
signs = ["mailed"]
follows = ["first", "step"]
decision = true
source = ["A"]
checked_on = "2026-11-21"

[[era.status]]
id = "review"
label = { en = "Under review", es = "En revisión" }
set_by = ["reviewed"]
source = ["A"]
checked_on = "2026-11-21"

[[era.pause]]
id = "hold"
label = { en = "On hold", es = "En espera" }
kind = "hold"
begins = ["held"]
ends = ["freed"]
source = ["A"]
checked_on = "2026-11-21"

[[era.outcome]]
id = "yes"
label = { en = "Yes", es = "Sí" }
decided_by = ["approved"]
shown_by_signs = true
source = ["A"]
checked_on = "2026-11-21"

[[era.outcome]]
id = "no"
label = { en = "No", es = "No" }
decided_by = ["denied"]
replaces = ["yes"]
source = ["A"]
checked_on = "2026-11-21"

[[era.request]]
id = "letter"
label = { en = "A letter", es = "Una carta" }
awaits = "applicant"
sent_by = ["asked"]
answered_by = ["reviewed"]
response_days = 84
mail_days = 3
source = ["A"]
checked_on = "2026-11-21"

[[era.appointment]]
id = "visit"
label = { en = "A visit", es = "Una visita" }
scheduled_by = ["news"]
kept = "step"
cancelled_by = ["held"]
not_needed_by = ["freed"]
source = ["A"]
checked_on = "2026-11-21"

[[era.task]]
id = "address"
label = { en = "Tell us your address", es = "Díganos su dirección" }
awaits = "applicant"
begun_by = ["mailed"]
ended_by = ["approved"]
source = ["A"]
checked_on = "2026-11-21"

[era.line]
divided_by = ["office"]
turns = ["asked"]
expedited_by = ["held"]
ready_by = ["reviewed"]
ready_for = "visit"
source = ["A"]
checked_on = "2026-11-21"
"#;

/// A place in `SMALL`, what a mistake makes of it, and what the refusal then says.
const MISTAKES: [(&str, &str, &str); 67] = [
    ("form = \"X-1\"", "form = ", "line 1 (`form =`): "),
    ("form = \"X-1\"", "form = \"\"", "form ``: a name has"),
    ("form = \"X-1\"", "", "missing field `form`"),
    (
        "rejections = [\"sent_back\"]",
        "rejection = []",
        "line 14 (`rejection = []`): unknown field `rejection`",
    ),
    ("optional = true", "maybe = true", "unknown field `maybe`"),
    ("address = ", "link = ", "line 7 (`link = \"https://example.org/a\"`): unknown field `link`"),
    ("queue = true\n", "", "missing field `queue`"),
    ("es = \"Un paso\"", "fr = \"Un pas\"", "unknown field `fr`"),
    ("from = \"2021-01-01\"", "from = \"2021-13-01\"", "`2021-13-01` is not a date"),
    ("from = \"2021-01-01\"", "from = 2021-01-01", "(`from = 2021-01-01`): "),
    ("from = \"2021-01-01\"", "from = \"2021-01-03\"", "between 2020-12-31 and 2021-01-03"),
    ("from = \"2021-01-01\"", "from = \"2020-12-31\"", "from 2020-12-31 begins before"),
    ("from = \"2021-01-01\"", "from = \"2020-06-01\"", "from 2020-06-01 begins before"),
    ("until = \"2020-12-31\"\n", "", "era from 2020-01-01 has no `until`"),
    ("until = \"2020-12-31\"", "until = \"2019-12-31\"", "ends before it begins, on 2019-12-31"),
    ("notices = [\"news\"]", "until = \"2022-01-01\"", "has `until` 2022-01-01; remove it"),
    ("id = \"A\"", "id = \"B\"", "the era from 2020-01-01 names source `A`"),
    (
        "id = \"A\"\n",
        "id = \"A\"\ntitle = \"Other\"\n\n[[source]]\nid = \"A\"\n",
        "duplicate source `A`; keep one",
    ),
    ("title = \"A source\"", "title = \" \"", "source `A` lacks"),
    ("reached_by = [\"asked\"]", "reached_by = []", "no action reaches milestone `step`"),
    ("follows = [\"first\"]", "follows = [\"last\"]", "in a circle: "),
    ("follows = [\"first\"]", "follows = []", "first, step"),
    ("follows = [\"first\"]", "follows = [\"lost\"]", "follows `lost`"),
    ("signs = [\"mailed\"]", "signs = [\"held\"]", "action `held` does two things"),
    ("set_by = [\"reviewed\"]", "set_by = [\"asked\"]", "action `asked` does two things"),
    ("id = \"review\"", "id = \"step\"", "duplicate status `step`"),
    ("en = \"A step\"", "en = \"\"", "milestone `step` has no label in English"),
    ("kind = \"hold\"", "kind = \"nap\"", "unknown variant `nap`"),
    ("kind = \"office\"", "kind = \"mood\"", "unknown variant `mood`"),
    (
        "decided_by = [\"denied\"]",
        "decided_by = [\"denied\", \"approved\"]",
        "action `approved` does two things (decides to `yes`, decides to `no`)",
    ),
    ("decided_by = [\"denied\"]", "decided_by = []", "outcome `no` lists no action in `decided_by`"),
    ("decided_by = [\"denied\"]", "decided_by = [\"asked\"]", "`asked`, which does not reach the decision"),
    ("replaces = [\"yes\"]", "replaces = [\"maybe\"]", "outcome `no` replaces `maybe`"),
    ("replaces = [\"yes\"]", "replaces = [\"no\"]", "outcome `no` replaces `no`"),
    ("shown_by_signs = true\n", "", "0 outcomes are shown by signs (none)"),
    ("replaces = [\"yes\"]", "shown_by_signs = true", "2 outcomes are shown by signs (yes, no)"),
    ("id = \"no\"", "id = \"yes\"", "duplicate outcome `yes`"),
    ("es = \"Sí\"", "es = \"\"", "outcome `yes` has no label in Spanish"),
    ("sent_by = [\"asked\"]", "sent_by = []", "request `letter` lists no action in `sent_by`"),
    ("sent_by = [\"asked\"]", "sent_by = [\"lost\"]", "request `letter` names the action `lost`"),
    ("answered_by = [\"reviewed\"]", "answered_by = []", "request `letter` lists no action in `answered_by`"),
    ("answered_by = [\"reviewed\"]", "answered_by = [\"asked\"]", "action `asked` does two things"),
    ("awaits = \"applicant\"\nsent_by", "awaits = \"nobody\"\nsent_by", "unknown variant `nobody`"),
    ("awaits = \"applicant\"\nsent_by", "sent_by", "missing field `awaits`"),
    ("response_days = 84", "response_days = 0", "`letter`: response_days is 0; write 1 to 366 days"),
    ("response_days = 84", "response_days = 367", "`letter`: response_days is 367"),
    ("mail_days = 3", "mail_days = 61", "`letter`: mail_days is 61; write 0 to 60 days"),
    ("mail_days = 3", "mail_days = -1", "line "),
    ("en = \"A letter\"", "en = \" \"", "request `letter` has no label in English"),
    (
        "scheduled_by = [\"news\"]",
        "scheduled_by = []",
        "appointment `visit` lists no action in `scheduled_by`",
    ),
    ("scheduled_by = [\"news\"]", "scheduled_by = [\"asked\"]", "`asked` schedules it and reaches `step`"),
    ("cancelled_by = [\"held\"]", "cancelled_by = [\"news\"]", "action `news` does two things"),
    ("kept = \"step\"", "kept = \"lost\"", "is kept with `lost`, which is not a milestone"),
    ("es = \"Una visita\"", "es = \"\"", "appointment `visit` has no label in Spanish"),
    ("ended_by = [\"approved\"]", "ended_by = []", "task `address` lists no action in `ended_by`"),
    ("en = \"Tell us your address\"", "en = \"\"", "task `address` has no label in English"),
    (
        "divided_by = [\"office\"]",
        "divided_by = [\"mood\"]",
        "line: `divided_by` names `mood`, which is not a queue attribute of kind `center` or `office`",
    ),
    ("kind = \"office\"", "kind = \"category\"", "line: `divided_by` names `office`"),
    ("queue = true", "queue = false", "line: `divided_by` names `office`"),
    (
        "divided_by = [\"office\"]",
        "divided_by = [\"office\", \"office\"]",
        "duplicate attribute of the line `office`; keep one",
    ),
    ("turns = [\"asked\"]", "turns = [\"lost\"]", "line: `turns` names the action `lost`"),
    ("turns = [\"asked\"]", "turns = [\"received\"]", "`received`, with which no case waits in line"),
    (
        "turns = [\"asked\"]",
        "turns = [\"asked\", \"reviewed\"]",
        "action `reviewed` does two things (`turns` of the line, `ready_by` of the line)",
    ),
    ("ready_by = [\"reviewed\"]", "", "`ready_by` and `ready_for` belong together; write `ready_by` too"),
    ("ready_for = \"visit\"", "", "`ready_by` and `ready_for` belong together; write `ready_for` too"),
    ("ready_for = \"visit\"", "ready_for = \"fair\"", "`ready_for` is `fair`, which is not an appointment"),
    ("divided_by = [\"office\"]", "divided = []", "unknown field `divided`"),
];

/// `SMALL` with the one place that reads `old` changed to `new`.
fn changed(old: &str, new: &str) -> String {
    assert_eq!(SMALL.matches(old).count(), 1, "`{old}` must occur once for the change to be clear");
    SMALL.replacen(old, new, 1)
}

fn refusal(text: &str) -> String {
    with_causes(&parse(text, "x.toml").map(|_| "nothing").unwrap_err())
}

#[test]
fn the_era_in_force_on_a_day_is_given() {
    let file = parse(SMALL, "x.toml").unwrap();
    assert_eq!((file.name(), file.newest().spec().title.es.as_str()), ("X-1", "Formulario de prueba"));
    assert_eq!(file.eras().map(|era| era.until).collect::<Vec<_>>(), [Some(day("2020-12-31")), None]);
    for (on, milestones) in [("2020-01-01", 2), ("2020-12-31", 2), ("2021-01-01", 3), ("2199-12-31", 3)] {
        assert_eq!(file.definition(day(on)).unwrap().milestones().len(), milestones, "{on}");
    }
    let early = file.definition(day("2019-12-31")).unwrap_err().to_string();
    assert!(early.contains("2020-01-01") && early.contains("2019-12-31"), "{early}");
}

#[test]
fn a_wrong_file_is_refused_with_its_name_and_the_value() {
    for (old, new, expected) in MISTAKES {
        let message = refusal(&changed(old, new));
        assert!(message.contains("x.toml") && message.contains(expected), "{old} -> {new}: {message}");
    }
    let none = refusal(SMALL.split("[[era]]").next().unwrap());
    assert!(none.contains("x.toml: form `X-1` has no era"), "{none}");
}

#[test]
fn every_place_that_names_a_source_is_checked() {
    let places = [
        "the era from 2020-01-01",
        "milestone `start`",
        "milestone `end`",
        "the era from 2021-01-01",
        "attribute `office`",
        "milestone `first`",
        "milestone `step`",
        "milestone `last`",
        "status `review`",
        "pause `hold`",
        "outcome `yes`",
        "outcome `no`",
        "request `letter`",
        "appointment `visit`",
        "task `address`",
        "the line",
    ];
    let parts: Vec<&str> = SMALL.split("source = [\"A\"]").collect();
    assert_eq!(parts.len(), places.len() + 1);
    for (index, place) in places.iter().enumerate() {
        let (before, after) = parts.split_at(index + 1);
        let text = [before.join("source = [\"A\"]"), after.join("source = [\"A\"]")].join("source = [\"Z\"]");
        let message = refusal(&text);
        assert!(message.contains(&format!("{place} names source `Z`")), "{message}");
    }
}

#[test]
fn the_list_of_covered_forms_names_the_bundled_ones() {
    let mut covered: Vec<String> = serde_json::from_str(include_str!("../../../forms/covered.json")).unwrap();
    covered.sort();
    assert!(bundled().unwrap().names().eq(covered.iter().map(String::as_str)), "{covered:?}");
}

#[test]
fn the_bundled_forms_list_every_action_code() {
    let catalog = bundled().unwrap();
    let names: Vec<&str> = catalog.names().collect();
    assert_eq!(names, ["I-130", "I-131", "I-485", "I-765", "I-821", "I-90", "N-400"]);
    for name in names {
        let form = catalog.definition(name, day("2022-06-30")).unwrap();
        for code in ACTION_CODES {
            assert!(form.effect(code).is_some(), "{name} does not list {code}");
        }
        let invented: Vec<&str> =
            form.effects().map(|(code, _)| code).filter(|code| !ACTION_CODES.contains(code)).collect();
        assert!(invented.is_empty(), "{name} lists codes that the contract does not have: {invented:?}");
    }
}

#[test]
fn the_bundled_forms_agree_on_the_start_the_decision_and_its_signs() {
    let catalog = bundled().unwrap();
    for name in catalog.names() {
        let form = catalog.definition(name, day("2022-06-30")).unwrap();
        assert_eq!(form.milestone(form.start()).id, "received", "{name}");
        assert_eq!(form.milestone(form.decision()).id, "decision", "{name}");
        assert_eq!(form.effect("rejected"), Some(Effect::Rejects), "{name}");
        let outcome = |code: &str| match form.effect(code) {
            Some(Effect::Decides(outcome)) => ("decides", form.outcome(outcome).id.clone()),
            Some(Effect::Closes(outcome)) => ("closes", form.outcome(outcome).id.clone()),
            Some(Effect::Shows { outcome, .. }) => ("shows", form.outcome(outcome).id.clone()),
            other => panic!("{name} {code}: {other:?}"),
        };
        assert_eq!(outcome("approved"), ("decides", "approved".to_owned()), "{name}");
        for code in ["denied", "withdrawn", "closed_other", "revoked_terminated"] {
            assert_eq!(outcome(code), ("closes", code.to_owned()), "{name}: no step follows");
        }
        for code in ["doc_produced", "doc_mailed", "doc_delivered", "doc_returned", "sent_dos"] {
            assert_eq!(outcome(code), ("shows", "approved".to_owned()), "{name} {code}");
        }
        assert!(matches!(form.effect("reopened_appeal"), Some(Effect::Reopens(_))), "{name}");
        assert_eq!(form.queue_attributes().next().unwrap().name, "center", "{name}");
    }
}

#[test]
fn the_bundled_forms_have_the_steps_that_the_applicant_sees() {
    let catalog = bundled().unwrap();
    let ids = |form: &FormDefinition| {
        form.milestones().iter().map(|milestone| milestone.id.clone()).collect::<Vec<_>>().join(" ")
    };
    let evidence = "evidence_requested evidence_received";
    let interview = "interview_scheduled interview_completed";
    for (name, steps) in [
        ("N-400", format!("received biometrics {evidence} {interview} decision oath_scheduled oath")),
        ("I-90", format!("received biometrics {evidence} decision card_produced card")),
        ("I-130", format!("received {evidence} {interview} decision sent_to_state")),
        ("I-765", format!("received biometrics {evidence} decision card_produced card")),
        ("I-131", format!("received biometrics {evidence} decision document_produced document")),
        ("I-485", format!("received biometrics {evidence} {interview} decision card_produced card")),
        ("I-821", format!("received biometrics {evidence} decision")),
    ] {
        assert_eq!(ids(&catalog.definition(name, day("2022-06-30")).unwrap()), steps, "{name}");
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    let catalog = bundled().unwrap();
    let mut drafts: Vec<_> = catalog
        .names()
        .map(|name| catalog.definition(name, day("2022-06-30")).unwrap().spec().clone())
        .collect();
    let small = parse(SMALL, "x.toml").unwrap();
    drafts.extend(small.eras().map(|era| era.definition.spec().clone()));
    let mut odd = drafts[0].clone();
    odd.form = "Quotes \"'#[=] and \\ and ñ".to_owned();
    odd.notices.push("O_Created.now \"x\" 'y'".to_owned());
    odd.source = vec!["log of 2012.csv".to_owned()];
    drafts.push(odd);
    for draft in drafts {
        let text = write(&draft).unwrap();
        let file = parse(&text, "written.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(file.definition(draft.from).unwrap().spec(), &draft);
    }
}

#[test]
fn a_folder_adds_forms_and_replaces_bundled_ones() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.toml"), SMALL).unwrap();
    fs::write(dir.path().join("b.toml"), SMALL.replace("\"X-1\"", "\"I-90\"")).unwrap();
    fs::write(dir.path().join("notes.txt"), "no form").unwrap();
    let catalog = bundled().unwrap().with_folder(dir.path()).unwrap();
    let names: Vec<&str> = catalog.names().collect();
    assert!(names.contains(&"X-1") && names.contains(&"N-400") && !names.contains(&"X-2"), "{names:?}");
    assert_eq!(catalog.definition("I-90", day("2020-06-01")).unwrap().milestones().len(), 2);
    let unknown = catalog.definition("X-2", day("2020-06-01")).unwrap_err().to_string();
    assert!(unknown.contains("`X-2`") && unknown.contains("N-400, X-1"), "{unknown}");
}

#[test]
fn a_folder_that_cannot_be_used_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let load = || bundled().unwrap().with_folder(dir.path());
    fs::write(dir.path().join("a.toml"), SMALL).unwrap();
    fs::write(dir.path().join("b.toml"), SMALL).unwrap();
    let twice = load().unwrap_err();
    assert!(matches!(&twice, FormFileError::FormTwice { first, second, .. }
        if first.ends_with("a.toml") && second.ends_with("b.toml")));
    fs::write(dir.path().join("b.toml"), "form = 1").unwrap();
    assert!(load().unwrap_err().to_string().contains("b.toml, line 1 (`form = 1`)"));
    fs::write(dir.path().join("b.toml"), [0xff, 0xfe]).unwrap();
    assert!(matches!(load().unwrap_err(), FormFileError::Unreadable { .. }));
    let nowhere = bundled().unwrap().with_folder(&dir.path().join("nowhere")).unwrap_err();
    assert!(nowhere.to_string().contains("nowhere"), "{nowhere}");
}
