//! Settings of a simulation, and what it returns.

use model::Quantiles;

/// Settings of a simulation.
#[derive(Debug, Clone, Copy)]
pub struct Simulation {
    /// The seed of all random numbers.
    pub seed: u64,
    /// The approximate number of cases in the record.
    pub cases: u64,
    /// How many forms are simulated at a time.
    pub threads: usize,
    /// The settings of the oracle, if it is wanted.
    pub oracle: Option<Oracle>,
}

/// Settings of the oracle.
#[derive(Debug, Clone, Copy)]
pub struct Oracle {
    /// How many futures to simulate.
    pub futures: u32,
    /// How many pending cases of each form to sample.
    pub cases: usize,
    /// How many days after the extraction each future ends; to the end of the world if `None`. An event that has not come
    /// by then counts as coming at the end.
    pub days: Option<u32>,
}

/// What a simulation wrote.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Simulated {
    /// Cases in the record.
    pub cases: u64,
    /// Actions in the record.
    pub actions: u64,
    /// Cases pending at the extraction.
    pub pending: u64,
    /// The oracle's forecasts of the sampled cases, with what really came.
    pub forecasts: Vec<ForecastCase>,
    /// Service slots that all queues had until the extraction.
    pub slots_offered: u64,
    /// Service slots that were used.
    pub slots_used: u64,
}

/// The forecast of a pending case. All times are days from the extraction.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastCase {
    /// Its key in the history.
    pub case_id: String,
    /// Its form.
    pub form: String,
    /// When the record shows its next step, if it does before the end of the case or of the world.
    pub recorded_step_days: Option<f64>,
    /// When its decision really comes, if it does before the end of the world.
    pub decision_days: Option<f64>,
    /// The oracle's quantiles of the next step that the record shows.
    pub next_step: Quantiles,
    /// The oracle's quantiles of the decision.
    pub decision: Quantiles,
}
