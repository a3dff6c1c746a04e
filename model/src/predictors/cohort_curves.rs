//! Cohort curves: what similar cases went on to, and when, as curves of groups of cases.
//!
//! Three sets of curves answer together, and one event has one time by construction. The *exits* say when a case leaves
//! the state that it is in now, and to what: cause-specific hazards of competing events (Aalen and Johansen 1978) of the
//! cases that were still there after the same wait. The *decisions* say how long the decision takes from the entry into a
//! state. The decision of a case is composed of both: with f_c the density of leaving by event c, and D_c the distribution of
//! the time from the entry into the state after c to the decision,
//!
//! P(decided by t) = P(left by t, by the decision) + Σ_c ∫ f_c(u) D_c(t − u) du.
//!
//! The integral is taken at a few times u of equal probability. The *steps* do the same for the next step of cases that
//! leave by a change of status, which is not a step.

use super::cohorts::{Cohort, CohortSet, Event, Sums};
use super::few::Few;
use super::leaving::Leaving;
use super::mixture::{self, Arrival, Part};
use super::prediction::{PredictedStep, Prediction, TimeScale};
use crate::estimate::{Basis, MIN_SIMILAR_CASES, RemainingTime};
use crate::features::{FeatureSchema, Features, Queue};
use crate::form::{FormDefinition, MilestoneId};
use crate::quantiles::{LEVELS, Quantiles};
use crate::time::Days;

/// The times at which the integral over the time of leaving is taken, shared among the events by their probability.
const NODES: f64 = 10.0;
/// An event with a smaller probability has no part in the quantiles; the others share it.
const NEGLIGIBLE: f64 = 0.002;

/// The curves of one form.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortCurves {
    decision: MilestoneId,
    exits: CohortSet,
    steps: Option<CohortSet>,
    decisions: CohortSet,
}

/// The events by which a case may leave its state, with the times at which it may.
struct Ways {
    /// Each event, with the position behind its last time.
    events: Few<(Event, usize)>,
    arrivals: Few<Arrival>,
}

impl Ways {
    fn each(&self) -> impl Iterator<Item = (Event, &[Arrival])> {
        let mut begins = 0;
        self.events.iter().map(move |&(event, ends)| {
            let arrivals = &self.arrivals[begins..ends];
            begins = ends;
            (event, arrivals)
        })
    }
}

/// The cases that are like a case.
pub(super) struct Support {
    pub(super) basis: Basis,
    /// From now to the longest wait after which the history shows an exit from the state, and a decision.
    pub(super) known_for: [Days; 2],
}

/// What one question has in common.
struct Question<'a> {
    left: Leaving<'a>,
    seen: Features,
    /// The probability of all events that can come.
    whole: f64,
    /// The positions of the causes that can come, with their probabilities.
    possible: Few<(usize, f64)>,
    /// Whether every step can come.
    is_free: bool,
}

/// Now, for sure.
const NOW: [Arrival; 1] = [Arrival { at: 0.0, probability: 1.0 }];

impl CohortCurves {
    /// Puts the sets together: the exits from each state, the next step from the entry into a status (if the form has
    /// statuses that were seen), and the decision from the entry into a state. `decision` is the form's decision.
    #[must_use]
    pub const fn new(
        decision: MilestoneId,
        exits: CohortSet,
        steps: Option<CohortSet>,
        decisions: CohortSet,
    ) -> Self {
        Self { decision, exits, steps, decisions }
    }

    /// The form's decision.
    pub(super) const fn decision(&self) -> MilestoneId {
        self.decision
    }

    /// The exits from each state.
    #[must_use]
    pub const fn exits(&self) -> &CohortSet {
        &self.exits
    }

    /// The next step from the entry into a status.
    #[must_use]
    pub const fn steps(&self) -> Option<&CohortSet> {
        self.steps.as_ref()
    }

    /// The decision from the entry into a state.
    #[must_use]
    pub const fn decisions(&self) -> &CohortSet {
        &self.decisions
    }

    pub(super) fn predict(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<Prediction> {
        Some(self.predict_steps(features, is_pending, can_come)?.0)
    }

    /// The prediction, and every step that can come next with its probability.
    pub(super) fn predict_steps(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<(Prediction, Few<(MilestoneId, f32)>)> {
        let question = self.question(features, &can_come)?;
        let ways = self.ways(&question, is_pending);
        let (step_time, step_known) = self.step_time(&question, &ways);
        let decided = is_pending.then(|| self.decision_time(&question, &ways));
        let steps = self.probabilities(&question, &ways, &can_come);
        let (milestone, probability) =
            steps.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let basis = question.left.cohort.basis();
        let remaining = |time, known: f64| RemainingTime {
            time,
            basis,
            known_for: Days::new(known.clamp(0.0, 1e6)).unwrap_or(Days::ZERO),
        };
        let decision = decided.map(|(time, known)| {
            let is_decision = if milestone == self.decision { probability } else { 0.0 };
            remaining(one_event(&time, &step_time, is_decision), known)
        });
        let step_time = decision.map_or(step_time, |decision| step_time.min(&decision.time));
        let next_step = PredictedStep { milestone, probability, remaining: remaining(step_time, step_known) };
        Some((Prediction { next_step, decision }, steps))
    }

    /// The cases that are like one with these features, and for how long from now the history shows an exit from its state and
    /// a decision.
    pub(super) fn support(&self, features: &Features) -> Support {
        let known_for = |set: &CohortSet| {
            let (cohort, _, seen) = set.place(features);
            let days = cohort.curve.end() - set.time_scale().waited(&seen).get();
            (cohort.basis(), Days::new(days.clamp(0.0, 1e6)).unwrap_or(Days::ZERO))
        };
        let ((basis, exit), (_, decision)) = (known_for(&self.exits), known_for(&self.decisions));
        Support { basis, known_for: [exit, decision] }
    }

    fn question(&self, features: &Features, can_come: impl Fn(MilestoneId) -> bool) -> Option<Question<'_>> {
        let (cohort, sums, seen) = self.exits.place(features);
        let waited = self.exits.time_scale().waited(&seen).get().max(0.0);
        let left = Leaving::new(cohort, sums, waited, seen.on_entry);
        let mut possible = Few::new();
        let mut whole = 0.0;
        for (position, event) in left.events() {
            if let Event::Step(milestone) = event
                && !can_come(milestone)
            {
                continue;
            }
            let mass = left.mass(position);
            whole += mass;
            possible.push((position, mass));
        }
        let is_free = possible.len() == cohort.causes.len();
        (whole > 0.0).then_some(Question { left, seen, whole, possible, is_free })
    }

    /// The ways out of the state that lead on: all but the decision, and after the decision only changes of status.
    fn ways(&self, question: &Question<'_>, is_pending: bool) -> Ways {
        let Question { left, whole, possible, .. } = question;
        let event_at = |position: usize| left.cohort.causes[position].event;
        let leads_on = |event: Event| match event {
            Event::Step(milestone) => is_pending && milestone != self.decision,
            Event::Status(_) => true,
        };
        let on = || possible.iter().filter(|(position, _)| leads_on(event_at(*position)));
        let sum: f64 = on().map(|(_, mass)| mass).sum();
        let kept = || on().filter(|(_, mass)| *mass > NEGLIGIBLE * whole);
        let kept_sum: f64 = kept().map(|(_, mass)| mass).sum();
        let mut ways = Ways { events: Few::new(), arrivals: Few::new() };
        for &(position, mass) in kept() {
            let count = (NODES * mass / whole).round().max(1.0) as usize;
            let probability = mass / whole * sum / kept_sum;
            ways.arrivals.extend(left.arrivals(position, count, probability));
            ways.events.push((event_at(position), ways.arrivals.len()));
        }
        ways
    }

    /// The time to the next step of any kind.
    fn step_time(&self, question: &Question<'_>, ways: &Ways) -> (Quantiles, f64) {
        let Question { left, seen, .. } = question;
        let mut direct = Few::new();
        if question.is_free {
            let sums = left.sums;
            direct.push(Part {
                curve: &left.cohort.curve,
                waited: left.waited,
                arrivals: &NOW,
                at_once: left.step_at_once(),
                later: left.later(),
                shares: Some((&sums.steps[..], sums.steps_in_tail)),
            });
        } else {
            direct.extend(question.direct(|event| matches!(event, Event::Step(_))));
        }
        let scale = self.exits.time_scale();
        for (event, arrivals) in ways.each() {
            if let (Event::Status(state), Some(steps)) = (event, &self.steps) {
                let (cohort, sums) = steps.smallest_or_all(state, seen.queue);
                add_entries(&mut direct, cohort, sums, scale, arrivals, seen);
            }
        }
        mixture::quantiles(&direct)
    }

    /// The time to the decision.
    fn decision_time(&self, question: &Question<'_>, ways: &Ways) -> (Quantiles, f64) {
        let seen = &question.seen;
        let decision = Event::Step(self.decision);
        let mut parts: Few<Part<'_>> = question.direct(|event| event == decision).collect();
        let scale = self.decisions.time_scale();
        for (event, arrivals) in ways.each() {
            let state = if seen.is_reopened { seen.state } else { event.state() };
            let (cohort, sums) = self.decisions.smallest_or_all(state, seen.queue);
            add_entries(&mut parts, cohort, sums, scale, arrivals, seen);
        }
        mixture::quantiles(&parts)
    }

    /// Every step that can still come, with its probability; none if nothing can.
    fn probabilities(
        &self,
        question: &Question<'_>,
        ways: &Ways,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Few<(MilestoneId, f32)> {
        let weights = self.weights(question, ways, can_come);
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let of_sum = |(step, weight): (MilestoneId, f64)| (step, (weight / sum).clamp(0.0, 1.0) as f32);
        weights.into_iter().filter(|(_, weight)| *weight > 0.0).map(of_sum).collect()
    }

    /// Every step that can still come, with its probability, most likely first.
    pub(super) fn next_steps(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Vec<(MilestoneId, f32)> {
        let Some(question) = self.question(features, &can_come) else { return Vec::new() };
        let mut steps = self.probabilities(&question, &self.ways(&question, is_pending), &can_come);
        steps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        steps.into_vec()
    }

    /// The steps that can still come as the next one, with weights in proportion to their probabilities.
    fn weights(
        &self,
        question: &Question<'_>,
        ways: &Ways,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Few<(MilestoneId, f64)> {
        let Question { left, seen, whole, possible, .. } = question;
        let mut steps: Few<(MilestoneId, f64)> = Few::new();
        let mut add = |milestone: MilestoneId, probability: f64| match steps
            .iter_mut()
            .find(|(known, _)| *known == milestone)
        {
            Some((_, sum)) => *sum += probability,
            None => steps.push((milestone, probability)),
        };
        for (position, mass) in possible {
            if let Event::Step(milestone) = left.cohort.causes[*position].event {
                add(milestone, mass / whole);
            }
        }
        for (event, arrivals) in ways.each() {
            let (Event::Status(state), Some(set)) = (event, &self.steps) else { continue };
            let (cohort, sums) = set.smallest_or_all(state, seen.queue);
            for arrival in arrivals {
                let waited = waited_now(self.exits.time_scale(), arrival, seen) + arrival.at;
                let entry = Leaving::new(cohort, sums, waited, true);
                for (position, event) in entry.events() {
                    if let Event::Step(milestone) = event
                        && can_come(milestone)
                    {
                        add(milestone, arrival.probability * entry.mass(position));
                    }
                }
            }
        }
        steps
    }

    pub(super) fn knows_state(&self, features: &Features) -> bool {
        let state = self.exits.smallest(features.state, Queue::default());
        state.is_some_and(|cohort| cohort.events >= MIN_SIMILAR_CASES)
    }

    pub(super) const fn counts_in_state(&self) -> bool {
        matches!(self.exits.time_scale(), TimeScale::InState)
            || matches!(self.decisions.time_scale(), TimeScale::InState)
    }

    pub(super) fn basis(&self) -> Basis {
        self.decisions.all().basis()
    }

    pub(super) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        let has_status =
            |cohort: &Cohort| cohort.causes.iter().any(|cause| matches!(cause.event, Event::Status(_)));
        let steps = self.steps.iter();
        self.decision == form.decision()
            && (self.steps.is_some() || !self.exits.cohorts().iter().any(has_status))
            && steps.chain([&self.exits, &self.decisions]).all(|set| set.fits(form, schema))
    }
}

impl<'a> Question<'a> {
    /// The parts of a mixture for the events that a test selects, straight from the exits.
    fn direct(&self, selects: impl Fn(Event) -> bool) -> impl Iterator<Item = Part<'a>> {
        let causes = self.possible.iter().map(|(position, _)| &self.left.cohort.causes[*position]);
        causes.filter(move |cause| selects(cause.event)).map(|cause| Part {
            curve: &self.left.cohort.curve,
            waited: self.left.waited,
            arrivals: &NOW,
            at_once: self.left.at_once(cause) / self.whole,
            later: self.left.later() / self.whole,
            shares: Some((&cause.shares[..], cause.tail_share)),
        })
    }
}

/// Adds the parts of a mixture for the cases that enter a cohort by one way. Where the clock goes on they share one pass of the
/// curve, and where it restarts each entry has its own.
fn add_entries<'a>(
    parts: &mut Few<Part<'a>>,
    cohort: &'a Cohort,
    sums: &Sums,
    scale: TimeScale,
    arrivals: &'a [Arrival],
    seen: &Features,
) {
    let restarts = scale == TimeScale::InState && !seen.is_reopened;
    let together = if restarts { 1 } else { arrivals.len().max(1) };
    let at_once = sums.at_once.min(1.0);
    parts.extend(arrivals.chunks(together).map(|arrivals| Part {
        curve: &cohort.curve,
        waited: waited_now(scale, &arrivals[0], seen),
        arrivals,
        at_once,
        later: 1.0 - at_once,
        shares: None,
    }));
}

/// How long a case will have waited on a time scale when it enters its next state, less the days until then.
fn waited_now(scale: TimeScale, arrival: &Arrival, seen: &Features) -> f64 {
    match scale {
        TimeScale::SinceReceipt => seen.since_receipt.get().max(0.0),
        // A reopened case stays in its state, so its clock goes on.
        TimeScale::InState if seen.is_reopened => seen.in_state.get().max(0.0),
        TimeScale::InState => -arrival.at,
    }
}

/// The decision's quantiles, given those of the next step and the probability that the next step is the decision: what
/// is both has come by t at least with the probability that a step has come less the probability that it is another.
pub(super) fn one_event(decision: &Quantiles, step: &Quantiles, is_decision: f32) -> Quantiles {
    let skipped = skipped_levels(is_decision);
    let days = std::array::from_fn(|level| {
        let bound = step.days().get(level + skipped).copied().unwrap_or(f32::INFINITY);
        decision.days()[level].min(bound)
    });
    Quantiles::from_days(days)
}

/// The same for the median alone: what it is never beyond, by the quantiles of the next step. `None` if nothing bounds it.
pub(super) fn bound_of_median(is_decision: f32, step: impl Fn(f64) -> f32) -> Option<f32> {
    LEVELS.get(LEVELS.len() / 2 + skipped_levels(is_decision)).map(|level| step(*level))
}

/// How many levels the decision may lag behind a next step that is the decision with a probability.
fn skipped_levels(is_decision: f32) -> usize {
    let other = 1.0 - f64::from(is_decision);
    (other * (LEVELS.len() + 1) as f64).ceil() as usize
}
