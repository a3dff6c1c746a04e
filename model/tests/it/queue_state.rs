//! The lines of a form on one day, with numbers computed by hand.

use model::{
    Day, FeatureSchema, Flow, FormAttribute, FormDefinition, LineAttributes, LineLevel, LineParts, LineSpec,
    Place, Queue, QueueAttribute, QueueState, QueueStateParts, ReadyParts, WaitingByReceipt,
};

use crate::small_form;

pub fn day(number: i32) -> Day {
    Day::parse("2024-06-30").unwrap().plus(number)
}

fn attribute(name: &str, kind: &str) -> FormAttribute {
    serde_json::from_value(serde_json::json!({
        "name": name, "label": { "en": name, "es": name }, "queue": true, "kind": kind,
        "source": ["A"], "checked_on": "2026-11-28",
    }))
    .unwrap()
}

/// A form whose streams are categories, divided by center; who is ready waits by office.
pub fn form() -> FormDefinition {
    let mut spec = small_form::small_form().spec().clone();
    spec.attributes =
        vec![attribute("center", "center"), attribute("category", "category"), attribute("office", "office")];
    spec.line = Some(LineSpec {
        divided_by: vec!["center".to_owned()],
        turns: Vec::new(),
        expedited_by: Vec::new(),
        ready_by: Vec::new(),
        ready_for: None,
        source: vec!["A".to_owned()],
        checked_on: day(0),
    });
    spec.check().unwrap()
}

pub fn schema() -> FeatureSchema {
    let attribute = |name: &str, values: &[&str]| QueueAttribute {
        name: name.to_owned(),
        values: values.iter().map(|&value| value.to_owned()).collect(),
    };
    FeatureSchema {
        queue: vec![
            attribute("center", &["NEW", "OLD"]),
            attribute("category", &["a"]),
            attribute("office", &["here", "there"]),
        ],
        ..FeatureSchema::default()
    }
}

fn queue(codes: [Option<u16>; 3]) -> Queue {
    let mut queue = Queue::default();
    for (position, code) in codes.into_iter().enumerate() {
        if let Some(code) = code {
            queue.set(position, code);
        }
    }
    queue
}

const OLD: [Option<u16>; 3] = [Some(1), Some(0), None];
const NEW: [Option<u16>; 3] = [Some(0), Some(0), None];
const STREAM: [Option<u16>; 3] = [None, Some(0), None];

fn line(codes: [Option<u16>; 3], turns: [u32; 3], first: i32, waiting: &[(i32, u32)]) -> LineParts {
    LineParts {
        queue: queue(codes),
        flow: Flow { arrivals: [2, 3], turns },
        first_receipt: day(first),
        waiting: WaitingByReceipt::new(waiting.iter().map(|&(number, count)| (day(number), count))),
    }
}

/// Five cases of the old center: one had its turn, four wait. The new center opened 30 days ago and has six.
pub fn parts() -> QueueStateParts {
    let all = [(-100, 1), (-50, 2), (-20, 6), (-10, 1)];
    QueueStateParts {
        day: day(0),
        observed_days: 400,
        attributes: LineAttributes::new(&form(), &schema()),
        turns: 50,
        first_receipts: [70, 60],
        form: line([None; 3], [6, 21, 31], -400, &all),
        streams: vec![line(STREAM, [6, 21, 31], -400, &all)],
        lines: vec![
            line(NEW, [5, 20, 30], -30, &[(-20, 6)]),
            line(OLD, [1, 1, 1], -200, &[(-100, 1), (-50, 2), (-10, 1)]),
        ],
        ready: vec![
            ReadyParts {
                queue: queue([None, None, Some(0)]),
                called: 20.0,
                waiting: WaitingByReceipt::new([(day(-300), 1), (day(-200), 2)]),
            },
            ReadyParts {
                queue: queue([None, None, Some(1)]),
                called: 0.0,
                waiting: WaitingByReceipt::new([(day(-90), 1)]),
            },
        ],
    }
}

fn state() -> QueueState {
    QueueState::new(parts()).unwrap()
}

fn place(codes: [Option<u16>; 3], received: i32) -> Place {
    state().place(&queue(codes), day(received), day(0)).unwrap()
}

fn is_close(value: f32, expected: f64) {
    assert!((f64::from(value) / expected - 1.0).abs() < 1e-5, "{value} is not {expected}");
}

/// Form (6 + 30) / (28 * 21/91 + 30), then stream (6 + 30 * form) / (28 * 21/91 + 30).
const PACE: f64 = 0.976_926_774_6;

#[test]
fn a_small_line_has_the_numbers_computed_by_hand() {
    let place = place(OLD, -50);
    assert_eq!(
        (place.level, place.ahead),
        (LineLevel::Line, 2.0),
        "one before, and half of two of the same day"
    );
    // The share of the stream is (4 + 1 + 1) / (10 + 31 + 1) = 1/7, so 3 turns in 91 days are expected:
    // (1 + 10) / (91 + 10 * 91/3) turns a day.
    is_close(place.a_day, 33.0 / 1183.0);
    is_close(place.pace, PACE);
    // The line is 200 days old: its part is 0.7 * 140/364. 2.5 cases at its rate and at the stream's, 21/91.
    let (own, stream, part): (f64, f64, f64) = (2.5 * 1183.0 / 33.0, 2.5 * 91.0 / 21.0, 0.7 * 140.0 / 364.0);
    is_close(place.drain_days, own.powf(part) * stream.powf(1.0 - part) / PACE.sqrt());
    is_close(place.drain_days, 19.359_332);
}

#[test]
fn a_line_that_is_young_is_as_fast_as_its_stream() {
    let place = place(NEW, -20);
    assert_eq!((place.level, place.ahead), (LineLevel::Line, 3.0));
    // In the stream, three older cases are ahead too.
    is_close(place.drain_days, 6.5 * 91.0 / 21.0 / PACE.sqrt());
}

#[test]
fn an_unknown_attribute_leaves_the_place_in_the_stream_and_then_in_the_form() {
    let stream = place(STREAM, -50);
    assert_eq!((stream.level, stream.ahead), (LineLevel::Stream, 2.0));
    is_close(stream.a_day, 21.0 / 91.0);
    is_close(stream.drain_days, 2.5 * 91.0 / 21.0 / PACE.sqrt());
    let form = place([Some(1), None, Some(0)], -50);
    assert_eq!((form.level, form.ahead), (LineLevel::Form, 2.0));
    is_close(form.pace, 36.0 / (28.0 * 21.0 / 91.0 + 30.0));
    let mut parts = parts();
    parts.lines.remove(1);
    let unseen = QueueState::new(parts).unwrap();
    let place = unseen.place(&queue(OLD), day(-50), day(0)).unwrap();
    assert_eq!(place, stream, "a line in which no case was seen");
}

#[test]
fn a_line_moves_on_after_the_day_of_the_state() {
    let state = state();
    let now = state.place(&queue(STREAM), day(-10), day(0)).unwrap();
    let later = state.place(&queue(STREAM), day(-10), day(13)).unwrap();
    // 9.5 ahead, and 13 days at 21/91 are three turns.
    assert_eq!((now.ahead, later.ahead), (9.5, 6.5));
    let much_later = state.place(&queue(STREAM), day(-10), day(1_000)).unwrap();
    assert_eq!(much_later.ahead, 0.0);
    assert!(much_later.drain_days > 0.0);
    // Received ten days after the state: all ten that waited then are ahead, 3/91 a day came and 21/91 a day left since.
    let newer = state.place(&queue(STREAM), day(10), day(10)).unwrap();
    is_close(newer.ahead, 10.0 + 30.0 / 91.0 - 210.0 / 91.0);
}

#[test]
fn nobody_is_placed_where_nothing_waits_or_nothing_was_ever_served() {
    let mut empty = parts();
    empty.form = line([None; 3], [6, 21, 31], -400, &[]);
    let empty = QueueState::new(empty).unwrap();
    assert_eq!(empty.place(&queue(OLD), day(-50), day(0)), None);
    let mut never = parts();
    never.turns = 0;
    never.form.flow.turns = [0; 3];
    let never = QueueState::new(never).unwrap();
    assert_eq!(never.place(&queue(OLD), day(-50), day(0)), None);
}

#[test]
fn a_stream_without_a_turn_for_half_a_year_still_has_a_drain_time() {
    let mut parts = parts();
    for line in parts.streams.iter_mut().chain(&mut parts.lines).chain([&mut parts.form]) {
        line.flow.turns = [0; 3];
    }
    let state = QueueState::new(parts).unwrap();
    let place = state.place(&queue(STREAM), day(-100), day(0)).unwrap();
    // One turn in 182 days; the pace is 30/30.
    is_close(place.drain_days, 182.0);
    let line = state.place(&queue(OLD), day(-100), day(0)).unwrap();
    assert!(line.drain_days.is_finite() && line.a_day > 0.0);
}

#[test]
fn a_short_history_counts_its_own_days() {
    let mut parts = parts();
    parts.observed_days = 42;
    let place = QueueState::new(parts).unwrap().place(&queue(STREAM), day(-50), day(0)).unwrap();
    is_close(place.a_day, 0.5);
}

#[test]
fn the_second_line_has_the_numbers_computed_by_hand() {
    let state = state();
    let ready = |codes| state.ready_place(&queue(codes), day(-200), day(0));
    let place = ready([None, None, Some(0)]).unwrap();
    assert_eq!(place.ahead, 2.0);
    // The days weigh 60 / ln 2 * (1 - 2^(-400/60)) together. Twenty calls for four cases in all: this office has three.
    let days: f64 = 60.0 / 2_f64.ln() * (1.0 - (-400.0_f64 / 60.0).exp2());
    let rate = 24.0 / (days + 4.0 / (20.0 / days / 4.0 * 3.0));
    is_close(place.a_day, rate);
    is_close(place.drain_days, 2.5 / rate);
    let there = ready([None, None, Some(1)]).unwrap();
    is_close(there.a_day, 4.0 / (days + 4.0 / (20.0 / days / 4.0)));
    assert_eq!(ready(OLD), None, "the office is not known");
}

#[test]
fn figures_are_those_of_the_line_in_which_a_case_is_placed() {
    let state = state();
    let old = state.figures(&queue(OLD));
    assert_eq!((old.level, old.waiting, old.head), (LineLevel::Line, 4, Some(day(-100))));
    assert_eq!((old.arrivals, old.turns), ([2, 3], [1, 1]));
    assert_eq!(state.figures(&queue(STREAM)).turns, [6, 21]);
    assert_eq!(state.figures(&queue([None; 3])).level, LineLevel::Form);
    assert_eq!(state.head_in_view(), 0.6);
}

#[test]
fn a_state_fits_its_own_schema_alone() {
    let (state, form) = (state(), form());
    assert!(state.fits(&form, &schema()));
    let mut fewer = schema();
    fewer.queue[2].values.pop();
    assert!(!state.fits(&form, &fewer), "an office that training did not know");
    fewer.queue.remove(0);
    assert!(!state.fits(&form, &fewer));
}

#[test]
fn a_state_is_read_back_as_it_was_written() {
    let text = serde_json::to_string(&state()).unwrap();
    assert_eq!(serde_json::from_str::<QueueState>(&text).unwrap(), state());
    assert!(text.len() < 1_500, "{} bytes", text.len());
}

/// A place in the JSON, what a hostile file has there, and what the refusal says.
const HOSTILE: [(&str, &str, &str); 20] = [
    ("/observed_days", "0", "rests on 0 days"),
    ("/observed_days", "4000000000", "rests on 4000000000 days"),
    ("/attributes/stream", "16", "no attributes of a queue"),
    ("/attributes/ready", "2", "no attributes of a queue"),
    ("/attributes/line", "0", "no attributes of a queue"),
    ("/turns", "30", "form 0 of the queue state has counts"),
    ("/first_receipts", "[3, 4]", "form 0 of the queue state has counts"),
    ("/form/flow/turns", "[9, 8, 7]", "form 0 of the queue state has counts"),
    ("/form/flow/arrivals", "[9, 8]", "form 0 of the queue state has counts"),
    ("/form/first_receipt", "\"2024-07-01\"", "form 0 of the queue state has counts"),
    ("/form/first_receipt", "\"2024-06-01\"", "form 0 of the queue state has counts"),
    ("/streams/0/queue", "[0, 0]", "stream 0 of the queue state has a queue"),
    ("/streams/0/queue", "[null, 7]", "line 0 of the queue state belongs to a stream that is not listed"),
    ("/lines/0/queue", "[1, 0]", "line 1 of the queue state has a queue"),
    ("/lines/0/queue", "[0, 0, 0, 0, 0]", "at most 4 codes"),
    ("/lines/1/waiting", "[[19800, 0], [19790, 4]]", "line 1 of the queue state has counts"),
    ("/lines/1/waiting", "[[19800, 4], [19810, 2]]", "line 1 of the queue state has counts"),
    ("/lines/1/waiting", "[[2147483647, 0]]", "line 1 of the queue state has counts"),
    ("/ready/0/called", "-1.0", "second line 0 of the queue state has counts"),
    ("/ready/1/queue", "[null, null, 0]", "second line 1 of the queue state has a queue"),
];

#[test]
fn a_hostile_state_is_refused() {
    let sound = serde_json::to_value(state()).unwrap();
    for (place, hostile, expected) in HOSTILE {
        let mut changed = sound.clone();
        *changed.pointer_mut(place).unwrap() = serde_json::from_str(hostile).unwrap();
        let error = serde_json::from_value::<QueueState>(changed).unwrap_err().to_string();
        assert!(error.contains(expected), "{place} = {hostile}: {error}");
    }
    let mut many = parts();
    many.lines = vec![many.lines[0].clone(); 4_097];
    assert!(QueueState::new(many).unwrap_err().to_string().contains("4097 lines; at most 4096"));
}
