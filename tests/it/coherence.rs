//! One event has one time, in what real models say of cases of any kind; and to say it takes no memory but the stack.
//!
//! Models of the bundled history and of a simulated one answer generated cases: any actions of the form in any order, values of
//! attributes that are known, unknown or missing, and waits of up to 40 years. `cargo test --release --workspace --test it coherence
//! -- --nocapture` prints what was found.

use std::collections::BTreeSet;
use std::path::Path;

use data::{History, forms};
use model::{
    Action, AsOf, Case, CaseView, Cohort, Day, Estimate, Event, Features, FormModel, LEVELS, Moment,
    Predictor, Quantiles, Stamp,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use simulation::{Scenario, Simulation};
use training::fit;

/// The longest median that an estimate may have, in days.
const LONGEST: f32 = 40.0 * model::DAYS_PER_YEAR as f32;
/// What the 19 quantiles and the numerical integral may cost, as a probability.
const TOLERANCE: f64 = 0.01;

/// A case of the model's form and the time at which it is seen.
fn case(model: &FormModel, random: &mut Pcg64Mcg) -> (Case, AsOf) {
    let form = model.form();
    let codes: Vec<&str> = form.rules().map(|(code, _)| code).chain(["never_listed"]).collect();
    let as_of = model.training().as_of;
    let by_day = random.random::<f64>() < 0.5;
    let ago = |days: f64| {
        let micros = as_of.moment().epoch_micros() - (days * 86_400e6) as i64;
        let moment = Moment::from_epoch_micros(micros).unwrap();
        if by_day { Stamp::Day(moment.day()) } else { Stamp::Moment(moment) }
    };
    let waited = 10_f64.powf(4.165 * random.random::<f64>()) - 1.0;
    let mut times: Vec<f64> =
        (0..random.random_range(0..7)).map(|_| waited * random.random::<f64>().powi(2)).collect();
    times.sort_by(|a, b| b.total_cmp(a));
    let mut actions = Vec::new();
    for days in times {
        let code = codes[random.random_range(0..codes.len())];
        let ends = form.rule(code).is_some_and(|rule| {
            let decides =
                matches!(rule.effect, model::Effect::Reaches(milestone) if milestone == form.decision());
            decides || matches!(rule.effect, model::Effect::Rejects | model::Effect::Pauses(_))
        });
        if ends && random.random::<f64>() < 0.8 {
            continue;
        }
        let mut action = Action::new(code, ago(days));
        action.scheduled_for =
            (random.random::<f64>() < 0.2).then(|| ago(60.0 - 120.0 * random.random::<f64>()));
        actions.push(action);
    }
    let value = |values: &[String], random: &mut Pcg64Mcg| match random.random_range(0..8) {
        0 => None,
        1 => Some("never seen".to_owned()),
        _ => Some(values[random.random_range(0..values.len())].clone()),
    };
    let attributes = model.schema().queue.iter().filter_map(|attribute| {
        value(&attribute.values, random).map(|value| (attribute.name.clone(), value))
    });
    let attributes = attributes.collect();
    (Case { received: ago(waited), attributes, actions }, as_of)
}

/// The probability that a case that has waited leaves its cohort by an event within some days, from the curve of the cohort alone.
fn leaves_by(cohort: &Cohort, event: Event, waited: f64, days: f64) -> f64 {
    let Some(cause) = cohort.causes.iter().find(|cause| cause.event == event) else { return 0.0 };
    let (times, survival) = (cohort.curve.times(), cohort.curve.survivals());
    let until = waited + days;
    let mut reached = 0.0;
    for (knot, &share) in cause.shares.iter().enumerate() {
        let [from, to] = [knot, knot + 1].map(|knot| f64::from(times[knot]));
        let lost = f64::from(survival[knot]) - f64::from(survival[knot + 1]);
        let part = if to > from {
            ((to.min(until) - from.max(waited)) / (to - from)).max(0.0)
        } else {
            f64::from(u8::from(from > waited && from <= until))
        };
        reached += f64::from(share) * lost * part;
    }
    let end = cohort.curve.end();
    let in_tail = cohort.curve.survival(waited.max(end)) - cohort.curve.survival(until.max(end));
    reached += f64::from(cause.tail_share) * in_tail;
    reached / cohort.curve.survival(waited)
}

/// The probability that the event has come by a time, a little later for rounding.
fn reached(quantiles: &Quantiles, days: f32) -> f64 {
    let count = quantiles.days().iter().filter(|&&quantile| quantile <= days * 1.0001 + 1e-3).count();
    count as f64 / (LEVELS.len() + 1) as f64
}

fn features(model: &FormModel, seen: &CaseView<'_>) -> Features {
    let queue = model.schema().queue_of(|name| seen.attribute(name));
    Features::at(seen.progress(), queue, seen.as_of().moment())
}

/// What is wrong with an estimate of a pending case, if anything is.
fn fault(model: &FormModel, seen: &CaseView<'_>, estimate: &Estimate<'_>) -> Option<&'static str> {
    let (decision, step) = (estimate.decision?, estimate.next_step?);
    let (late, early) = (decision.time.days(), step.time.days());
    let all = || late.iter().chain(early);
    if all().any(|days| !days.is_finite() || *days < 0.0) {
        return Some("a quantile is not a time");
    }
    if !late.is_sorted() || !early.is_sorted() {
        return Some("quantiles fall");
    }
    if late.iter().zip(early).any(|(late, early)| late < early) {
        return Some("the decision is sooner than the next step");
    }
    if decision.time.at(0.5) > LONGEST {
        return Some("a median above 40 years");
    }
    let probability = f64::from(step.probability);
    if !(0.0..=1.0).contains(&probability) {
        return Some("a label is not a probability");
    }
    // Whenever a step has come, it was the decision or another one.
    if step.milestone == model.form().decision() {
        let other = 1.0 - probability;
        let least = |level: f64| level - other - 0.05 - 1e-6;
        if LEVELS.iter().zip(early).any(|(&level, &days)| reached(&decision.time, days) < least(level)) {
            return Some("the next step is the decision, and the decision is later");
        }
    }
    // An appointment ahead holds the decision back, whatever the curves say.
    if seen.progress().appointment_ahead(model.form(), seen.as_of().moment()).is_some() {
        return None;
    }
    let features = features(model, seen);
    // The hazards that answer for the exits have no such part.
    let Predictor::CohortCurves(curves) = model.predictor() else { return None };
    let exits = curves.exits();
    let own = exits.smallest(features.state, features.queue).map(|cohort| (cohort, features));
    let (cohort, seen) = own.unwrap_or_else(|| {
        let seen = features.in_last_step();
        (exits.smallest(seen.state, seen.queue).unwrap_or(exits.all()), seen)
    });
    let waited = exits.time_scale().waited(&seen).get();
    let directly = |days: f64| leaves_by(cohort, Event::Step(model.form().decision()), waited, days);
    let later = |(level, days): (&f64, &f32)| directly(f64::from(*days) * 0.999 - 1e-3) > level + TOLERANCE;
    LEVELS.iter().zip(late).any(later).then_some("cases are decided from their state sooner than that")
}

/// What a sweep found.
#[derive(Debug, Default)]
struct Found {
    cases: usize,
    faults: Vec<String>,
    longest: f32,
    beyond_ten_years: usize,
    states: BTreeSet<usize>,
    /// The cases with an estimate that allocated memory.
    allocated: usize,
}

/// Cases with more actions may allocate for the list of them.
const MOST_ACTIONS: usize = 24;

/// Asks a model about so many pending cases that have an estimate.
fn sweep(model: &FormModel, cases: usize, seed: u64) -> Found {
    let (mut random, mut found) = (Pcg64Mcg::seed_from_u64(seed), Found::default());
    while found.cases < cases {
        let (case, as_of) = case(model, &mut random);
        let view = CaseView::new(model.form(), &case, as_of);
        let estimate = model.estimate(&view);
        let Some(decision) = estimate.decision else { continue };
        found.cases += 1;
        let again = allocation_counter::measure(|| {
            let view = CaseView::new(model.form(), &case, as_of);
            std::hint::black_box(model.estimate(&view));
        });
        found.allocated += usize::from(again.count_total > 0 && case.actions.len() <= MOST_ACTIONS);
        found.longest = found.longest.max(decision.time.at(0.5));
        found.beyond_ten_years += usize::from(decision.time.at(0.5) > LONGEST / 4.0);
        found.states.insert(view.progress().state().index());
        if let Some(fault) = fault(model, &view, &estimate) {
            let actions: Vec<String> =
                case.actions.iter().map(|action| format!("{} {}", action.code, action.at)).collect();
            let about = (model.form().name(), case.received, &case.attributes, actions);
            found.faults.push(format!("seed {seed}, case {}: {fault}: {about:?}, {estimate:?}", found.cases));
        }
    }
    found
}

fn must_be_coherent(model: &FormModel, cases: usize) {
    let found = sweep(model, cases, 20_260_101);
    println!(
        "{}: {} cases, {} faults, longest median {:.0} days, {:.1}% of medians above ten years",
        model.form().name(),
        found.cases,
        found.faults.len(),
        found.longest,
        100.0 * found.beyond_ten_years as f64 / cases as f64
    );
    assert!(found.faults.is_empty(), "{} of {}: {}", found.faults.len(), found.cases, found.faults[0]);
    assert_eq!(found.allocated, 0, "estimates that allocate, of {}", found.cases);
    assert!(found.states.len() * 2 > model.form().milestones().len(), "{:?}", found.states);
}

#[test]
fn models_of_the_bundled_history_give_one_event_one_time() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/history/uscis-fy22");
    let history = History::read(&folder, forms::bundled().unwrap()).unwrap();
    for form in ["I-130", "I-131"] {
        let model = fit(history.view_at(AsOf::parse("2022-06-30").unwrap()), form).unwrap();
        must_be_coherent(&model, 10_000);
    }
}

#[test]
fn models_of_a_simulated_history_give_one_event_one_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("simulated");
    let scenario =
        Scenario::open("default").and_then(|all| all.extracted_at(Day::parse("2024-03-31").unwrap()));
    let simulation = Simulation { seed: 11, cases: 20_000, threads: 2, oracle: None };
    simulation::simulate(&scenario.unwrap(), &simulation, &folder).unwrap();
    let history = History::read(&folder, forms::bundled().unwrap()).unwrap();
    for form in history.forms() {
        let model = fit(history.view_at(AsOf::new(history.extracted_on())), form).unwrap();
        must_be_coherent(&model, 3_000);
    }
}
