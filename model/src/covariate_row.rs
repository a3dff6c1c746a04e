//! How the row of covariates of a case is filled: in one place, for training and for estimates.

use crate::case::Progress;
use crate::covariates::{Covariate, CovariateSchema, Covariates, Trail};
use crate::features::Features;
use crate::queue_state::QueueState;
use crate::time::{Day, Moment};

impl CovariateSchema {
    /// Fills a row for a case that stands at `progress` after the actions of `trail`, at a moment. `attribute` gives the number of
    /// each column that is an attribute, as of [`Self::value`].
    #[must_use]
    pub fn row(
        &self,
        features: &Features,
        progress: &Progress,
        trail: &Trail,
        at: Moment,
        queue_state: Option<&QueueState>,
        attribute: impl Fn(usize) -> f32,
    ) -> Covariates {
        let mut row = Covariates::default();
        for (position, column) in self.columns.iter().enumerate() {
            row.push(match column {
                Covariate::Category { .. } | Covariate::Number { .. } => attribute(position),
                Covariate::State => features.state.index() as f32,
                Covariate::Action { back } => trail.action(*back).map_or(f32::NAN, f32::from),
                Covariate::Resource { back } => trail.resource(*back).map_or(f32::NAN, f32::from),
                Covariate::Gap { back } => trail.gap(*back, progress.received_at(), at),
                Covariate::Actions => trail.count as f32,
                Covariate::SinceReceipt => features.since_receipt.get() as f32,
                Covariate::InState => features.in_state.get() as f32,
                Covariate::SinceAction { tracked } => trail.since(*tracked, at),
                Covariate::CountOf { tracked } => trail.count_of(*tracked) as f32,
                Covariate::DrainDays | Covariate::ReadyDrainDays => {
                    column.drain_days(features, progress, at, queue_state)
                }
                Covariate::HadTurn => f32::from(u8::from(progress.standing().had_turn())),
                Covariate::Weekday => weekday(at.day()),
                Covariate::HourOfWeek => hour_of_week(at),
                Covariate::WeekdayOfReceipt => weekday(progress.received_at().day()),
            });
        }
        row
    }
}

impl Covariate {
    /// Whether the column is the drain time of a line.
    pub(crate) const fn is_drain_time(&self) -> bool {
        matches!(self, Self::DrainDays | Self::ReadyDrainDays)
    }

    /// The drain time of a case in the line of the column; NaN if it is not in that line, or for another column.
    pub(crate) fn drain_days(
        &self,
        features: &Features,
        progress: &Progress,
        at: Moment,
        queue_state: Option<&QueueState>,
    ) -> f32 {
        let (received, day) = (progress.received_at().day(), at.day());
        let Some(state) = queue_state else { return f32::NAN };
        match self {
            Self::DrainDays => {
                state.place(&features.queue, received, day).map_or(f32::NAN, |place| place.drain_days)
            }
            Self::ReadyDrainDays if progress.standing().is_ready() => {
                state.ready_place(&features.queue, received, day).map_or(f32::NAN, |place| place.drain_days)
            }
            _ => f32::NAN,
        }
    }
}

/// Monday is 0. The first day of the epoch was a Thursday.
fn weekday(day: Day) -> f32 {
    (day.epoch_days() + 3).rem_euclid(7) as f32
}

fn hour_of_week(at: Moment) -> f32 {
    const HOUR: i64 = 3_600_000_000;
    let hour = at.epoch_micros().rem_euclid(24 * HOUR) as f32 / HOUR as f32;
    weekday(at.day()) * 24.0 + hour
}
