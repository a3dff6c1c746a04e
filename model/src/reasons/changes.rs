//! What changed between two estimates of one case.

use serde::Serialize;

use super::shapley::shapley;

/// Something that may differ between two estimates of one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeFactor {
    /// The time that passed.
    TimePassed,
    /// What happened to the case.
    WhatHappened,
    /// The lines: how many cases wait there, and how fast they move.
    Queue,
    /// The model: it learned from more.
    Model,
}

impl ChangeFactor {
    /// All factors, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::TimePassed, Self::WhatHappened, Self::Queue, Self::Model];
}

/// What one factor changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// The factor.
    pub factor: ChangeFactor,
    /// What it added to the median, in days.
    pub days: f64,
}

/// The difference between two estimates of one case, by factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The medians of the earlier and of the later estimate, each in days from its own as-of time.
    pub medians: [f64; 2],
    /// What each known factor changed. They sum to the difference.
    pub factors: Vec<Change>,
}

impl Changes {
    /// Divides the difference between two estimates among the factors that are known.
    ///
    /// `median` says what the median is, in days, where a factor has its later value if the function that it is given says so.
    /// It is asked at most 16 times. `None` if some mixture of both estimates has no median.
    ///
    /// ```
    /// use model::{ChangeFactor, Changes};
    ///
    /// // Thirty days passed, and the line became ten days longer.
    /// let median = |later: &dyn Fn(ChangeFactor) -> bool| {
    ///     let passed = if later(ChangeFactor::TimePassed) { 30.0 } else { 0.0 };
    ///     Some(100.0 - passed + if later(ChangeFactor::Queue) { 10.0 } else { 0.0 })
    /// };
    /// let changes = Changes::between(&[ChangeFactor::TimePassed, ChangeFactor::Queue], median).ok_or("no median")?;
    /// assert_eq!(changes.medians, [100.0, 80.0]);
    /// assert_eq!(changes.factors.iter().map(|it| it.days).collect::<Vec<_>>(), [-30.0, 10.0]);
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn between(
        known: &[ChangeFactor],
        mut median: impl FnMut(&dyn Fn(ChangeFactor) -> bool) -> Option<f64>,
    ) -> Option<Self> {
        let values = (0..1_usize << known.len()).map(|set| {
            let is_later = |factor: ChangeFactor| {
                known.iter().position(|it| *it == factor).is_some_and(|bit| set >> bit & 1 == 1)
            };
            median(&is_later)
        });
        let values = values.collect::<Option<Vec<f64>>>()?;
        let days = shapley(&values)?;
        let factors = known.iter().zip(days).map(|(&factor, days)| Change { factor, days });
        Some(Self { medians: [*values.first()?, *values.last()?], factors: factors.collect() })
    }
}
