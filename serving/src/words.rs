//! Times in words: what is rounded which way, and how it is said.
//!
//! Under two weeks nothing finer is said; then whole weeks to two months, whole months to 36 months, whole years to ten. Years
//! begin so late because rounding to a whole one then changes a time by less than a third. A lower bound is rounded down and
//! an upper bound up, so that rounding never promises more than the estimate does.

use model::{DAYS_PER_MONTH, Day, Label, Quantiles, TrainedOn};
use serde::Serialize;

use crate::texts::{Language, in_both};

const DAYS_PER_WEEK: f64 = 7.0;
const MONTHS_PER_YEAR: f64 = 12.0;
const MIN_WEEKS: f64 = 2.0;
const MAX_DAYS_IN_WEEKS: f64 = 2.0 * DAYS_PER_MONTH;
const MAX_MONTHS: f64 = 36.0;
const MAX_YEARS: f64 = 10.0;

/// The cases that an estimate rests on, as its sentences call them: what only a simulation shows is never told as if it had
/// been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cases {
    /// Cases that are not said to be simulated.
    Past,
    /// Simulated ones.
    Simulated,
}

impl Cases {
    pub(crate) fn of(trained_on: TrainedOn) -> Self {
        match trained_on {
            TrainedOn::SimulatedHistory => Self::Simulated,
            TrainedOn::RealHistory | TrainedOn::Unstated => Self::Past,
        }
    }

    /// One of them.
    pub(crate) fn one(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.one",
            Self::Simulated => "cases.simulated_one",
        })
    }

    /// Several of them.
    pub(crate) fn many(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.many",
            Self::Simulated => "cases.simulated",
        })
    }

    /// Several of them where it matters that they were before.
    pub(crate) fn before(self, language: Language) -> &'static str {
        language.text(match self {
            Self::Past => "cases.past",
            Self::Simulated => "cases.simulated",
        })
    }
}

/// The middle of an estimate.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct About {
    pub(crate) days: f64,
    pub(crate) months: f64,
    pub(crate) text: Label,
}

/// Where 8 of 10 estimates end up: from the 10 per cent to the 90 per cent quantile.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Range {
    pub(crate) low_days: f64,
    pub(crate) high_days: f64,
    pub(crate) low_months: f64,
    pub(crate) high_months: f64,
    pub(crate) text: Label,
}

/// Which way a length is rounded.
#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Lower,
    Middle,
    Upper,
}

impl Bound {
    fn round(self, number: f64) -> f64 {
        match self {
            Self::Lower => number.floor(),
            Self::Middle => number.round(),
            Self::Upper => number.ceil(),
        }
    }
}

/// A length of time as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    UnderTwoWeeks,
    Weeks(u32),
    Months(u32),
    Years(u32),
    OverTenYears,
}

impl Length {
    fn of(days: f32, bound: Bound) -> Self {
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

    /// How long it is: 9 weeks are longer than 2 months. What has no upper end counts from its lower one.
    fn days(self) -> f64 {
        match self {
            Self::UnderTwoWeeks => 0.0,
            Self::Weeks(weeks) => f64::from(weeks) * DAYS_PER_WEEK,
            Self::Months(months) => f64::from(months) * DAYS_PER_MONTH,
            Self::Years(years) => f64::from(years) * MONTHS_PER_YEAR * DAYS_PER_MONTH,
            Self::OverTenYears => MAX_YEARS * MONTHS_PER_YEAR * DAYS_PER_MONTH,
        }
    }

    fn in_words(self, language: Language) -> String {
        let (key, number) = match self {
            Self::UnderTwoWeeks => ("unit.less2w", 0),
            Self::Weeks(number) => ("unit.weeks", number),
            Self::Months(number) => ("unit.months", number),
            Self::Years(number) => ("unit.exact_years", number),
            Self::OverTenYears => ("unit.years", MAX_YEARS as u32),
        };
        language.filled(key, &[("n", &number.to_string())])
    }

    /// This length up to a longer one; the unit is said once if both have it.
    fn to_in_words(self, longer: Self, language: Language) -> String {
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

/// The middle of an estimate: "About 4 months".
pub(crate) fn about(time: &Quantiles) -> About {
    let days = time.at(0.5);
    let length = Length::of(days, Bound::Middle);
    let text = in_both(|language| match length {
        Length::UnderTwoWeeks | Length::OverTenYears => capitalized(&length.in_words(language)),
        _ => language.filled("headline.value.about", &[("p50", &length.in_words(language))]),
    });
    About { days: written(days), months: months(days, Bound::Middle), text }
}

/// From the sooner to the later end: "2 to 9 months".
pub(crate) fn range(time: &Quantiles) -> Range {
    let (low_days, high_days) = (time.at(0.1), time.at(0.9));
    let (low, high) = (Length::of(low_days, Bound::Lower), Length::of(high_days, Bound::Upper));
    Range {
        low_days: written(low_days),
        high_days: written(high_days),
        low_months: months(low_days, Bound::Lower),
        high_months: months(high_days, Bound::Upper),
        text: in_both(|language| low.to_in_words(high, language)),
    }
}

/// "8 out of 10 cases like yours are decided within 6 months."
pub(crate) fn eight_in_ten_decided(time: &Quantiles, cases: Cases) -> Label {
    eight_in_ten(time, Some(cases), "headline.range", "headline.range_over")
}

/// "At that pace, 8 out of 10 would be decided within 6 months": for a case of which nobody has waited as long.
pub(crate) fn eight_in_ten_at_that_pace(time: &Quantiles) -> Label {
    eight_in_ten(time, None, "headline.range_guess", "headline.range_guess_over")
}

/// "8 out of 10 within 6 months."
pub(crate) fn eight_in_ten_next(time: &Quantiles) -> Label {
    eight_in_ten(time, None, "next.range", "next.range_over")
}

fn eight_in_ten(time: &Quantiles, cases: Option<Cases>, within: &'static str, over: &'static str) -> Label {
    let length = Length::of(time.at(0.8), Bound::Upper);
    in_both(|language| {
        let (key, name, number) = match length {
            Length::OverTenYears => (over, "n", (MAX_YEARS as u32).to_string()),
            _ => (within, "p80", length.in_words(language)),
        };
        let cases = cases.map_or("", |cases| cases.many(language));
        language.filled(key, &[(name, &number), ("cases", cases)])
    })
}

/// How many of ten are decided within the bounds that are shown: "How soon 10 cases like yours are decided: 1 within 5 weeks,
/// 5 within about 7 months, 8 within 14 months, 9 within 19 months." The middle is rounded as in the headline; of bounds that
/// are said alike the last one counts.
pub(crate) fn odds(time: &Quantiles, cases: Cases) -> Option<Label> {
    let upper = |level| Length::of(time.at(level), Bound::Upper);
    let middle = match Length::of(time.at(0.5), Bound::Middle) {
        Length::UnderTwoWeeks => upper(0.5),
        length => length,
    };
    let (eight, nine) = (upper(0.8), upper(0.9));
    let mut parts: Vec<(u32, Length)> = Vec::new();
    for part in [(9, nine), (8, eight), (5, middle), (1, upper(0.1))] {
        let said = part.1 != Length::OverTenYears;
        if said && parts.last().is_none_or(|(_, longer)| part.1.days() < longer.days()) {
            parts.push(part);
        }
    }
    parts.reverse();
    let some_take_longer = nine == Length::OverTenYears && eight != nine;
    let text = |language: Language| {
        let part = |(n, length): &(u32, Length)| {
            let is_middle = *n == 5 && *length == Length::of(time.at(0.5), Bound::Middle);
            let key = if is_middle { "odds.middle" } else { "odds.part" };
            language.filled(key, &[("n", &n.to_string()), ("time", &length.in_words(language))])
        };
        let parts: Vec<String> = parts.iter().map(part).collect();
        let odds = language.filled("odds", &[("parts", &parts.join(", ")), ("cases", cases.many(language))]);
        let longer = language.filled("odds.over", &[("n", &(MAX_YEARS as u32).to_string())]);
        if some_take_longer { format!("{odds} {longer}") } else { odds }
    };
    (!parts.is_empty()).then(|| in_both(text))
}

/// How many of ten a chance is; none where it is as good as certain.
pub(crate) fn out_of_ten(chance: f64) -> Option<u32> {
    let tenths = (chance * 10.0).round() as u32;
    (tenths < 10).then_some(tenths.max(1))
}

/// "June 30, 2022", "30 de junio de 2022".
pub(crate) fn date(day: Day, language: Language) -> String {
    let (year, month, day) = day.year_month_day();
    let month = language.text("unit.month_names").split(',').nth(month as usize - 1).unwrap_or_default();
    let (day, year) = (day.to_string(), year.to_string());
    language.filled("unit.date", &[("month", month), ("day", &day), ("year", &year)])
}

/// A count in two figures: 12345 is "12,000".
pub(crate) fn count(number: u64) -> String {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    let digits = ((number + unit / 2) / unit * unit).to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Days as a program reads them: to the hundredth, which is a quarter of an hour.
pub(crate) fn written(days: f32) -> f64 {
    (f64::from(days) * 100.0).round() / 100.0
}

fn months(days: f32, bound: Bound) -> f64 {
    bound.round(f64::from(days) / DAYS_PER_MONTH * 10.0) / 10.0
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(days: f32, bound: Bound) -> String {
        Length::of(days, bound).in_words(Language::English)
    }

    #[test]
    fn lengths_are_said_in_the_unit_that_fits() {
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
            assert_eq!(said(days, Bound::Lower), lower, "{days}");
            assert_eq!(said(days, Bound::Middle), middle, "{days}");
            assert_eq!(said(days, Bound::Upper), upper, "{days}");
        }
    }

    #[test]
    fn no_rounding_shortens_an_upper_bound_or_lengthens_a_lower_one() {
        for tenth in 0..36_525_u16 {
            let days = f32::from(tenth) / 10.0;
            assert!(Length::of(days, Bound::Lower).days() <= f64::from(days) + 1e-3, "{days}");
            assert!(Length::of(days, Bound::Upper).days() >= f64::from(days) - 1e-3, "{days}");
        }
    }

    #[test]
    fn spans_say_a_shared_unit_once() {
        let span = |low, high, language| {
            Length::of(low, Bound::Lower).to_in_words(Length::of(high, Bound::Upper), language)
        };
        assert_eq!(span(65.0, 270.0, Language::English), "2 to 9 months");
        assert_eq!(span(65.0, 270.0, Language::Spanish), "2 a 9 meses");
        assert_eq!(span(20.0, 270.0, Language::English), "2 weeks to 9 months");
        assert_eq!(span(1.0, 5.0, Language::English), "less than 2 weeks");
        assert_eq!(span(1.0, 20.0, Language::Spanish), "menos de 2 semanas a 3 semanas");
        assert_eq!(span(9000.0, 9999.0, Language::English), "more than 10 years");
        assert_eq!(span(1461.0, 9999.0, Language::English), "4 years to more than 10 years");
    }

    #[test]
    fn bounds_are_related_in_one_line_that_never_falls() {
        let at = |p10: f32, p50: f32, p80: f32, p90: f32| {
            let mut days = [p10; 19];
            days[9..15].fill(p50);
            days[15..17].fill(p80);
            days[17..].fill(p90);
            odds(&Quantiles::of(days), Cases::Past).map(|odds| (odds.en, odds.es))
        };
        let line = "How soon 10 cases like yours are decided: ";
        for (days, parts) in [
            (
                (40.0, 213.0, 420.0, 570.0),
                "1 within 6 weeks, 5 within about 7 months, 8 within 14 months, 9 within 19 months.",
            ),
            // Bounds that are said alike, or would seem to fall by rounding, are one.
            ((1.0, 2.0, 3.0, 4.0), "9 within 2 weeks."),
            ((15.0, 16.0, 20.0, 40.0), "5 within about 2 weeks, 8 within 3 weeks, 9 within 6 weeks."),
            // 9 weeks are longer than 2 months.
            ((58.0, 70.0, 100.0, 130.0), "5 within about 2 months, 8 within 4 months, 9 within 5 months."),
            ((1.0, 9.0, 20.0, 21.0), "5 within 2 weeks, 9 within 3 weeks."),
            (
                (40.0, 213.0, 420.0, 4000.0),
                "1 within 6 weeks, 5 within about 7 months, 8 within 14 months. Some take more than 10 years.",
            ),
            ((40.0, 213.0, 4000.0, 4000.0), "1 within 6 weeks, 5 within about 7 months."),
        ] {
            let (p10, p50, p80, p90) = days;
            let (english, spanish) = at(p10, p50, p80, p90).unwrap();
            assert_eq!(english, format!("{line}{parts}"));
            assert!(spanish.starts_with("En cuánto tiempo se deciden 10 casos como el suyo: "), "{spanish}");
        }
        assert_eq!(at(4000.0, 4000.0, 4000.0, 4000.0), None);
    }

    #[test]
    fn more_than_ten_years_is_said_of_what_it_is_true_of() {
        let long = Quantiles::of([4000.0; 19]);
        for (said, english, spanish) in [
            (
                eight_in_ten_decided(&long, Cases::Past),
                "Many cases like yours take more than 10 years.",
                "Muchos casos como el suyo tardan más de 10 años.",
            ),
            (
                eight_in_ten_at_that_pace(&long),
                "At that pace, it could take more than 10 years.",
                "A ese ritmo, podría tardar más de 10 años.",
            ),
            (
                eight_in_ten_decided(&long, Cases::Simulated),
                "Many simulated cases like yours take more than 10 years.",
                "Muchos casos simulados como el suyo tardan más de 10 años.",
            ),
            (eight_in_ten_next(&long), "It may take more than 10 years.", "Puede tardar más de 10 años."),
        ] {
            assert_eq!((said.en.as_str(), said.es.as_str()), (english, spanish));
        }
    }

    #[test]
    fn chances_dates_and_counts() {
        assert_eq!([0.01, 0.36, 0.94, 0.96, 1.0].map(out_of_ten), [Some(1), Some(4), Some(9), None, None]);
        let day = Day::parse("2022-06-03").unwrap();
        assert_eq!(date(day, Language::English), "June 3, 2022");
        assert_eq!(date(day, Language::Spanish), "3 de junio de 2022");
        let counts = [0, 7, 99, 104, 12_345, 996, 1_234_567].map(count);
        assert_eq!(counts, ["0", "7", "99", "100", "12,000", "1,000", "1,200,000"]);
    }
}
