//! Inverse-probability-of-censoring weights.

/// A right-censored time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// Time of the event, or until which there was none.
    pub time: f64,
    /// Whether the event was seen.
    pub event: bool,
}

/// Kaplan-Meier curve of the censoring: the chance G(t) of not being censored by t.
///
/// Events come before censorings of the same time, as in Graf and others 1999 (Statistics in Medicine 18).
#[derive(Debug, Clone)]
pub struct Censoring {
    times: Vec<f64>,
    uncensored: Vec<f64>,
}

impl Censoring {
    /// Learns the curve from observed times.
    #[must_use]
    pub fn of(observed: &[Observed]) -> Self {
        let mut sorted = observed.to_vec();
        sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
        let (mut times, mut uncensored) = (Vec::new(), Vec::new());
        let mut at_risk = sorted.len();
        let mut chance = 1.0;
        for tied in sorted.chunk_by(|a, b| a.time == b.time) {
            let events = tied.iter().filter(|observed| observed.event).count();
            let censored = tied.len() - events;
            if censored > 0 {
                chance *= 1.0 - censored as f64 / (at_risk - events) as f64;
            }
            times.push(tied[0].time);
            uncensored.push(chance);
            at_risk -= tied.len();
        }
        Self { times, uncensored }
    }

    /// G(t): the chance of not being censored up to and at `time`.
    #[must_use]
    pub fn uncensored_at(&self, time: f64) -> f64 {
        match self.times.partition_point(|&known| known <= time) {
            0 => 1.0,
            after => self.uncensored[after - 1],
        }
    }
}
