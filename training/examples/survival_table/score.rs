//! Scores of survival curves.

/// A right-censored time.
#[derive(Clone, Copy)]
pub struct Observed {
    pub time: f64,
    pub event: bool,
}

/// Harrell's C: comparable pairs are those in which one case has its event while the other still waits, censored at the same
/// time or later. Equal risks count half.
pub fn harrell(observed: &[Observed], risk: &[f64]) -> f64 {
    let (mut right, mut pairs) = (0.0, 0.0);
    for (a, first) in observed.iter().enumerate().filter(|(_, case)| case.event) {
        for (b, second) in observed.iter().enumerate() {
            if second.time > first.time || second.time == first.time && !second.event {
                pairs += 1.0;
                right += if risk[a] > risk[b] {
                    1.0
                } else if risk[a] == risk[b] {
                    0.5
                } else {
                    0.0
                };
            }
        }
    }
    right / pairs
}

/// The Kaplan-Meier curve of the censoring; events come before censorings at the same time.
struct Censoring {
    times: Vec<f64>,
    uncensored: Vec<f64>,
}

impl Censoring {
    fn of(observed: &[Observed]) -> Self {
        let mut sorted = observed.to_vec();
        sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
        let (mut times, mut uncensored) = (Vec::new(), Vec::new());
        let (mut at_risk, mut probability) = (sorted.len(), 1.0);
        for tied in sorted.chunk_by(|a, b| a.time == b.time) {
            let events = tied.iter().filter(|case| case.event).count();
            if tied.len() > events {
                probability *= 1.0 - (tied.len() - events) as f64 / (at_risk - events) as f64;
            }
            times.push(tied[0].time);
            uncensored.push(probability);
            at_risk -= tied.len();
        }
        Self { times, uncensored }
    }

    fn at(&self, time: f64) -> f64 {
        match self.times.partition_point(|&known| known <= time) {
            0 => 1.0,
            after => self.uncensored[after - 1],
        }
    }
}

/// The Brier score (Graf et al. 1999) with the censoring curve of the training rows, as scikit-survival has it, integrated by
/// the trapezoidal rule over 100 equally spaced times up to the 90th percentile of the test times.
pub fn integrated_brier(known: &[Observed], seen: &[Observed], survival: impl Fn(usize, f64) -> f64) -> f64 {
    let censoring = Censoring::of(known);
    let grid = times(seen);
    let scores: Vec<f64> = grid
        .iter()
        .map(|&time| {
            let later = censoring.at(time);
            let each = |(case, observed): (usize, &Observed)| {
                if observed.time <= time && !observed.event {
                    return 0.0;
                }
                let probability = survival(case, time);
                if observed.time <= time {
                    let weight = censoring.at(observed.time);
                    if weight > 0.0 { probability * probability / weight } else { 0.0 }
                } else if later > 0.0 {
                    (1.0 - probability) * (1.0 - probability) / later
                } else {
                    0.0
                }
            };
            seen.iter().enumerate().map(each).sum::<f64>() / seen.len() as f64
        })
        .collect();
    let area: f64 =
        grid.windows(2).zip(scores.windows(2)).map(|(t, s)| (t[1] - t[0]) * (s[0] + s[1]) / 2.0).sum();
    area / (grid[grid.len() - 1] - grid[0])
}

fn times(seen: &[Observed]) -> Vec<f64> {
    let mut sorted: Vec<f64> = seen.iter().map(|case| case.time).collect();
    sorted.sort_by(f64::total_cmp);
    let last = sorted[(sorted.len() - 1) * 9 / 10];
    (1..=100).map(|step| last * f64::from(step) / 100.0).collect()
}

/// D-calibration (Haider et al. 2020): the predicted survival at each case's time falls into ten equal bins, that of a censored
/// case evenly into all the survival it has left. Half the sum of the absolute differences from one tenth: 0 is perfect, and at
/// most 0.9 of the cases can lie in a wrong bin.
pub fn calibration_distance(seen: &[Observed], survival: impl Fn(usize, f64) -> f64) -> f64 {
    let mut bins = [0.0; 10];
    for (case, observed) in seen.iter().enumerate() {
        let left = survival(case, observed.time).clamp(1e-9, 1.0);
        if observed.event {
            bins[((left * 10.0) as usize).min(9)] += 1.0;
        } else {
            for (bin, sum) in bins.iter_mut().enumerate() {
                let low = bin as f64 / 10.0;
                *sum += (left.min(low + 0.1) - low).max(0.0) / left;
            }
        }
    }
    bins.iter().map(|sum| (sum / seen.len() as f64 - 0.1).abs()).sum::<f64>() / 2.0
}
