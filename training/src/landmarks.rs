//! Landmarks: past as-of times of cases, with their outcomes by now (van Houwelingen 2007).

use data::{FollowUp, HistoryCase, HistoryView, Observation, ObservedFrom, Queues};
use model::{AsOf, FormDefinition, Moment, Progress, Stamp, Target};
use rayon::prelude::*;

use crate::pending_case::PendingCase;
use crate::visits::{Visits, survey};

/// How far the origins lie before the as-of time, as shares of the time that the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];

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
}

/// What was known at an earlier as-of time, and what became of the cases since.
pub struct Earlier<'a> {
    /// The history as it was known then.
    pub known: HistoryView<'a>,
    /// The visits of the form's cases at that time.
    pub visits: Visits,
    /// The days from then to the as-of time.
    pub back: f64,
    /// Every case that was pending then.
    pub pending: Vec<Landmark>,
    /// Every case that was received or entered a state in the first half of the time since, at that moment. The second half would
    /// show quick outcomes only.
    pub entries: Vec<Landmark>,
}

impl<'a> Earlier<'a> {
    /// What was known at the origins of the folds, the earliest first; none if the history is too short. Every target and
    /// the track record use the same, because following all cases takes long.
    pub fn all(now: HistoryView<'a>, form: &FormDefinition, visits: &Visits) -> Vec<Self> {
        let earlier = |share: &f64| {
            let (origin, back) = origin(now, visits, *share)?;
            Some(Self::at(now, form, origin, back))
        };
        ORIGINS.par_iter().filter_map(earlier).collect()
    }

    fn at(now: HistoryView<'a>, form: &FormDefinition, origin: AsOf, back: f64) -> Self {
        let known = now.history().view_at(origin);
        let visits = Visits::from_view(known, form);
        let queues = Queues::new(known, &visits.schema);
        let pending = pending(known, now, form, &visits, &queues);
        let entries = entries(known, now, form, &queues);
        Self { known, visits, back, pending, entries }
    }
}

/// Every case that was pending at the as-of time of a view and in the record by then, with its outcome by a later view.
fn pending(
    known: HistoryView<'_>,
    now: HistoryView<'_>,
    form: &FormDefinition,
    visits: &Visits,
    queues: &Queues<'_>,
) -> Vec<Landmark> {
    let (_, observation) = survey(known, form);
    let effects = known.history().effects(form);
    let follow_up = FollowUp::between(known, now);
    let landmark = |case: HistoryCase<'_>| {
        if matches!(observation.start(&case), ObservedFrom::Never) {
            return None;
        }
        let progress = case.follow(form, &effects, |_, _, _| {});
        if progress.is_rejected() || progress.decided_at().is_some() {
            return None;
        }
        let outcome = follow_up.outcome(form, &effects, case.number())?;
        let queue = queues.queue(case.number());
        (!outcome.rejected_later).then(|| Landmark {
            case: PendingCase::at(form, &progress, queue, visits.until, known.horizon()),
            decision: outcome.decision.map(|days| days.get()),
            next_step: outcome.next_step.map(|days| days.get()),
            horizon: follow_up.length().get(),
        })
    };
    let cases: Vec<HistoryCase<'_>> = known.cases_of(form.name()).collect();
    cases.into_par_iter().filter_map(landmark).collect()
}

/// Every entry of a pending case into a state in the first half of the time between two views, with its outcome by the
/// later one.
fn entries(
    known: HistoryView<'_>,
    now: HistoryView<'_>,
    form: &FormDefinition,
    queues: &Queues<'_>,
) -> Vec<Landmark> {
    let observation = Observation::with_each(now, form, |_| {});
    let effects = now.history().effects(form);
    let (from, end) = (known.horizon(), now.horizon());
    let is_early = |at: Moment| at > from && end.since(at).get() >= end.since(from).get() / 2.0;
    let mut entries: Vec<Landmark> = Vec::new();
    for case in now.cases_of(form.name()) {
        let seen_after = match observation.start(&case) {
            ObservedFrom::Receipt => None,
            ObservedFrom::FirstAction(at) => Some(at),
            ObservedFrom::Never => continue,
        };
        let begun = entries.len();
        let queue = queues.queue(case.number());
        let mut times: Vec<Moment> = Vec::new();
        let add = |entries: &mut Vec<Landmark>, times: &mut Vec<Moment>, progress: &Progress, at: Moment| {
            let is_seen = seen_after.is_none_or(|first| at > first);
            if is_seen && is_early(at) && progress.decided_at().is_none() && !progress.is_rejected() {
                let case = PendingCase::at(form, progress, queue, at, at);
                let case = PendingCase { features: case.features.on_entry(), ..case };
                let horizon = end.since(at).get();
                entries.push(Landmark { case, decision: None, next_step: None, horizon });
                times.push(at);
            }
        };
        add(&mut entries, &mut times, &Progress::received(form, case.received()), case.received());
        let last = case.follow(form, &effects, |progress, observed, at| {
            for (entry, entered) in entries[begun..].iter_mut().zip(&times) {
                let days = at.since(*entered).get();
                if observed.step.is_some() {
                    entry.next_step.get_or_insert(days);
                }
                if progress.decided_at() == Some(at) {
                    entry.decision.get_or_insert(days);
                }
            }
            if observed.entered.is_some() {
                add(&mut entries, &mut times, progress, at);
            }
        });
        if last.is_rejected() {
            entries.truncate(begun);
        }
    }
    entries
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
fn window(visits: &Visits) -> Option<f64> {
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
