//! Landmarks: past as-of times of a case, with its outcome by now (van Houwelingen 2007).

use data::HistoryView;
use model::{AsOf, Days, FeatureSchema, Features, FormDefinition, Moment, Stamp, Target};

use crate::visits::{Visit, Visits};

/// How far the origins lie before the as-of time, as shares of the time that the history covers.
const ORIGINS: [f64; 2] = [1.0 / 3.0, 1.0 / 6.0];

/// A case as it was at a past moment, and its outcome by now. T is the time to the event, H the follow-up.
pub struct Landmark {
    /// What a model would have seen.
    pub features: Features,
    /// Days until the next appointment whose day was known, if there was one ahead: no step comes before it.
    pub appointment: Option<f64>,
    /// min(T, H), in days.
    pub time: f64,
    /// Whether the event came within H.
    pub event: bool,
    /// H, in days.
    pub horizon: f64,
}

impl Landmark {
    /// The case at the moment `at`, if it was in this state then.
    pub fn pending(visit: &Visit, target: Target, at: f64) -> Option<Self> {
        let is_here = visit.seen_from <= at && visit.left.is_none_or(|left| left > at);
        if is_here { Self::at(visit, target, at) } else { None }
    }

    /// The case on its entry into this state, if it entered between `after` and `before`.
    pub fn entry(visit: &Visit, target: Target, after: f64, before: f64) -> Option<Self> {
        let enters = visit.entry_seen && visit.entered > after && visit.entered <= before;
        if enters { Self::at(visit, target, visit.entered) } else { None }
    }

    fn at(visit: &Visit, target: Target, at: f64) -> Option<Self> {
        let end = match target {
            Target::Decision => visit.decided,
            Target::NextStep => visit.step.map(|(when, _)| when),
        };
        if visit.after_decision || end.is_some_and(|end| end <= at) {
            return None;
        }
        let features = Features {
            state: visit.state,
            queue: visit.queue,
            since_receipt: Days::new(at - visit.received).ok()?.at_least_zero(),
            in_state: Days::new(at - visit.entered).ok()?.at_least_zero(),
            last_step: visit.last_step,
            since_last_step: Days::new(at - visit.last_step_at).ok()?.at_least_zero(),
        };
        let appointment = visit.appointment.map(|day| day - at).filter(|days| *days >= 0.0);
        Some(Self {
            features,
            appointment,
            time: end.unwrap_or(0.0) - at,
            event: end.is_some(),
            horizon: -at,
        })
    }
}

/// Translates the queues of landmarks from the codes of one schema to those of another.
pub fn recode(landmarks: &mut [Landmark], from: &FeatureSchema, to: &FeatureSchema) {
    if from == to {
        return;
    }
    for landmark in landmarks {
        let codes = landmark.features.queue;
        landmark.features.queue = to.queue_of(|name| {
            let position = from.queue.iter().position(|attribute| attribute.name == name)?;
            let code = usize::from(*codes.codes().get(position)?);
            Some(from.queue[position].values[code].as_str())
        });
    }
}

/// What was known at an earlier as-of time.
pub struct Earlier<'a> {
    /// The history as it was known then.
    pub known: HistoryView<'a>,
    /// The visits of the form's cases at that time.
    pub visits: Visits,
    /// The days from then to the as-of time.
    pub back: f64,
}

impl<'a> Earlier<'a> {
    /// What was known at the origins of the folds, the earliest first; none if the history is too short. Every target and
    /// the track record use the same, because following all cases takes long.
    pub fn all(known: HistoryView<'a>, form: &FormDefinition, visits: &Visits) -> Vec<Self> {
        let earlier = |share: &f64| {
            let (origin, back) = origin(known, visits, *share)?;
            let known = known.history().view_at(origin);
            Some(Self { known, visits: Visits::from_view(known, form), back })
        };
        ORIGINS.iter().filter_map(earlier).collect()
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

/// The days before the as-of time in which all but the first 2 per cent of the visits have their receipt: a single early case
/// says little.
fn window(visits: &Visits) -> Option<f64> {
    let mut received: Vec<f64> = visits.rows.iter().map(|visit| visit.received).collect();
    received.sort_by(f64::total_cmp);
    received.get(received.len() / 50).map(|earliest| -earliest)
}

/// `count` positions, evenly spread over `length`.
pub fn evenly(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count.min(length)).map(move |index| index * length / count.min(length))
}
