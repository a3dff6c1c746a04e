//! Case histories as visits to states: the rows from which every learner starts.
//!
//! A visit is a landmark (van Houwelingen 2007): a case enters a state, and the times to the next step and to the
//! decision are followed from there. All times are days relative to the as-of time, so they are zero or negative.

use data::{HistoryView, Observation, ObservationCounts, ObservedFrom, Queues};
use model::{
    Consequence, FeatureSchema, FormDefinition, MilestoneId, Moment, Progress, Queue, QueueAttribute,
    StateId, Target, TimeScale,
};

/// One stay of a case in a state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visit {
    /// The number of the case in the history.
    pub case: u32,
    /// The state.
    pub state: StateId,
    /// The queue that the case waits in.
    pub queue: Queue,
    /// When the case was received.
    pub received: f64,
    /// When it entered the state.
    pub entered: f64,
    /// The beginning of its observation: its entry, or when the case was first seen if that was later.
    pub seen_from: f64,
    /// Whether the entry was observed. Otherwise the case was already in this state when it was first seen.
    pub entry_seen: bool,
    /// The last step that the case had completed on entry, as a state.
    pub last_step: StateId,
    /// When it completed that step.
    pub last_step_at: f64,
    /// When the next appointment was to be whose day was known on entry, if there was one.
    pub appointment: Option<f64>,
    /// When it entered its next state, if it did.
    pub left: Option<f64>,
    /// When it was decided, if it was.
    pub decided: Option<f64>,
    /// The time and the milestone of the next step, if there was one.
    pub step: Option<(f64, MilestoneId)>,
    /// When a decided case was made pending again: nothing that follows belongs to the wait after the decision.
    pub reopened: Option<f64>,
    /// Whether the case was already decided on entry.
    pub after_decision: bool,
    /// Whether its decision was one after which no step follows.
    pub closed: bool,
}

/// A visit as one row of a survival table: at risk from `entry` (excluded) to `exit` (included), on one time scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskRow {
    /// Beginning of the observation, in days on the time scale.
    pub entry: f64,
    /// End of the observation, in days on the time scale.
    pub exit: f64,
    /// The event at the end; `None` if the row is right-censored there.
    pub cause: Option<MilestoneId>,
    /// The zero of the time scale, in days relative to the as-of time.
    pub origin: f64,
}

/// A difference of days, rounded: in the last digits equal lengths of time may differ.
fn exact(days: f64) -> f64 {
    (days * 1e9).round() / 1e9
}

impl Visit {
    /// The row of this visit for a target on a time scale; `None` if it was never at risk there.
    #[must_use]
    pub fn risk_row(&self, target: Target, time_scale: TimeScale, decision: MilestoneId) -> Option<RiskRow> {
        let (end, cause) = match target {
            Target::Decision if self.after_decision => return None,
            Target::NextStep if self.closed => return None,
            Target::Decision => (self.decided, self.decided.map(|_| decision)),
            Target::NextStep => (self.step.map(|(at, _)| at), self.step.map(|(_, milestone)| milestone)),
        };
        let origin = match time_scale {
            TimeScale::SinceReceipt => self.received,
            TimeScale::InState if self.entry_seen => self.entered,
            TimeScale::InState => return None,
        };
        // A date stands for the end of its day, so the time scale may seem to begin after the first action.
        let entry = exact(self.seen_from - origin).max(0.0);
        let exit = exact(end.or(self.reopened).unwrap_or(0.0) - origin);
        let row = RiskRow { entry, exit, cause, origin };
        (row.exit > row.entry).then_some(row)
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
    /// From when on they count.
    pub observation: ObservationCounts,
}

impl Visits {
    /// Follows every case of a form that a view knows, without those that were rejected at intake.
    #[must_use]
    pub fn from_view(known: HistoryView<'_>, form: &FormDefinition) -> Self {
        let history = known.history();
        let effects = history.effects(form);
        let (schema, observation) = survey(known, form);
        let queues = Queues::new(known, &schema);
        let counts = observation.counts();
        let mut visits =
            Self { rows: Vec::new(), schema, cases: 0, decided: 0, received: None, observation: counts };
        let zero = known.horizon();
        for case in known.cases_of(form.name()) {
            // To count a case as at risk before it was in the record would be hindsight.
            let observed_from = observation.start(&case);
            let first_seen = match observed_from {
                ObservedFrom::Receipt => case.received(),
                ObservedFrom::FirstAction(at) => at,
                ObservedFrom::Never => {
                    visits.observation.add(observed_from);
                    continue;
                }
            };
            let begun = visits.rows.len();
            let queue = queues.queue(case.number());
            let first = Progress::received(form, case.received());
            let start = Entered { form, case: case.number() as u32, queue, zero, first_seen };
            visits.rows.push(start.visit(&first, false));
            let last = case.follow(form, &effects, |progress, observed, at| {
                if observed.consequence == Consequence::Reopened {
                    start.reopen(&mut visits.rows[begun..], at);
                }
                start.observe(&mut visits.rows[begun..], observed.step, at, progress.decided_at());
                if observed.entered.is_some() {
                    let left = at.since(zero).get();
                    if let Some(before) = visits.rows.last_mut() {
                        before.left = Some(left);
                    }
                    let decided = progress.decided_at().is_some();
                    visits.rows.push(start.visit(progress, decided));
                }
            });
            if last.is_rejected() {
                visits.rows.truncate(begun);
                continue;
            }
            visits.observation.add(observed_from);
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

/// What the visits of one case share.
struct Entered<'a> {
    form: &'a FormDefinition,
    case: u32,
    queue: Queue,
    zero: Moment,
    first_seen: Moment,
}

impl Entered<'_> {
    fn visit(&self, progress: &Progress, after_decision: bool) -> Visit {
        let entered = progress.entered_state_at();
        let (last_step, last_step_at) = progress.last_step();
        let appointment = progress.appointment_ahead(self.form, entered);
        Visit {
            case: self.case,
            state: progress.state(),
            queue: self.queue,
            received: progress.received_at().since(self.zero).get(),
            entered: entered.since(self.zero).get(),
            seen_from: entered.max(self.first_seen).since(self.zero).get(),
            // A case that is first seen in a state was in it for some time before, unless it was just received.
            entry_seen: entered > self.first_seen || self.first_seen <= progress.received_at(),
            last_step,
            last_step_at: last_step_at.since(self.zero).get(),
            appointment: appointment.map(|(_, day)| day.moment().since(self.zero).get()),
            left: None,
            decided: None,
            step: None,
            reopened: None,
            after_decision,
            closed: progress.is_closed(),
        }
    }

    /// A reopening ends the wait for what follows the decision.
    fn reopen(&self, rows: &mut [Visit], at: Moment) {
        let now = at.since(self.zero).get();
        for row in rows.iter_mut().filter(|row| row.after_decision && row.step.is_none()) {
            row.reopened.get_or_insert(now);
        }
    }

    /// Enters what happened now into the visits of the case so far.
    fn observe(&self, rows: &mut [Visit], step: Option<MilestoneId>, at: Moment, decided: Option<Moment>) {
        let now = at.since(self.zero).get();
        if let Some(milestone) = step {
            let waits = |row: &&mut Visit| row.step.is_none() && row.reopened.is_none();
            for row in rows.iter_mut().rev().take_while(waits) {
                row.step = Some((now, milestone));
            }
        }
        if decided == Some(at) {
            for row in rows.iter_mut().filter(|row| !row.after_decision && row.decided.is_none()) {
                row.decided = Some(now);
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
    (FeatureSchema { queue: queue.collect() }, observation)
}
