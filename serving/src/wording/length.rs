//! Lengths of time in whole weeks, months or years.
//!
//! Below two weeks there is one wording. Then come whole weeks up to two months, whole months up to 36 months and whole years
//! up to ten. Years begin that late because rounding to a whole year then changes a time by less than a third. A lower bound
//! is rounded down and an upper bound up, so that rounding never promises more than the estimate does.

use model::DAYS_PER_MONTH;

use super::translations::Language;

const DAYS_PER_WEEK: f64 = 7.0;
const MONTHS_PER_YEAR: f64 = 12.0;
const MIN_WEEKS: f64 = 2.0;
const MAX_DAYS_IN_WEEKS: f64 = 2.0 * DAYS_PER_MONTH;
const MAX_MONTHS: f64 = 36.0;
/// Longer times are "more than 10 years".
pub(super) const MAX_YEARS: f64 = 10.0;

/// How a length is rounded.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bound {
    Lower,
    Middle,
    Upper,
}

impl Bound {
    pub(super) fn round(self, number: f64) -> f64 {
        match self {
            Self::Lower => number.floor(),
            Self::Middle => number.round(),
            Self::Upper => number.ceil(),
        }
    }
}

/// A length of time as a sentence states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    UnderTwoWeeks,
    Weeks(u32),
    Months(u32),
    Years(u32),
    OverTenYears,
}

impl Length {
    pub(super) fn from_days(days: f32, bound: Bound) -> Self {
        let days = f64::from(days).max(0.0);
        let months = days / DAYS_PER_MONTH;
        if days < MIN_WEEKS * DAYS_PER_WEEK {
            return if bound == Bound::Upper { Self::Weeks(MIN_WEEKS as u32) } else { Self::UnderTwoWeeks };
        }
        if days <= MAX_DAYS_IN_WEEKS {
            return Self::Weeks(bound.round(days / DAYS_PER_WEEK) as u32);
        }
        if months <= MAX_MONTHS {
            return Self::Months(bound.round(months) as u32);
        }
        let years = months / MONTHS_PER_YEAR;
        if years > MAX_YEARS { Self::OverTenYears } else { Self::Years(bound.round(years) as u32) }
    }

    /// Days, to compare lengths: 9 weeks are longer than 2 months. "More than 10 years" counts as 10.
    pub(super) fn days(self) -> f64 {
        match self {
            Self::UnderTwoWeeks => 0.0,
            Self::Weeks(weeks) => f64::from(weeks) * DAYS_PER_WEEK,
            Self::Months(months) => f64::from(months) * DAYS_PER_MONTH,
            Self::Years(years) => f64::from(years) * MONTHS_PER_YEAR * DAYS_PER_MONTH,
            Self::OverTenYears => MAX_YEARS * MONTHS_PER_YEAR * DAYS_PER_MONTH,
        }
    }

    pub(super) fn in_words(self, language: Language) -> String {
        let (key, number) = match self {
            Self::UnderTwoWeeks => ("unit.less2w", 0),
            Self::Weeks(number) => ("unit.weeks", number),
            Self::Months(number) => ("unit.months", number),
            Self::Years(number) => ("unit.exact_years", number),
            Self::OverTenYears => ("unit.years", MAX_YEARS as u32),
        };
        language.filled(key, &[("n", &number.to_string())])
    }

    /// From this length to a longer one. A shared unit appears once.
    pub(super) fn span_in_words(self, longer: Self, language: Language) -> String {
        let span = |low: &str, high: &str| language.filled("unit.span", &[("low", low), ("high", high)]);
        let shared = match (self, longer) {
            _ if self == longer => return self.in_words(language),
            (Self::UnderTwoWeeks, Self::Weeks(2)) => return self.in_words(language),
            (Self::Weeks(low), Self::Weeks(high)) => Some(("unit.weeks", low, high)),
            (Self::Months(low), Self::Months(high)) => Some(("unit.months", low, high)),
            (Self::Years(low), Self::Years(high)) => Some(("unit.exact_years", low, high)),
            _ => None,
        };
        match shared {
            Some((unit, low, high)) => {
                language.filled(unit, &[("n", &span(&low.to_string(), &high.to_string()))])
            }
            None => span(&self.in_words(language), &longer.in_words(language)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(days: f32, bound: Bound) -> String {
        Length::from_days(days, bound).in_words(Language::English)
    }

    #[test]
    fn each_length_has_the_unit_that_fits() {
        for (days, lower, middle, upper) in [
            (0.0, "less than 2 weeks", "less than 2 weeks", "2 weeks"),
            (13.9, "less than 2 weeks", "less than 2 weeks", "2 weeks"),
            (14.0, "2 weeks", "2 weeks", "2 weeks"),
            (20.0, "2 weeks", "3 weeks", "3 weeks"),
            (60.0, "8 weeks", "9 weeks", "9 weeks"),
            (60.5, "8 weeks", "9 weeks", "9 weeks"),
            (61.0, "2 months", "2 months", "3 months"),
            (730.0, "23 months", "24 months", "24 months"),
            (745.7, "24 months", "24 months", "25 months"),
            (1095.0, "35 months", "36 months", "36 months"),
            (1096.0, "3 years", "3 years", "4 years"),
            (3652.0, "9 years", "10 years", "10 years"),
            (3653.0, "more than 10 years", "more than 10 years", "more than 10 years"),
            (f32::MAX, "more than 10 years", "more than 10 years", "more than 10 years"),
        ] {
            assert_eq!(words(days, Bound::Lower), lower, "{days}");
            assert_eq!(words(days, Bound::Middle), middle, "{days}");
            assert_eq!(words(days, Bound::Upper), upper, "{days}");
        }
    }

    #[test]
    fn rounding_never_shortens_an_upper_bound_or_lengthens_a_lower_one() {
        for tenth in 0..36_525_u16 {
            let days = f32::from(tenth) / 10.0;
            assert!(Length::from_days(days, Bound::Lower).days() <= f64::from(days) + 1e-3, "{days}");
            assert!(Length::from_days(days, Bound::Upper).days() >= f64::from(days) - 1e-3, "{days}");
        }
    }

    #[test]
    fn a_span_states_a_shared_unit_once() {
        let span = |low, high, language| {
            Length::from_days(low, Bound::Lower)
                .span_in_words(Length::from_days(high, Bound::Upper), language)
        };
        assert_eq!(span(65.0, 270.0, Language::English), "2 to 9 months");
        assert_eq!(span(65.0, 270.0, Language::Spanish), "2 a 9 meses");
        assert_eq!(span(20.0, 270.0, Language::English), "2 weeks to 9 months");
        assert_eq!(span(1.0, 5.0, Language::English), "less than 2 weeks");
        assert_eq!(span(1.0, 20.0, Language::Spanish), "menos de 2 semanas a 3 semanas");
        assert_eq!(span(9000.0, 9999.0, Language::English), "more than 10 years");
        assert_eq!(span(1461.0, 9999.0, Language::English), "4 years to more than 10 years");
    }
}
