//! What became of a row.

/// How long a row was followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Time of the event or of the censoring, in units of the grid; at least 0.
    pub time: f32,
    /// Whether it is the time of an event. An event after the last knot counts as a censoring there.
    pub event: bool,
    /// At least 0.
    pub weight: f32,
}

/// The cause of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cause {
    /// Time of the event, in units of the grid; at least 0.
    pub time: f32,
    /// Which of the causes it was, from 0 on.
    pub cause: u16,
    /// At least 0.
    pub weight: f32,
}
