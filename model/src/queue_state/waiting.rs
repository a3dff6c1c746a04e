//! How many cases of a line wait, by day of receipt.

use serde::{Deserialize, Serialize};

use crate::time::Day;

/// A table has at most this many knots.
const MAX_KNOTS: usize = 32;
/// Knots are added until the counts between them are this exact, as a share of what is ahead.
const EXACT: f64 = 0.005;

/// How many cases of a line wait, by day of receipt: a count at the beginning of some days, linear between them.
///
/// The count at a day is the number of waiting cases that were received before it. A table has at most 32 days. It is exact
/// where cases were received on few days; otherwise the days are chosen so that the counts between them are off by little
/// in proportion to what is ahead.
///
/// ```
/// use model::{Day, WaitingByReceipt};
///
/// let day = Day::parse("2024-03-01")?;
/// let waiting = WaitingByReceipt::new([(day, 2), (day.plus(3), 1)]);
/// assert_eq!(waiting.count(), 3);
/// assert_eq!(waiting.head(), Some(day));
/// // Cases of the same day count half.
/// assert_eq!(waiting.ahead(day), 1.0);
/// assert_eq!(waiting.ahead(day.plus(3)), 2.5);
/// # Ok::<(), model::TimeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WaitingByReceipt(
    /// Days since 1970-01-01, rising, with the count at the beginning of each, from zero.
    Vec<(i32, u32)>,
);

impl WaitingByReceipt {
    /// Counts the waiting cases of each day of receipt. The days must rise.
    #[must_use]
    pub fn new(received: impl IntoIterator<Item = (Day, u32)>) -> Self {
        let mut points: Vec<(i32, u32)> = Vec::new();
        let mut count = 0_u32;
        for (day, cases) in received.into_iter().filter(|(_, cases)| *cases > 0) {
            let day = day.epoch_days();
            if points.last().is_none_or(|&(last, _)| last < day) {
                points.push((day, count));
            }
            count = count.saturating_add(cases);
            points.push((day + 1, count));
        }
        Self(knots(&points).into_iter().map(|knot| points[knot]).collect())
    }

    /// How many cases wait.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.last().map_or(0, |&(_, count)| count)
    }

    /// The first day of receipt of a waiting case: the head of the line.
    #[must_use]
    pub fn head(&self) -> Option<Day> {
        self.0.first().and_then(|&(day, _)| Day::from_epoch_days(i64::from(day)).ok())
    }

    /// How many waiting cases were received before a case of this day; those of the same day count half.
    #[must_use]
    pub fn ahead(&self, received: Day) -> f64 {
        let day = received.epoch_days();
        (self.before(day) + self.before(day + 1)) / 2.0
    }

    fn before(&self, day: i32) -> f64 {
        let next = self.0.partition_point(|&(knot, _)| knot <= day);
        let Some(&(from, count)) = next.checked_sub(1).and_then(|last| self.0.get(last)) else { return 0.0 };
        let count = f64::from(count);
        let Some(&(to, more)) = self.0.get(next) else { return count };
        let part = (f64::from(day) - f64::from(from)) / (f64::from(to) - f64::from(from));
        count + part * (f64::from(more) - count)
    }

    /// Whether the table is one that [`Self::new`] can make of cases received up to a day.
    pub(super) fn is_sound(&self, until: Day) -> bool {
        let rises = |pair: &[(i32, u32)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
        let in_range = |&(day, _): &(i32, u32)| Day::from_epoch_days(i64::from(day)).is_ok();
        self.0.len() <= MAX_KNOTS
            && self.0.windows(2).all(rises)
            && self.0.first().is_none_or(|first| in_range(first) && first.1 == 0 && self.count() > 0)
            && self.0.last().is_none_or(|&(day, _)| day <= until.epoch_days() + 1)
    }
}

/// A stretch between two knots, with the point that is farthest from the straight line.
struct Stretch {
    ends: (usize, usize),
    farthest: usize,
    off: f64,
}

/// The positions of the points that become knots: one by one, the point that is farthest off.
fn knots(points: &[(i32, u32)]) -> Vec<usize> {
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut knots = vec![0, last];
    let mut stretches = vec![Stretch::new(points, (0, last))];
    while knots.len() < MAX_KNOTS {
        let worst = (0..stretches.len())
            .max_by(|&one, &other| stretches[one].off.total_cmp(&stretches[other].off))
            .filter(|&worst| stretches[worst].off > EXACT);
        let Some(worst) = worst else { break };
        let Stretch { ends: (begin, end), farthest, .. } = stretches.swap_remove(worst);
        knots.push(farthest);
        stretches.push(Stretch::new(points, (begin, farthest)));
        stretches.push(Stretch::new(points, (farthest, end)));
    }
    knots.sort_unstable();
    knots
}

impl Stretch {
    fn new(points: &[(i32, u32)], ends: (usize, usize)) -> Self {
        let ((from, before), (to, after)) = (points[ends.0], points[ends.1]);
        let slope = (f64::from(after) - f64::from(before)) / f64::from((to - from).max(1));
        // Near the head of a long line one case more or less is nothing to the time that is left.
        let floor = 1.0 + 0.005 * f64::from(points[points.len() - 1].1);
        let mut stretch = Self { ends, farthest: ends.0, off: 0.0 };
        for (position, &(day, count)) in points.iter().enumerate().take(ends.1).skip(ends.0 + 1) {
            let line = f64::from(before) + slope * f64::from(day - from);
            let off = (f64::from(count) - line).abs() / (f64::from(count) + floor);
            if off > stretch.off {
                (stretch.farthest, stretch.off) = (position, off);
            }
        }
        stretch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: i32) -> Day {
        Day::parse("2024-01-01").unwrap().plus(number)
    }

    /// Exact counts, one by one.
    fn counted(received: &[(Day, u32)], at: Day) -> f64 {
        let part = |day: Day| {
            if day < at {
                1.0
            } else if day == at {
                0.5
            } else {
                0.0
            }
        };
        received.iter().map(|&(day, cases)| f64::from(cases) * part(day)).sum()
    }

    #[test]
    fn few_days_of_receipt_are_exact() {
        let received: Vec<(Day, u32)> = [(0, 1), (1, 4), (9, 2), (40, 1), (41, 1), (42, 7)]
            .map(|(number, cases)| (day(number), cases))
            .to_vec();
        let table = WaitingByReceipt::new(received.clone());
        for number in -3..60 {
            assert_eq!(table.ahead(day(number)), counted(&received, day(number)), "day {number}");
        }
        assert_eq!((table.count(), table.head()), (16, Some(day(0))));
    }

    #[test]
    fn a_long_line_keeps_its_shape_in_32_knots() {
        // Two years with weekends, a burst, and a few stray cases five years older.
        let wave = |number: i32| (30.0 + 25.0 * (f64::from(number) / 60.0).sin()) as u32;
        let ordinary = (0..730)
            .filter(|number| number % 7 < 5)
            .map(|number| (day(number), wave(number) + if (400..420).contains(&number) { 150 } else { 0 }));
        let stray = [-1_800, -1_500, -900].map(|number| (day(number), 1));
        let received: Vec<(Day, u32)> = stray.into_iter().chain(ordinary).collect();
        let table = WaitingByReceipt::new(received.clone());
        assert!(table.0.len() <= MAX_KNOTS);
        for number in (-2_000..760).step_by(3) {
            let exact = counted(&received, day(number));
            let off = (table.ahead(day(number)) - exact).abs() / (exact + 0.01 * f64::from(table.count()));
            assert!(off < 0.05, "day {number}: {} for {exact}", table.ahead(day(number)));
        }
        assert_eq!(f64::from(table.count()), counted(&received, day(800)));
    }

    #[test]
    fn an_empty_line_has_nobody_ahead_and_no_head() {
        let table = WaitingByReceipt::new([(day(3), 0)]);
        assert_eq!((table.ahead(day(9)), table.count(), table.head()), (0.0, 0, None));
        assert!(table.is_sound(day(0)));
    }
}
