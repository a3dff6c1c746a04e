//! The bounds of the numbers in a scenario.

/// Shares that must add up to 1 may miss it by this much.
pub(super) const ROUNDING: f64 = 0.005;
/// The most offices of a scenario, streams of a form and centers of a stream: they are numbered in one byte.
pub(super) const MAX_ENTRIES: usize = 255;
/// The largest weekly change of capacity, as a standard deviation of its logarithm.
pub(super) const MAX_WEEKLY_CHANGE: f64 = 0.5;
/// The longest median of a delay, in days.
pub(super) const MAX_DAYS: f64 = 5_000.0;
/// The widest spread of a delay: at 2.3 one in forty is 100 times the median.
pub(super) const MAX_SPREAD: f64 = 2.3;
/// The most receipts a year, service slots a week, months of a target wait, and working days between batches.
pub(super) const MAX_RECEIPTS: f64 = 1e8;
pub(super) const MAX_WEEKLY_CAPACITY: f64 = 1e7;
pub(super) const MAX_WAIT_MONTHS: f64 = 240.0;
pub(super) const MAX_BATCH_DAYS: u16 = 60;
/// The largest factor of a change, and the largest wait factor.
pub(super) const MAX_FACTOR: f64 = 100.0;
