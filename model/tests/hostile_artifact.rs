//! Model files that were damaged or forged: every one is refused with a reason, and none stops the program.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "test code")]

mod common;
#[path = "hostile_artifact/pieces.rs"]
mod pieces;

use model::artifact::{ArtifactError, MAX_HEADER, decode, encode};
use model::{CaseView, ModelError, timeline};
use pieces::{Pieces, cases, sealed, small_model};
use serde_json::{Value, json};

fn file() -> Vec<u8> {
    encode(&small_model()).unwrap()
}

/// What is said about damaged bytes.
fn refusal(bytes: &[u8]) -> String {
    match decode(bytes) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_was_written_is_read_again() {
    let model = small_model();
    let bytes = encode(&model).unwrap();
    let read = decode(&bytes).unwrap();
    assert!(read.version.starts_with("X-1-2022-06-30-"), "{}", read.version);
    assert_eq!(read.version.len(), "X-1-2022-06-30-".len() + 12);
    assert_eq!(read.model.decision(), model.decision());
    assert_eq!(read.model.next_step(), model.next_step());
    assert_eq!(read.model.training(), model.training());
    assert_eq!(read.model.schema(), model.schema());
    assert_eq!(read.model.form(), model.form());
    assert_eq!(read.model.golden(), model.golden());
    read.model.check_golden().unwrap();
    for (case, as_of) in cases() {
        assert_eq!(read.model.answer(&case, as_of), model.answer(&case, as_of));
    }
    assert_eq!(encode(&read.model).unwrap(), bytes, "the same model is the same bytes");
    assert_eq!(Pieces::of(&bytes).seal(), decode_free(&bytes), "taking apart and sealing changes nothing");
}

/// The bytes with their header as JSON values write it: keys sorted, nothing else changed.
fn decode_free(bytes: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&bytes[12..12 + length]).unwrap();
    let header = serde_json::to_vec(&header).unwrap();
    let mut again = bytes[..8].to_vec();
    again.extend((header.len() as u32).to_le_bytes());
    again.extend(&header);
    again.extend(&bytes[12 + length..bytes.len() - 32]);
    sealed(again)
}

#[test]
fn a_golden_case_notices_a_changed_number() {
    let model = small_model();
    let golden = model.golden().to_vec();
    for index in 0..golden.len() {
        for level in 0..19 {
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
        changed[index].decision = changed[index].decision.as_ref().map_or(Some(vec![1.0; 19]), |_| None);
        assert_eq!(model.clone().with_golden(changed).check_golden(), Err(ModelError::Golden { index }));
    }
    assert_eq!(model.with_golden(Vec::new()).check_golden(), Err(ModelError::NoGolden));
}

#[test]
fn a_golden_case_notices_a_changed_curve() {
    let mut pieces = Pieces::of(&file());
    pieces.tables[0].cohorts[1].parts[0][1] *= 1.5;
    let changed = decode(&pieces.seal()).unwrap().model;
    assert!(matches!(changed.check_golden(), Err(ModelError::Golden { .. })));
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
fn the_envelope_says_what_is_wrong_with_it() {
    let bytes = file();
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut content = bytes[..bytes.len() - 32].to_vec();
        change(&mut content);
        sealed(content)
    };
    let length = |length: u32| changed(&|content| content[8..12].copy_from_slice(&length.to_le_bytes()));
    let true_length = u32::from_le_bytes(bytes[8..12].try_into().unwrap());
    let table: [(&str, Vec<u8>, &str); 14] = [
        ("nothing", Vec::new(), "0 bytes are too few"),
        ("only a magic word", b"MYPROGR\x01".to_vec(), "too few"),
        ("a Parquet file", b"PAR1".repeat(50), "does not begin with MYPROGR"),
        ("other magic", changed(&|content| content[0] = b'm'), "does not begin with MYPROGR"),
        ("older format", changed(&|content| content[7] = 0), "has format 0, this program reads 1"),
        ("newer format", changed(&|content| content[7] = 255), "has format 255"),
        ("other bytes", [&bytes[..40], &[0; 60]].concat(), "SHA-256 does not match"),
        ("no header", length(0), "header cannot be read"),
        ("header one shorter", length(true_length - 1), "header cannot be read"),
        ("header one longer", length(true_length + 1), "header cannot be read"),
        ("header beyond the end", length(bytes.len() as u32), "model file's header does not fit its length"),
        ("longest number", length(u32::MAX), "model file's header does not fit its length"),
        ("longest and one", length(MAX_HEADER as u32 + 1), "model file's header does not fit its length"),
        ("only zeros", sealed(b"MYPROGR\x01\0\0\0\0".to_vec()), "header cannot be read"),
    ];
    for (name, bytes, words) in table {
        let refusal = refusal(&bytes);
        assert!(refusal.contains(words), "{name}: `{refusal}`");
    }
}

#[test]
fn a_header_of_broken_json_is_refused() {
    let good = Pieces::of(&file());
    let text = serde_json::to_string(&good.header).unwrap();
    let twice = text.replacen("{\"decision\"", "{\"golden\":[],\"decision\"", 1);
    let deep = |open: &str, close: &str| open.repeat(50_000) + &close.repeat(50_000);
    let table: [(&str, Vec<u8>, &str); 11] = [
        ("empty", Vec::new(), "EOF"),
        ("cut", text.as_bytes()[..text.len() / 2].to_vec(), "header cannot be read"),
        ("no object", b"[]".to_vec(), "header cannot be read"),
        ("null", b"null".to_vec(), "header cannot be read"),
        ("not UTF-8", [b"{\"form\":\"", &[0xff, 0xfe][..], b"\"}"].concat(), "header cannot be read"),
        ("more after it", format!("{text}{{}}").into_bytes(), "trailing characters"),
        ("a key twice", twice.into_bytes(), "duplicate field `golden`"),
        ("a number too large", text.replacen("500", "1e999", 1).into_bytes(), "header cannot be read"),
        ("deep lists", deep("[", "]").into_bytes(), "header cannot be read"),
        ("deep objects", deep("{\"a\":", "1").into_bytes(), "header cannot be read"),
        ("deep golden", text.replacen("[[", &deep("[", "]"), 1).into_bytes(), "header cannot be read"),
    ];
    for (name, header, words) in table {
        let refusal = refusal(&good.seal_with(&header));
        assert!(refusal.contains(words), "{name}: `{refusal}`");
    }
    for key in ["form", "features", "feature_schema_hash", "training", "decision", "next_step", "golden"] {
        let mut pieces = good.clone();
        pieces.header.as_object_mut().unwrap().remove(key);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(&format!("missing field `{key}`")), "{refusal}");
    }
    let places = ["", "/form", "/form/milestones/0", "/form/attributes/0", "/form/title", "/features"];
    let more = ["/features/queue/0", "/training", "/training/decision", "/decision", "/decision/cohorts/0"];
    for place in places.into_iter().chain(more).chain(["/golden/0"]) {
        let mut pieces = good.clone();
        pieces.header.pointer_mut(place).unwrap()["surprise"] = json!(1);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains("unknown field `surprise`"), "{place}: {refusal}");
    }
}

/// Changes of one value of the header outside of the form definition, at a JSON pointer, with what is said about them.
fn changed_values() -> Vec<(&'static str, Value, &'static str)> {
    let decision = "the decision table has a cohort of a state, queue or milestone that does not exist";
    let next_step = "the next step table has a cohort of a state, queue or milestone that does not exist";
    let order = "is out of order, there twice, or lacks the wider cohort";
    let length = "model file's table does not fit its length";
    vec![
        ("/decision/clock", json!("since_birth"), "unknown variant `since_birth`"),
        ("/decision/knots", json!(usize::MAX), length),
        ("/decision/knots", json!(usize::MAX / 4 + 2), length),
        ("/next_step/knots", json!(u32::MAX), length),
        ("/decision/knots", json!(0), "a grid in the model file is wrong: knot 0"),
        ("/decision/knots", json!(-1), "header cannot be read"),
        ("/decision/knots", json!(1e3), "header cannot be read"),
        ("/decision/cohorts/0/followed", json!(u64::from(u32::MAX) + 1), "header cannot be read"),
        ("/decision/cohorts/0/happened", json!(-1), "header cannot be read"),
        (
            "/decision/cohorts/1/happened",
            json!(5_000),
            "decision table in the model file is wrong: cohort 1: more",
        ),
        ("/decision/cohorts/1/state", json!("nowhere"), decision),
        ("/decision/cohorts/1/state", json!("card"), order),
        ("/decision/cohorts/2/queue", json!([7]), decision),
        ("/decision/cohorts/2/queue", json!([0, 0]), order),
        ("/decision/cohorts/2/queue", json!([0, 0, 0, 0, 0]), decision),
        ("/decision/cohorts/2/queue", json!([65_536]), "header cannot be read"),
        ("/decision/cohorts/2/queue", json!([]), order),
        ("/decision/cohorts/0/state", json!("received"), order),
        ("/next_step/cohorts/1/causes/0", json!("nothing"), next_step),
        (
            "/feature_schema_hash",
            json!("0000000000000000"),
            "was trained on features with hash 0000000000000000",
        ),
        ("/feature_schema_hash", json!(""), "train anew"),
        ("/features/queue/0/values", json!(["A", "C"]), "the file's own schema has"),
        ("/features/queue/0/values/0", json!(1), "header cannot be read"),
        ("/training/as_of", json!("soon"), "neither a date nor an RFC 3339 timestamp"),
        ("/training/trained_on", json!("guesses"), "unknown variant `guesses`"),
        ("/training/cases", json!(-1), "header cannot be read"),
        ("/golden/0/received", json!(1e300), "header cannot be read"),
        ("/golden/0/decision", json!(["long"]), "header cannot be read"),
    ]
}

/// The same of the form definition.
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
        ("/form/milestones/1/id", json!("card"), "`card` is there twice"),
        ("/form/milestones/1/id", json!(" "), "a name has 1 to 128 printable characters"),
        ("/form/milestones/1/label/es", json!(""), "has no label in Spanish"),
        ("/form/milestones/1/source", json!([]), "names no source"),
        ("/form/milestones", json!([]), "0 milestones follow nothing (none)"),
        ("/form/checked_on", json!("2022-02-30"), "`2022-02-30` is not a date"),
        ("/form/from", json!("0001-01-01"), "outside the years 1900 to 2199"),
    ]
}

#[test]
fn a_header_that_does_not_fit_is_refused_although_its_hash_is_right() {
    let good = Pieces::of(&file());
    for (place, value, words) in changed_values().into_iter().chain(changed_forms()) {
        let mut pieces = good.clone();
        let (parent, key) = place.rsplit_once('/').unwrap();
        let shown = value.to_string();
        match pieces.header.pointer_mut(parent).expect(place) {
            Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
            other => other[key] = value,
        }
        assert_ne!(pieces.header, good.header, "{place} is changed");
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "{place} = {shown}: `{refusal}`");
    }
}

#[test]
fn a_schema_with_a_matching_hash_must_still_fit_the_form() {
    let good = Pieces::of(&file());
    let table = [
        (json!([{"name": "office", "values": ["B", "A"]}]), "`office` is no queue attribute"),
        (json!([{"name": "office", "values": ["A", "A"]}]), "`office` is no queue attribute"),
        (json!([{"name": "channel", "values": ["A", "B"]}]), "`channel` is no queue attribute"),
        (json!([{"name": "office", "values": ["A", "B"]}, {"name": "office", "values": []}]), "`office`"),
        (json!([{"name": "office", "values": ["A"]}]), "decision table has a cohort of a state, queue"),
        (json!([]), "decision table has a cohort of a state, queue"),
    ];
    for (queue, words) in table {
        let mut pieces = good.clone();
        pieces.header["features"]["queue"] = queue.clone();
        pieces.mend_schema_hash();
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "{queue}: `{refusal}`");
    }
    let mut many = good;
    let values: Vec<String> = (0..=u16::MAX).map(|code| format!("{code:05}")).collect();
    many.header["features"]["queue"][0]["values"] = json!(values);
    many.mend_schema_hash();
    assert!(refusal(&many.seal()).contains("`office`"), "codes have 16 bits");
}

#[test]
fn cohorts_in_a_wrong_order_are_refused() {
    let order = "out of order, there twice, or lacks the wider cohort";
    let good = Pieces::of(&file());
    // Which of the three cohorts of the decision follow each other.
    for (kept, words) in [
        (vec![0, 2, 1], order),
        (vec![1, 0, 2], order),
        (vec![0, 1, 1, 2], order),
        (vec![0, 2], order),
        (vec![1, 2], order),
        (vec![], order),
        (vec![0, 1, 2], ""),
        (vec![0, 1], ""),
        (vec![0], ""),
    ] {
        let mut pieces = good.clone();
        let shapes = good.header["decision"]["cohorts"].as_array().unwrap();
        pieces.header["decision"]["cohorts"] = kept.iter().map(|&cohort| shapes[cohort].clone()).collect();
        pieces.tables[0].cohorts =
            kept.iter().map(|&cohort| good.tables[0].cohorts[cohort].clone()).collect();
        let refusal = refusal(&pieces.seal());
        assert_eq!(refusal.is_empty(), words.is_empty(), "{kept:?}: `{refusal}`");
        assert!(refusal.contains(words), "{kept:?}: `{refusal}`");
    }
}

type Damage = fn(&mut Pieces);

#[test]
fn numbers_that_are_no_curve_are_refused_although_the_hash_is_right() {
    let hazard = "cohort 1: cumulative hazard";
    let tail = "cohort 0: the tail's hazard";
    let incidence = "next step table in the model file is wrong: cohort 1: an incidence";
    let knot = "a grid in the model file is wrong: knot";
    let length = "does not fit its length";
    let table: [(Damage, &str); 31] = [
        (|it| it.tables[0].cohorts[1].parts[0][0] = 0.5, hazard),
        (|it| it.tables[0].cohorts[1].parts[0][0] = -0.5, hazard),
        (|it| it.tables[0].cohorts[1].parts[0][1] = f32::NAN, hazard),
        (|it| it.tables[0].cohorts[1].parts[0][2] = f32::INFINITY, hazard),
        (|it| it.tables[0].cohorts[1].parts[0][1] = -1.0, hazard),
        (|it| it.tables[0].cohorts[1].parts[0].swap(1, 2), hazard),
        (|it| it.tables[0].cohorts[0].parts[1][0] = 0.0, tail),
        (|it| it.tables[0].cohorts[0].parts[1][0] = -0.0, tail),
        (|it| it.tables[0].cohorts[0].parts[1][0] = -1.0, tail),
        (|it| it.tables[0].cohorts[0].parts[1][0] = f32::NAN, tail),
        (|it| it.tables[0].cohorts[0].parts[1][0] = f32::INFINITY, tail),
        // A tail so flat that a quantile would be no finite number.
        (|it| it.tables[0].cohorts[0].parts[1][0] = f32::from_bits(1), tail),
        (|it| it.tables[0].knots[0] = 1.0, knot),
        (|it| it.tables[0].knots[0] = f32::NAN, knot),
        (|it| it.tables[0].knots[1] = 0.0, knot),
        (|it| it.tables[0].knots[1] = -5.0, knot),
        (|it| it.tables[0].knots[2] = f32::NAN, knot),
        (|it| it.tables[0].knots[2] = f32::INFINITY, knot),
        (|it| it.tables[1].knots.swap(1, 2), knot),
        (|it| it.tables[1].cohorts[1].parts[2][2] = 1.1, incidence),
        (|it| it.tables[1].cohorts[1].parts[2][1] = f32::NAN, incidence),
        (|it| it.tables[1].cohorts[1].parts[2][0] = -0.1, incidence),
        (|it| it.tables[1].cohorts[1].parts[2].swap(1, 2), incidence),
        (|it| it.tables[1].cohorts[1].parts[3][0] = 1.1, incidence),
        (|it| it.tables[1].cohorts[1].parts[5][0] = f32::NAN, incidence),
        (|it| it.tables[1].cohorts[1].parts[5][0] = -0.1, incidence),
        (|it| drop(it.tables[1].cohorts[2].parts.pop()), length),
        (|it| it.tables[1].cohorts[2].parts.push(vec![0.0]), length),
        (|it| it.tables[1].cohorts.clear(), length),
        (|it| it.after.push(0), length),
        (|it| it.after.extend([0; 4096]), length),
    ];
    let good = Pieces::of(&file());
    for (number, (damage, words)) in table.into_iter().enumerate() {
        let mut pieces = good.clone();
        damage(&mut pieces);
        let refusal = refusal(&pieces.seal());
        assert!(refusal.contains(words), "damage {number}, not `{words}`: `{refusal}`");
    }
}

#[test]
fn a_model_that_cannot_be_read_back_is_not_written() {
    // Parts that fit each other, but too many for the format.
    let model = small_model();
    let long = model::GoldenCase { status: "x".repeat(MAX_HEADER), ..model.golden()[0].clone() };
    let error = encode(&model.with_golden(vec![long])).unwrap_err();
    assert!(matches!(error, ArtifactError::Length { what: "header" }), "{error}");
}

#[test]
fn twenty_thousand_forgeries_never_stop_the_program() {
    let bytes = file();
    let good = Pieces::of(&bytes);
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
                assert!(common::are_quantiles(&time), "round {round}: {time:?}");
                asked += 1;
            }
            let chance = next.map_or(0.0, |step| step.probability);
            assert!((0.0..=1.0).contains(&chance), "round {round}: {chance}");
            assert!(timeline(artifact.model.form(), &view, next.map(|step| step.milestone)).len() > 1);
        }
    }
    assert!(read > 1_000 && asked > 1_000, "of the forgeries {read} were read, {asked} times were asked");
}
