//! One event has one time: the decision that is composed of exits and decisions has its exact distribution, on every clock.

use model::{
    Action, AsOf, Case, CaseView, CohortKey, Curve, Estimate, Event, FeatureSchema, Features, FormDefinition,
    FormModel, LEVELS, Predictor, Quantiles, Queue, QueueAttribute, Stamp, TimeScale, artifact,
};

use crate::small_curves::{
    at_once, between, cohort, event, gradual, in_state, model, on_day, predicted, predictor, queue, set,
};
use crate::small_form::{
    appointment, attribute, day, milestone, pause, request, spec, status, training, words,
};

const SCALES: [TimeScale; 2] = [TimeScale::InState, TimeScale::SinceReceipt];

/// Receipt, a check that may have an appointment, and a decision; two kinds of requests, and two queue attributes.
fn form() -> FormDefinition {
    let mut form = spec(vec![
        milestone("received", "received", ""),
        milestone("check", "checked", "received"),
        milestone("decision", "approved denied", "received check"),
    ]);
    form.attributes = vec![attribute("office", true), attribute("kind", true)];
    let mut reopened = status("reopened", "reopened");
    reopened.reopens = true;
    let answered = status("answered", "rfe_response");
    form.statuses =
        vec![status("asked", "rfe_sent noid_noir"), answered, status("review", "reviewed"), reopened];
    form.pauses = vec![pause("hold", "held", "lifted"), pause("court", "sued", "judged")];
    form.requests =
        vec![request("letter", "rfe_sent", "rfe_response"), request("intent", "noid_noir", "noid_response")];
    form.appointments = vec![appointment("visit", "invited", "check")];
    form.notices = words("invited noid_response");
    form.check().unwrap()
}

/// So many days after the receipt.
fn on(days: i32) -> Stamp {
    Stamp::Day(day("2022-01-01").plus(days))
}

fn case(actions: &[(&str, i32)]) -> Case {
    let actions = actions.iter().map(|&(code, days)| Action::new(code, on(days))).collect();
    Case { received: on(0), attributes: Vec::new(), actions }
}

fn estimate<'a>(model: &'a FormModel, case: &Case, at: i32) -> Estimate<'a> {
    model.estimate(&CaseView::new(model.form(), case, AsOf::new(on(at))))
}

fn features(form: &FormDefinition, actions: &[(&str, i32)], at: i32) -> Features {
    let (case, as_of) = (case(actions), AsOf::new(on(at)));
    Features::at(CaseView::new(form, &case, as_of).progress(), Queue::default(), as_of.moment())
}

/// The decision and the next step of a case with these actions so many days after its receipt.
fn times(model: &FormModel, actions: &[(&str, i32)], at: i32) -> [Quantiles; 2] {
    let estimate = estimate(model, &case(actions), at);
    [estimate.decision.unwrap().time, estimate.next_step.unwrap().time]
}

/// Checks quantiles against the exact ones, up to some days.
fn check_days(time: &Quantiles, within: f64, exact: impl Fn(f64) -> f64) {
    for (level, &days) in LEVELS.into_iter().zip(time.days()) {
        let exact = exact(level);
        assert!((f64::from(days) - exact).abs() <= within, "{level}: {days} days, not {exact}; {time:?}");
    }
}

/// Checks quantiles against the exact probability that the event has come, up to half of the smallest part that is counted.
fn check_probability(time: &Quantiles, exact: impl Fn(f64) -> f64) {
    for (level, &days) in LEVELS.into_iter().zip(time.days()) {
        let reached = exact(f64::from(days));
        assert!((reached - level).abs() <= 0.05 + 1e-6, "{level}: {reached} after {days} days; {time:?}");
    }
}

/// A model of one way: from `received` to the decision by a curve. The decisions from there are not asked.
fn decided_by(form: &FormDefinition, time_scale: TimeScale, curve: &Curve) -> Predictor {
    let decision = [(event(form, "decision"), 1.0)];
    let exits = set(time_scale, vec![cohort(CohortKey::all(), curve.clone(), &decision)]);
    let decisions = set(time_scale, vec![cohort(CohortKey::all(), gradual(0.1), &decision)]);
    predictor(form, exits, None, decisions)
}

/// A model of cases that leave `received` by these events on one curve, and are decided from any other state on another one.
fn by_way_of(
    form: &FormDefinition,
    time_scale: TimeScale,
    (exit, events): (Curve, &[(&str, f32)]),
    decided: Curve,
) -> FormModel {
    let named: Vec<(Event, f32)> = events.iter().map(|&(name, share)| (event(form, name), share)).collect();
    let decision = [(event(form, "decision"), 1.0)];
    let all = || cohort(CohortKey::all(), decided.clone(), &decision);
    // From the receipt itself the decision takes years: nothing must ask for that.
    let direct = cohort(in_state(form, "received"), gradual(0.1), &decision);
    let exits = vec![all(), cohort(in_state(form, "received"), exit, &named)];
    let steps = set(time_scale, vec![all()]);
    model(form, predictor(form, set(time_scale, exits), Some(steps), set(time_scale, vec![all(), direct])))
}

#[test]
fn what_happens_on_one_day_for_all_has_that_day() {
    let form = form();
    for scale in SCALES {
        let model = model(&form, decided_by(&form, scale, &on_day(100.0)));
        for (waited, left) in [(0, 100.0), (10, 90.0), (90, 10.0), (99, 1.0)] {
            let estimate = estimate(&model, &case(&[]), waited);
            let step = estimate.next_step.unwrap();
            assert_eq!((step.milestone, step.probability), (form.decision(), 1.0));
            assert_eq!(step.time.days(), &[left; LEVELS.len()], "{scale:?}, {waited}");
            assert_eq!(estimate.decision.unwrap().time, step.time);
        }
    }
}

#[test]
fn who_is_past_a_jump_waits_for_the_next_one() {
    let form = form();
    let knots = vec![0.0, 100.0, 100.0, 200.0, 200.0];
    let curve = Curve::new(knots, vec![1.0, 1.0, 0.52, 0.52, 1e-12], 0.1).unwrap();
    let model = model(&form, decided_by(&form, TimeScale::InState, &curve));
    for (waited, first, last) in
        [(0, 100.0, 200.0), (60, 40.0, 140.0), (100, 100.0, 100.0), (150, 50.0, 50.0)]
    {
        for time in times(&model, &[], waited) {
            check_days(&time, 1e-3, |level| if level < 0.48 { first } else { last });
        }
    }
}

#[test]
fn a_next_step_that_is_the_decision_has_its_time_whatever_other_states_take() {
    let form = form();
    for scale in SCALES {
        let model = model(&form, decided_by(&form, scale, &gradual(1.0)));
        for waited in [0, 20, 60, 89, 90, 400] {
            let [decision, step] = times(&model, &[], waited);
            assert_eq!(decision, step, "{scale:?}, {waited}");
            assert!(decision.at(0.5) < 70.0, "{decision:?}");
        }
    }
}

#[test]
fn a_wait_far_beyond_every_curve_leaves_the_tail() {
    let form = form();
    let curve = Curve::new(vec![0.0, 1.0], vec![1.0, 0.5], 2.0).unwrap();
    for scale in SCALES {
        let alone = model(&form, decided_by(&form, scale, &curve));
        let by_check = by_way_of(&form, scale, (curve.clone(), &[("check", 1.0)]), curve.clone());
        for waited in [2, 400, 20_000] {
            for model in [&alone, &by_check] {
                check_days(&times(model, &[], waited)[1], 0.05, |level| -(1.0 - level).ln() / 2.0);
            }
            check_days(&times(&alone, &[], waited)[0], 0.05, |level| -(1.0 - level).ln() / 2.0);
        }
    }
}

#[test]
fn who_comes_to_a_step_in_the_tail_is_decided_after_it() {
    let form = form();
    let curve = Curve::new(vec![0.0, 1.0], vec![1.0, 0.5], 2.0).unwrap();
    let scale = TimeScale::SinceReceipt;
    let model = by_way_of(&form, scale, (curve.clone(), &[("check", 1.0)]), curve);
    for waited in [2, 400, 20_000] {
        // The sum of two times with a mean of half a day.
        let median = times(&model, &[], waited)[0].at(0.5);
        assert!((median - 0.839).abs() < 0.084, "{waited}: {median}");
    }
}

#[test]
fn a_status_after_which_no_step_can_come_has_a_probability() {
    let form = form();
    let named = |name: &str| event(&form, name);
    let exits = vec![cohort(CohortKey::all(), on_day(10.0), &[(named("review"), 1.0)])];
    let steps = vec![cohort(CohortKey::all(), on_day(5.0), &[(named("check"), 1.0)])];
    let decisions = vec![cohort(CohortKey::all(), on_day(20.0), &[(named("decision"), 1.0)])];
    let [exits, steps, decisions] = [exits, steps, decisions].map(|cohorts| set(TimeScale::InState, cohorts));
    let predictor = predictor(&form, exits, Some(steps), decisions);
    let new = features(&form, &[], 0);
    assert_eq!(predictor.predict(&new, true, |_| false), None);
    assert_eq!(predicted(&predictor, &new).next_step.probability, 1.0);
}

#[test]
fn a_share_that_is_decided_at_the_entry_counts_only_there() {
    let form = form();
    let decision = [(event(&form, "decision"), 1.0)];
    let all = || cohort(CohortKey::all(), between(0.0, 100.0), &decision);
    let exits = set(TimeScale::InState, vec![at_once(all(), 0.5)]);
    let predictor = predictor(&form, exits, None, set(TimeScale::InState, vec![all()]));
    let new = features(&form, &[], 0);
    assert!(new.on_entry().on_entry && !new.on_entry);
    let entering = predicted(&predictor, &new.on_entry());
    for time in [entering.decision.unwrap().time, entering.next_step.remaining.time] {
        assert_eq!(time.days()[..9], [0.0; 9]);
        check_days(&time, 1e-3, |level| (200.0 * (level - 0.5)).max(0.0));
    }
    for waited in [0, 20, 70] {
        let features = features(&form, &[], waited);
        let later = predicted(&predictor, &features).decision.unwrap().time;
        check_days(&later, 1e-3, |level| f64::from(100 - waited) * level);
        if waited > 0 {
            assert_eq!(features.on_entry(), features, "the moment of the entry is over");
        }
    }
}

#[test]
fn a_share_that_leaves_at_the_entry_for_another_state_has_the_time_from_there() {
    let form = form();
    let (check, decision) = ([(event(&form, "check"), 1.0)], [(event(&form, "decision"), 1.0)]);
    let exits = vec![
        cohort(CohortKey::all(), on_day(30.0), &decision),
        at_once(cohort(in_state(&form, "received"), on_day(20.0), &check), 0.48),
    ];
    let decisions = vec![
        cohort(CohortKey::all(), gradual(0.1), &decision),
        at_once(cohort(in_state(&form, "check"), on_day(30.0), &decision), 0.48),
    ];
    let [exits, decisions] = [exits, decisions].map(|cohorts| set(TimeScale::InState, cohorts));
    let predictor = predictor(&form, exits, None, decisions);
    // Of those who leave at once 48% are decided at once, of the others too: 23% now, 25% on day 20, 25% on 30, 27% on 50.
    let entering = predicted(&predictor, &features(&form, &[], 0).on_entry());
    check_days(&entering.next_step.remaining.time, 1e-3, |level| if level < 0.48 { 0.0 } else { 20.0 });
    check_days(&entering.decision.unwrap().time, 1e-3, |level| match level {
        ..0.23 => 0.0,
        ..0.48 => 20.0,
        ..0.73 => 30.0,
        _ => 50.0,
    });
    // Later all leave on day 20.
    let later = predicted(&predictor, &features(&form, &[], 4));
    check_days(&later.next_step.remaining.time, 1e-3, |_| 16.0);
    check_days(&later.decision.unwrap().time, 1e-3, |level| if level < 0.48 { 16.0 } else { 46.0 });
}

#[test]
fn a_decision_by_way_of_a_step_takes_the_time_to_the_step_and_from_there() {
    let form = form();
    let model = by_way_of(&form, TimeScale::InState, (between(0.0, 60.0), &[("check", 1.0)]), on_day(20.0));
    for (waited, left) in [(0, 60.0), (30, 30.0), (54, 6.0)] {
        let [decision, step] = times(&model, &[], waited);
        check_days(&step, 1e-3, |level| left * level);
        check_days(&decision, 0.05 * left + 1e-3, |level| 20.0 + left * level);
    }
    let [decision, step] = times(&model, &[("checked", 30)], 45);
    check_days(&decision, 1e-3, |_| 5.0);
    assert_eq!(decision, step);
}

#[test]
fn a_decision_by_two_ways_is_the_mixture_of_both() {
    let form = form();
    let both = [("check", 0.5), ("decision", 0.5)];
    let model = by_way_of(&form, TimeScale::InState, (between(0.0, 60.0), &both), on_day(20.0));
    let estimate = estimate(&model, &case(&[]), 0);
    let step = estimate.next_step.unwrap();
    assert!((step.probability - 0.5).abs() < 1e-6);
    check_days(&step.time, 1e-3, |level| 60.0 * level);
    check_probability(&estimate.decision.unwrap().time, |days| {
        0.5 * (days / 60.0).min(1.0) + 0.5 * ((days - 20.0) / 60.0).clamp(0.0, 1.0)
    });
    // Sooner by the decision, later by the step: the shares differ from day to day.
    let mut made = cohort(
        in_state(&form, "received"),
        between(30.0, 60.0),
        &both.map(|(name, share)| (event(&form, name), share)),
    );
    made.curve = Curve::new(vec![0.0, 30.0, 60.0], vec![1.0, 0.5, 1e-12], 0.1).unwrap();
    (made.causes[0].shares, made.causes[1].shares) = (vec![0.0, 1.0], vec![1.0, 0.0]);
    (made.causes[0].tail_share, made.causes[1].tail_share) = (1.0, 0.0);
    let decision = [(event(&form, "decision"), 1.0)];
    let all = || cohort(CohortKey::all(), on_day(20.0), &decision);
    let [exits, decisions] = [vec![all(), made], vec![all()]].map(|cohorts| set(TimeScale::InState, cohorts));
    let predictor = predictor(&form, exits, None, decisions);
    let new = predicted(&predictor, &features(&form, &[], 0)).decision.unwrap().time;
    check_days(&new, 3.0 + 1e-3, |level| if level <= 0.5 { 60.0 * level } else { 60.0 * level + 20.0 });
    let later = predicted(&predictor, &features(&form, &[], 30));
    assert_eq!(later.next_step.milestone, form.milestone_named("check").unwrap());
    check_days(&later.decision.unwrap().time, 1.5 + 1e-3, |level| 20.0 + 30.0 * level);
}

#[test]
fn on_a_clock_since_the_receipt_a_step_does_not_begin_it_again() {
    let form = form();
    let scale = TimeScale::SinceReceipt;
    let check = [("check", 1.0)];
    let exit = || (between(0.0, 60.0), &check[..]);
    for waited in [0, 30, 54] {
        let now = f64::from(waited);
        let on_day_80 = by_way_of(&form, scale, exit(), on_day(80.0));
        check_days(&times(&on_day_80, &[], waited)[0], 1e-3, |_| 80.0 - now);
        let after_all = by_way_of(&form, scale, exit(), between(60.0, 120.0));
        check_days(&times(&after_all, &[], waited)[0], 1e-3, |level| 60.0 - now + 60.0 * level);
    }
    // A case that comes to the check on day u is decided between day u and day 100.
    let meanwhile = by_way_of(&form, scale, exit(), between(0.0, 100.0));
    let [decision, step] = times(&meanwhile, &[], 0);
    check_days(&step, 1e-3, |level| 60.0 * level);
    check_probability(&decision, |days| {
        let arrived = days.min(60.0);
        let open = (60.0 - arrived) / 60.0 + (100.0 - days) / 60.0 * (100.0 / (100.0 - arrived)).ln();
        1.0 - open
    });
    check_days(&times(&meanwhile, &[("checked", 30)], 40)[0], 1e-3, |level| 60.0 * level);
}

#[test]
fn a_change_of_status_leads_to_the_step_after_it() {
    let form = form();
    let named = |name: &str| event(&form, name);
    let decision = [(named("decision"), 1.0)];
    let exits = vec![
        cohort(CohortKey::all(), on_day(20.0), &decision),
        cohort(
            in_state(&form, "received"),
            between(0.0, 60.0),
            &[(named("review"), 0.5), (named("decision"), 0.5)],
        ),
    ];
    let steps =
        vec![cohort(CohortKey::all(), on_day(5.0), &[(named("check"), 0.6), (named("decision"), 0.4)])];
    let decisions = vec![cohort(CohortKey::all(), on_day(20.0), &decision)];
    let [exits, steps, decisions] = [exits, steps, decisions].map(|cohorts| set(TimeScale::InState, cohorts));
    let model = model(&form, predictor(&form, exits, Some(steps), decisions));
    let estimate = estimate(&model, &case(&[]), 0);
    let step = estimate.next_step.unwrap();
    // Half is decided at once, and 4 in 10 of the other half after the review.
    assert_eq!(step.milestone, form.decision());
    assert!((step.probability - 0.7).abs() < 1e-5, "{}", step.probability);
    let after = |days: f64, wait: f64| ((days - wait) / 60.0).clamp(0.0, 1.0);
    check_probability(&step.time, |days| 0.5 * after(days, 0.0) + 0.5 * after(days, 5.0));
    check_probability(&estimate.decision.unwrap().time, |days| {
        0.5 * after(days, 0.0) + 0.5 * after(days, 20.0)
    });
}

#[test]
fn an_appointment_ahead_holds_the_decision_back() {
    let form = form();
    let model = model(&form, decided_by(&form, TimeScale::InState, &on_day(100.0)));
    for (at, visit, step, decision) in [(90, 120, 30.0, 30.0), (90, 95, 5.0, 10.0), (20, 20, 0.0, 80.0)] {
        let mut case = case(&[("invited", 10)]);
        case.actions[0].scheduled_for = Some(on(visit));
        let estimate = estimate(&model, &case, at);
        let next = estimate.next_step.unwrap();
        assert_eq!(form.milestone(next.milestone).id, "check");
        assert_eq!(next.time.days(), &[step; LEVELS.len()]);
        assert_eq!(estimate.decision.unwrap().time.days(), &[decision; LEVELS.len()]);
    }
}

#[test]
fn the_clock_of_a_reopened_case_goes_on_over_its_steps() {
    let form = form();
    let (check, decision) = ([(event(&form, "check"), 1.0)], [(event(&form, "decision"), 1.0)]);
    let reopened = in_state(&form, "reopened");
    for (scale, left) in [(TimeScale::InState, 30.0), (TimeScale::SinceReceipt, 50.0)] {
        // In the state of the reopening the decision comes on day 50 of it, or on day 100 since the receipt.
        let last = [on_day(50.0), on_day(100.0)][usize::from(scale == TimeScale::SinceReceipt)].clone();
        let exits = vec![
            cohort(CohortKey::all(), gradual(1.0), &decision),
            cohort(reopened, between(0.0, 40.0), &check),
        ];
        let decisions =
            vec![cohort(CohortKey::all(), gradual(0.1), &decision), cohort(reopened, last, &decision)];
        let model = model(&form, predictor(&form, set(scale, exits), None, set(scale, decisions)));
        let again = [("denied", 10), ("reopened", 30)];
        check_days(&times(&model, &again, 50)[0], 1e-3, |_| left);
        let checked = [("denied", 10), ("reopened", 30), ("checked", 40)];
        check_days(&times(&model, &checked, 50)[0], 1e-3, |_| left);
        let seen = features(&form, &checked, 50);
        assert!(seen.is_reopened && form.state(seen.state).0 == "reopened");
        assert_eq!((seen.in_state.get(), seen.since_receipt.get()), (20.0, 50.0));
        assert_eq!((seen.last_step, seen.since_last_step), (seen.state, seen.in_state));
    }
}

#[test]
fn time_on_hold_does_not_count_as_waited() {
    let form = form();
    let waited = |actions: &[(&str, i32)], at: i32| {
        let seen = features(&form, actions, at);
        (
            form.state(seen.state).0.to_owned(),
            seen.since_receipt.get(),
            seen.in_state.get(),
            seen.since_last_step.get(),
        )
    };
    for (actions, at, state, since_receipt, in_state) in [
        (&[("held", 10), ("lifted", 40)][..], 60, "received", 30.0, 30.0),
        (&[("held", 10)], 60, "received", 10.0, 10.0),
        (&[("checked", 5), ("held", 10), ("lifted", 40)], 60, "check", 30.0, 25.0),
        (&[("held", 10), ("checked", 20), ("lifted", 40)], 60, "check", 30.0, 20.0),
        (&[("held", 10), ("lifted", 40), ("checked", 50)], 60, "check", 30.0, 10.0),
        // Two pauses at once are one, and a pause may come again.
        (&[("held", 10), ("sued", 20), ("lifted", 30), ("judged", 40)], 60, "received", 30.0, 30.0),
        (&[("held", 10), ("lifted", 20), ("held", 30), ("lifted", 40)], 60, "received", 40.0, 40.0),
        (&[("held", 10), ("held", 20), ("lifted", 40)], 60, "received", 30.0, 30.0),
        (&[("lifted", 5), ("held", 10), ("lifted", 40)], 60, "received", 30.0, 30.0),
        // A decision ends a pause.
        (&[("held", 10), ("denied", 40), ("reopened", 50)], 60, "reopened", 30.0, 10.0),
    ] {
        let expected = (state.to_owned(), since_receipt, in_state, in_state);
        assert_eq!(waited(actions, at), expected, "{actions:?}");
    }
    for scale in SCALES {
        let model = model(&form, decided_by(&form, scale, &on_day(100.0)));
        for time in times(&model, &[("held", 10), ("lifted", 40)], 60) {
            assert_eq!(time.days(), &[70.0; LEVELS.len()], "{scale:?}");
        }
    }
}

#[test]
fn an_open_request_has_its_own_clock() {
    let form = form();
    let waits = |actions: &[(&str, i32)], at: i32| {
        let seen = features(&form, actions, at);
        (form.state(seen.state).0.to_owned(), seen.in_state.get())
    };
    for (actions, at, state, in_state) in [
        (&[("rfe_sent", 10)][..], 30, "asked", 20.0),
        (&[("rfe_sent", 10), ("reviewed", 20)], 30, "asked", 20.0),
        (&[("rfe_sent", 10), ("reviewed", 20), ("rfe_response", 40)], 45, "answered", 5.0),
        (&[("rfe_sent", 10), ("rfe_response", 40), ("reviewed", 50)], 60, "review", 10.0),
        // An answer that sets no status.
        (&[("noid_noir", 10), ("reviewed", 20)], 30, "asked", 20.0),
        (&[("noid_noir", 10), ("reviewed", 20), ("noid_response", 40)], 45, "review", 5.0),
        (&[("noid_noir", 10), ("noid_response", 40)], 45, "asked", 5.0),
        // Another request asks again.
        (&[("rfe_sent", 10), ("rfe_sent", 20)], 30, "asked", 10.0),
        // A step ends the wait for the answer.
        (&[("rfe_sent", 10), ("checked", 20)], 30, "check", 10.0),
        (&[("noid_noir", 10), ("checked", 20), ("noid_response", 40)], 45, "check", 25.0),
        (&[("reviewed", 10), ("rfe_sent", 20)], 30, "asked", 10.0),
    ] {
        assert_eq!(waits(actions, at), (state.to_owned(), in_state), "{actions:?}");
    }
    let decision = [(event(&form, "decision"), 1.0)];
    let all = || cohort(CohortKey::all(), gradual(1.0), &decision);
    let exits = vec![all(), cohort(in_state(&form, "asked"), on_day(100.0), &decision)];
    let [exits, decisions] = [exits, vec![all()]].map(|cohorts| set(TimeScale::InState, cohorts));
    let model = model(&form, predictor(&form, exits, None, decisions));
    for time in times(&model, &[("rfe_sent", 10), ("reviewed", 20)], 30) {
        assert_eq!(time.days(), &[80.0; LEVELS.len()]);
    }
}

#[test]
fn the_attributes_of_a_queue_may_each_be_known_or_not() {
    let some = queue(&[Some(3), None, Some(5)]);
    assert_eq!([0, 1, 2, 3, 4].map(|position| some.code(position)), [Some(3), None, Some(5), None, None]);
    assert_eq!(some.known().collect::<Vec<_>>(), [(0, 3), (2, 5)]);
    assert_eq!(some.wider(), Some(queue(&[Some(3)])));
    assert_eq!(queue(&[None, Some(5)]).wider(), Some(Queue::default()));
    assert_eq!(Queue::default().wider(), None);
    assert_eq!(some.masked(0b100), queue(&[None, None, Some(5)]));
    assert_eq!(some.masked(0b010), Queue::default());
    assert_eq!(some.masked(0b1101), some);
    let mut beyond = some;
    beyond.set(model::MAX_QUEUE_ATTRIBUTES, 1);
    assert_eq!(beyond, some);
    let form = form();
    let full = CohortKey { queue: some, ..in_state(&form, "check") };
    let chain: Vec<CohortKey> = std::iter::successors(Some(full), CohortKey::parent).collect();
    let office = CohortKey { queue: queue(&[Some(3)]), ..full };
    assert_eq!(chain, [full, office, in_state(&form, "check"), CohortKey::all()]);
}

#[test]
fn a_case_is_answered_by_the_narrowest_group_whose_attributes_are_known() {
    let form = form();
    let decision = [(event(&form, "decision"), 1.0)];
    let received = in_state(&form, "received");
    // Each group is decided on a day of its own.
    let groups = [
        (CohortKey::all(), 10.0),
        (received, 20.0),
        (CohortKey { queue: queue(&[Some(0)]), ..received }, 30.0),
        (CohortKey { queue: queue(&[Some(0), Some(0)]), ..received }, 40.0),
        (CohortKey { queue: queue(&[None, Some(0)]), ..received }, 50.0),
    ];
    let sets = [(); 2].map(|()| {
        let cohorts = groups.iter().map(|(key, days)| cohort(*key, on_day(*days), &decision));
        set(TimeScale::InState, cohorts.collect())
    });
    let [exits, decisions] = sets;
    let attribute =
        |name: &str, values: &str| QueueAttribute { name: name.to_owned(), values: words(values) };
    let schema = FeatureSchema {
        queue: vec![attribute("office", "A B"), attribute("kind", "x y")],
        ..FeatureSchema::default()
    };
    let predictor = predictor(&form, exits, None, decisions);
    let made = FormModel::new(form.clone(), schema, training(), predictor, Vec::new()).unwrap();
    let read = artifact::decode(&artifact::encode(&made).unwrap()).unwrap().model;
    assert_eq!(read.predictor(), made.predictor());
    for (attributes, group) in [
        (&[("office", "A"), ("kind", "x")][..], 3),
        (&[("kind", "x"), ("office", "A")], 3),
        (&[("office", "A"), ("kind", "y")], 2),
        (&[("office", "A"), ("kind", "never seen")], 2),
        (&[("office", "A")], 2),
        (&[("kind", "x")], 4),
        (&[("office", "never seen"), ("kind", "x")], 4),
        // The last attribute is left out first: of office B there is no group.
        (&[("office", "B"), ("kind", "x")], 1),
        (&[("office", "B")], 1),
        (&[("kind", "y")], 1),
        (&[], 1),
    ] {
        let attributes: Vec<_> =
            attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        for (actions, group) in [(&[][..], group), (&[("reviewed", 0)], group), (&[("checked", 0)], 0)] {
            let case = Case { attributes: attributes.clone(), ..case(actions) };
            for model in [&made, &read] {
                let decision = estimate(model, &case, 0).decision.unwrap();
                let (key, days) = groups[group];
                assert_eq!(decision.time.days(), &[days; LEVELS.len()], "{attributes:?}, {actions:?}");
                assert_eq!((decision.basis.queue, decision.basis.state), (key.queue, key.state));
            }
        }
    }
}
