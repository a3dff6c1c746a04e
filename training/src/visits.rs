//! Case histories as visits to states: the rows from which every learner starts.
//!
//! A visit begins when a case enters a state or completes a step, and ends when it does so again. All times are days relative
//! to the time up to which the history was observed, so they are zero or negative. Beside each stands how long the case had
//! waited by then since its receipt, without the time on hold.

use crate::covariate_schema::covariate_schema;
use data::{Featurizer, HistoryView, Observation, ObservationCounts, ObservedFrom, QueueHistory};
use model::{
    Days, Event, FeatureSchema, Features, FormDefinition, MilestoneId, Moment, Progress, Queue,
    QueueAttribute, QueueState, StateId,
};

/// A time of a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct At {
    /// Days relative to the end of the observation.
    pub day: f64,
    /// Days that the case had waited since its receipt, without the time on hold.
    pub waited: f64,
}

/// One stay of a case in a state, up to its next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// The number of the case in the history.
    pub case: u32,
    /// The state, as a model sees it.
    pub state: StateId,
    /// The queue that the case waits in.
    pub queue: Queue,
    /// When the case was received, in days relative to the end of the observation.
    pub received: f64,
    /// When the visit began.
    pub entered: At,
    /// How long the case had waited when it entered the state: before the visit began if a step did not change the state.
    pub state_entered: f64,
    /// The beginning of the observation: the beginning of the visit, or when the case was first seen if that was later.
    pub seen_from: At,
    /// Whether the beginning was observed. Otherwise the case was already in this state when it was first seen.
    pub entry_seen: bool,
    /// The last step that the case had completed, as a state, and how long it had waited then.
    pub last_step: (StateId, f64),
    /// When and how the visit ended, if it did.
    pub left: Option<(At, Event)>,
    /// The next step, if there was one: the end of this visit or of a later one.
    pub step: Option<(At, MilestoneId)>,
    /// The decision, if it came.
    pub decided: Option<At>,
    /// The end of the observation of the visit if it did not end before.
    pub until: At,
    /// Whether the case was already decided when the visit began.
    pub after_decision: bool,
    /// Whether its decision was one after which no step follows.
    pub closed: bool,
    /// Whether it was pending since a reopening.
    pub is_reopened: bool,
}

impl Visit {
    /// What a model sees of the case at a time of the visit; a time on hold within the visit counts as waited.
    #[must_use]
    pub fn features_at(&self, day: f64) -> Features {
        let waited = self.seen_from.waited + (day - self.seen_from.day).max(0.0);
        let days = |length: f64| Days::new(length).unwrap_or(Days::ZERO).at_least_zero();
        Features {
            state: self.state,
            queue: self.queue,
            since_receipt: days(waited),
            in_state: days(waited - self.state_entered),
            last_step: self.last_step.0,
            since_last_step: days(waited - self.last_step.1),
            is_reopened: self.is_reopened,
            on_entry: false,
            covariates: model::Covariates::default(),
        }
    }
}

/// All visits of one form that were known at a time.
#[derive(Debug, Clone)]
pub struct Visits {
    /// The visits, case by case.
    pub rows: Vec<Visit>,
    /// The values of the queue attributes.
    pub schema: FeatureSchema,
    /// The number of cases.
    pub cases: u64,
    /// The number of decided cases.
    pub decided: u64,
    /// First and last receipt among them.
    pub received: Option<(Moment, Moment)>,
    /// From when on a case counts.
    pub observation: Observation,
    /// How many count from when on.
    pub counts: ObservationCounts,
    /// The time up to which the history was observed.
    pub until: Moment,
    /// The lines of the form on any day until then.
    pub lines: QueueHistory,
    /// The lines on the last of these days.
    pub queue_state: Option<QueueState>,
}

impl Visits {
    /// Follows every case of a form that a view knows, without those that were rejected at intake.
    #[must_use]
    pub fn from_view(known: HistoryView<'_>, form: &FormDefinition) -> Self {
        let history = known.history();
        let effects = history.effects(form);
        let (schema, observation) = survey(known, form);
        let featurizer = Featurizer::new(known, &schema, None);
        let until = known.observed_until();
        let lines = QueueHistory::from_view(known, form, &schema, &observation);
        let mut visits = Self {
            rows: Vec::new(),
            schema: schema.clone(),
            cases: 0,
            decided: 0,
            received: None,
            counts: observation.counts(),
            queue_state: lines.state_at(until.day()).ok().flatten(),
            lines,
            observation,
            until,
        };
        for case in known.cases_of(form.name()) {
            // To count a case as at risk before it was in the record would be hindsight.
            let observed_from = visits.observation.start(&case);
            let first_seen = match observed_from {
                ObservedFrom::Receipt => case.received(),
                ObservedFrom::FirstAction(at) => at,
                ObservedFrom::Never => {
                    visits.counts.add(observed_from);
                    continue;
                }
            };
            let mut followed = Followed {
                begun: visits.rows.len(),
                case: case.number() as u32,
                queue: featurizer.queue(case.number()),
                until,
                first_seen,
            };
            let received = Progress::received(form, case.received());
            visits.rows.push(followed.visit(&received, case.received()));
            let last = case.follow(form, &effects, |progress, observed, at| {
                followed.take(&mut visits.rows, form, progress, observed.step, at);
            });
            if last.is_rejected() {
                visits.rows.truncate(followed.begun);
                continue;
            }
            followed.close(&mut visits.rows, &last);
            visits.counts.add(observed_from);
            visits.count(case.received(), last.decided_at().is_some());
        }
        visits
    }

    fn count(&mut self, received: Moment, decided: bool) {
        self.cases += 1;
        self.decided += u64::from(decided);
        let (first, last) = self.received.unwrap_or((received, received));
        self.received = Some((first.min(received), last.max(received)));
    }
}

/// What a learner may use: the history of one form as it was known at the view's as-of time.
#[derive(Clone, Copy)]
pub(crate) struct TrainingView<'a> {
    pub(crate) known: HistoryView<'a>,
    pub(crate) form: &'a FormDefinition,
    /// The visits of the form's cases at that time.
    pub(crate) visits: &'a Visits,
    /// Whether what is learned is only tried, and then thrown away. A learner may spend less on it, never more.
    pub(crate) is_trial: bool,
}

/// What the visits of one case share.
struct Followed {
    /// The position of its first visit.
    begun: usize,
    case: u32,
    queue: Queue,
    until: Moment,
    first_seen: Moment,
}

impl Followed {
    fn at(&self, progress: &Progress, moment: Moment) -> At {
        At { day: moment.since(self.until).get(), waited: progress.waited(moment).get() }
    }

    fn visit(&self, progress: &Progress, begins: Moment) -> Visit {
        let situation = progress.situation();
        let seen_from = begins.max(self.first_seen);
        Visit {
            case: self.case,
            state: situation.state,
            queue: self.queue,
            received: progress.received_at().since(self.until).get(),
            entered: self.at(progress, begins),
            state_entered: situation.entered.get(),
            seen_from: self.at(progress, seen_from),
            // A case that is first seen in a state was in it for some time before, unless it was just received.
            entry_seen: begins > self.first_seen || self.first_seen <= progress.received_at(),
            last_step: (situation.last_step, situation.last_step_at.get()),
            left: None,
            step: None,
            decided: None,
            until: self.at(progress, self.until),
            after_decision: progress.decided_at().is_some(),
            closed: progress.is_closed(),
            is_reopened: situation.is_reopened,
        }
    }

    /// Enters what happened now into the visits of the case so far, and begins the next visit if it did more than change dates.
    fn take(
        &mut self,
        rows: &mut Vec<Visit>,
        form: &FormDefinition,
        progress: &Progress,
        step: Option<MilestoneId>,
        moment: Moment,
    ) {
        let own = &mut rows[self.begun..];
        let Some(last) = own.last() else { return };
        let situation = progress.situation();
        let is_decided = progress.decided_at().is_some();
        let side = last.after_decision;
        let same_state = last.state == situation.state && last.state_entered == situation.entered.get();
        let reopened = side && !is_decided;
        if step.is_none() && same_state && side == is_decided {
            return;
        }
        let now = self.at(progress, moment);
        let decided = !side && is_decided;
        let event = match step {
            _ if decided => Some(Event::Step(form.decision())),
            Some(milestone) => Some(Event::Step(milestone)),
            None => Some(Event::Status(situation.state)),
        };
        if let Some(last) = own.last_mut() {
            // A reopening ends the wait for what follows the decision.
            if reopened {
                last.until = now;
            } else {
                last.left = event.map(|event| (now, event));
            }
        }
        if let Some(Event::Step(milestone)) = event.filter(|_| !reopened) {
            let waits = |row: &&mut Visit| row.step.is_none() && row.after_decision == side;
            for row in own.iter_mut().rev().take_while(waits) {
                row.step = Some((now, milestone));
            }
        }
        if decided {
            for row in own.iter_mut().filter(|row| !row.after_decision && row.decided.is_none()) {
                row.decided = Some(now);
            }
        }
        rows.push(self.visit(progress, moment));
    }

    /// Sets how long the case has waited at the end of the observation.
    fn close(&self, rows: &mut [Visit], progress: &Progress) {
        let end = self.at(progress, self.until);
        for row in &mut rows[self.begun..] {
            if row.until.day >= end.day {
                row.until = end;
            }
        }
    }
}

/// What has to be known of all cases of a form before the first one is followed.
fn survey(known: HistoryView<'_>, form: &FormDefinition) -> (FeatureSchema, Observation) {
    let history = known.history();
    let attributes: Vec<_> =
        form.queue_attributes().filter_map(|attribute| history.attribute(&attribute.name)).collect();
    let mut seen: Vec<Vec<bool>> =
        attributes.iter().map(|attribute| vec![false; attribute.values().len()]).collect();
    let observation = Observation::with_each(known, form, |case| {
        for (attribute, seen) in attributes.iter().zip(&mut seen) {
            if let Some(code) = attribute.code(case.number()) {
                seen[code] = true;
            }
        }
    });
    let queue = attributes.iter().zip(&seen).filter_map(|(attribute, seen)| {
        let mut values: Vec<String> = attribute
            .values()
            .iter()
            .zip(seen)
            .filter(|(_, seen)| **seen)
            .map(|(value, _)| value.clone())
            .collect();
        values.sort();
        // An attribute that no case of the form has would cut every queue short.
        (!values.is_empty()).then(|| QueueAttribute { name: attribute.name.clone(), values })
    });
    (FeatureSchema { queue: queue.collect(), covariates: covariate_schema(known, form) }, observation)
}
