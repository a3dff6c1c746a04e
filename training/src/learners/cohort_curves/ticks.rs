//! The times at which numbers at risk and events are counted.

use crate::risk_rows::Row;

/// Event times are thinned to about so many ticks.
const MAX_TICKS: usize = 1024;
/// Events further apart than this share of their own time are never counted at one tick.
const RESOLUTION: f64 = 0.005;

/// Times at which some event happens, rising. Close ones are joined.
#[derive(Debug, Clone)]
pub(super) struct Ticks {
    times: Vec<f64>,
    /// For each tick, from when on its events are spread: its own time where many events share exactly that time.
    from: Vec<f64>,
    /// If all ticks are whole days, the number of ticks up to each day, which is quicker than to search them.
    up_to_day: Vec<u32>,
}

impl Ticks {
    /// Ticks at the event times of `rows`; `None` if no case waited for an event.
    pub(super) fn from_rows(rows: impl Iterator<Item = Row>) -> Option<Self> {
        let waited = rows.filter(|row| row.event.is_some() && row.exit > row.entry);
        let mut events: Vec<f64> = waited.map(|row| row.exit).collect();
        events.sort_unstable_by(f64::total_cmp);
        let by_day = events.iter().all(|time| time.fract() == 0.0);
        let per_tick = events.len() / MAX_TICKS;
        let (mut times, mut from): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut begins = 0;
        for next in 1..=events.len() {
            let (first, last) = (events[begins], events[next - 1]);
            // Equal times are never divided.
            let is_whole = events.get(next).is_none_or(|&after| {
                after > last && (next - begins > per_tick || after - first > RESOLUTION * after)
            });
            if !is_whole {
                continue;
            }
            let before = times.last().copied().unwrap_or(0.0);
            let spread = if by_day {
                1.0
            } else if last - first <= 0.0 && next - begins > 1 {
                0.0
            } else {
                local_spacing(&events, begins, next)
            };
            from.push((last - spread).max(before));
            times.push(last);
            begins = next;
        }
        let up_to_day = if by_day { up_to_day(&times) } else { Vec::new() };
        (!times.is_empty()).then_some(Self { times, from, up_to_day })
    }

    /// The times, rising.
    pub(super) fn times(&self) -> &[f64] {
        &self.times
    }

    /// From when on the events of each tick are spread.
    pub(super) fn from(&self) -> &[f64] {
        &self.from
    }

    /// The position of the first tick after `time`.
    pub(super) fn after(&self, time: f64) -> usize {
        if self.up_to_day.is_empty() {
            return self.times.partition_point(|&tick| tick <= time);
        }
        self.up_to_day.get(time as usize).map_or(self.times.len(), |&ticks| ticks as usize)
    }

    /// The position of the first tick at or after `time`.
    pub(super) fn at(&self, time: f64) -> usize {
        if self.up_to_day.is_empty() {
            return self.times.partition_point(|&tick| tick < time);
        }
        // A whole day is at its own tick, and a time within a day is at the first one after it.
        let day = time as usize;
        let before = if day as f64 == time { day.checked_sub(1) } else { Some(day) };
        before.map_or(0, |day| self.up_to_day.get(day).map_or(self.times.len(), |&ticks| ticks as usize))
    }
}

/// The number of ticks up to each day up to the last one; nothing if there are too many days.
fn up_to_day(times: &[f64]) -> Vec<u32> {
    const MAX_DAYS: f64 = 65_536.0;
    let last = times.last().copied().unwrap_or(0.0);
    if last >= MAX_DAYS {
        return Vec::new();
    }
    let mut passed = 0;
    let ticks_up_to = |day: usize| {
        while times.get(passed).is_some_and(|&tick| tick <= day as f64) {
            passed += 1;
        }
        passed as u32
    };
    (0..=last as usize).map(ticks_up_to).collect()
}

/// A few times the usual distance of neighbouring events around those of a tick, and at least the span of the tick.
fn local_spacing(events: &[f64], begins: usize, next: usize) -> f64 {
    const AROUND: usize = 8;
    const TIMES: f64 = 4.0;
    let (low, high) = (begins.saturating_sub(AROUND), (next + AROUND).min(events.len()));
    let mut gaps: Vec<f64> = events[low..high].windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_by(f64::total_cmp);
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
    (events[next - 1] - events[begins]).max(TIMES * usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortcut_for_whole_days_finds_the_same_ticks_as_a_search() {
        let times = vec![1.0, 2.0, 5.0, 9.0];
        let quick = Ticks { from: times.clone(), up_to_day: up_to_day(&times), times: times.clone() };
        let searched = Ticks { from: times.clone(), up_to_day: Vec::new(), times };
        for time in (0..=48).map(|quarter| f64::from(quarter) / 4.0) {
            assert_eq!(quick.after(time), searched.after(time), "after {time}");
            assert_eq!(quick.at(time), searched.at(time), "at {time}");
        }
    }
}
