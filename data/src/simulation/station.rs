//! A place where cases wait for their turn: who is next, and how many a day are taken up.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What comes first, whatever its rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Premium processing and expedited cases.
    Ahead,
    /// Cases that had their turn before and come back: with an answer, or after they were set aside.
    Back,
    /// All others.
    Ordinary,
}

/// A case in line: by rank, a day, and then in the order in which they came.
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
    /// Turns that may be taken; at most what one batch allows is kept.
    credit: f64,
    /// Turns that there were capacity for, and turns that were taken.
    offered: f64,
    taken: u64,
}

impl Station {
    pub(super) fn join(&mut self, case: u32, class: Class, rank: i32) {
        self.lines[class as usize].push(Reverse(Waiting { rank, number: self.joined, case }));
        self.joined += 1;
    }

    /// The rank of the first ordinary case.
    pub(super) fn head(&self) -> Option<i32> {
        self.lines[Class::Ordinary as usize].peek().map(|Reverse(waiting)| waiting.rank)
    }

    /// Adds the capacity of some days.
    pub(super) fn offer(&mut self, turns: f64) {
        self.credit += turns;
        self.offered += turns;
    }

    /// The next case, if there is one and capacity for it; an ordinary one only if its rank is not after `latest`. Cases
    /// that are `gone` leave the line without a turn.
    pub(super) fn next(&mut self, latest: i32, mut gone: impl FnMut(u32) -> bool) -> Option<u32> {
        while self.credit >= 1.0 {
            let line = self.lines.iter().position(|line| !line.is_empty())?;
            if line == Class::Ordinary as usize && self.head().is_some_and(|rank| rank > latest) {
                return None;
            }
            let Reverse(waiting) = self.lines[line].pop()?;
            if !gone(waiting.case) {
                self.credit -= 1.0;
                self.taken += 1;
                return Some(waiting.case);
            }
        }
        None
    }

    /// The end of a day of work: capacity that nobody used is lost, but for a turn that was begun, or in a small place a week's.
    pub(super) fn close(&mut self, a_week: f64) {
        self.credit = self.credit.min(a_week.clamp(1.0, 5.0));
    }

    /// Everybody in line, who then is not.
    pub(super) fn leave_all(&mut self) -> Vec<u32> {
        let lines = std::mem::take(&mut self.lines);
        lines
            .into_iter()
            .flat_map(|line| line.into_sorted_vec().into_iter().rev())
            .map(|Reverse(waiting)| waiting.case)
            .collect()
    }

    /// Turns that there was capacity for, and turns that were taken.
    pub(super) fn work(&self) -> (f64, u64) {
        (self.offered, self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_by_class_then_rank_then_arrival_and_never_beyond_the_capacity() {
        let mut station = Station::default();
        for (case, class, rank) in [
            (0, Class::Ordinary, 20),
            (1, Class::Ordinary, 10),
            (2, Class::Back, 30),
            (3, Class::Ordinary, 10),
            (4, Class::Ahead, 99),
            (5, Class::Ordinary, 5),
        ] {
            station.join(case, class, rank);
        }
        station.offer(4.5);
        let gone = |case| case == 5;
        let taken: Vec<u32> = std::iter::from_fn(|| station.next(50, gone)).collect();
        assert_eq!(taken, [4, 2, 1, 3]);
        assert_eq!(station.next(50, gone), None);
        station.offer(0.5);
        assert_eq!(station.next(50, gone), Some(0));
        assert_eq!(station.work(), (5.0, 5));
        station.offer(7.0);
        station.close(0.2);
        station.join(6, Class::Ordinary, 1);
        station.join(7, Class::Ordinary, 1);
        assert_eq!(station.next(50, gone), Some(6));
        assert_eq!(station.next(50, gone), None, "what nobody used is lost");
        station.offer(1.0);
        assert_eq!(station.next(0, gone), None, "it is too early");
        assert_eq!(station.next(1, gone), Some(7));
    }
}
