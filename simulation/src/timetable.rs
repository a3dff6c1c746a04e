//! The plan: when the filings of a day are due for service, and how many slots that takes.

use model::DAYS_PER_YEAR;

use super::fiscal_series::FiscalSeries;
use super::plan::{FormPlan, Scenario};
use super::scenario::{StepKind, What};

/// Service is planned for at most this many days past the end of the world.
const MAX_DAYS_PAST_END: i32 = 8_000;
/// Slots are averaged over this many days before and after a day: about four weeks.
const SMOOTHING_DAYS: usize = 14;

/// The plan of a form's queues, by stream and place: first the centers of the stream, then the field offices.
pub(super) struct Timetable {
    begins: i32,
    service_day: Vec<Vec<Vec<i32>>>,
    slots: Vec<Vec<Vec<f32>>>,
}

impl Timetable {
    /// Plans a form from its target waits and the expected receipts.
    pub(super) fn new(scenario: &Scenario, plan: &FormPlan, begins: i32) -> Self {
        let ends = scenario.calendar.ends.epoch_days();
        let interviews = plan.steps[StepKind::Interview as usize].is_some();
        let probabilities = &scenario.probabilities;
        let (cancelled, continued) = (*probabilities.cancelled.get_ref(), *probabilities.continued.get_ref());
        let mut timetable = Self { begins, service_day: Vec::new(), slots: Vec::new() };
        for (number, stream) in plan.streams.iter().enumerate() {
            let centers = stream.centers.iter().map(|center| (center.share, center.wait_factor, false));
            let offices = scenario.offices.iter().filter(|_| interviews);
            let offices =
                offices.map(|office| (*office.share.get_ref(), *office.wait_factor.get_ref(), true));
            let (mut service_day, mut slots) = (Vec::new(), Vec::new());
            for (share, wait_factor, of_interviews) in centers.chain(offices) {
                let days = service_days(&stream.target_wait, wait_factor, begins, ends);
                let mut needed = vec![0.0_f32; (ends - begins + 1) as usize];
                for (index, &at) in days.iter().enumerate() {
                    let day = begins + index as i32;
                    let rates = stream.rates;
                    // The policy of the filing day decides who is interviewed.
                    let interview = if interviews {
                        plan.share_on(number, What::Interviews, rates.interview, day)
                    } else {
                        0.0
                    };
                    let reach = if of_interviews { interview } else { 1.0 - interview };
                    let filed = plan.receipts_expected(number, day) * share * reach * (1.0 - plan.rejected);
                    let wait = f64::from(at - day);
                    for (part, at) in [
                        (rates.easy, day + (wait * (1.0 - rates.easy_wait_reduction)).round() as i32),
                        (1.0 - rates.easy, at),
                    ] {
                        let again =
                            plan.share_on(number, What::Rfe, rates.rfe, at) + rates.noid + rates.set_aside;
                        // A cancelled interview takes another slot. A continued one comes back, like a case with a request.
                        let slots = if of_interviews {
                            1.0 / (1.0 - cancelled) + continued + (1.0 - continued) * again
                        } else {
                            1.0 + again
                        };
                        if let Some(needed) = needed.get_mut((at - begins) as usize) {
                            *needed += (filed * part * slots) as f32;
                        }
                    }
                }
                service_day.push(days);
                slots.push(needed);
            }
            timetable.service_day.push(service_day);
            timetable.slots.push(slots);
        }
        timetable
    }

    /// The planned service day of a case of a stream, filed on a day and waiting at a place.
    pub(super) fn service_day(&self, stream: usize, place: usize, filed: i32) -> i32 {
        self.service_day[stream][place][(filed - self.begins) as usize]
    }

    /// The slots per day that a stream needs at a place around a day, in cases of the real agency.
    pub(super) fn slots_per_day(&self, stream: usize, place: usize, day: i32) -> f64 {
        let slots = &self.slots[stream][place];
        let index = (day - self.begins).max(0) as usize;
        let window = &slots[index.saturating_sub(SMOOTHING_DAYS).min(slots.len())
            ..(index + SMOOTHING_DAYS).min(slots.len())];
        window.iter().copied().map(f64::from).sum::<f64>() / window.len().max(1) as f64
    }
}

/// The service day of every filing day from `begins` to `ends`: the first day whose target wait reaches back to it. So no case
/// overtakes another, even where the target wait grows faster than time passes.
fn service_days(target_wait: &FiscalSeries, wait_factor: f64, begins: i32, ends: i32) -> Vec<i32> {
    let mut at = begins;
    (begins..=ends)
        .map(|day| {
            at = at.max(day);
            while f64::from(at) - target_wait.at(f64::from(at)) * wait_factor < f64::from(day)
                && at < ends + MAX_DAYS_PAST_END
            {
                at += 1;
            }
            at
        })
        .collect()
}

impl FormPlan {
    /// A share of a stream on a day: its default, or what a change sets.
    pub(super) fn share_on(&self, stream: usize, what: What, defaults: f64, day: i32) -> f64 {
        let changes = self.changes.iter().filter(|change| change.what == what && change.streams[stream]);
        changes.filter(|change| change.holds(day)).map(|change| change.to).next_back().unwrap_or(defaults)
    }

    /// The receipts of a stream that the agency expects on a day.
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
    fn no_case_overtakes_another_however_the_target_wait_changes() {
        // From 100 days down to 10 and up to 400 within half a year each: faster than time passes.
        let target_wait = FiscalSeries::new(vec![(0.0, 100.0), (180.0, 10.0), (360.0, 400.0), (540.0, 30.0)]);
        for wait_factor in [0.6, 1.0, 1.6] {
            let slots = service_days(&target_wait, wait_factor, 0, 1_000);
            assert!(slots.is_sorted(), "{wait_factor}");
            for (day, &service_day) in slots.iter().enumerate() {
                let waited = target_wait.at(f64::from(service_day)) * wait_factor;
                assert!(
                    f64::from(service_day) - waited >= day as f64 - 1e-9,
                    "{day} is served on {service_day}"
                );
                assert!(service_day >= day as i32);
            }
        }
        assert_eq!(service_days(&FiscalSeries::new(vec![(0.0, 30.0)]), 1.0, 0, 3), [30, 31, 32, 33]);
    }
}
