//! When, by plan, the filings of a day have their turn, and how many turns that takes.

use model::DAYS_PER_YEAR;

use super::plan::{FormPlan, Scenario};
use super::scenario::{StepKind, What};
use super::yearly::Yearly;

/// Turns are planned for so many days beyond the end of the world at most.
const BEYOND: i32 = 8_000;
/// Plans are made for about four weeks at a time: half of them in days.
const SMOOTHED: usize = 14;

/// The plan of a form's lines, by stream and place: first the centers of the stream, then the field offices.
pub(super) struct Timetable {
    begins: i32,
    turn: Vec<Vec<Vec<i32>>>,
    turns: Vec<Vec<Vec<f32>>>,
}

impl Timetable {
    /// Makes the plan of a form from its paces and the receipts that the agency expects.
    pub(super) fn new(scenario: &Scenario, plan: &FormPlan, begins: i32) -> Self {
        let ends = scenario.calendar.ends.epoch_days();
        let interviews = plan.steps[StepKind::Interview as usize].is_some();
        let chances = &scenario.chances;
        let (cancelled, continued) = (*chances.cancelled.get_ref(), *chances.continued.get_ref());
        let mut timetable = Self { begins, turn: Vec::new(), turns: Vec::new() };
        for (number, stream) in plan.streams.iter().enumerate() {
            let centers = stream.centers.iter().map(|center| (center.share, center.slowness, false));
            let offices = scenario.offices.iter().filter(|_| interviews);
            let offices = offices.map(|office| (*office.share.get_ref(), *office.slowness.get_ref(), true));
            let (mut turn, mut turns) = (Vec::new(), Vec::new());
            for (share, slowness, of_interviews) in centers.chain(offices) {
                let days = turn_days(&stream.pace, slowness, begins, ends);
                let mut needed = vec![0.0_f32; (ends - begins + 1) as usize];
                for (index, &at) in days.iter().enumerate() {
                    let day = begins + index as i32;
                    let goes = stream.goes;
                    // Who is interviewed was settled by the policy of the day of filing.
                    let interview = if interviews {
                        plan.share_on(number, What::Interviews, goes.interview, day)
                    } else {
                        0.0
                    };
                    let reach = if of_interviews { interview } else { 1.0 - interview };
                    let filed = plan.receipts_expected(number, day) * share * reach * (1.0 - plan.rejected);
                    let wait = f64::from(at - day);
                    for (part, at) in [
                        (goes.easy, day + (wait * (1.0 - goes.easy_skips)).round() as i32),
                        (1.0 - goes.easy, at),
                    ] {
                        let again = plan.share_on(number, What::Evidence, goes.evidence, at)
                            + goes.intent
                            + goes.set_aside;
                        // An interview that is cancelled takes another turn, one that is continued comes back like one after which
                        // more is asked.
                        let turns = if of_interviews {
                            1.0 / (1.0 - cancelled) + continued + (1.0 - continued) * again
                        } else {
                            1.0 + again
                        };
                        if let Some(needed) = needed.get_mut((at - begins) as usize) {
                            *needed += (filed * part * turns) as f32;
                        }
                    }
                }
                turn.push(days);
                turns.push(needed);
            }
            timetable.turn.push(turn);
            timetable.turns.push(turns);
        }
        timetable
    }

    /// The day of the turn of a case of a stream that is filed on a day and waits at a place.
    pub(super) fn turn(&self, stream: usize, place: usize, filed: i32) -> i32 {
        self.turn[stream][place][(filed - self.begins) as usize]
    }

    /// Turns a day that a stream needs at a place about a day, in cases of the real agency.
    pub(super) fn turns_a_day(&self, stream: usize, place: usize, day: i32) -> f64 {
        let turns = &self.turns[stream][place];
        let index = (day - self.begins).max(0) as usize;
        let window =
            &turns[index.saturating_sub(SMOOTHED).min(turns.len())..(index + SMOOTHED).min(turns.len())];
        window.iter().copied().map(f64::from).sum::<f64>() / window.len().max(1) as f64
    }
}

/// For every day from `begins` to `ends` the day of the turn: the first on which a wait by the pace reaches back to it. So
/// nobody overtakes, even where the pace grows faster than time passes.
fn turn_days(pace: &Yearly, slowness: f64, begins: i32, ends: i32) -> Vec<i32> {
    let mut at = begins;
    (begins..=ends)
        .map(|day| {
            at = at.max(day);
            while f64::from(at) - pace.at(f64::from(at)) * slowness < f64::from(day) && at < ends + BEYOND {
                at += 1;
            }
            at
        })
        .collect()
}

impl FormPlan {
    /// A share of a stream on a day, or what a change made of it.
    pub(super) fn share_on(&self, stream: usize, what: What, usual: f64, day: i32) -> f64 {
        let changes = self.changes.iter().filter(|change| change.what == what && change.streams[stream]);
        changes.filter(|change| change.holds(day)).map(|change| change.to).next_back().unwrap_or(usual)
    }

    /// Receipts of a stream on a day that the agency expects.
    pub(super) fn receipts_expected(&self, stream: usize, day: i32) -> f64 {
        let planned = self.changes.iter().filter(|change| {
            change.what == What::Receipts && change.planned && change.streams[stream] && change.holds(day)
        });
        self.streams[stream].receipts.at(f64::from(day)) / DAYS_PER_YEAR
            * planned.map(|change| change.to).product::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_overtakes_however_the_pace_changes() {
        // From 100 days down to 10 and up to 400 within half a year each: faster than time passes.
        let pace = Yearly::new(vec![(0.0, 100.0), (180.0, 10.0), (360.0, 400.0), (540.0, 30.0)]);
        for slowness in [0.6, 1.0, 1.6] {
            let turns = turn_days(&pace, slowness, 0, 1_000);
            assert!(turns.is_sorted(), "{slowness}");
            for (day, &turn) in turns.iter().enumerate() {
                let waited = pace.at(f64::from(turn)) * slowness;
                assert!(f64::from(turn) - waited >= day as f64 - 1e-9, "{day} has its turn on {turn}");
                assert!(turn >= day as i32);
            }
        }
        assert_eq!(turn_days(&Yearly::new(vec![(0.0, 30.0)]), 1.0, 0, 3), [30, 31, 32, 33]);
    }
}
