//! A place where cases wait for their turn: who is next, and how many a day are taken up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most turns that an office keeps from one day to the next.
pub(super) const MAX_KEPT: f64 = 5.0;

/// What comes first, whatever its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Premium processing and expedited cases: on the day of their rank, not before.
    Ahead,
    /// Cases that had their turn before and come back: with an answer, or after they were set aside.
    Back,
    /// All others.
    Ordinary,
}

impl Class {
    const ALL: [Self; 3] = [Self::Ahead, Self::Back, Self::Ordinary];
}

/// A place in a line: by class, in it by rank, a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) class: Class,
    pub(super) rank: i32,
}

/// A case in line; of equal places the one that came first is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    rank: i32,
    number: u32,
    case: u32,
}

/// A line with its capacity.
#[derive(Debug, Clone, Default)]
pub(super) struct Station {
    /// By class.
    lines: [BinaryHeap<Reverse<Waiting>>; 3],
    joined: u32,
    /// Turns that may be taken.
    credit: f64,
    /// Turns that there were capacity for, and turns that were taken.
    offered: f64,
    taken: u64,
}

impl Station {
    pub(super) fn join(&mut self, case: u32, Place { class, rank }: Place) {
        self.lines[class as usize].push(Reverse(Waiting { rank, number: self.joined, case }));
        self.joined += 1;
    }

    /// The rank of the first ordinary case: by it one sees how late a line is.
    pub(super) fn head(&self) -> Option<i32> {
        self.lines[Class::Ordinary as usize].peek().map(|Reverse(waiting)| waiting.rank)
    }

    /// The earliest rank of all who wait.
    pub(super) fn earliest(&self) -> Option<i32> {
        self.lines.iter().filter_map(|line| line.peek().map(|Reverse(waiting)| waiting.rank)).min()
    }

    /// Adds the capacity of some days.
    pub(super) fn offer(&mut self, turns: f64) {
        self.credit += turns;
        self.offered += turns;
    }

    /// The next case, if there is one and capacity for it: who is ahead by the day of the rank, an ordinary case only if its rank
    /// is not after `latest`. Cases that are `gone` from a place leave the line without a turn.
    pub(super) fn next(
        &mut self,
        today: i32,
        latest: i32,
        mut gone: impl FnMut(u32, Place) -> bool,
    ) -> Option<u32> {
        while self.credit >= 1.0 {
            let due = |class: Class| match class {
                Class::Ahead => today,
                Class::Back => i32::MAX,
                Class::Ordinary => latest,
            };
            let class = Class::ALL.into_iter().find(|&class| {
                let head = self.lines[class as usize].peek();
                head.is_some_and(|Reverse(waiting)| waiting.rank <= due(class))
            })?;
            let Reverse(Waiting { rank, case, .. }) = self.lines[class as usize].pop()?;
            if !gone(case, Place { class, rank }) {
                self.credit -= 1.0;
                self.taken += 1;
                return Some(case);
            }
        }
        None
    }

    /// The end of a day of work: capacity that nobody used is lost, but for a turn that was begun, or in a small place a week's.
    /// Where nobody works nothing is kept.
    pub(super) fn close(&mut self, a_week: f64) {
        let kept = if a_week > 0.0 { a_week.clamp(1.0, MAX_KEPT) } else { 0.0 };
        self.credit = self.credit.min(kept);
    }

    /// Everybody in line, who then is not: from the first to the last of each class.
    pub(super) fn leave_all(&mut self) -> Vec<(u32, Place)> {
        let lines = std::mem::take(&mut self.lines);
        let of_class = |(class, line): (Class, BinaryHeap<Reverse<Waiting>>)| {
            let waiting = line.into_sorted_vec().into_iter().rev();
            waiting.map(move |Reverse(Waiting { rank, case, .. })| (case, Place { class, rank }))
        };
        Class::ALL.into_iter().zip(lines).flat_map(of_class).collect()
    }

    /// Turns that there was capacity for, and turns that were taken.
    pub(super) fn work(&self) -> (f64, u64) {
        (self.offered, self.taken)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn place(class: Class, rank: i32) -> Place {
        Place { class, rank }
    }

    #[test]
    fn turns_go_by_class_then_rank_then_arrival_and_never_beyond_the_capacity() {
        let mut station = Station::default();
        for (case, class, rank) in [
            (0, Class::Ordinary, 20),
            (1, Class::Ordinary, 10),
            (2, Class::Back, 30),
            (3, Class::Ordinary, 10),
            (4, Class::Ahead, 9),
            (5, Class::Ordinary, 5),
            (6, Class::Ahead, 99),
        ] {
            station.join(case, place(class, rank));
        }
        station.offer(4.5);
        let gone = |case, _| case == 5;
        let taken: Vec<u32> = std::iter::from_fn(|| station.next(9, 50, gone)).collect();
        assert_eq!(taken, [4, 2, 1, 3], "number 6 is not due");
        assert_eq!(station.next(9, 50, gone), None);
        station.offer(0.5);
        assert_eq!(station.next(9, 50, gone), Some(0));
        assert_eq!(station.work(), (5.0, 5));
        station.offer(7.0);
        station.close(0.2);
        station.join(7, place(Class::Ordinary, 1));
        station.join(8, place(Class::Ordinary, 1));
        assert_eq!(station.next(9, 50, gone), Some(7));
        assert_eq!(station.next(9, 50, gone), None, "what nobody used is lost");
        station.offer(1.0);
        assert_eq!(station.next(0, 0, gone), None, "it is too early");
        station.close(0.0);
        assert_eq!(station.next(1, 1, gone), None, "nobody works here any more");
        station.offer(1.0);
        assert_eq!(station.next(1, 1, gone), Some(8));
        station.offer(1.0);
        assert_eq!(station.next(99, 1, gone), Some(6));
    }

    proptest! {
        /// Against a list that is searched for the least.
        #[test]
        fn nobody_is_lost_overtaken_or_served_without_capacity(
            days in prop::collection::vec((prop::collection::vec((0..3_usize, 0..40), 0..6), 0.0..4.0), 1..60),
        ) {
            let mut station = Station::default();
            let mut waiting: BTreeMap<(usize, i32, u32), ()> = BTreeMap::new();
            let (mut number, mut offered, mut taken) = (0, 0.0, 0);
            for (today, (joining, turns)) in days.into_iter().enumerate() {
                let today = today as i32;
                for (class, rank) in joining {
                    station.join(number, place(Class::ALL[class], rank));
                    waiting.insert((class, rank, number), ());
                    number += 1;
                }
                station.offer(turns);
                offered += turns;
                while let Some(case) = station.next(today, today + 10, |case, _| case % 7 == 3) {
                    waiting.retain(|(_, _, number), ()| number % 7 != 3 || *number > case);
                    let due = |&&(class, rank, number): &&(usize, i32, u32)| {
                        number % 7 != 3 && rank <= [today, i32::MAX, today + 10][class]
                    };
                    let first = waiting.keys().find(due).copied();
                    prop_assert_eq!(first.map(|(_, _, number)| number), Some(case));
                    first.map(|key| waiting.remove(&key));
                    taken += 1;
                    prop_assert!(f64::from(taken) <= offered + 1e-9);
                }
                station.close(turns);
            }
            let left = station.leave_all().into_iter().filter(|(case, _)| case % 7 != 3).count();
            prop_assert_eq!(left, waiting.keys().filter(|(_, _, number)| number % 7 != 3).count());
        }
    }
}
