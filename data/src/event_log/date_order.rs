//! The orders of day, month and year.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::diagnostics::shown;

/// The order in which a date names day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// `31/12/2016`
    DayMonthYear,
    /// `12/31/2016`
    MonthDayYear,
    /// `2016/12/31`
    YearMonthDay,
}

/// A text that does not name an order of day, month and year.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not an order of day, month and year; use dmy, mdy or ymd")]
pub struct UnknownDateOrder(String);

impl DateOrder {
    /// Every order, in the order of the values of [`Readings`].
    pub(super) const ALL: [Self; 3] = [Self::DayMonthYear, Self::MonthDayYear, Self::YearMonthDay];

    /// The name that [`FromStr`] reads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DayMonthYear => "dmy",
            Self::MonthDayYear => "mdy",
            Self::YearMonthDay => "ymd",
        }
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

impl FromStr for DateOrder {
    type Err = UnknownDateOrder;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|order| order.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| UnknownDateOrder(shown(text)))
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DayMonthYear => "day/month/year",
            Self::MonthDayYear => "month/day/year",
            Self::YearMonthDay => "year/month/day",
        })
    }
}
