//! Numbers by fiscal year or quarter, linear between their midpoints.

use model::{DAYS_PER_YEAR, Day};

/// A number given by fiscal year or quarter.
///
/// It holds at the midpoint of each period, is linear between midpoints, and constant before the first and after the last.
#[derive(Debug, Clone, PartialEq)]
pub struct FiscalSeries(Vec<(f64, f64)>);

impl FiscalSeries {
    /// A series of days since 1970 and numbers.
    pub fn new(mut numbers: Vec<(f64, f64)>) -> Self {
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(numbers)
    }

    /// The number on a day, in days since 1970.
    pub fn at(&self, day: f64) -> f64 {
        let after = self.0.partition_point(|&(midpoint, _)| midpoint <= day);
        match (after.checked_sub(1).and_then(|before| self.0.get(before)), self.0.get(after)) {
            (Some(&(from, low)), Some(&(to, high))) => low + (high - low) * (day - from) / (to - from),
            (Some(&(_, number)), None) | (None, Some(&(_, number))) => number,
            (None, None) => 0.0,
        }
    }

    /// Whether it is 0 on every day.
    pub fn is_zero(&self) -> bool {
        self.0.iter().all(|&(_, number)| number <= 0.0)
    }

    /// The constant series with the value of one day.
    pub fn steady(&self, day: f64) -> Self {
        Self(vec![(day, self.at(day))])
    }

    /// The series with every number changed.
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self(self.0.iter().map(|&(day, number)| (day, change(number))).collect())
    }
}

/// The midpoint of a fiscal year (`2022`) or of one of its quarters (`2022Q1` begins in October 2021), in days since 1970.
pub fn midpoint(period: &str) -> Option<f64> {
    let (year, quarter) = match period.split_once('Q') {
        Some((year, quarter)) => (year, Some(quarter.parse::<u8>().ok().filter(|n| (1..=4).contains(n))?)),
        None => (period, None),
    };
    let year: i16 = year.parse().ok().filter(|year| (1900..2200).contains(year))?;
    let begins = f64::from(Day::parse(&format!("{:04}-10-01", year - 1)).ok()?.epoch_days());
    let part = quarter.map_or(0.5, |quarter| (f64::from(quarter) - 0.5) / 4.0);
    Some(begins + (part * DAYS_PER_YEAR).floor())
}

/// The fiscal year of a day: it begins on 1 October and is named by the year in which it ends.
pub fn fiscal_year(day: Day) -> i16 {
    let (year, month, _) = day.year_month_day();
    year + i16::from(month >= 10)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn a_number_holds_at_the_midpoint_of_its_year_and_is_linear_between() {
        let fiscal_series =
            FiscalSeries::new(vec![(midpoint("2022").unwrap(), 20.0), (midpoint("2021").unwrap(), 10.0)]);
        let on = |text| f64::from(Day::parse(text).unwrap().epoch_days());
        assert_eq!(fiscal_series.at(on("2021-04-01")), 10.0);
        assert_eq!(fiscal_series.at(on("2022-04-01")), 20.0);
        assert!((fiscal_series.at(on("2021-10-01")) - 15.0).abs() < 0.1);
        assert_eq!(fiscal_series.at(on("2019-01-01")), 10.0);
        assert_eq!(fiscal_series.at(on("2030-01-01")), 20.0);
        assert_eq!(fiscal_series.steady(on("2022-04-01")).at(on("2019-01-01")), 20.0);
        assert_eq!(midpoint("2022Q1"), Some(on("2021-11-15")));
        for wrong in ["", "22Q", "2022Q5", "2022Q0", "x", "1066"] {
            assert_eq!(midpoint(wrong), None, "{wrong}");
        }
        assert_eq!(fiscal_year(Day::parse("2021-09-30").unwrap()), 2021);
        assert_eq!(fiscal_year(Day::parse("2021-10-01").unwrap()), 2022);
    }
}
