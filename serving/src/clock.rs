//! Where today comes from.

use std::fmt;
use std::sync::Arc;

use model::Day;

/// Tells today's date (UTC). It is an argument, so that a test or a replay can run on any day.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Day + Send + Sync>);

impl Clock {
    /// A clock that asks `today`.
    #[must_use]
    pub fn new(today: impl Fn() -> Day + Send + Sync + 'static) -> Self {
        Self(Arc::new(today))
    }

    /// A clock that always tells the same day.
    #[must_use]
    pub fn fixed(day: Day) -> Self {
        Self::new(move || day)
    }

    /// The clock of this machine.
    ///
    /// It tells January 1, 1970 if the machine's clock is outside the years 1900 to 2199.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| {
            let days = jiff::Timestamp::now().as_second().div_euclid(86_400);
            let epoch = Day::from_epoch_days(0);
            Day::from_epoch_days(days)
                .or(epoch)
                .unwrap_or_else(|_| unreachable!("1970 lies between 1900 and 2199"))
        })
    }

    /// Today.
    #[must_use]
    pub fn today(&self) -> Day {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.today())
    }
}
