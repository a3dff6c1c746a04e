//! What queueing theory says of a line that is served in order, from its present state alone (Senderovich et al. 2014):
//! the delay of the cases that were decided last, the age of the case at the head of the line, and how long the line is
//! against how fast it moves. Each is one number; all quantiles are that number.

use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Features, LEVELS, Quantiles, Queue, StateId};

use super::Candidate;
use crate::visits::{Visit, Visits};

/// Throughput is what was decided in so many days before the origin.
const THROUGHPUT_DAYS: f64 = 28.0;
/// A line that does not move is taken to decide this many cases a day.
const SLOWEST: f64 = 0.01;

/// The present state of one queue.
#[derive(Default)]
struct Line {
    /// Time since receipt of every pending case, rising.
    ages: Vec<f64>,
    /// When its last decision was, and after how many days: of all decisions of that moment the sum, and how many.
    last_decided: Option<(f64, f64, f64)>,
    /// Decisions a day lately.
    throughput: f64,
}

impl Line {
    fn add(&mut self, visit: &Visit) {
        match visit.decided {
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

    /// Days until a case is decided that has waited for `waited`, by each of the rules.
    fn days(&self, rule: Rule, waited: f64) -> f64 {
        let ahead = self.ages.len() - self.ages.partition_point(|&age| age <= waited);
        match rule {
            Rule::LastDecided => {
                self.last_decided.map_or(0.0, |(_, sum, count)| (sum / count - waited).max(0.0))
            }
            Rule::HeadOfLine => self.ages.last().map_or(0.0, |oldest| (oldest - waited).max(0.0)),
            Rule::QueueOverThroughput => ahead as f64 / self.throughput.max(SLOWEST),
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
    lines: Rc<BTreeMap<Queue, Line>>,
}

/// The three rules.
pub(super) fn all(visits: &Visits, start: StateId) -> Vec<Box<dyn Candidate>> {
    let mut lines: BTreeMap<Queue, Line> = BTreeMap::new();
    // One visit a case: the one that begins with the receipt.
    for visit in visits.rows.iter().filter(|visit| visit.state == start && visit.entered <= visit.received) {
        lines.entry(visit.queue).or_default().add(visit);
    }
    for line in lines.values_mut() {
        line.ages.sort_by(f64::total_cmp);
    }
    let lines = Rc::new(lines);
    let rules = [
        ("last_decided_delay", Rule::LastDecided),
        ("head_of_line_delay", Rule::HeadOfLine),
        ("queue_over_throughput", Rule::QueueOverThroughput),
    ];
    rules.map(|(name, rule)| Box::new(QueueDelay { name, rule, lines: Rc::clone(&lines) }) as _).into()
}

impl Candidate for QueueDelay {
    fn name(&self) -> &'static str {
        self.name
    }

    fn decisions(&self, cases: &[Features]) -> Vec<Quantiles> {
        let nobody = Line::default();
        let answer = |features: &Features| {
            let line = self.lines.get(&features.queue).unwrap_or(&nobody);
            Quantiles::of([line.days(self.rule, features.since_receipt.get()) as f32; LEVELS.len()])
        };
        cases.iter().map(answer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_from_its_head() {
        // Ages 10, 20, 30 and 40 wait; the last decision came after 50 days; seven were decided in four weeks.
        let line = Line {
            ages: vec![10.0, 20.0, 30.0, 40.0],
            last_decided: Some((-1.0, 100.0, 2.0)),
            throughput: 7.0 / THROUGHPUT_DAYS,
        };
        for (waited, last, head, over) in
            [(10.0, 40.0, 30.0, 12.0), (40.0, 10.0, 0.0, 0.0), (60.0, 0.0, 0.0, 0.0)]
        {
            assert_eq!(line.days(Rule::LastDecided, waited), last);
            assert_eq!(line.days(Rule::HeadOfLine, waited), head);
            assert_eq!(line.days(Rule::QueueOverThroughput, waited), over);
        }
        assert_eq!(Line::default().days(Rule::QueueOverThroughput, 5.0), 0.0);
    }
}
