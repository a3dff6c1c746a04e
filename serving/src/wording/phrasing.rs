//! Sentences about times, dates and counts.

use model::{DAYS_PER_MONTH, Day, Label, Quantiles};
use serde::Serialize;

use super::cases::Cases;
use super::length::{Bound, Length, MAX_YEARS};
use super::translations::{Language, in_both};

/// The middle of an estimate.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct About {
    pub(crate) days: f64,
    pub(crate) months: f64,
    pub(crate) text: Label,
}

/// The range from the 10 per cent to the 90 per cent quantile, which holds 8 of 10 cases.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Range {
    pub(crate) low_days: f64,
    pub(crate) high_days: f64,
    pub(crate) low_months: f64,
    pub(crate) high_months: f64,
    pub(crate) text: Label,
}

/// The middle of an estimate: "About 4 months".
pub(crate) fn about(time: &Quantiles) -> About {
    let days = time.at(0.5);
    let length = Length::from_days(days, Bound::Middle);
    let text = in_both(|language| match length {
        Length::UnderTwoWeeks | Length::OverTenYears => capitalized(&length.in_words(language)),
        _ => language.filled("headline.value.about", &[("p50", &length.in_words(language))]),
    });
    About { days: rounded(days), months: months(days, Bound::Middle), text }
}

/// The range in words: "2 to 9 months".
pub(crate) fn range(time: &Quantiles) -> Range {
    let (low_days, high_days) = (time.at(0.1), time.at(0.9));
    let (low, high) = (Length::from_days(low_days, Bound::Lower), Length::from_days(high_days, Bound::Upper));
    Range {
        low_days: rounded(low_days),
        high_days: rounded(high_days),
        low_months: months(low_days, Bound::Lower),
        high_months: months(high_days, Bound::Upper),
        text: in_both(|language| low.span_in_words(high, language)),
    }
}

/// "8 out of 10 cases like yours are decided within 6 months."
pub(crate) fn eight_in_ten_decided(time: &Quantiles, cases: Cases) -> Label {
    eight_in_ten(time, Some(cases), "headline.range", "headline.range_over")
}

/// "At that pace, 8 out of 10 would be decided within 6 months": for a case that has waited longer than any decided case.
pub(crate) fn eight_in_ten_at_that_pace(time: &Quantiles) -> Label {
    eight_in_ten(time, None, "headline.range_guess", "headline.range_guess_over")
}

/// "8 out of 10 within 6 months."
pub(crate) fn eight_in_ten_next(time: &Quantiles) -> Label {
    eight_in_ten(time, None, "next.range", "next.range_over")
}

fn eight_in_ten(time: &Quantiles, cases: Option<Cases>, within: &'static str, over: &'static str) -> Label {
    let length = Length::from_days(time.at(0.8), Bound::Upper);
    in_both(|language| {
        let (key, name, number) = match length {
            Length::OverTenYears => (over, "n", (MAX_YEARS as u32).to_string()),
            _ => (within, "p80", length.in_words(language)),
        };
        let cases = cases.map_or("", |cases| cases.many(language));
        language.filled(key, &[(name, &number), ("cases", cases)])
    })
}

/// How many of ten are decided within each bound: "How soon 10 cases like yours are decided: 1 within 5 weeks, 5 within about
/// 7 months, 8 within 14 months, 9 within 19 months."
///
/// The middle is rounded as in the headline. Of bounds with the same wording only the last one is kept.
pub(crate) fn odds(time: &Quantiles, cases: Cases) -> Option<Label> {
    let upper = |level| Length::from_days(time.at(level), Bound::Upper);
    let middle = match Length::from_days(time.at(0.5), Bound::Middle) {
        Length::UnderTwoWeeks => upper(0.5),
        length => length,
    };
    let (eight, nine) = (upper(0.8), upper(0.9));
    let mut parts: Vec<(u32, Length)> = Vec::new();
    for part in [(9, nine), (8, eight), (5, middle), (1, upper(0.1))] {
        let is_bounded = part.1 != Length::OverTenYears;
        if is_bounded && parts.last().is_none_or(|(_, longer)| part.1.days() < longer.days()) {
            parts.push(part);
        }
    }
    parts.reverse();
    let some_take_longer = nine == Length::OverTenYears && eight != nine;
    let text = |language: Language| {
        let part = |(n, length): &(u32, Length)| {
            let is_middle = *n == 5 && *length == Length::from_days(time.at(0.5), Bound::Middle);
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

/// A probability as a number out of ten, at least 1; `None` if it rounds to 10.
pub(crate) fn out_of_ten(probability: f64) -> Option<u32> {
    let tenths = (probability * 10.0).round() as u32;
    (tenths < 10).then_some(tenths.max(1))
}

/// "June 30, 2022", "30 de junio de 2022".
pub(crate) fn date(day: Day, language: Language) -> String {
    let (year, month, day) = day.year_month_day();
    let month = language.text("unit.month_names").split(',').nth(month as usize - 1).unwrap_or_default();
    let (day, year) = (day.to_string(), year.to_string());
    language.filled("unit.date", &[("month", month), ("day", &day), ("year", &year)])
}

/// A count rounded to two significant digits: 12345 becomes "12,000".
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

/// Days for programs, rounded to the hundredth, which is a quarter of an hour.
pub(crate) fn rounded(days: f32) -> f64 {
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
    use model::LEVELS;

    use super::*;

    #[test]
    fn the_odds_are_one_line_that_never_falls() {
        let at = |p10: f32, p50: f32, p80: f32, p90: f32| {
            let mut days = [p10; LEVELS.len()];
            days[9..15].fill(p50);
            days[15..17].fill(p80);
            days[17..].fill(p90);
            odds(&Quantiles::from_days(days), Cases::Past).map(|odds| (odds.en, odds.es))
        };
        let line = "How soon 10 cases like yours are decided: ";
        for (days, parts) in [
            (
                (40.0, 213.0, 420.0, 570.0),
                "1 within 6 weeks, 5 within about 7 months, 8 within 14 months, 9 within 19 months.",
            ),
            // Bounds with the same wording, or that would seem to fall by rounding, are merged.
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
    fn more_than_ten_years_fits_into_every_sentence() {
        let long = Quantiles::from_days([4000.0; LEVELS.len()]);
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
    fn probabilities_dates_and_counts_have_short_wordings() {
        assert_eq!([0.01, 0.36, 0.94, 0.96, 1.0].map(out_of_ten), [Some(1), Some(4), Some(9), None, None]);
        let day = Day::parse("2022-06-03").unwrap();
        assert_eq!(date(day, Language::English), "June 3, 2022");
        assert_eq!(date(day, Language::Spanish), "3 de junio de 2022");
        let counts = [0, 7, 99, 104, 12_345, 996, 1_234_567].map(count);
        assert_eq!(counts, ["0", "7", "99", "100", "12,000", "1,000", "1,200,000"]);
    }
}
