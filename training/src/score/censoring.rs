//! Inverse probability of censoring weights (IPCW; Robins and Rotnitzky 1992).

/// A right-censored time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Time of the event or of the censoring, in days.
    pub time: f64,
    /// Whether it is the time of an event.
    pub event: bool,
}

/// The Kaplan-Meier curve of the censoring: the probability G(t) of not being censored by t. The weight of an event at t
/// is 1/G(t).
///
/// Events come before censorings at the same time, as in Graf, Schmoor, Sauerbrei and Schumacher (1999), "Assessment and
/// comparison of prognostic classification schemes for survival data", Statistics in Medicine 18.
///
/// ```
/// use training::score::censoring::{Censoring, Observed};
///
/// // One of the two cases without an event by day 2 is censored on that day.
/// let cases = [(1.0, true), (2.0, false), (3.0, true)];
/// let observed = cases.map(|(time, event)| Observed { time, event });
/// let censoring = Censoring::from_observed(&observed);
/// assert_eq!([1.0, 2.0, 3.0].map(|day| censoring.uncensored_at(day)), [1.0, 0.5, 0.5]);
/// ```
#[derive(Debug, Clone)]
pub struct Censoring {
    times: Vec<f64>,
    uncensored: Vec<f64>,
}

impl Censoring {
    /// The curve of these times.
    #[must_use]
    pub fn from_observed(observed: &[Observed]) -> Self {
        let mut sorted = observed.to_vec();
        sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
        let (mut times, mut uncensored) = (Vec::new(), Vec::new());
        let mut at_risk = sorted.len();
        let mut probability = 1.0;
        for tied in sorted.chunk_by(|a, b| a.time == b.time) {
            let events = tied.iter().filter(|observed| observed.event).count();
            let censored = tied.len() - events;
            if censored > 0 {
                probability *= 1.0 - censored as f64 / (at_risk - events) as f64;
            }
            times.push(tied[0].time);
            uncensored.push(probability);
            at_risk -= tied.len();
        }
        Self { times, uncensored }
    }

    /// G(t): the probability of not being censored up to and including `time`.
    #[must_use]
    pub fn uncensored_at(&self, time: f64) -> f64 {
        match self.times.partition_point(|&known| known <= time) {
            0 => 1.0,
            after => self.uncensored[after - 1],
        }
    }
}
