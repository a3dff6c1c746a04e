//! Landmarks: past as-of times of cases, with their outcomes by now (van Houwelingen 2007).

use data::{Effects, Featurizer, FollowUp, HistoryCase, HistoryView, Observation, ObservedFrom};
use model::{AsOf, Features, FormDefinition, Moment, Progress, Quantiles, Stamp, Target, Trail};
use rayon::prelude::*;

use crate::pending_case::PendingCase;
use crate::score::crps;
use crate::visits::{TrainingView, Visits};

/// A pending case as it was at a past moment, and its outcome by now.
#[derive(Debug, Clone, Copy)]
pub struct Landmark {
    /// What a model would have seen.
    pub case: PendingCase,
    /// Days from the moment to the decision, if it came.
    pub decision: Option<f64>,
    /// Days from the moment to the next step, if one came.
    pub next_step: Option<f64>,
    /// The follow-up, in days from the moment.
    pub horizon: f64,
}

impl Landmark {
    /// Days to the event of a target, if it came.
    pub fn outcome(&self, target: Target) -> Option<f64> {
        match target {
            Target::Decision => self.decision,
            Target::NextStep => self.next_step,
        }
    }

    /// The CRPS, in days, of quantiles of the time to the event of a target within the follow-up.
    pub fn crps_days(&self, quantiles: &Quantiles, target: Target) -> f64 {
        crps::of_min(quantiles, self.outcome(target).unwrap_or(self.horizon), self.horizon)
    }
}

/// What was known at an earlier as-of time.
pub struct Earlier<'a> {
    /// The history as it was known then.
    pub known: HistoryView<'a>,
    /// The visits of the form's cases at that time.
    pub visits: Visits,
    /// The days from then to the later as-of time, and their share of the time that the history covers.
    pub back: f64,
    pub share: f64,
}

impl<'a> Earlier<'a> {
    /// What was known a share of the covered time before the as-of time of a view; `None` if the history is too short.
    pub fn before(view: TrainingView<'a>, share: f64) -> Option<Self> {
        let (origin, back) = origin(view.known, view.visits, share)?;
        let known = view.known.history().view_at(origin);
        Some(Self { known, visits: Visits::from_view(known, view.form), back, share })
    }

    /// The number of cases that were pending then and in the record, and at most `limit` of them, evenly picked, with their
    /// outcomes by a later view.
    pub fn pending(
        &self,
        form: &FormDefinition,
        later: HistoryView<'_>,
        limit: usize,
    ) -> (u64, Vec<Landmark>) {
        let (known, visits) = (self.known, &self.visits);
        let featurizer = Featurizer::new(known, &visits.schema, visits.queue_state.as_ref());
        let effects = known.history().effects(form);
        let follow_up = FollowUp::between(known, later);
        let horizon = later.observed_until().since(known.horizon()).get();
        let is_pending = |case: &HistoryCase<'_>| {
            if matches!(visits.observation.start(case), ObservedFrom::Never) {
                return false;
            }
            let progress = case.follow(form, &effects, |_, _, _| {});
            !progress.is_rejected() && progress.decided_at().is_none()
        };
        let landmark = |case: &HistoryCase<'_>| {
            let progress = case.follow(form, &effects, |_, _, _| {});
            let outcome = follow_up.outcome(form, &effects, case.number())?;
            let features = featurizer.features(case, &progress, visits.until);
            (!outcome.rejected_later).then(|| Landmark {
                case: PendingCase::at(form, &progress, features, visits.until, known.horizon()),
                decision: outcome.decision.map(|days| days.get()),
                next_step: outcome.next_step.map(|days| days.get()),
                horizon,
            })
        };
        let cases: Vec<HistoryCase<'_>> = known.cases_of(form.name()).collect();
        let pending: Vec<HistoryCase<'_>> = cases.into_par_iter().filter(is_pending).collect();
        let picked: Vec<usize> = evenly(pending.len(), limit).collect();
        let landmarks = picked.into_par_iter().filter_map(|index| landmark(&pending[index])).collect();
        (pending.len() as u64, landmarks)
    }

    /// At most `limit` cases, evenly picked, that were received or entered a state in the first half of the time since, at that
    /// moment, with their outcomes by a later view. The second half would show quick outcomes only.
    pub fn entries(&self, form: &FormDefinition, later: HistoryView<'_>, limit: usize) -> Vec<Landmark> {
        let entries = Entries::new(self, later, form);
        let cases: Vec<HistoryCase<'_>> = later.cases_of(form.name()).collect();
        let all: Vec<Landmark> = cases.par_iter().flat_map_iter(|case| entries.of(case)).collect();
        evenly(all.len(), limit).map(|index| all[index]).collect()
    }
}

/// How the entries of cases into states between two views are found.
struct Entries<'a> {
    form: &'a FormDefinition,
    featurizer: Featurizer<'a>,
    observation: Observation,
    effects: Effects,
    from: Moment,
    end: Moment,
}

impl<'a> Entries<'a> {
    fn new(earlier: &'a Earlier<'_>, later: HistoryView<'_>, form: &'a FormDefinition) -> Self {
        let known = earlier.known;
        Self {
            form,
            featurizer: Featurizer::new(known, &earlier.visits.schema, earlier.visits.queue_state.as_ref()),
            observation: Observation::from_view(later, form),
            effects: later.history().effects(form),
            from: known.horizon(),
            end: later.observed_until(),
        }
    }

    /// Every entry of a case into a state in the first half of the time between the views.
    fn of(&self, case: &HistoryCase<'_>) -> Vec<Landmark> {
        let seen_after = match self.observation.start(case) {
            ObservedFrom::Receipt => None,
            ObservedFrom::FirstAction(at) => Some(at),
            ObservedFrom::Never => return Vec::new(),
        };
        let mut entries: Vec<(Moment, Landmark)> = Vec::new();
        let received = Progress::received(self.form, case.received());
        let mut trail = Trail::default();
        entries.extend(self.entry(case, &received, &trail, case.received(), seen_after));
        let last = case.walk(self.form, &self.effects, |progress, observed, action| {
            self.featurizer.take(&mut trail, action);
            let at = action.at;
            let Some(observed) = observed else { return };
            for (entered, entry) in &mut entries {
                let days = at.since(*entered).get();
                if observed.step.is_some() {
                    entry.next_step.get_or_insert(days);
                }
                if progress.decided_at() == Some(at) {
                    entry.decision.get_or_insert(days);
                }
            }
            if observed.entered.is_some() {
                entries.extend(self.entry(case, progress, &trail, at, seen_after));
            }
        });
        if last.is_rejected() {
            entries.clear();
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The case at the moment at which it entered a state, if it counts.
    fn entry(
        &self,
        case: &HistoryCase<'_>,
        progress: &Progress,
        trail: &Trail,
        at: Moment,
        seen_after: Option<Moment>,
    ) -> Option<(Moment, Landmark)> {
        let is_seen = seen_after.is_none_or(|first| at > first);
        let half = self.end.since(self.from).get() / 2.0;
        let is_early = at > self.from && self.end.since(at).get() >= half;
        if !is_seen || !is_early || progress.decided_at().is_some() || progress.is_rejected() {
            return None;
        }
        let number = case.number();
        let features = Features::at(progress, self.featurizer.queue(number), at).on_entry();
        let covariates = self.featurizer.covariates(
            number,
            &features,
            progress,
            (trail, self.featurizer.queue_state()),
            at,
        );
        let features = Features { covariates, ..features };
        let case = PendingCase::at(self.form, progress, features, at, at);
        let horizon = self.end.since(at).get();
        Some((at, Landmark { case, decision: None, next_step: None, horizon }))
    }
}

/// The moment before the as-of time by a share of the time that the history covers, and that length in days: whole days
/// for a history with dates only.
fn origin(known: HistoryView<'_>, visits: &Visits, share: f64) -> Option<(AsOf, f64)> {
    const MICROS_PER_DAY: f64 = 86_400e6;
    let days = window(visits)? * share;
    let by_day = known.history().received().by_day();
    let micros = if by_day { days.floor() * MICROS_PER_DAY } else { (days * MICROS_PER_DAY).floor() };
    let origin = Moment::from_epoch_micros(known.horizon().epoch_micros() - micros as i64).ok()?;
    // The end of a day is written as that day.
    let day = Stamp::Day(origin.day());
    let stamp = if day.moment() == origin { day } else { Stamp::Moment(origin) };
    (micros > 0.0).then_some((AsOf::new(stamp), micros / MICROS_PER_DAY))
}

/// The days before the as-of time in which all but the first 2 per cent of the cases came under observation: a single early
/// case says little, and neither does the receipt of a case that entered the record years later.
pub fn window(visits: &Visits) -> Option<f64> {
    let mut cases: Vec<(u32, f64)> =
        visits.rows.iter().map(|visit| (visit.case, visit.seen_from.day)).collect();
    // The visits of a case are neighbours, the first one first.
    cases.dedup_by_key(|(case, _)| *case);
    let mut seen: Vec<f64> = cases.into_iter().map(|(_, seen)| seen).collect();
    seen.sort_by(f64::total_cmp);
    seen.get(seen.len() / 50).map(|earliest| -earliest)
}

/// `count` positions, evenly spread over `length`.
pub fn evenly(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count.min(length)).map(move |index| index * length / count.min(length))
}
