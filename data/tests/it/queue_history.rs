//! The lines of a form through time.

use std::fmt::Write;

use data::{History, Observation, QueueHistory};
use model::{
    AsOf, Day, FeatureSchema, LineLevel, Place, Queue, QueueAttribute, QueueState, Stamp, WaitingByReceipt,
};

use crate::folder::{Folder, as_of, day};

/// A schema with every value that the history has.
fn schema(history: &History, form: &str) -> FeatureSchema {
    let definition = history.definition(form, day("2024-06-30")).unwrap();
    let attributes = definition.queue_attributes().filter_map(|listed| history.attribute(&listed.name));
    let queue = attributes.map(|attribute| {
        let mut values = attribute.values().to_vec();
        values.sort();
        QueueAttribute { name: attribute.name.clone(), values }
    });
    FeatureSchema {
        queue: queue.filter(|attribute| !attribute.values.is_empty()).collect(),
        ..FeatureSchema::default()
    }
}

/// The lines of a form as a view as of a day knows them.
fn lines(history: &History, form: &str, at: AsOf) -> QueueHistory {
    let definition = history.definition(form, day("2024-06-30")).unwrap();
    let known = history.view_at(at);
    let observation = Observation::from_view(known, &definition);
    QueueHistory::from_view(known, &definition, &schema(history, form), &observation)
}

fn state_at(history: &History, form: &str, at: &str) -> QueueState {
    let whole = lines(history, form, AsOf::new(history.extracted_on()));
    whole.state_at(day(at)).unwrap().unwrap()
}

fn queue(history: &History, form: &str, values: &[(&str, &str)]) -> Queue {
    let value = |name: &str| values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
    schema(history, form).queue_of(value)
}

const ABOUT: &str = r#"{"name": "small", "extracted_on": "2024-06-30"}"#;

/// Two offices. At the first: one case that had its interview called, one that is expedited, one that was refused, and three
/// that wait, two of them received on one day. Form N-400 has lines by office.
const CASES: &str = "\
case_id,form,received_on,center,basis,office
called,N-400,2024-01-10,NBC,five,NYC
refused,N-400,2024-01-15,NBC,five,NYC
first,N-400,2024-02-01,NBC,five,NYC
hurried,N-400,2024-02-02,NBC,five,NYC
second,N-400,2024-03-01,MSC,five,NYC
third,N-400,2024-03-01,NBC,five,NYC
other,N-400,2024-01-02,NBC,five,LOS
nowhere,N-400,2024-01-03,NBC,five,
decided,N-400,2024-01-04,NBC,five,LOS
late,N-400,2024-06-20,NBC,five,LOS
";
const ACTIONS: &str = "\
case_id,action,occurred_on
called,received,2024-01-10
called,interview_ready,2024-03-01
called,interview_scheduled,2024-06-01
called,interview_completed,2024-06-20
refused,received,2024-01-15
refused,rejected,2024-04-15
first,received,2024-02-01
first,interview_ready,2024-06-02
hurried,received,2024-02-02
hurried,expedite,2024-05-01
second,received,2024-03-01
third,received,2024-03-01
third,interview_ready,2024-06-03
third,interview_scheduled,2024-06-25
third,interview_cancelled,2024-06-28
other,received,2024-01-02
nowhere,received,2024-01-03
decided,received,2024-01-04
decided,approved,2024-06-30
late,received,2024-06-20
";

fn small() -> History {
    Folder::of(CASES, ACTIONS, ABOUT).read().unwrap()
}

fn place(state: &QueueState, queue: &Queue, received: &str) -> Place {
    state.place(queue, day(received), state.day()).unwrap()
}

#[test]
fn a_small_line_is_counted_as_by_hand() {
    let history = small();
    let state = state_at(&history, "N-400", "2024-06-20");
    let nyc = queue(&history, "N-400", &[("basis", "five"), ("office", "NYC")]);
    let at = |received: &str| place(&state, &nyc, received);
    assert_eq!(at("2024-02-01").level, LineLevel::Line);
    // The case that was called had its turn, the hurried one is out of order, the other was refused.
    assert_eq!(at("2024-02-01").ahead, 0.5);
    assert_eq!(at("2024-03-01").ahead, 2.0, "one before, and half of two of the same day");
    assert_eq!(at("2024-06-20").ahead, 3.0);
    let figures = state.figures(&nyc);
    assert_eq!((figures.waiting, figures.head), (3, Some(day("2024-02-01"))));
    assert_eq!((figures.arrivals, figures.turns), ([0, 0], [1, 1]));
    // The stream has the case without an office too: eight cases in all, of them one had its turn.
    let stream = state.figures(&queue(&history, "N-400", &[("basis", "five")]));
    assert_eq!((stream.level, stream.waiting), (LineLevel::Stream, 7));
    assert_eq!((stream.arrivals, stream.turns), ([1, 1], [1, 1]));
}

#[test]
fn a_day_ends_with_everything_that_is_dated_on_it() {
    let history = small();
    let nyc = queue(&history, "N-400", &[("basis", "five"), ("office", "NYC")]);
    let waiting = |at: &str| state_at(&history, "N-400", at).figures(&nyc).waiting;
    // Of six cases, until the refusal, the expedite request and the notice of the interview.
    assert_eq!(["2024-02-29", "2024-03-01", "2024-04-14", "2024-04-15"].map(waiting), [4, 6, 6, 5]);
    assert_eq!(["2024-04-30", "2024-05-01", "2024-05-31", "2024-06-01"].map(waiting), [5, 4, 4, 3]);
    assert_eq!(waiting("2024-06-24"), 3);
    assert_eq!(waiting("2024-06-25"), 2, "a cancelled interview does not take the turn back");
    assert_eq!(waiting("2030-01-01"), waiting("2024-06-30"), "nothing is known after the history");
}

#[test]
fn who_is_ready_waits_for_a_call_of_the_office() {
    let history = small();
    let nyc = queue(&history, "N-400", &[("office", "NYC")]);
    let ready = |at: &str| {
        let state = state_at(&history, "N-400", at);
        state.ready_place(&nyc, day("2024-06-30"), state.day())
    };
    assert_eq!(ready("2024-02-29"), None, "nobody was ready yet");
    let ahead = |at: &str| ready(at).unwrap().ahead;
    assert_eq!(["2024-03-01", "2024-05-31", "2024-06-01", "2024-06-03"].map(ahead), [1.0, 1.0, 0.0, 2.0]);
    assert_eq!(["2024-06-25", "2024-06-28"].map(ahead), [1.0, 2.0], "called, then cancelled");
    let rate = |at: &str| ready(at).unwrap().a_day;
    assert!(rate("2024-06-25") > rate("2024-06-24"), "a call makes the line faster");
}

#[test]
fn the_first_receipts_say_whether_the_head_is_in_view() {
    let history = small();
    // Seven cases were received by 2024-01-31, one of them was refused later.
    let decided = |at: &str| state_at(&history, "N-400", at).head_in_view();
    assert_eq!(decided("2024-06-29"), 0.0);
    assert_eq!(decided("2024-06-30"), 1.0 / 34.0);
}

#[test]
fn before_the_first_case_there_is_no_state() {
    let history = small();
    let whole = lines(&history, "N-400", as_of("2024-06-30"));
    assert_eq!(whole.state_at(day("2024-01-01")).unwrap(), None);
    assert!(whole.state_at(day("2024-01-02")).unwrap().is_some());
    assert_eq!(lines(&history, "I-90", as_of("2024-06-30")).state_at(day("2024-06-30")).unwrap(), None);
}

/// Two centers became one: from April on, every case has the code of the new one, which so far decided nothing.
fn merged() -> History {
    let (mut cases, mut actions) =
        ("case_id,form,received_on,center,category\n".to_owned(), "case_id,action,occurred_on\n".to_owned());
    for number in 0..170 {
        let received = day("2024-01-01").plus(number);
        let center = match number {
            0..91 if number % 2 == 0 => "TSC",
            0..91 => "NSC",
            _ => "NEW",
        };
        writeln!(cases, "c{number},I-765,{received},{center},C08").unwrap();
        writeln!(actions, "c{number},received,{received}").unwrap();
        if number < 80 {
            writeln!(actions, "c{number},approved,{}", received.plus(100)).unwrap();
        }
    }
    Folder::of(&cases, &actions, ABOUT).read().unwrap()
}

#[test]
fn a_line_of_a_center_code_that_is_new_is_as_fast_as_its_stream() {
    let history = merged();
    let state = state_at(&history, "I-765", "2024-05-30");
    let of = |center| queue(&history, "I-765", &[("center", center), ("category", "C08")]);
    let stream = place(&state, &queue(&history, "I-765", &[("category", "C08")]), "2024-05-30");
    let new = place(&state, &of("NEW"), "2024-05-30");
    assert_eq!((new.level, stream.level), (LineLevel::Line, LineLevel::Stream));
    assert_eq!(new.drain_days, stream.drain_days, "59 days after its first receipt");
    // The stream decides one a day, and 101 wait: everything received since the case that was decided today.
    assert!((stream.ahead - 99.5).abs() < 1.0, "{}", stream.ahead);
    let old = place(&state, &of("TSC"), "2024-03-31");
    assert!(old.drain_days < new.drain_days && old.ahead < 30.0, "{old:?}");
}

/// A small random world: offices, centers and categories, requests, expedites, refusals, holds, reopenings, cases without
/// an office, cases that entered the record late, several actions on one day.
fn random_world(seed: u64) -> History {
    let mut random = seed;
    let mut below = |limit: i32| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((random >> 33) % limit.unsigned_abs() as u64) as i32
    };
    let mut cases = "case_id,form,received_on,center,basis,office\n".to_owned();
    let mut actions = "case_id,action,occurred_on\n".to_owned();
    for number in 0..400 {
        let received = day("2023-07-01").plus(below(350));
        let office = ["NYC", "LOS", ""][below(3) as usize];
        let basis = ["five", "three", ""][below(3) as usize];
        writeln!(cases, "c{number},N-400,{received},NBC,{basis},{office}").unwrap();
        let mut at = received.plus(if below(10) == 0 { below(15) } else { 0 });
        writeln!(actions, "c{number},received,{at}").unwrap();
        for _ in 0..below(9) {
            at = at.plus(below(50));
            let codes = [
                "interview_ready",
                "interview_ready",
                "interview_scheduled",
                "interview_cancelled",
                "rfe_sent",
                "expedite",
                "rejected",
                "approved",
                "denied",
                "reopened_appeal",
                "on_hold",
                "interview_waived",
            ];
            if at <= day("2024-06-30") {
                writeln!(actions, "c{number},{},{at}", codes[below(codes.len() as i32) as usize]).unwrap();
            }
        }
    }
    Folder::of(&cases, &actions, ABOUT).read().unwrap()
}

#[test]
fn the_state_of_a_day_is_the_one_that_was_known_on_it() {
    let mut compared = 0;
    for seed in 1..=6 {
        let history = random_world(seed);
        let whole = lines(&history, "N-400", as_of("2024-06-30"));
        for ago in (0..330).step_by(11) {
            let then = day("2024-06-30").plus(-ago);
            let known = lines(&history, "N-400", AsOf::new(Stamp::Day(then)));
            // Where nothing was recorded for days, the history was observed up to an earlier one.
            let until = known.until();
            let state = known.state_at(then).unwrap();
            assert_eq!(state.as_ref().map_or(until, QueueState::day), until);
            assert_eq!(whole.state_at(until).unwrap(), state, "seed {seed}, {then}");
            compared += usize::from(state.is_some());
        }
    }
    assert!(compared > 150, "only {compared} states");
}

#[test]
fn the_table_of_a_line_has_the_cases_that_wait() {
    let history = random_world(9);
    let state = state_at(&history, "N-400", "2024-06-30");
    let text = serde_json::to_value(&state).unwrap();
    let table: WaitingByReceipt = serde_json::from_value(text["form"]["waiting"].clone()).unwrap();
    // Counted again from the actions themselves.
    let turns =
        ["rfe_sent", "interview_scheduled", "interview_waived", "approved", "denied", "expedite", "rejected"];
    let view = history.view_at(as_of("2024-06-30"));
    let waits = |case: &data::HistoryCase<'_>| {
        case.actions().all(|(code, _)| !turns.contains(&history.action_codes()[usize::from(code)].as_str()))
    };
    let mut received: Vec<Day> = view.cases().filter(waits).map(|case| case.received().day()).collect();
    received.sort();
    assert!(received.len() > 50, "{} cases wait", received.len());
    assert_eq!((table.count() as usize, table.head()), (received.len(), received.first().copied()));
}
