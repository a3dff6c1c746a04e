//! Delay predictors of queueing theory for a queue that is served in order, from its present state alone (Senderovich and
//! others 2014): the delay of the cases decided last, the age of the case at the head of the queue, and the length of the
//! queue over its throughput. Each predicts one number, so all its quantiles are that number.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Features, LEVELS, Quantiles, Queue, Target};
use rayon::prelude::*;

use super::baseline::Baseline;
use super::spells::first_visits;
use crate::visits::{Visit, Visits};

/// Throughput counts the decisions of this many days before the origin.
const THROUGHPUT_DAYS: f64 = 28.0;
/// The smallest throughput of a queue, in cases per day: a queue without decisions is taken to have it.
const MIN_THROUGHPUT: f64 = 0.01;

/// The present state of one queue.
#[derive(Default)]
struct QueueState {
    /// Time since receipt of every pending case, rising.
    ages: Vec<f64>,
    /// The moment of the last decisions, the sum of their delays in days, and their number.
    last_decided: Option<(f64, f64, f64)>,
    /// Recent decisions per day.
    throughput: f64,
}

impl QueueState {
    fn add(&mut self, visit: &Visit) {
        match visit.decided.map(|decided| decided.day) {
            Some(decided) => {
                let delay = decided - visit.received;
                match &mut self.last_decided {
                    Some((last, sum, count)) if decided == *last => {
                        *sum += delay;
                        *count += 1.0;
                    }
                    Some((last, ..)) if decided < *last => {}
                    last => *last = Some((decided, delay, 1.0)),
                }
                if decided > -THROUGHPUT_DAYS {
                    self.throughput += 1.0 / THROUGHPUT_DAYS;
                }
            }
            None => self.ages.push(-visit.received),
        }
    }

    /// Days until the decision of a case that has waited for `waited` days.
    fn days(&self, rule: Rule, waited: f64) -> f64 {
        let ahead = self.ages.len() - self.ages.partition_point(|&age| age <= waited);
        match rule {
            Rule::LastDecided => {
                self.last_decided.map_or(0.0, |(_, sum, count)| (sum / count - waited).max(0.0))
            }
            Rule::HeadOfLine => self.ages.last().map_or(0.0, |oldest| (oldest - waited).max(0.0)),
            Rule::QueueOverThroughput => ahead as f64 / self.throughput.max(MIN_THROUGHPUT),
        }
    }
}

#[derive(Clone, Copy)]
enum Rule {
    LastDecided,
    HeadOfLine,
    QueueOverThroughput,
}

/// One rule applied to all queues.
struct QueueDelay {
    name: &'static str,
    rule: Rule,
    queues: Arc<BTreeMap<Queue, QueueState>>,
}

/// The three rules.
pub(super) fn all(visits: &Visits) -> Vec<Box<dyn Baseline>> {
    let mut queues: BTreeMap<Queue, QueueState> = BTreeMap::new();
    for visit in first_visits(visits) {
        queues.entry(visit.queue).or_default().add(visit);
    }
    for queue in queues.values_mut() {
        queue.ages.sort_by(f64::total_cmp);
    }
    let queues = Arc::new(queues);
    let rules = [
        ("last_decided_delay", Rule::LastDecided),
        ("head_of_line_delay", Rule::HeadOfLine),
        ("queue_over_throughput", Rule::QueueOverThroughput),
    ];
    rules.map(|(name, rule)| Box::new(QueueDelay { name, rule, queues: Arc::clone(&queues) }) as _).into()
}

impl Baseline for QueueDelay {
    fn name(&self) -> &'static str {
        self.name
    }

    fn target(&self) -> Target {
        Target::Decision
    }

    fn quantiles(&self, cases: &[Features]) -> Vec<Quantiles> {
        let empty = QueueState::default();
        let answer = |features: &Features| {
            let queue = self.queues.get(&features.queue).unwrap_or(&empty);
            Quantiles::from_days([queue.days(self.rule, features.since_receipt.get()) as f32; LEVELS.len()])
        };
        cases.par_iter().map(answer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_position_in_a_queue_counts_from_its_head() {
        // Cases of ages 10, 20, 30 and 40 wait; the last decisions came after 50 days; seven were decided in four weeks.
        let queue = QueueState {
            ages: vec![10.0, 20.0, 30.0, 40.0],
            last_decided: Some((-1.0, 100.0, 2.0)),
            throughput: 7.0 / THROUGHPUT_DAYS,
        };
        for (waited, last, head, over) in
            [(10.0, 40.0, 30.0, 12.0), (40.0, 10.0, 0.0, 0.0), (60.0, 0.0, 0.0, 0.0)]
        {
            assert_eq!(queue.days(Rule::LastDecided, waited), last);
            assert_eq!(queue.days(Rule::HeadOfLine, waited), head);
            assert_eq!(queue.days(Rule::QueueOverThroughput, waited), over);
        }
        assert_eq!(QueueState::default().days(Rule::QueueOverThroughput, 5.0), 0.0);
    }
}
