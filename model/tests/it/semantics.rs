//! What a case's actions mean to its estimate.

use crate::small_curves::{cohort, event, gradual, in_state, predictor, queue, set};
use crate::small_form::{appointment, as_of, day, milestone, spec, stamp, status, words};
use model::{
    Action, AppointmentState, Case, CaseView, Cohort, CohortKey, Estimate, Event, Features, FormDefinition,
    FormModel, MIN_SIMILAR_CASES, MilestoneState, Status, TimeScale, appointments, order_within_day,
    timeline,
};

/// Receipt, an interview that needs an appointment, a decision, and an oath with its own.
fn form() -> FormDefinition {
    let mut decision = milestone("decision", "approved denied", "received scheduled interview");
    decision.signs = words("invited sworn");
    decision.closes = words("denied");
    let mut form = spec(vec![
        milestone("received", "received", ""),
        milestone("scheduled", "interview_scheduled", "received"),
        milestone("interview", "interview_completed", "received scheduled"),
        decision,
        milestone("invited", "invited", "decision"),
        milestone("oath", "sworn", "decision invited"),
    ]);
    let mut reopened = status("reopened", "reopened");
    reopened.reopens = true;
    form.statuses = vec![status("waived", "interview_waived"), status("asked", "rfe_sent"), reopened];
    let mut interview = appointment("interview", "interview_scheduled", "interview");
    interview.not_needed_by = words("interview_waived");
    form.appointments = vec![interview, appointment("oath", "invited", "oath")];
    form.check().unwrap()
}

/// All cases of the form, which leave for an appointment, an interview or the decision.
fn all(form: &FormDefinition) -> Cohort {
    let events = [("scheduled", 0.5), ("interview", 0.3), ("decision", 0.2)];
    let events: Vec<(Event, f32)> = events.map(|(name, share)| (event(form, name), share)).to_vec();
    cohort(CohortKey::all(), gradual(1.0), &events)
}

/// Cases that waited only for the decision. So many of them left.
fn deciding(form: &FormDefinition, key: CohortKey, events: u32) -> Cohort {
    Cohort { events, ..cohort(key, gradual(1.0), &[(event(form, "decision"), 1.0)]) }
}

/// A model that saw so many reopened cases leave.
fn model(reopened: u32) -> FormModel {
    let form = form();
    let exits = vec![all(&form), deciding(&form, in_state(&form, "reopened"), reopened)];
    let decisions = vec![deciding(&form, CohortKey::all(), 300)];
    let [exits, decisions] = [exits, decisions].map(|cohorts| set(TimeScale::InState, cohorts));
    crate::small_curves::model(&form, predictor(&form, exits, None, decisions))
}

/// A case of 2022-01-03 from words like `approved=2022-02-01` or `invited=2022-02-01>2022-03-01`.
fn case(actions: &str) -> Case {
    let action = |word: &str| {
        let (code, times) = word.split_once('=').unwrap();
        let (at, later) = times.split_once('>').map_or((times, None), |(at, later)| (at, Some(later)));
        Action { code: code.to_owned(), at: stamp(at), scheduled_for: later.map(stamp), resource: None }
    };
    let actions = actions.split_whitespace().map(action).collect();
    Case { received: stamp("2022-01-03"), attributes: Vec::new(), actions }
}

/// Status, the next step with its median, and the decision's median.
fn told(model: &FormModel, actions: &str, at: &str) -> (String, Option<(String, f32)>, Option<f32>) {
    let case = case(actions);
    let estimate = model.estimate(&CaseView::new(model.form(), &case, as_of(at)));
    let next =
        estimate.next_step.map(|step| (model.form().milestone(step.milestone).id.clone(), step.time.at(0.5)));
    (estimate.status.as_str().to_owned(), next, estimate.decision.map(|decision| decision.time.at(0.5)))
}

#[test]
fn an_appointment_ahead_is_the_next_step_on_its_day() {
    let model = model(0);
    let case = case("interview_scheduled=2022-02-01>2022-06-30");
    let view = CaseView::new(model.form(), &case, as_of("2022-02-10"));
    let estimate: Estimate<'_> = model.estimate(&view);
    let next = estimate.next_step.unwrap();
    assert_eq!(model.form().milestone(next.milestone).id, "interview");
    assert_eq!((next.probability, next.time.days()), (1.0, &[140.0; 19]));
    let decision = estimate.decision.unwrap().time;
    assert!(decision.days().iter().all(|days| *days >= 140.0), "{decision:?}");
    assert!(decision.at(0.95) > 140.0, "{decision:?}");
    let steps = timeline(model.form(), &view, Some(next.milestone));
    assert_eq!(steps[2].place, MilestoneState::Current);
}

#[test]
fn an_appointment_that_is_over_or_kept_tells_no_time() {
    let model = model(0);
    let without = told(&model, "interview_scheduled=2022-02-01", "2022-03-10");
    assert_eq!(told(&model, "interview_scheduled=2022-02-01>2022-03-09", "2022-03-10"), without);
    let today = told(&model, "interview_scheduled=2022-02-01>2022-03-10", "2022-03-10");
    assert_eq!(today.1, Some(("interview".to_owned(), 0.0)), "the day itself is not over");
    let kept = "interview_scheduled=2022-02-01>2022-03-20 interview_completed=2022-02-20";
    assert_ne!(told(&model, kept, "2022-03-10").1.unwrap().1, 10.0);
}

#[test]
fn an_oath_with_its_day_is_told_after_the_decision_and_decides_by_itself() {
    let model = model(0);
    for actions in ["approved=2022-02-01 invited=2022-02-02>2022-03-02", "invited=2022-02-02>2022-03-02"] {
        let (status, next, decision) = told(&model, actions, "2022-02-20");
        assert_eq!((status.as_str(), next, decision), ("decided", Some(("oath".to_owned(), 10.0)), None));
    }
    let denied = told(&model, "invited=2022-02-02>2022-03-02 sworn=2022-03-02", "2022-03-10");
    assert_eq!((denied.0.as_str(), denied.1), ("decided", None));
}

#[test]
fn a_step_that_is_not_needed_is_never_the_next_one() {
    let model = model(0);
    let waived = told(&model, "interview_scheduled=2022-02-01 interview_waived=2022-02-10", "2022-02-20");
    assert_eq!(waived.1.unwrap().0, "decision");
    let needed = told(&model, "interview_waived=2022-02-10 interview_scheduled=2022-02-12", "2022-02-20");
    assert_ne!(needed.1.unwrap().0, "decision", "a new notice takes the waiver back");
}

#[test]
fn a_reopened_case_is_estimated_only_by_enough_reopened_cases() {
    let reopened = "denied=2022-02-01 reopened=2022-03-01";
    for actions in [reopened, "denied=2022-02-01 reopened=2022-03-01 rfe_sent=2022-03-10"] {
        let (few, enough) = (model(MIN_SIMILAR_CASES - 1), model(MIN_SIMILAR_CASES));
        assert_eq!(told(&few, actions, "2022-04-01").0, Status::TooFewSimilarCases.as_str(), "{actions}");
        assert_eq!(told(&enough, actions, "2022-04-01").0, Status::Estimated.as_str(), "{actions}");
        let case = case(actions);
        let view = CaseView::new(enough.form(), &case, as_of("2022-04-01"));
        let (at, _) = view.progress().pending_since_reopening().unwrap();
        assert_eq!(at, day("2022-03-01").end(), "a way to state the reason");
        let basis = enough.estimate(&view).decision.unwrap().basis;
        assert_eq!(basis.state, Some(view.progress().situation().state));
    }
    let again = told(&model(0), "denied=2022-02-01 reopened=2022-03-01 approved=2022-03-20", "2022-04-01");
    assert_eq!(again.0, "decided");
    // Without a decision in the record, the case was pending all the time.
    let undecided = told(&model(0), "interview_completed=2022-02-01 reopened=2022-03-01", "2022-04-01");
    assert_eq!(undecided.0, Status::Estimated.as_str());
    let (model, case) = (model(0), case("interview_completed=2022-02-01 reopened=2022-03-01"));
    let view = CaseView::new(model.form(), &case, as_of("2022-04-01"));
    let interview = model.form().milestone_named("interview").unwrap();
    assert!(view.progress().has_reached(interview) && view.progress().reopened_at().is_none());
}

#[test]
fn reopened_cases_of_a_small_queue_are_estimated_by_those_of_all_queues() {
    let form = form();
    let reopened = in_state(&form, "reopened");
    let at_first = CohortKey { queue: queue(&[Some(0)]), ..reopened };
    for (of_state, of_queue, knows) in [
        (MIN_SIMILAR_CASES, 10, true),
        (MIN_SIMILAR_CASES, MIN_SIMILAR_CASES, true),
        (MIN_SIMILAR_CASES - 1, 10, false),
    ] {
        let exits =
            vec![all(&form), deciding(&form, reopened, of_state), deciding(&form, at_first, of_queue)];
        let decisions = vec![deciding(&form, CohortKey::all(), 300)];
        let [exits, decisions] = [exits, decisions].map(|cohorts| set(TimeScale::InState, cohorts));
        let predictor = predictor(&form, exits, None, decisions);
        let case = case("denied=2022-02-01 reopened=2022-03-01");
        let view = CaseView::new(&form, &case, as_of("2022-04-01"));
        let features = Features::at(view.progress(), at_first.queue, as_of("2022-04-01").moment());
        assert_eq!(predictor.knows_state(&features), knows, "{of_state}, {of_queue}");
    }
}

#[test]
fn a_reopening_says_of_no_appointment_that_it_is_not_needed() {
    let form = form();
    let actions =
        "approved=2022-02-01 invited=2022-02-05>2022-03-20 reopened=2022-03-01 invited=2022-03-05>2022-04-20";
    let case = case(actions);
    let view = CaseView::new(&form, &case, as_of("2022-03-10"));
    let states: Vec<_> = appointments(&form, &view).iter().map(|it| it.state).collect();
    assert_eq!(states[0], AppointmentState::Past, "{states:?}");
    assert!(!states.contains(&AppointmentState::NotNeeded), "{states:?}");
}

#[test]
fn an_appointment_with_a_time_is_ahead_until_its_day_is_over() {
    let model = model(0);
    let actions = "interview_scheduled=2022-02-10>2022-03-10T14:00:00Z";
    for (at, days) in
        [("2022-03-09", Some(0.583_333_3)), ("2022-03-10T18:00:00Z", Some(0.0)), ("2022-03-10", Some(0.0))]
    {
        let told = told(&model, actions, at);
        let (step, median) = told.1.unwrap();
        assert_eq!(step, "interview", "{at}");
        assert!(days.is_some_and(|days: f32| (median - days).abs() < 1e-4), "{at}: {median}");
    }
    assert_ne!(told(&model, actions, "2022-03-11").1.unwrap().1, 0.0);
}

#[test]
fn a_day_with_very_many_actions_keeps_the_order_of_the_record() {
    let form = form();
    let before = *CaseView::new(&form, &case("approved=2022-02-01"), as_of("2022-03-01")).progress();
    let day = |count: usize| ["invited", "reopened"].repeat(count / 2);
    let order = |count: usize| {
        let rules: Vec<_> = day(count).into_iter().map(|code| form.rule(code)).collect();
        order_within_day(&form, &before, &rules)
    };
    assert!(!order(50).is_sorted());
    assert!(order(52).is_sorted() && order(1_000).len() == 1_000);
}

#[test]
fn a_stamp_is_before_another_only_for_sure() {
    let before = |one: &str, other: &str| stamp(one).is_before(stamp(other));
    assert!(before("2022-01-01", "2022-01-02") && !before("2022-01-02", "2022-01-02"));
    assert!(!before("2022-01-02T08:00:00Z", "2022-01-02") && !before("2022-01-02", "2022-01-02T08:00:00Z"));
    assert!(before("2022-01-02T08:00:00Z", "2022-01-02T09:00:00Z"));
}
