//! How much happened when, over all forms: it says up to when a history was observed.

use model::Moment;

/// Length of the time before the newest action in which the usual number of actions a day is counted.
const DAYS: f64 = 60.0;
/// A silence with a smaller probability is not chance.
const CHANCE: f64 = 0.01;

/// The times of all receipts and actions.
#[derive(Debug)]
pub(super) struct Activity {
    /// Each time at which something happened, rising, with the number of receipts and actions up to then.
    times: Vec<(Moment, u64)>,
}

impl Activity {
    /// Counts the times of receipts and actions, in any order.
    pub(super) fn new(mut at: Vec<Moment>) -> Self {
        at.sort_unstable();
        let mut times: Vec<(Moment, u64)> = Vec::new();
        for (before, at) in at.into_iter().enumerate() {
            let count = before as u64 + 1;
            match times.last_mut() {
                Some(last) if last.0 == at => last.1 = count,
                _ => times.push((at, count)),
            }
        }
        times.shrink_to_fit();
        Self { times }
    }

    /// The horizon, or the newest time before it if the silence since then is too long to be chance. Nothing later than the
    /// horizon is looked at.
    pub(super) fn observed_until(&self, horizon: Moment) -> Moment {
        let seen = &self.times[..self.times.partition_point(|(at, _)| *at <= horizon)];
        let Some(&(newest, all)) = seen.last() else { return horizon };
        let long_ago = seen.partition_point(|(at, _)| newest.since(*at).get() >= DAYS);
        let earlier = long_ago.checked_sub(1).map_or(0, |last| seen[last].1);
        let daily = (all - earlier) as f64 / DAYS;
        let silence = horizon.since(newest).get();
        if (-daily * silence).exp() < CHANCE { newest } else { horizon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Stamp;

    fn day(day: &str) -> Moment {
        Stamp::parse(day).unwrap().moment()
    }

    #[test]
    fn a_long_silence_ends_the_observation_and_a_short_one_does_not() {
        // Six actions on each of ten days in June: one a day over the 60 days before the last one.
        let june = (1..=10).flat_map(|number| vec![day(&format!("2024-06-{number:02}")); 6]);
        let activity = Activity::new(june.collect());
        assert_eq!(activity.observed_until(day("2024-06-14")), day("2024-06-14"));
        assert_eq!(activity.observed_until(day("2024-06-15")), day("2024-06-10"));
        // What comes later plays no part.
        assert_eq!(activity.observed_until(day("2024-06-03")), day("2024-06-03"));
        assert_eq!(activity.observed_until(day("2024-05-01")), day("2024-05-01"));
    }
}
