//! The rows from which hazards are learned: pending cases at past moments, with what became of them by the end of the
//! observation (van Houwelingen 2007).
//!
//! A model is asked on any day and right after an action, and there are rows for both: moments at regular distances, and
//! moments of actions.

use data::{Featurizer, HistoryCase, ObservedFrom};
use model::{Covariates, Features, MilestoneId, Moment, Progress, QueueState, Trail};
use rayon::prelude::*;

use crate::random::uniform;
use crate::visits::TrainingView;

/// The most rows at regular moments and at those of actions, drawn evenly. Where actions have a time of day, a case is asked
/// about when something happens. A trial makes do with half of them: twice as many lower a score by about 1%, and a training makes a
/// dozen trials.
const MOST_BY_DAY: [usize; 2] = [12_000, 12_000];
const MOST_BY_MOMENT: [usize; 2] = [3_000, 30_000];
const MOST_IN_TRIAL: [usize; 2] = [6_000, 6_000];
/// The days between two moments at which cases are looked at, and before the end of the observation.
const STEP: f64 = 14.0;
const LAST: f64 = 7.0;
/// How far back the moments go, in days.
const FARTHEST: f64 = 1_100.0;

/// A pending case at a past moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct LandmarkRow {
    /// What a model would have seen.
    pub(super) features: Features,
    /// The next step, if it came.
    pub(super) step: Option<Step>,
    /// Days from the moment to the decision, if it came.
    pub(super) decision: Option<f64>,
    /// Days from the moment to the end of the observation.
    pub(super) followed: f64,
    /// When the case was received, in days relative to the end of the observation.
    pub(super) received: f64,
}

/// The next step of a case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// Days until then.
    pub(super) days: f64,
    pub(super) milestone: MilestoneId,
    /// Whether it is the turn of the case in its line.
    pub(super) is_turn: bool,
}

impl LandmarkRow {
    /// Days from the moment to the next step, if it came.
    pub(super) fn step_days(&self) -> Option<f64> {
        self.step.map(|step| step.days)
    }
}

/// How the rows are drawn.
struct Draw<'a> {
    view: TrainingView<'a>,
    featurizer: Featurizer<'a>,
    effects: data::Effects,
    /// The lines at the regular moments, the latest first.
    states: Vec<Option<QueueState>>,
    /// The share of moments of each kind that are kept: regular ones and those of actions.
    shares: [f64; 2],
}

/// Draws the rows of a form's history.
pub(super) fn landmark_rows(view: TrainingView<'_>) -> Vec<LandmarkRow> {
    let mut draw = Draw {
        view,
        featurizer: Featurizer::new(view.known, &view.visits.schema, None),
        states: states(view),
        effects: view.known.history().effects(view.form),
        shares: [1.0; 2],
    };
    let cases: Vec<HistoryCase<'_>> = view.known.cases_of(view.form.name()).collect();
    let counts = cases
        .par_iter()
        .map(|case| draw.count(case))
        .reduce(|| [0; 2], |a: [usize; 2], b| [a[0] + b[0], a[1] + b[1]]);
    let most = match view.known.history().received().by_day() {
        true if view.is_trial => MOST_IN_TRIAL,
        true => MOST_BY_DAY,
        false => MOST_BY_MOMENT,
    };
    draw.shares = [0, 1].map(|kind| (most[kind] as f64 / counts[kind].max(1) as f64).min(1.0));
    cases.par_iter().enumerate().flat_map_iter(|(position, case)| draw.rows(position, case)).collect()
}

impl Draw<'_> {
    /// Days of a moment relative to the end of the observation.
    fn day(&self, at: Moment) -> f64 {
        at.since(self.view.visits.until).get()
    }

    /// From when on a case counts.
    fn starts(&self, case: &HistoryCase<'_>) -> Option<f64> {
        match self.view.visits.observation.start(case) {
            ObservedFrom::Receipt => Some(self.day(case.received())),
            ObservedFrom::FirstAction(at) => Some(self.day(at)),
            ObservedFrom::Never => None,
        }
    }

    /// The number of regular moments and of actions at which a case is pending.
    fn count(&self, case: &HistoryCase<'_>) -> [usize; 2] {
        let Some(starts) = self.starts(case) else { return [0; 2] };
        let (mut ends, mut actions) = (0.0_f64, 1);
        let last =
            case.walk(self.view.form, &self.effects, |progress, _, action| match progress.decided_at() {
                None => actions += 1,
                Some(decided) if decided == action.at => ends = ends.min(self.day(decided)),
                Some(_) => {}
            });
        if last.is_rejected() { [0; 2] } else { [regular(starts, ends).count(), actions] }
    }

    /// The rows of the case at a position among those that are known. Its number in the history would depend on later ones.
    fn rows(&self, position: usize, case: &HistoryCase<'_>) -> Vec<LandmarkRow> {
        let Some(starts) = self.starts(case) else { return Vec::new() };
        let is_kept = |kind: usize, number: usize| {
            uniform([position as u64, kind as u64, number as u64]) < self.shares[kind]
        };
        let mut kept =
            regular(starts, 0.0).enumerate().filter(|(number, _)| is_kept(0, *number)).map(|(_, day)| day);
        let mut next_regular = kept.next();
        let mut rows: Vec<(f64, LandmarkRow)> = Vec::new();
        let mut trail = Trail::default();
        let mut before = Progress::received(self.view.form, case.received());
        let mut number = 0;
        let received = self.day(case.received());
        if received >= starts && received > -FARTHEST && is_kept(1, 0) {
            rows.extend(self.row(case, &before, &trail, received, true));
        }
        let last = case.walk(self.view.form, &self.effects, |progress, observed, action| {
            let day = self.day(action.at);
            while let Some(regular) = next_regular.filter(|regular| *regular < day) {
                rows.extend(self.row(case, &before, &trail, regular, false));
                next_regular = kept.next();
            }
            let is_turn = progress.standing().had_turn() && !before.standing().had_turn();
            for (from, row) in &mut rows {
                if let Some(milestone) = observed.and_then(|observed| observed.step) {
                    row.step.get_or_insert(Step { days: day - *from, milestone, is_turn });
                }
                if progress.decided_at() == Some(action.at) {
                    row.decision.get_or_insert(day - *from);
                }
            }
            self.featurizer.take(&mut trail, action);
            before = *progress;
            number += 1;
            if day >= starts && day > -FARTHEST && is_kept(1, number) {
                rows.extend(self.row(case, progress, &trail, day, true));
            }
        });
        while let Some(regular) = next_regular {
            rows.extend(self.row(case, &before, &trail, regular, false));
            next_regular = kept.next();
        }
        if last.is_rejected() {
            return Vec::new();
        }
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The row of a case at a day, if it waits then for its first decision.
    fn row(
        &self,
        case: &HistoryCase<'_>,
        progress: &Progress,
        trail: &Trail,
        day: f64,
        on_entry: bool,
    ) -> Option<(f64, LandmarkRow)> {
        let waits =
            progress.decided_at().is_none() && progress.reopened_at().is_none() && progress.pause().is_none();
        if !waits {
            return None;
        }
        let micros = (day * 86_400e6).round() as i64;
        let at = Moment::from_epoch_micros(self.view.visits.until.epoch_micros() + micros).ok()?;
        let number = case.number();
        let features = Features::at(progress, self.featurizer.queue(number), at);
        let features = if on_entry { features.on_entry() } else { features };
        let lines = self.states.get(latest_before(day)).and_then(Option::as_ref);
        let covariates: Covariates =
            self.featurizer.covariates(number, &features, progress, (trail, lines), at);
        let features = Features { covariates, ..features };
        Some((
            day,
            LandmarkRow {
                features,
                step: None,
                decision: None,
                followed: -day,
                received: self.day(case.received()),
            },
        ))
    }
}

/// The lines at every regular moment, the latest first.
fn states(view: TrainingView<'_>) -> Vec<Option<QueueState>> {
    let lines = &view.visits.lines;
    let earliest = view.visits.rows.iter().map(|row| row.seen_from.day).fold(0.0_f64, f64::min);
    let count = latest_before(earliest.max(-FARTHEST)) + 1;
    let state =
        |back: usize| lines.state_at(lines.until().plus(-(LAST + STEP * back as f64) as i32)).ok().flatten();
    (0..count).into_par_iter().map(state).collect()
}

/// How many regular moments lie after the last one before a day.
fn latest_before(day: f64) -> usize {
    ((-day - LAST) / STEP).ceil().max(0.0) as usize
}

/// The regular moments at which a case is looked at, from the day on which it counts until a day, the earliest first.
fn regular(starts: f64, ends: f64) -> impl Iterator<Item = f64> {
    let latest = |day: f64| (-day - LAST) / STEP;
    let first = latest(starts.max(-FARTHEST)).floor();
    let last = latest(ends).floor().max(-1.0);
    let count = (first - last).max(0.0) as usize;
    (0..count).map(move |back| -LAST - STEP * (first - back as f64))
}
