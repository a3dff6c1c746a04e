//! The reference case in a model file: kept, and refused where it is not one.

use model::artifact::{decode, encode};
use model::{Action, AsOf, CaseView, FormModel, ReferenceCase};

use crate::pieces::{Random, cases, mangle, raw_sections, seal_sections, small_model};
use crate::small_form::{as_of, stamp};

fn reference() -> ReferenceCase {
    ReferenceCase {
        received: stamp("2022-01-10"),
        attributes: vec![("office".to_owned(), "B".to_owned())],
        actions: vec![Action {
            scheduled_for: Some(stamp("2022-03-01")),
            ..Action::new("notice", stamp("2022-02-01"))
        }],
        as_of: as_of("2022-06-30"),
    }
}

fn with_reference() -> FormModel {
    small_model().with_reference(reference()).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    let Err(error) = decode(bytes) else { return String::new() };
    let cause = std::error::Error::source(&error).map_or(String::new(), ToString::to_string);
    format!("{error}: {cause}")
}

#[test]
fn a_reference_case_is_kept_and_may_be_missing() {
    let (with, without) = (encode(&with_reference()).unwrap(), encode(&small_model()).unwrap());
    let read = decode(&with).unwrap().model;
    assert_eq!(read.reference(), with_reference().reference());
    assert_eq!(encode(&read).unwrap(), with);
    assert_eq!(decode(&without).unwrap().model.reference(), None);
    let sections = raw_sections(&with);
    assert_eq!(sections.last().unwrap().0, b"reference");
    assert_eq!(seal_sections(&sections[..sections.len() - 1]), without);
    let mut moved = sections.clone();
    moved.swap(5, 6);
    assert!(refusal(&seal_sections(&moved)).contains("of the model file is out of order"));
}

#[test]
fn a_hostile_reference_case_is_refused() {
    let sections = raw_sections(&encode(&with_reference()).unwrap());
    let text = String::from_utf8(sections.last().unwrap().1.clone()).unwrap();
    let no_estimate = "the reference case of the model has no estimate of its decision";
    for (old, new, words) in [
        ("\"notice\"", "\"approved\"", no_estimate),
        ("\"notice\"", "\"on_hold\"", no_estimate),
        ("\"notice\"", "\"rejected\"", no_estimate),
        ("\"2022-02-01\"", "\"soon\"", "the section `reference` of the model file cannot be read"),
        ("\"2022-01-10\"", "\"2222-01-10\"", "outside the years 1900 to 2199"),
        ("\"as_of\"", "\"as_off\"", "unknown field `as_off`"),
        ("\"code\"", "\"codes\"", "unknown field `codes`"),
        (text.as_str(), "null", "the section `reference` of the model file cannot be read"),
        (text.as_str(), "", "the section `reference` of the model file cannot be read"),
    ] {
        assert!(text.contains(old), "{text}");
        let mut hostile = sections.clone();
        hostile.last_mut().unwrap().1 = text.replacen(old, new, 1).into_bytes();
        let refusal = refusal(&seal_sections(&hostile));
        assert!(refusal.contains(words), "{old} -> {new}: {refusal}");
    }
}

#[test]
fn forged_files_with_a_reference_case_never_stop_the_program() {
    let bytes = encode(&with_reference()).unwrap();
    let mut random = Random(0x5eed_0002);
    let mut asked = 0;
    for _ in 0..5_000 {
        let Ok(artifact) = decode(&mangle(&bytes, &mut random)) else { continue };
        let model = &artifact.model;
        for (case, at) in cases() {
            asked += usize::from(has_reasons(model, &case, at));
        }
    }
    assert!(asked > 200, "{asked}");
}

/// Whether a case has reasons; they are finite.
fn has_reasons(model: &FormModel, case: &model::Case, at: AsOf) -> bool {
    let view = CaseView::new(model.form(), case, at);
    let (now, features) = (at.moment(), model.features(&view, at.moment()));
    let Some(decision) = model.estimate(&view).decision else { return false };
    let Some(reasons) = model.reasons(&decision, view.progress(), &features, [now, now]) else {
        return false;
    };
    assert!(reasons.groups.iter().all(|reason| reason.days.is_finite()), "{reasons:?}");
    true
}
