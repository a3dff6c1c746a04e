//! A queue of cases with service slots: which case is next, and how many can be served.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The most unused slots that a queue keeps from one day to the next.
pub(super) const MAX_KEPT_SLOTS: f64 = 5.0;

/// The service class of a case. A class is served before the next one, whatever the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// Premium and expedited cases: from their day on, not before.
    Priority,
    /// Cases that were served before and come back: with a response, or after they were set aside.
    Returning,
    /// All other cases.
    Regular,
}

impl Class {
    const ALL: [Self; 3] = [Self::Priority, Self::Returning, Self::Regular];
}

/// The service order of a case: by class, then by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct QueueRank {
    pub(super) class: Class,
    pub(super) day: i32,
}

/// A waiting case; among equal ranks the first to join is the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    day: i32,
    number: u32,
    case: u32,
}

/// A queue with its capacity.
#[derive(Debug, Clone, Default)]
pub(super) struct ServiceQueue {
    /// The waiting cases by class.
    by_class: [BinaryHeap<Reverse<Waiting>>; 3],
    joined: u32,
    /// Slots that can be used now.
    credit: f64,
    /// All slots so far, and those that were used.
    offered: f64,
    used: u64,
}

impl ServiceQueue {
    pub(super) fn join(&mut self, case: u32, QueueRank { class, day }: QueueRank) {
        self.by_class[class as usize].push(Reverse(Waiting { day, number: self.joined, case }));
        self.joined += 1;
    }

    /// The day of the first regular case, which shows how late the queue is.
    pub(super) fn head(&self) -> Option<i32> {
        self.by_class[Class::Regular as usize].peek().map(|Reverse(waiting)| waiting.day)
    }

    /// The earliest day of all waiting cases.
    pub(super) fn earliest(&self) -> Option<i32> {
        self.by_class.iter().filter_map(|queue| queue.peek().map(|Reverse(waiting)| waiting.day)).min()
    }

    /// Adds slots.
    pub(super) fn offer(&mut self, slots: f64) {
        self.credit += slots;
        self.offered += slots;
    }

    /// Serves the next case, if there is one and a slot for it. A priority case is due from its day on, a regular case if its
    /// day is not after `latest`. Cases that are `gone` from a rank leave the queue without using a slot.
    pub(super) fn next(
        &mut self,
        today: i32,
        latest: i32,
        mut gone: impl FnMut(u32, QueueRank) -> bool,
    ) -> Option<u32> {
        while self.credit >= 1.0 {
            let due = |class: Class| match class {
                Class::Priority => today,
                Class::Returning => i32::MAX,
                Class::Regular => latest,
            };
            let class = Class::ALL.into_iter().find(|&class| {
                let head = self.by_class[class as usize].peek();
                head.is_some_and(|Reverse(waiting)| waiting.day <= due(class))
            })?;
            let Reverse(Waiting { day, case, .. }) = self.by_class[class as usize].pop()?;
            if !gone(case, QueueRank { class, day }) {
                self.credit -= 1.0;
                self.used += 1;
                return Some(case);
            }
        }
        None
    }

    /// Ends a working day. Unused slots are lost, except one slot, or up to a week's slots in a small queue. A queue without
    /// capacity keeps nothing.
    pub(super) fn close(&mut self, per_week: f64) {
        let kept = if per_week > 0.0 { per_week.clamp(1.0, MAX_KEPT_SLOTS) } else { 0.0 };
        self.credit = self.credit.min(kept);
    }

    /// Empties the queue: its cases from the first to the last of each class.
    pub(super) fn drain(&mut self) -> Vec<(u32, QueueRank)> {
        let by_class = std::mem::take(&mut self.by_class);
        let of_class = |(class, queue): (Class, BinaryHeap<Reverse<Waiting>>)| {
            let waiting = queue.into_sorted_vec().into_iter().rev();
            waiting.map(move |Reverse(Waiting { day, case, .. })| (case, QueueRank { class, day }))
        };
        Class::ALL.into_iter().zip(by_class).flat_map(of_class).collect()
    }

    /// All slots so far, and those that were used.
    pub(super) fn slots(&self) -> (f64, u64) {
        (self.offered, self.used)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn rank(class: Class, day: i32) -> QueueRank {
        QueueRank { class, day }
    }

    #[test]
    fn cases_are_served_by_class_then_day_then_arrival_within_the_capacity() {
        let mut queue = ServiceQueue::default();
        for (case, class, day) in [
            (0, Class::Regular, 20),
            (1, Class::Regular, 10),
            (2, Class::Returning, 30),
            (3, Class::Regular, 10),
            (4, Class::Priority, 9),
            (5, Class::Regular, 5),
            (6, Class::Priority, 99),
        ] {
            queue.join(case, rank(class, day));
        }
        queue.offer(4.5);
        let gone = |case, _| case == 5;
        let used: Vec<u32> = std::iter::from_fn(|| queue.next(9, 50, gone)).collect();
        assert_eq!(used, [4, 2, 1, 3], "case 6 is not due");
        assert_eq!(queue.next(9, 50, gone), None);
        queue.offer(0.5);
        assert_eq!(queue.next(9, 50, gone), Some(0));
        assert_eq!(queue.slots(), (5.0, 5));
        queue.offer(7.0);
        queue.close(0.2);
        queue.join(7, rank(Class::Regular, 1));
        queue.join(8, rank(Class::Regular, 1));
        assert_eq!(queue.next(9, 50, gone), Some(7));
        assert_eq!(queue.next(9, 50, gone), None, "unused slots are lost");
        queue.offer(1.0);
        assert_eq!(queue.next(0, 0, gone), None, "it is too early");
        queue.close(0.0);
        assert_eq!(queue.next(1, 1, gone), None, "the queue has no capacity");
        queue.offer(1.0);
        assert_eq!(queue.next(1, 1, gone), Some(8));
        queue.offer(1.0);
        assert_eq!(queue.next(99, 1, gone), Some(6));
    }

    proptest! {
        /// Compares the queue with a sorted map.
        #[test]
        fn no_case_is_lost_overtaken_or_served_without_a_slot(
            days in prop::collection::vec((prop::collection::vec((0..3_usize, 0..40), 0..6), 0.0..4.0), 1..60),
        ) {
            let mut queue = ServiceQueue::default();
            let mut waiting: BTreeMap<(usize, i32, u32), ()> = BTreeMap::new();
            let (mut number, mut offered, mut used) = (0, 0.0, 0);
            for (today, (joining, slots)) in days.into_iter().enumerate() {
                let today = today as i32;
                for (class, day) in joining {
                    queue.join(number, rank(Class::ALL[class], day));
                    waiting.insert((class, day, number), ());
                    number += 1;
                }
                queue.offer(slots);
                offered += slots;
                while let Some(case) = queue.next(today, today + 10, |case, _| case % 7 == 3) {
                    waiting.retain(|(_, _, number), ()| number % 7 != 3 || *number > case);
                    let due = |&&(class, day, number): &&(usize, i32, u32)| {
                        number % 7 != 3 && day <= [today, i32::MAX, today + 10][class]
                    };
                    let first = waiting.keys().find(due).copied();
                    prop_assert_eq!(first.map(|(_, _, number)| number), Some(case));
                    first.map(|key| waiting.remove(&key));
                    used += 1;
                    prop_assert!(f64::from(used) <= offered + 1e-9);
                }
                queue.close(slots);
            }
            let left = queue.drain().into_iter().filter(|(case, _)| case % 7 != 3).count();
            prop_assert_eq!(left, waiting.keys().filter(|(_, _, number)| number % 7 != 3).count());
        }
    }
}
