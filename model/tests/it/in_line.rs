//! When the place of a case in line is told, and when it is not.

use model::{
    Action, Case, CaseView, FormDefinition, InLine, LineLevel, LineSpec, NotInLine, PaceChange, Progress,
    QueueState, Stamp,
};

use crate::queue_state::{day, form, parts, schema};
use crate::small_form::{appointment, pause, words};

/// The form of the lines, with actions that take a case up, expedite it and make it ready.
fn form_with_turns() -> FormDefinition {
    let mut spec = form().spec().clone();
    spec.appointments = vec![appointment("visit", "visit_scheduled", "bio")];
    spec.notices.extend(words("ready urgent visit_scheduled"));
    spec.pauses = vec![pause("on_hold", "on_hold", "hold_lifted")];
    spec.line = Some(LineSpec {
        turns: words("rfe_sent"),
        expedited_by: words("urgent"),
        ready_by: words("ready"),
        ready_for: Some("visit".to_owned()),
        ..spec.line.unwrap()
    });
    spec.check().unwrap()
}

/// Where a case that was received 50 days before is seen, some days after the day of the lines.
fn seen(
    form: &FormDefinition,
    state: &QueueState,
    attributes: &[(&str, &str)],
    actions: &str,
    days: i32,
) -> Result<InLine, NotInLine> {
    let attributes = attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    let actions = words(actions).into_iter().map(|code| Action::new(code, Stamp::Day(day(-20)))).collect();
    let case = Case { received: Stamp::Day(day(-50)), attributes, actions };
    let view = CaseView::new(form, &case, model::AsOf::new(Stamp::Day(day(days))));
    let queue = schema().queue_of(|name| view.attribute(name));
    let progress: &Progress = view.progress();
    state.in_line(form, progress, &queue, day(days))
}

const OLD: [(&str, &str); 3] = [("center", "OLD"), ("category", "a"), ("office", "here")];

fn state() -> QueueState {
    QueueState::new(parts()).unwrap()
}

#[test]
fn a_case_in_line_has_its_numbers() {
    let (form, state) = (form_with_turns(), state());
    let line = seen(&form, &state, &OLD, "", 0).unwrap();
    assert_eq!((line.day, line.level, line.ahead, line.waiting), (day(0), LineLevel::Line, 2.0, 4));
    assert_eq!((line.counted_days, line.turns_a_week), (91, 0.08), "one turn in 13 weeks");
    assert_eq!((line.drain_days, line.pace, line.pace_change()), (19.36, 0.98, None));
    assert!(!line.may_have_unseen_ahead && line.ready.is_none());
    // A line that nobody knows is told as its stream.
    let stream = seen(&form, &state, &[("category", "a")], "", 0).unwrap();
    assert_eq!((stream.level, stream.ahead, stream.queue.code(1)), (LineLevel::Stream, 2.0, Some(0)));
    assert_eq!(stream.queue.known().count(), 1);
}

#[test]
fn a_week_later_the_place_is_that_of_the_day_of_the_count() {
    let (form, state) = (form_with_turns(), state());
    for days in 0..=7 {
        let line = seen(&form, &state, &OLD, "", days).unwrap();
        assert_eq!((line.day, line.ahead), (day(0), 2.0));
    }
    assert_eq!(seen(&form, &state, &OLD, "", 8), Err(NotInLine::OtherDay(day(0))));
    assert_eq!(
        seen(&form, &state, &OLD, "", -1),
        Err(NotInLine::OtherDay(day(0))),
        "that would be the future"
    );
}

#[test]
fn who_does_not_wait_in_order_is_not_told_a_place() {
    let (form, state) = (form_with_turns(), state());
    for (actions, why) in [
        ("rfe_sent", NotInLine::HadTurn),
        ("urgent", NotInLine::OutOfOrder),
        ("urgent rfe_sent", NotInLine::HadTurn),
        ("on_hold", NotInLine::NotWaiting),
        ("approved", NotInLine::NotWaiting),
        ("rejected", NotInLine::NotWaiting),
    ] {
        assert_eq!(seen(&form, &state, &OLD, actions, 0), Err(why), "{actions}");
    }
    assert!(seen(&form, &state, &OLD, "notice bio_taken", 0).is_ok());
}

#[test]
fn without_a_line_or_its_attributes_there_is_no_place() {
    let (form, state) = (form_with_turns(), state());
    assert_eq!(seen(&form, &state, &[], "", 0), Err(NotInLine::UnknownLine));
    assert_eq!(seen(&form, &state, &[("center", "OLD")], "", 0), Err(NotInLine::UnknownLine));
    let mut spec = form.spec().clone();
    spec.line = None;
    let without = spec.check().unwrap();
    assert_eq!(seen(&without, &state, &OLD, "", 0), Err(NotInLine::NoLine));
    let mut never = parts();
    never.turns = 0;
    never.form.flow.turns = [0; 3];
    let never = QueueState::new(never).unwrap();
    assert_eq!(seen(&form, &never, &OLD, "", 0), Err(NotInLine::NoLine));
}

#[test]
fn who_is_ready_has_a_place_in_the_second_line_too() {
    let (form, state) = (form_with_turns(), state());
    let line = seen(&form, &state, &OLD, "ready", 0).unwrap();
    assert_eq!(line.ready.unwrap().ahead, 3.0, "all three of the office were received before");
    assert_eq!(seen(&form, &state, &OLD[..2], "ready", 0).unwrap().ready, None, "the office is not known");
    assert_eq!(seen(&form, &state, &OLD, "ready visit_scheduled", 0).unwrap().ready, None);
}

#[test]
fn older_cases_may_be_ahead_where_the_head_is_out_of_view() {
    let mut parts = parts();
    parts.first_receipts = [70, 49];
    let form = form_with_turns();
    let line = |parts| seen(&form, &QueueState::new(parts).unwrap(), &OLD, "", 0).unwrap();
    assert!(line(parts.clone()).may_have_unseen_ahead, "49 of 100");
    parts.first_receipts = [70, 50];
    assert!(!line(parts).may_have_unseen_ahead);
}

#[test]
fn a_pace_is_told_where_it_differs_and_a_burst_is_called_one() {
    let form = form_with_turns();
    let pace = |turns: [u32; 3], observed: u32| {
        let mut parts = parts();
        parts.observed_days = observed;
        parts.turns = 20_000;
        for line in parts.streams.iter_mut().chain([&mut parts.form]) {
            line.flow.turns = turns;
        }
        seen(&form, &QueueState::new(parts).unwrap(), &OLD, "", 0).unwrap().pace_change()
    };
    // The usual four weeks have 2,800 of 9,100 turns.
    assert_eq!(pace([2_800, 9_100, 9_100], 400), None);
    assert_eq!(pace([3_000, 9_100, 9_100], 400), None);
    assert!(
        matches!(pace([3_304, 9_100, 9_100], 400), Some(PaceChange::Faster(share)) if (share - 0.18).abs() < 1e-3)
    );
    assert!(
        matches!(pace([2_296, 9_100, 9_100], 400), Some(PaceChange::Slower(share)) if (share - 0.18).abs() < 0.01)
    );
    assert_eq!(pace([7_000, 9_100, 9_100], 400), Some(PaceChange::Burst));
    assert_eq!(pace([7_000, 9_100, 9_100], 60), None, "three months cannot be told");
}
