//! Damaged and forged model files: every one is refused with a reason, and none stops the program.

use std::error::Error;

use model::artifact::{ArtifactError, MAX_JSON_SECTION, decode, encode};
use model::{CaseView, LEVELS, ModelError, timeline};
use serde_json::{Value, json};

use crate::pieces::{
    self, JSON_SECTIONS, Pieces, SETS, cases, raw_sections, seal_sections, sealed, small_model,
};
use crate::small_form::are_quantiles;

fn file() -> Vec<u8> {
    encode(&small_model()).unwrap()
}

/// The error of damaged bytes with its causes; empty if the bytes are a model.
fn refusal(bytes: &[u8]) -> String {
    let Err(error) = decode(bytes) else { return String::new() };
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[test]
fn a_model_that_is_written_and_read_is_the_same() {
    let model = small_model();
    let bytes = encode(&model).unwrap();
    let read = decode(&bytes).unwrap();
    assert!(read.version.starts_with("X-1-2022-06-30-"), "{}", read.version);
    assert_eq!(read.version.len(), "X-1-2022-06-30-".len() + 12);
    assert_eq!(read.model.predictor(), model.predictor());
    assert_eq!(read.model.training(), model.training());
    assert_eq!(read.model.schema(), model.schema());
    assert_eq!(read.model.form(), model.form());
    assert_eq!(read.model.golden(), model.golden());
    read.model.check_golden().unwrap();
    for (case, as_of) in cases() {
        assert_eq!(read.model.answer(&case, as_of), model.answer(&case, as_of));
    }
    assert_eq!(encode(&read.model).unwrap(), bytes, "the same model is the same bytes");
    assert_eq!(seal_sections(&raw_sections(&bytes)), bytes, "taking apart and sealing changes nothing");
    assert_eq!(refusal(&Pieces::from_file(&bytes).seal()), "", "nor does writing the JSON again");
}

#[test]
fn the_layout_is_as_documented() {
    let bytes = file();
    assert_eq!(&bytes[..8], b"MYPROGR\x06");
    assert_eq!(bytes[8..12], 6_u32.to_le_bytes());
    let mut end = 12 + 6 * 24;
    for (index, tag) in ["form", "features", "training", "predictor", "curves", "golden"].iter().enumerate() {
        let entry = &bytes[12 + 24 * index..][..24];
        assert_eq!(&entry[..tag.len()], tag.as_bytes());
        assert!(entry[tag.len()..16].iter().all(|&byte| byte == 0));
        end += u64::from_le_bytes(entry[16..].try_into().unwrap()) as usize;
    }
    assert_eq!(end + 32, bytes.len());
}

#[test]
fn a_golden_case_notices_a_changed_number() {
    let model = small_model();
    let golden = model.golden().to_vec();
    for index in 0..golden.len() {
        for level in 0..LEVELS.len() {
            for next_step in [false, true] {
                let mut changed = golden.clone();
                let target = &mut changed[index];
                let step = target.next_step.as_mut().map(|step| &mut step.days);
                let days = if next_step { step } else { target.decision.as_mut() };
                let Some(days) = days else { continue };
                days[level] = days[level] * 1.01 + 0.1;
                let error = model.clone().with_golden(changed).check_golden().unwrap_err();
                assert_eq!(error, ModelError::Golden { index });
            }
        }
        let changes: [fn(&mut model::GoldenStep); 2] =
            [|step| step.milestone.push('2'), |step| step.probability -= 0.01];
        for change in changes {
            let mut changed = golden.clone();
            let Some(step) = &mut changed[index].next_step else { continue };
            change(step);
            assert_eq!(model.clone().with_golden(changed).check_golden(), Err(ModelError::Golden { index }));
        }
        let mut changed = golden.clone();
        changed[index].status = "changed".to_owned();
        assert_eq!(model.clone().with_golden(changed).check_golden(), Err(ModelError::Golden { index }));
        let mut changed = golden.clone();
        changed[index].decision =
            changed[index].decision.as_ref().map_or(Some(vec![1.0; LEVELS.len()]), |_| None);
        assert_eq!(model.clone().with_golden(changed).check_golden(), Err(ModelError::Golden { index }));
    }
    assert_eq!(model.with_golden(Vec::new()).check_golden(), Err(ModelError::NoGolden));
}

#[test]
fn a_golden_case_notices_a_changed_curve() {
    let good = Pieces::from_file(&file());
    for (set, name) in SETS.into_iter().enumerate() {
        let mut pieces = good.clone();
        pieces.sets[set][0].parts[2][0] *= 0.9;
        let changed = decode(&pieces.seal()).unwrap().model;
        assert!(matches!(changed.check_golden(), Err(ModelError::Golden { .. })), "{name}");
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let mut bytes = file();
    for position in 0..bytes.len() {
        for bit in 0..8 {
            bytes[position] ^= 1 << bit;
            assert!(decode(&bytes).is_err(), "bit {bit} of byte {position} of {}", bytes.len());
            bytes[position] ^= 1 << bit;
        }
    }
    assert!(decode(&bytes).is_ok());
}

#[test]
fn every_missing_or_added_end_is_noticed() {
    let bytes = file();
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err(), "the first {length} bytes of {}", bytes.len());
    }
    for more in [1, 4, 32, 4096] {
        for filler in [0_u8, b' ', 0xff] {
            let mut longer = bytes.clone();
            longer.resize(bytes.len() + more, filler);
            assert!(decode(&longer).is_err(), "{more} more bytes");
        }
    }
    let twice = [bytes.clone(), bytes].concat();
    assert!(decode(&twice).is_err());
}

#[test]
fn a_damaged_header_or_section_table_says_what_is_wrong() {
    let bytes = file();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = bytes[..bytes.len() - 32].to_vec();
        change(&mut content);
        sealed(content)
    };
    let count = |count: u32| changed(&|content| content[8..12].copy_from_slice(&count.to_le_bytes()));
    let length = |section: usize, length: u64| {
        changed(&|content| content[12 + 24 * section + 16..][..8].copy_from_slice(&length.to_le_bytes()))
    };
    let lengths: Vec<u64> = raw_sections(&bytes).iter().map(|(_, content)| content.len() as u64).collect();
    let sum = "do not add up to the length of the file";
    let table: [(&str, Vec<u8>, &str); 20] = [
        ("nothing", Vec::new(), "0 bytes are too few"),
        ("only a magic word", b"MYPROGR\x06".to_vec(), "too few"),
        ("a Parquet file", b"PAR1".repeat(50), "does not begin with MYPROGR"),
        ("other magic", changed(&|content| content[0] = b'm'), "does not begin with MYPROGR"),
        (
            "older format",
            changed(&|content| content[7] = 5),
            "format 5, but this program reads format 6; retrain",
        ),
        ("newer format", changed(&|content| content[7] = 255), "format 255, but this program reads format 6"),
        ("other bytes", [&bytes[..40], &[0; 60]].concat(), "SHA-256 does not match"),
        ("no sections", count(0), sum),
        ("no sections and nothing else", sealed(b"MYPROGR\x06\0\0\0\0".to_vec()), "no section `form`"),
        ("one section less", count(5), sum),
        ("one section more", count(7), sum),
        ("too many sections", count(u32::MAX), sum),
        ("a shorter section", length(0, lengths[0] - 1), sum),
        ("a longer section", length(0, lengths[0] + 1), sum),
        ("a shorter last section", length(5, lengths[5] - 1), sum),
        ("a longer last section", length(5, lengths[5] + 1), sum),
        ("a section of the whole file", length(4, bytes.len() as u64), sum),
        ("the longest section", length(0, u64::MAX), sum),
        ("lengths whose sum overflows", length(5, u64::MAX - lengths[0]), sum),
        ("a byte between sections and hash", changed(&|content| content.push(0)), sum),
    ];
    for (name, bytes, words) in table {
        let refusal = refusal(&bytes);
        assert!(refusal.contains(words), "{name}: `{refusal}`");
    }
}

#[test]
fn sections_that_overlap_by_their_lengths_are_refused() {
    // One section takes bytes of the next; the sum stays right.
    let mut content = file();
    content.truncate(content.len() - 32);
    for (section, by) in [(0, 1_i64), (0, -1), (3, 4), (4, 4), (4, -4)] {
        let mut moved = content.clone();
        for (section, by) in [(section, by), (section + 1, -by)] {
            let length = &mut moved[12 + 24 * section + 16..][..8];
            let changed = u64::from_le_bytes((&*length).try_into().unwrap()).checked_add_signed(by).unwrap();
            length.copy_from_slice(&changed.to_le_bytes());
        }
        let refusal = refusal(&sealed(moved));
        let known =
            refusal.contains("cannot be read") || refusal.contains("not as long as the predictor needs");
        assert!(known, "{section} by {by}: `{refusal}`");
    }
}

#[test]
fn a_file_has_every_section_once_and_in_order() {
    let sections = raw_sections(&file());
    for index in 0..sections.len() {
        let tag = String::from_utf8(sections[index].0.clone()).unwrap();
        let mut without = sections.clone();
        without.remove(index);
        assert!(refusal(&seal_sections(&without)).contains(&format!("has no section `{tag}`")), "{tag}");
        let mut twice = sections.clone();
        twice.push(sections[index].clone());
        assert!(
            refusal(&seal_sections(&twice)).contains(&format!("has a duplicate section `{tag}`")),
            "{tag}"
        );
        let mut swapped = sections.clone();
        swapped.swap(index, (index + 1) % sections.len());
        assert!(refusal(&seal_sections(&swapped)).contains("of the model file is out of order"), "{tag}");
        let mut emptied = sections.clone();
        emptied[index].1.clear();
        assert!(!refusal(&seal_sections(&emptied)).is_empty(), "{tag}");
    }
}

/// The small model with a line that nobody waits in.
fn model_with_lines() -> model::FormModel {
    let model = small_model();
    let state = serde_json::json!({
        "day": "2022-06-30", "observed_days": 90, "turns": 7, "first_receipts": [3, 2],
        "attributes": model::LineAttributes::new(model.form(), model.schema()),
        "form": {
            "queue": [], "flow": { "arrivals": [1, 2], "turns": [1, 2, 3] }, "first_receipt": "2022-01-01",
            "waiting": [[19000, 0], [19001, 4]],
        },
        "streams": [], "lines": [], "ready": [],
    });
    model.with_queue_state(serde_json::from_value(state).unwrap()).unwrap()
}

#[test]
fn the_lines_are_kept_and_may_be_missing() {
    let (with, without) = (encode(&model_with_lines()).unwrap(), file());
    assert_eq!(decode(&without).unwrap().model.queue_state(), None);
    let read = decode(&with).unwrap().model;
    assert_eq!(read.queue_state(), model_with_lines().queue_state());
    assert_eq!(read.golden(), small_model().golden());
    let sections = raw_sections(&with);
    assert_eq!(seal_sections(&sections[..sections.len() - 1]), without);
    let mut first = sections.clone();
    first.rotate_right(1);
    assert!(refusal(&seal_sections(&first)).contains("of the model file is out of order"));
}

#[test]
fn hostile_lines_are_refused() {
    let sections = raw_sections(&encode(&model_with_lines()).unwrap());
    let lines = String::from_utf8(sections.last().unwrap().1.clone()).unwrap();
    for (old, new, words) in [
        ("[19001,4]", "[18999,4]", "counts that contradict each other"),
        ("\"observed_days\":90", "\"observed_days\":0", "rests on 0 days"),
        ("\"turns\":7", "\"turns\":-7", "the section `lines` of the model file cannot be read"),
        (
            "\"ready\":0",
            "\"ready\":8",
            "the lines of the model have attributes or values that its feature schema",
        ),
        (lines.as_str(), "", "the section `lines` of the model file cannot be read"),
        (lines.as_str(), "null", "the section `lines` of the model file cannot be read"),
    ] {
        assert!(lines.contains(old), "{lines}");
        let mut hostile = sections.clone();
        hostile.last_mut().unwrap().1 = lines.replacen(old, new, 1).into_bytes();
        let refusal = refusal(&seal_sections(&hostile));
        assert!(refusal.contains(words), "{old} -> {new}: {refusal}");
    }
}

#[test]
fn an_unknown_section_says_that_the_program_is_older_than_the_file() {
    let sections = raw_sections(&file());
    for (tag, shown) in [
        ("trees", "`trees`"),
        ("Form", "`Form`"),
        ("form ", "`form `"),
        ("a\n\u{1b}[31m", "`a\\n\\x1b[31m`"),
        ("", "``"),
        ("sixteen-letters-", "`sixteen-letters-`"),
    ] {
        for position in [0, 3, sections.len()] {
            let mut more = sections.clone();
            more.insert(position, (tag.as_bytes().to_vec(), b"new".to_vec()));
            let refusal = refusal(&seal_sections(&more));
            let words = format!("a section {shown} that this program does not know, so the program is older");
            assert!(refusal.contains(&words), "{refusal}");
        }
    }
    let mut inner = sections;
    inner[0].0 = b"form\0x".to_vec();
    assert!(refusal(&seal_sections(&inner)).contains("`form\\x00x`"));
}

#[test]
fn a_section_of_broken_json_is_refused() {
    let good = Pieces::from_file(&file());
    for tag in JSON_SECTIONS {
        let text = serde_json::to_string(&good.json[tag]).unwrap();
        let deep = |open: &str, close: &str| open.repeat(50_000) + &close.repeat(50_000);
        let unread = format!("the section `{tag}` of the model file cannot be read");
        let table: [(&str, Vec<u8>, &str); 8] = [
            ("empty", Vec::new(), "EOF"),
            ("cut", text.as_bytes()[..text.len() / 2].to_vec(), &unread),
            ("null", b"null".to_vec(), &unread),
            ("a number", b"7".to_vec(), &unread),
            ("not UTF-8", [b"{\"form\":\"", &[0xff, 0xfe][..], b"\"}"].concat(), &unread),
            ("more after it", format!("{text}{{}}").into_bytes(), "trailing characters"),
            ("deep lists", deep("[", "]").into_bytes(), &unread),
            ("deep objects", deep("{\"a\":", "1").into_bytes(), &unread),
        ];
        for (name, content, words) in table {
            let refusal = refusal(&good.seal_with(tag, &content));
            assert!(refusal.contains(words), "{tag}, {name}: `{refusal}`");
        }
    }
    let text = |tag: &str| serde_json::to_string(&good.json[tag]).unwrap();
    let table = [
        ("training", text("training").replacen('{', "{\"cases\":1,", 1), "duplicate field `cases`"),
        ("predictor", text("predictor").replacen("500", "1e999", 1), "cannot be read"),
        ("golden", text("golden").replacen("[[", &"[".repeat(50_000), 1), "cannot be read"),
    ];
    for (tag, content, words) in table {
        let refusal = refusal(&good.seal_with(tag, content.as_bytes()));
        assert!(refusal.contains(words), "{tag}: `{refusal}`");
    }
}

#[test]
fn every_field_is_required_and_no_other_is_read() {
    let good = Pieces::from_file(&file());
    let (curves, exits) = ("/predictor/cohort_curves", "/predictor/cohort_curves/exits");
    let cohort = "/predictor/cohort_curves/exits/cohorts/0";
    for (place, key) in [
        ("/form", "milestones"),
        ("/features", "schema"),
        ("/features", "hash"),
        ("/training", "as_of"),
        (curves, "exits"),
        (curves, "decisions"),
        (exits, "time_scale"),
        (exits, "cohorts"),
        (cohort, "n"),
        (cohort, "events"),
        (cohort, "decided"),
        (cohort, "knots"),
        (cohort, "causes"),
        ("/golden/0", "status"),
    ] {
        let mut pieces = good.clone();
        pieces.json.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(key);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(&format!("missing field `{key}`")), "{place}: {refusal}");
    }
    let places = ["/form", "/form/milestones/0", "/form/attributes/0", "/form/title", "/features"];
    let more = ["/features/schema", "/features/schema/queue/0", "/training", "/training/decision"];
    let last = [curves, exits, cohort, "/golden/0"];
    for place in places.into_iter().chain(more).chain(last) {
        let mut pieces = good.clone();
        pieces.json.pointer_mut(place).unwrap()["surprise"] = json!(1);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains("unknown field `surprise`"), "{place}: {refusal}");
    }
}

/// Changes of one value outside of the form definition, at a JSON pointer, with what the error says.
fn changed_values() -> Vec<(&'static str, Value, &'static str)> {
    let part = "the predictor has a state, queue or milestone that does not exist";
    let order = "is out of order, a duplicate, or lacks the wider cohort";
    let length = "`curves` of the model file is not as long as the predictor needs";
    let unread = "cannot be read";
    let counts = "cohorts of the predictor in the model file are not sound; retrain: cohort 1 has more events or decisions";
    let changes = [
        ("/time_scale", json!("since_birth"), "unknown variant `since_birth`"),
        ("/cohorts/1/knots", json!(usize::MAX), length),
        ("/cohorts/1/knots", json!(usize::MAX / 4 + 2), length),
        ("/cohorts/1/knots", json!(u32::MAX), length),
        ("/cohorts/1/knots", json!(0), "the curve of cohort 1 is not sound: knot 0"),
        ("/cohorts/1/knots", json!(-1), unread),
        ("/cohorts/1/knots", json!(1e3), unread),
        ("/cohorts/0/n", json!(u64::from(u32::MAX) + 1), unread),
        ("/cohorts/0/events", json!(-1), unread),
        ("/cohorts/1/events", json!(5_000), counts),
        ("/cohorts/1/decided", json!(5_000), counts),
        ("/cohorts/2/state", json!("nowhere"), part),
        ("/cohorts/2/state", json!("card"), order),
        ("/cohorts/1/queue", json!([7]), part),
        ("/cohorts/1/queue", json!([0, 0]), order),
        ("/cohorts/1/queue", json!([null, 0]), part),
        ("/cohorts/1/queue", json!([0, 0, 0, 0, 0]), part),
        ("/cohorts/1/queue", json!([65_536]), unread),
        ("/cohorts/1/queue", json!(["B"]), unread),
        ("/cohorts/1/queue", json!([]), order),
        ("/cohorts/1/queue", json!([null]), order),
        ("/cohorts/0/state", json!("received"), order),
        ("/cohorts/1/causes/0", json!({"step": "nothing"}), part),
        ("/cohorts/1/causes/0", json!({"status": "nothing"}), part),
        ("/cohorts/1/causes/0", json!({"step": "asked"}), part),
        ("/cohorts/1/causes/0", json!({"leap": "bio"}), "unknown variant `leap`"),
        ("/cohorts/1/causes/0", json!("bio"), unread),
    ];
    let of_exits = changes.map(|(place, value, words)| {
        (format!("/predictor/cohort_curves/exits{place}").leak() as &str, value, words)
    });
    let others = [
        ("/predictor", json!({"boosted_trees": {}}), "unknown variant `boosted_trees`"),
        ("/predictor", json!({"boosted_hazards": {}}), "missing field `weight`"),
        ("/predictor/boosted_hazards", json!({}), unread),
        ("/predictor/cohort_curves/decisions/cohorts/2/knots", json!(u32::MAX), length),
        ("/predictor/cohort_curves/steps/cohorts/0/knots", json!(u32::MAX), length),
        ("/features/hash", json!("0000000000000000"), "was trained on features with hash `0000000000000000`"),
        ("/features/hash", json!(""), "retrain"),
        ("/features/schema/queue/0/values", json!(["A", "C"]), "but its own schema has hash"),
        ("/features/schema/queue/0/values/0", json!(1), unread),
        ("/training/as_of", json!("soon"), "neither a date nor an RFC 3339 timestamp"),
        ("/training/trained_on", json!("guesses"), "unknown variant `guesses`"),
        ("/training/cases", json!(-1), unread),
        ("/golden/0/received", json!(1e300), unread),
        ("/golden/0/decision", json!(["long"]), unread),
    ];
    of_exits.into_iter().chain(others).collect()
}

/// The same in the form definition.
fn changed_forms() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("/form/milestones/0/id", json!("first"), "follows `received`, which is not a milestone"),
        (
            "/form/milestones/1/follows",
            json!(["decision"]),
            "follow each other in a circle: bio -> decision -> bio",
        ),
        ("/form/milestones/3/follows", json!(["card"]), "circle: card -> card"),
        ("/form/milestones/3/follows", json!([]), "2 milestones follow nothing (received, card)"),
        ("/form/milestones/2/decision", json!(false), "0 milestones are the decision (none)"),
        ("/form/milestones/1/decision", json!(true), "2 milestones are the decision (bio, decision)"),
        ("/form/milestones/1/reached_by", json!(["approved"]), "action `approved` does two things"),
        ("/form/milestones/1/reached_by", json!([]), "no action reaches milestone `bio`"),
        ("/form/milestones/1/signs", json!(["seen"]), "only the decision has signs"),
        ("/form/milestones/1/id", json!("card"), "duplicate milestone `card`"),
        ("/form/milestones/1/id", json!(" "), "a name has 1 to 128 printable characters"),
        ("/form/milestones/1/label/es", json!(""), "has no label in Spanish"),
        ("/form/milestones/1/source", json!([]), "names no source"),
        ("/form/milestones", json!([]), "0 milestones follow nothing (none)"),
        ("/form/checked_on", json!("2022-02-30"), "`2022-02-30` is not a date"),
        ("/form/from", json!("0001-01-01"), "outside the years 1900 to 2199"),
    ]
}

#[test]
fn a_value_that_does_not_fit_is_refused_although_the_hash_is_right() {
    let good = Pieces::from_file(&file());
    for (place, value, words) in changed_values().into_iter().chain(changed_forms()) {
        let mut pieces = good.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        let shown = value.to_string();
        match pieces.json.pointer_mut(parent).expect(place) {
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
            other => other[key] = value,
        }
        assert_ne!(pieces.json, good.json, "{place} is changed");
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "{place} = {shown}: `{refusal}`");
    }
}

#[test]
fn a_schema_with_a_matching_hash_must_still_fit_the_form() {
    let good = Pieces::from_file(&file());
    let table = [
        (json!([{"name": "office", "values": ["B", "A"]}]), "`office` is not a queue attribute"),
        (json!([{"name": "office", "values": ["A", "A"]}]), "`office` is not a queue attribute"),
        (json!([{"name": "channel", "values": ["A", "B"]}]), "`channel` is not a queue attribute"),
        (json!([{"name": "office", "values": ["A", "B"]}, {"name": "office", "values": []}]), "`office`"),
        (json!([{"name": "office", "values": ["A"]}]), "the predictor has a state, queue"),
        (json!([]), "the predictor has a state, queue"),
    ];
    for (queue, words) in table {
        let mut pieces = good.clone();
        pieces.json["features"]["schema"]["queue"] = queue.clone();
        pieces.rehash_schema();
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "{queue}: `{refusal}`");
    }
    let mut many = good;
    let values: Vec<String> = (0..=u16::MAX).map(|code| format!("{code:05}")).collect();
    many.json["features"]["schema"]["queue"][0]["values"] = json!(values);
    many.rehash_schema();
    assert!(refusal(&many.seal()).contains("`office`"), "codes have 16 bits");
}

#[test]
fn cohorts_in_a_wrong_order_are_refused() {
    let order = "out of order, a duplicate, or lacks the wider cohort";
    let good = Pieces::from_file(&file());
    // The cohorts of the exits that are kept, in order: all cases, `received` at B, `received`, and `decision`.
    for (kept, words) in [
        (vec![0, 2, 1, 3], order),
        (vec![1, 0, 2], order),
        (vec![0, 1, 1, 2], order),
        (vec![0, 3, 2], order),
        (vec![0, 1], order),
        (vec![0, 1, 3], order),
        (vec![1, 2], order),
        (vec![2], order),
        (vec![], order),
        (vec![0, 1, 2, 3], ""),
        (vec![0, 2], ""),
        (vec![0, 3], ""),
        (vec![0], ""),
    ] {
        let mut pieces = good.clone();
        let place = "/predictor/cohort_curves/exits/cohorts";
        let shapes = good.json.pointer(place).unwrap().as_array().unwrap();
        *pieces.json.pointer_mut(place).unwrap() =
            kept.iter().map(|&cohort| shapes[cohort].clone()).collect();
        pieces.sets[0] = kept.iter().map(|&cohort| good.sets[0][cohort].clone()).collect();
        let refusal = refusal(&pieces.seal());
        assert_eq!(refusal.is_empty(), words.is_empty(), "{kept:?}: `{refusal}`");
        assert!(refusal.contains(words), "{kept:?}: `{refusal}`");
    }
}

type Damage = fn(&mut Pieces);

/// Cohort 1 of a set has nothing that may happen to its cases.
fn without_events(pieces: &mut Pieces, set: usize) {
    let place = format!("/predictor/cohort_curves/{}/cohorts/1/causes", SETS[set]);
    *pieces.json.pointer_mut(&place).unwrap() = json!([]);
    pieces.sets[set][1].parts.truncate(3);
}

/// Cases leave by changes of status, and nothing says what comes after one.
fn without_steps(pieces: &mut Pieces) {
    let curves = pieces.json.pointer_mut("/predictor/cohort_curves").unwrap();
    curves.as_object_mut().unwrap().remove("steps");
    pieces.sets[1].clear();
}

#[test]
fn numbers_that_are_not_a_curve_are_refused_although_the_hash_is_right() {
    // Of the exits; cohort 1 has three knots and three events.
    let survival = "the curve of cohort 1 is not sound: the survival at knot";
    let tail = "the curve of cohort 0 is not sound: the tail's hazard";
    let knot = "the curve of cohort 1 is not sound: knot";
    let shares =
        "in the model file are not sound; retrain: cohort 1: the shares of its events are not probabilities";
    let length = "not as long as the predictor needs";
    let part = "the predictor has a state, queue or milestone that does not exist";
    let table: [(Damage, &str); 44] = [
        (|it| it.sets[0][1].parts[0][0] = 1.0, knot),
        (|it| it.sets[0][1].parts[0][0] = f32::NAN, knot),
        (|it| it.sets[0][1].parts[0][1] = -5.0, knot),
        (|it| it.sets[0][1].parts[0][2] = f32::NAN, knot),
        (|it| it.sets[0][1].parts[0][2] = f32::INFINITY, knot),
        (|it| it.sets[0][1].parts[0].swap(1, 2), knot),
        (|it| it.sets[2][1].parts[0].swap(1, 2), knot),
        (|it| it.sets[0][1].parts[1][0] = 0.5, survival),
        (|it| it.sets[0][1].parts[1][0] = 1.5, survival),
        (|it| it.sets[0][1].parts[1][1] = f32::NAN, survival),
        (|it| it.sets[0][1].parts[1][1] = f32::INFINITY, survival),
        (|it| it.sets[0][1].parts[1][1] = 1.5, survival),
        (|it| it.sets[0][1].parts[1][1] = -1.0, survival),
        (|it| it.sets[0][1].parts[1][2] = 0.0, survival),
        // So little that an estimate given such a wait could not be computed.
        (|it| it.sets[0][1].parts[1][2] = f32::MIN_POSITIVE, survival),
        (|it| it.sets[0][1].parts[1].swap(1, 2), survival),
        (|it| it.sets[2][1].parts[1].swap(1, 2), survival),
        (|it| it.sets[0][0].parts[2][0] = 0.0, tail),
        (|it| it.sets[0][0].parts[2][0] = -0.0, tail),
        (|it| it.sets[0][0].parts[2][0] = -1.0, tail),
        (|it| it.sets[0][0].parts[2][0] = f32::NAN, tail),
        (|it| it.sets[0][0].parts[2][0] = f32::INFINITY, tail),
        // A tail so flat that a quantile would lie centuries ahead.
        (|it| it.sets[0][0].parts[2][0] = 1e-5, tail),
        (|it| it.sets[1][0].parts[2][0] = 0.0, tail),
        (|it| it.sets[0][1].parts[3][0] = 1.1, shares),
        (|it| it.sets[0][1].parts[3][0] = -0.1, shares),
        (|it| it.sets[0][1].parts[3][0] = f32::NAN, shares),
        (|it| (it.sets[0][1].parts[3][0], it.sets[0][1].parts[5][0]) = (0.6, 0.6), shares),
        (|it| it.sets[0][1].parts[3][1] = 0.4, shares),
        (|it| it.sets[0][1].parts[3][1] = f32::NAN, shares),
        (|it| (it.sets[0][1].parts[3][1], it.sets[0][1].parts[5][1]) = (-0.1, 1.0), shares),
        (|it| it.sets[0][1].parts[4][0] = 0.2, shares),
        (|it| it.sets[0][1].parts[4][1] = 1.1, shares),
        (|it| it.sets[0][1].parts[4][1] = f32::NAN, shares),
        (|it| (it.sets[0][1].parts[4][0], it.sets[0][1].parts[6][0]) = (-0.1, 1.0), shares),
        (|it| it.sets[2][1].parts[4][0] = 0.5, shares),
        (|it| without_events(it, 0), shares),
        (|it| without_events(it, 2), shares),
        (|it| drop(it.sets[2][2].parts.pop()), length),
        (|it| it.sets[2][2].parts.push(vec![0.0]), length),
        (|it| it.sets[2].clear(), length),
        (without_steps, part),
        (|it| it.after.push(0), length),
        (|it| it.after.extend([0; 4096]), length),
    ];
    let good = Pieces::from_file(&file());
    for (number, (damage, words)) in table.into_iter().enumerate() {
        let mut pieces = good.clone();
        damage(&mut pieces);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "damage {number}, not `{words}`: `{refusal}`");
    }
}

#[test]
fn a_model_that_cannot_be_read_back_is_not_written() {
    // The parts fit each other, but one is too long for the format.
    let model = small_model();
    let long = model::GoldenCase { status: "x".repeat(MAX_JSON_SECTION), ..model.golden()[0].clone() };
    let error = encode(&model.with_golden(vec![long])).unwrap_err();
    assert!(matches!(error, ArtifactError::SectionTooLong { tag: "golden", .. }), "{error}");
}

#[test]
fn twenty_thousand_forgeries_never_stop_the_program() {
    let bytes = file();
    let good = Pieces::from_file(&bytes);
    let mut random = pieces::Random(0x5eed_0001);
    let (mut read, mut asked) = (0, 0);
    for round in 0..20_000 {
        let forged =
            if round % 2 == 0 { good.forge(&mut random) } else { pieces::mangle(&bytes, &mut random) };
        let Ok(artifact) = decode(&forged) else { continue };
        read += 1;
        // Golden cases may or may not notice; they must not stop anything.
        let _ = artifact.model.check_golden();
        for (case, as_of) in cases() {
            let view = CaseView::new(artifact.model.form(), &case, as_of);
            let estimate = artifact.model.estimate(&view);
            let next = estimate.next_step;
            let times = estimate.decision.map(|it| it.time).into_iter().chain(next.map(|it| it.time));
            for time in times {
                assert!(are_quantiles(&time), "round {round}: {time:?}");
                asked += 1;
            }
            let probability = next.map_or(0.0, |step| step.probability);
            assert!((0.0..=1.0).contains(&probability), "round {round}: {probability}");
            assert!(timeline(artifact.model.form(), &view, next.map(|step| step.milestone)).len() > 1);
        }
    }
    assert!(read > 1_000 && asked > 1_000, "of the forgeries {read} were read, {asked} times were asked");
}
