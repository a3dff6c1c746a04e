//! What every estimate promises, for any form, any curves and any case.

use model::{
    Action, AppointmentState, AsOf, Case, CaseView, CohortKey, Consequence, Curve, DAYS_PER_YEAR, Day, Days,
    Estimate, Features, LEVELS, MilestoneState, Moment, NextStep, Quantiles, Queue, RequestState, Stamp,
    Status, TimeScale, TimelineStep, appointments, order_within_day, requests, tasks, timeline,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::small_curves::{cohort, event, predicted, predictor, set};
use crate::small_form::{are_quantiles, small_form};
use crate::worlds::{self, World, world};

/// Enough to meet every kind of form and case, in a few seconds. A failure prints its smallest example.
fn config() -> ProptestConfig {
    ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() }
}

fn days() -> impl Strategy<Value = Day> {
    (-25_567_i64..=84_005).prop_map(|day| Day::from_epoch_days(day).unwrap())
}

fn moments() -> impl Strategy<Value = Moment> {
    const DAY: i64 = 86_400_000_000;
    (-25_567 * DAY..84_006 * DAY).prop_map(|micros| Moment::from_epoch_micros(micros).unwrap())
}

fn stamps() -> impl Strategy<Value = Stamp> {
    prop_oneof![days().prop_map(Stamp::Day), moments().prop_map(Stamp::Moment)]
}

/// The estimate and the timeline, as an output would show them.
fn answer<'a>(world: &'a World, case: &Case) -> (Estimate<'a>, Vec<TimelineStep>) {
    let view = CaseView::new(world.model.form(), case, world.as_of);
    let estimate = world.model.estimate(&view);
    let steps = timeline(world.model.form(), &view, estimate.next_step.map(|step| step.milestone));
    (estimate, steps)
}

/// The days until the next step that is the decision with some probability, at the level that a decision at another level
/// has to keep to: of those who have completed a step by then, at most so many have completed another one.
fn bound_on_decision(step: &Quantiles, probability: f32, level: f64) -> Option<f32> {
    let needed = level + 1.0 - f64::from(probability) + 1e-6;
    LEVELS.iter().position(|&level| level >= needed).map(|index| step.days()[index])
}

/// The decision of a case that has waited so many days, by one curve for all cases.
fn decided_by(curve: &Curve, waited: f64) -> Quantiles {
    let form = small_form();
    let all = || cohort(CohortKey::all(), curve.clone(), &[(event(&form, "decision"), 1.0)]);
    let [exits, decisions] = [(); 2].map(|()| set(TimeScale::InState, vec![all()]));
    let (start, waited) = (form.start().into(), Days::new(waited).unwrap());
    let features = Features {
        state: start,
        queue: Queue::default(),
        since_receipt: waited,
        in_state: waited,
        last_step: start,
        since_last_step: waited,
        is_reopened: false,
        on_entry: false,
        covariates: model::Covariates::default(),
    };
    predicted(&predictor(&form, exits, None, decisions), &features).decision.unwrap().time
}

/// One event has one time, and every time is one that a person may be told.
fn keeps_its_promises(world: &World, estimate: &Estimate<'_>) -> Result<(), TestCaseError> {
    let (decision, next) = (estimate.decision, estimate.next_step);
    for time in decision.map(|it| it.time).iter().chain(next.map(|it| it.time).iter()) {
        prop_assert!(are_quantiles(time), "{time:?}");
    }
    prop_assert_eq!(estimate.status == Status::Estimated, decision.is_some());
    prop_assert!(estimate.status != Status::Estimated || next.is_some());
    if let Some(next) = next {
        prop_assert!((0.0..=1.0).contains(&next.probability), "{}", next.probability);
    }
    let (Some(decision), Some(next)) = (decision, next) else { return Ok(()) };
    prop_assert!(decision.basis.events <= decision.basis.n);
    let is_decision = next.milestone == world.model.form().decision();
    for (index, &level) in LEVELS.iter().enumerate() {
        let days = decision.time.days()[index];
        prop_assert!(next.time.days()[index] <= days, "the step is later than the decision at {level}");
        let bound = bound_on_decision(&next.time, next.probability, level).filter(|_| is_decision);
        prop_assert!(bound.is_none_or(|bound| days <= bound), "{days} days at {level}, not {bound:?}");
    }
    if world.longest <= 3_650.0 {
        let years = f64::from(decision.time.at(0.5)) / DAYS_PER_YEAR;
        prop_assert!(years < 40.0, "{years} years");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_estimate_keeps_its_promises(world in world()) {
        let (estimate, _) = answer(&world, &world.case);
        keeps_its_promises(&world, &estimate)?;
        prop_assert!(estimate.next_step.is_none() || matches!(estimate.status, Status::Estimated | Status::Decided));
    }

    #[test]
    fn an_estimate_of_an_unseen_time_keeps_its_promises(world in world(), gap in 0.0_f64..400.0, on_entry in any::<bool>()) {
        let form = world.model.form();
        let view = CaseView::new(form, &world.case, world.as_of);
        let queue = world.model.schema().queue_of(|name| view.attribute(name));
        let now = world.as_of.moment();
        let seen = Moment::from_epoch_micros(now.epoch_micros() - (gap * 86_400e6) as i64).unwrap();
        let features = Features::at(view.progress(), queue, seen);
        let features = if on_entry { features.on_entry() } else { features };
        let estimate = world.model.estimate_of(view.progress(), &features, seen, now);
        keeps_its_promises(&world, &estimate)?;
        // What the history can show passes while nobody sees the case.
        let then = world.model.estimate_of(view.progress(), &features, seen, seen);
        prop_assert_eq!(estimate.decision.is_some(), then.decision.is_some());
        if let (Some(now), Some(then)) = (estimate.decision, then.decision) {
            let left = (then.known_for.get() - gap).max(0.0);
            prop_assert!((now.known_for.get() - left).abs() < 1e-6);
        }
    }

    #[test]
    fn a_case_has_an_outcome_exactly_while_a_decision_stands(world in world()) {
        let form = world.model.form();
        let view = CaseView::new(form, &world.case, world.as_of);
        let progress = view.progress();
        prop_assert_eq!(progress.outcome().is_some(), progress.decided_at().is_some());
        prop_assert!(progress.revoked_at().is_none() || progress.decided_at().is_some());
        prop_assert!(progress.pending_since_reopening().is_none() || progress.decided_at().is_none());
        prop_assert!(!(progress.is_rejected() && progress.reopened_at().is_some()));
        let reopening = view.seen().iter().rposition(|seen| seen.observed.consequence == Consequence::Reopened);
        // What follows a mere date happened after the end of that day, whatever its time of day.
        let up_to_then = reopening.map(|position| &view.seen()[..=position]);
        let reopened = up_to_then.and_then(|seen| seen.iter().map(|seen| seen.action.at.moment()).max());
        prop_assert_eq!(reopened, progress.reopened_at());
        for asked in requests(form, &view) {
            prop_assert_eq!(asked.answered.is_some(), asked.state == RequestState::Answered);
            prop_assert!(asked.due <= asked.due_by_mail && world.as_of.sees(asked.sent.moment()));
        }
        for task in tasks(&view) {
            // Within one day, a time of day is neither before nor after a mere date.
            prop_assert!(task.ended.is_none_or(|ended| !ended.is_before(task.since)));
        }
        for visit in appointments(form, &view) {
            prop_assert_eq!(visit.kept.is_some(), visit.state == AppointmentState::Kept);
        }
    }

    #[test]
    fn an_appointment_ahead_is_the_next_step_whatever_the_curves_say(world in world()) {
        let view = CaseView::new(world.model.form(), &world.case, world.as_of);
        let now = world.as_of.moment();
        let ahead = view.progress().appointment_ahead(world.model.form(), now);
        let (estimate, _) = answer(&world, &world.case);
        if let (Some((visit, day)), Some(next)) = (ahead, estimate.next_step) {
            prop_assert_eq!(next.milestone, world.model.form().kept_milestone(visit));
            let days = day.moment().since(now).at_least_zero().get() as f32;
            prop_assert!(next.time.days().iter().all(|time| *time == days));
        }
        // A step that is not needed comes next only where such cases were never seen to go on to another.
        let not_needed = |step: &NextStep| view.progress().is_not_needed(step.milestone);
        if ahead.is_none() && estimate.next_step.is_some_and(|step| not_needed(&step)) {
            let queue = world.model.schema().queue_of(|name| view.attribute(name));
            let features = Features::at(view.progress(), queue, now);
            let is_needed = |milestone| !view.progress().is_not_needed(milestone);
            let needed = world.model.predictor().predict(&features, estimate.decision.is_some(), is_needed);
            prop_assert!(needed.is_none());
        }
    }

    #[test]
    fn a_day_in_its_order_stays_in_its_order(world in world(), codes in prop::collection::vec(any::<Index>(), 0..7)) {
        let form = world.model.form();
        let before = *CaseView::new(form, &world.case, world.as_of).progress();
        let rules: Vec<_> = codes.iter().map(|code| form.rule(&world.codes[code.index(world.codes.len())])).collect();
        let order = order_within_day(form, &before, &rules);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        prop_assert!(sorted.into_iter().eq(0..rules.len()), "{order:?}");
        let put: Vec<_> = order.iter().map(|&position| rules[position]).collect();
        prop_assert!(order_within_day(form, &before, &put).is_sorted(), "{put:?}");
        // Actions alike keep the order of the record.
        for (place, &position) in order.iter().enumerate() {
            let later = &order[place + 1..];
            prop_assert!(later.iter().all(|&other| rules[other] != rules[position] || other > position));
        }
    }

    #[test]
    fn what_happens_later_changes_nothing(world in world(), later in worlds::later_actions()) {
        let mut case = world.case.clone();
        for (code, days, position) in later {
            let code = world.codes[code.index(world.codes.len())].clone();
            let at = Stamp::Day(world.as_of.day().plus(days));
            case.actions.insert(position.index(case.actions.len() + 1), Action::new(code, at));
        }
        prop_assert_eq!(answer(&world, &case), answer(&world, &world.case));
    }

    #[test]
    fn an_attribute_that_the_model_does_not_know_changes_nothing(world in world(), value in ".{0,20}") {
        let mut case = world.case.clone();
        case.attributes.insert(0, ("unheard of".to_owned(), value));
        prop_assert_eq!(answer(&world, &case), answer(&world, &world.case));
    }

    #[test]
    fn actions_are_told_in_any_order_but_for_ties(world in world(), order in any::<u64>()) {
        let mut told = world.case.clone();
        let mut random = order | 1;
        for last in (1..told.actions.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            told.actions.swap(last, (random >> 33) as usize % (last + 1));
        }
        let (estimate, steps) = answer(&world, &told);
        let mut moments: Vec<Moment> = told.actions.iter().map(|action| action.at.moment()).collect();
        moments.sort();
        if moments.windows(2).all(|two| two[0] < two[1]) {
            prop_assert_eq!((estimate, steps), answer(&world, &world.case));
        }
    }

    #[test]
    fn a_timeline_shows_every_milestone_that_can_still_come_once(world in world()) {
        let (estimate, steps) = answer(&world, &world.case);
        let form = world.model.form();
        let shown: Vec<_> = steps.iter().map(|step| step.milestone).collect();
        let all: Vec<_> = form.milestone_ids().collect();
        let before: Vec<_> = all.iter().copied().filter(|&id| !form.is_after_decision(id)).collect();
        match estimate.status {
            Status::RejectedAtIntake => prop_assert!(shown.is_sorted() && shown.contains(&form.start())),
            // A case that was closed has nothing after its decision.
            Status::Decided => prop_assert!(shown == all || (shown == before && estimate.next_step.is_none())),
            _ => prop_assert_eq!(&shown, &all),
        }
        let current: Vec<_> = steps.iter().filter(|step| step.place == MilestoneState::Current).collect();
        prop_assert!(current.len() <= 1);
        let waited_for = estimate.next_step.map(|step| step.milestone);
        prop_assert_eq!(current.first().map(|step| step.milestone), waited_for);
        // A case that is pending has no decision behind it, and one that is decided has none ahead.
        let decision = steps.iter().find(|step| step.milestone == form.decision()).map(|step| step.place);
        let Some(decision) = decision else { return Ok(()) };
        match estimate.status {
            Status::Decided => prop_assert!(!matches!(decision, MilestoneState::Ahead | MilestoneState::Maybe), "{decision:?}"),
            Status::RejectedAtIntake => {}
            _ => prop_assert!(!matches!(decision, MilestoneState::Done(_) | MilestoneState::NotReported), "{decision:?}"),
        }
    }

    #[test]
    fn a_golden_case_is_answered_alike_at_once(world in world()) {
        let golden = world.model.answer(&world.case, world.as_of);
        let bytes = model::artifact::encode(&world.model.clone().with_golden(vec![golden])).unwrap();
        let read = model::artifact::decode(&bytes).unwrap();
        prop_assert_eq!(read.model.check_golden(), Ok(()));
    }

    #[test]
    fn quantiles_are_where_the_curve_has_fallen_to_their_level(
        gaps in prop::collection::vec((0.0_f32..200.0, 0.0_f32..2.0), 1..8),
        tail in 1e-3_f32..0.2,
        waited in 0.0_f64..1500.0,
    ) {
        let (mut times, mut hazards) = (vec![0.0_f32], vec![0.0_f32]);
        for (days, more) in gaps {
            // A short gap is a jump.
            times.push(times[times.len() - 1] + if days < 30.0 { 0.0 } else { days });
            hazards.push(hazards[hazards.len() - 1] + more);
        }
        let survival = hazards.into_iter().map(|hazard| (-hazard).exp()).collect();
        let curve = Curve::new(times, survival, tail).unwrap();
        let quantiles = decided_by(&curve, waited);
        let left = |days: f64| curve.survival(waited + days) / curve.survival(waited);
        for (level, &days) in LEVELS.into_iter().zip(quantiles.days()) {
            let (days, near) = (f64::from(days), 1e-3 + 1e-6 * waited);
            // Beyond the last knot the curve is taken as linear between a few points.
            prop_assert!(left(days + near) <= 1.0 - level + 0.01, "{level}: {days} days");
            prop_assert!(days < near || left(days - near) >= 1.0 - level - 0.01, "{level}: {days} days");
        }
    }

    #[test]
    fn survival_between_quantiles_falls(numbers in prop::array::uniform19(0.0_f32..500.0), first in -10.0..600.0) {
        let quantiles = Quantiles::from_days(numbers);
        prop_assert!(are_quantiles(&quantiles));
        let mut before = 1.0;
        for step in 0..200 {
            let survival = quantiles.survival(first + f64::from(step) * 3.0);
            prop_assert!((0.0..=before + 1e-12).contains(&survival), "{survival} after {before}");
            before = survival;
        }
    }

    #[test]
    fn quantiles_of_anything_but_infinity_are_quantiles(bits in prop::array::uniform19(any::<u32>())) {
        let finite = bits.map(f32::from_bits).map(|day| if day.is_infinite() { -1.0 } else { day });
        prop_assert!(are_quantiles(&Quantiles::from_days(finite)));
    }

    #[test]
    fn days_and_moments_are_the_same_after_a_round_trip(day in days(), moment in moments(), stamp in stamps()) {
        prop_assert_eq!(Day::parse(&day.to_string()), Ok(day));
        prop_assert_eq!(Day::from_epoch_days(i64::from(day.epoch_days())), Ok(day));
        let (year, month, of_month) = day.year_month_day();
        prop_assert_eq!(format!("{year:04}-{month:02}-{of_month:02}"), day.to_string());
        prop_assert_eq!(Stamp::parse(&moment.to_string()), Ok(Stamp::Moment(moment)));
        prop_assert_eq!(Moment::from_epoch_micros(moment.epoch_micros()), Ok(moment));
        prop_assert_eq!(Stamp::parse(&stamp.to_string()), Ok(stamp));
        prop_assert_eq!(AsOf::parse(&stamp.to_string()), Ok(AsOf::new(stamp)));
        let json = serde_json::to_string(&stamp).unwrap();
        prop_assert_eq!(serde_json::from_str::<Stamp>(&json).unwrap(), stamp);
    }

    #[test]
    fn a_day_is_over_at_its_end(day in days(), moment in moments(), other in days()) {
        let of_moment = Stamp::Moment(moment).day();
        let before = of_moment.plus(-1);
        prop_assert!(moment <= of_moment.end() && (moment > before.end() || before == of_moment));
        prop_assert_eq!(AsOf::new(Stamp::Day(day)).sees(other.end()), other <= day);
        prop_assert_eq!(day.end().since(other.end()).get(), f64::from(day.since(other)));
        prop_assert_eq!(other.plus(day.since(other)), day);
    }

    #[test]
    fn what_is_read_as_a_date_is_one(text in "[0-9T:Z+. -]{0,12}|[12][0-9]{3}-[01][0-9]-[0-3][0-9]|.{0,40}") {
        if let Ok(day) = Day::parse(&text) {
            prop_assert_eq!(day.to_string(), text.clone());
        }
        if let Ok(stamp) = Stamp::parse(&text) {
            prop_assert_eq!(Stamp::parse(&stamp.to_string()), Ok(stamp));
        }
    }
}
