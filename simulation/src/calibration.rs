//! Compares a simulated history with published numbers: medians by fiscal year, pending counts, approval rates.

use std::collections::BTreeMap;

use data::{FormFileError, History};
use model::{AsOf, DAYS_PER_MONTH, Day, Effect};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::description::Description;
use super::fiscal_series::fiscal_year;

const PUBLISHED: &str = include_str!("../scenarios/published.toml");

/// Why a history cannot be compared.
#[derive(Debug, Error)]
pub enum CalibrationError {
    /// The list of published numbers is not valid: a fault of this program.
    #[error("the published numbers cannot be read")]
    Published(#[from] toml::de::Error),
    /// A form has no definition.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// The history was not simulated by this program.
    #[error("history.json has no `cases_per_real_case`; compare a history that `myprogress simulate` made")]
    NotSimulated,
}

/// What a published number measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Median of the time from receipt to completion, of the cases completed in a fiscal year, in months.
    MedianMonths,
    /// Cases pending on a day.
    Pending,
    /// Share of the completions of a fiscal year that are approvals.
    Approved,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 3] = [Self::MedianMonths, Self::Pending, Self::Approved];

    /// The largest tolerated difference ([`Compared::difference`]): 15% of a median, 25% of a pending count, 3 points of a
    /// share.
    #[must_use]
    pub const fn tolerance(self) -> f64 {
        match self {
            Self::MedianMonths => 0.15,
            Self::Pending => 0.25,
            Self::Approved => 3.0,
        }
    }
}

/// Published numbers of one row, by fiscal year or by day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    form: String,
    measure: Measure,
    /// The name of the row in the publication.
    row: String,
    /// The cases that it counts: any of these.
    #[serde(default)]
    cases: Vec<BTreeMap<String, String>>,
    numbers: BTreeMap<String, f64>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedFile {
    published: Vec<Published>,
}

/// One published number beside the simulated one.
#[derive(Debug, Clone, Serialize)]
pub struct Compared {
    /// The form.
    pub form: String,
    /// The name of the row in the publication.
    pub row: String,
    /// The measure.
    pub measure: Measure,
    /// The fiscal year, or the day.
    pub when: String,
    /// The published number.
    pub published: f64,
    /// The simulated number, at the scale of the real agency.
    pub simulated: f64,
    /// The number of simulated cases behind it.
    pub cases: u64,
    /// The source of the published number.
    pub source: String,
}

impl Compared {
    /// The difference of the simulated number, relative to the published one; for approval rates in percentage points.
    #[must_use]
    pub fn difference(&self) -> f64 {
        match self.measure {
            Measure::Approved => 100.0 * (self.simulated - self.published),
            _ => self.simulated / self.published - 1.0,
        }
    }

    /// Whether the difference is within [`Measure::tolerance`].
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.difference().abs() <= self.measure.tolerance()
    }
}

/// A case of the record, as publications count it.
struct Counted {
    number: usize,
    received: Day,
    /// When it was completed, and whether by an approval.
    completed: Option<(Day, bool)>,
}

/// Compares a simulated history with every published number of a time that it covers.
///
/// # Errors
/// [`CalibrationError`] if the history was not simulated.
pub fn compare(history: &History) -> Result<Vec<Compared>, CalibrationError> {
    let description = Description::read(history.about()).ok_or(CalibrationError::NotSimulated)?;
    let file: PublishedFile = toml::from_str(PUBLISHED)?;
    let mut rows = Vec::new();
    for form in history.forms() {
        let of_form: Vec<&Published> =
            file.published.iter().filter(|published| published.form == *form).collect();
        if of_form.is_empty() {
            continue;
        }
        let cases = counted(history, form)?;
        for published in of_form {
            let chosen: Vec<&Counted> =
                cases.iter().filter(|case| published.is_about(history, case)).collect();
            // A history without such cases cannot be compared.
            if chosen.is_empty() {
                continue;
            }
            for (when, &number) in &published.numbers {
                let Some((simulated, count)) =
                    simulated(published.measure, when, &chosen, &description, history)
                else {
                    continue;
                };
                rows.push(Compared {
                    form: form.clone(),
                    row: published.row.clone(),
                    measure: published.measure,
                    when: when.clone(),
                    published: number,
                    simulated,
                    cases: count,
                    source: published.source.clone(),
                });
            }
        }
    }
    Ok(rows)
}

impl Published {
    fn is_about(&self, history: &History, case: &Counted) -> bool {
        let has = |name: &String, value: &String| {
            history.attribute(name).and_then(|attribute| attribute.value(case.number)) == Some(value)
        };
        self.cases.is_empty() || self.cases.iter().any(|one| one.iter().all(|(name, value)| has(name, value)))
    }
}

fn counted(history: &History, form: &str) -> Result<Vec<Counted>, CalibrationError> {
    let as_of = AsOf::new(history.extracted_on());
    let definition = history.definition(form, as_of.day())?;
    let codes = history.action_codes();
    let mut cases = Vec::new();
    for case in history.view_at(as_of).cases_of(form) {
        let mut completed = None;
        let mut rejected = false;
        for (code, at) in case.actions() {
            let code = &codes[usize::from(code)];
            match definition.effect(code) {
                Some(effect @ (Effect::Decides(_) | Effect::Shows { .. } | Effect::Closes(_)))
                    if completed.is_none() =>
                {
                    // A card, too, shows an approval.
                    completed = Some((at.day(), !matches!(effect, Effect::Closes(_))));
                }
                Some(Effect::Rejects) => rejected = true,
                _ => {}
            }
        }
        if !rejected {
            let number = case.number();
            cases.push(Counted { number, received: history.received().stamp(number).day(), completed });
        }
    }
    Ok(cases)
}

/// The simulated number and the number of cases behind it; `None` for a time that the record does not cover.
fn simulated(
    measure: Measure,
    when: &str,
    cases: &[&Counted],
    description: &Description,
    history: &History,
) -> Option<(f64, u64)> {
    if measure == Measure::Pending {
        let covered = |day: &Day| *day <= history.extracted_on().day() && description.recorded_from <= *day;
        let day = Day::parse(when).ok().filter(covered)?;
        let pending = cases
            .iter()
            .filter(|case| {
                case.received <= day && case.completed.is_none_or(|(completed, _)| completed > day)
            })
            .count();
        return Some((pending as f64 / description.cases_per_real_case, pending as u64));
    }
    let year: i16 = when.parse().ok().filter(|year| covers(description, history, *year))?;
    let completed: Vec<(f64, bool)> = cases
        .iter()
        .filter_map(|case| case.completed.map(|(day, approved)| (day, approved, case.received)))
        .filter(|(day, ..)| fiscal_year(*day) == year)
        .map(|(day, approved, received)| (f64::from(day.since(received)), approved))
        .collect();
    let count = completed.len() as u64;
    if measure == Measure::Approved {
        let approved = completed.iter().filter(|(_, approved)| *approved).count();
        return Some((approved as f64 / completed.len().max(1) as f64, count));
    }
    let mut days: Vec<f64> = completed.into_iter().map(|(days, _)| days).collect();
    days.sort_by(f64::total_cmp);
    // Without a completed case the median is 0, which is far off.
    Some((days.get(days.len() / 2).map_or(0.0, |days| days / DAYS_PER_MONTH), count))
}

/// Whether the record covers a whole fiscal year.
fn covers(description: &Description, history: &History, year: i16) -> bool {
    let first = Day::parse(&format!("{:04}-10-01", year - 1));
    let last = Day::parse(&format!("{year:04}-09-30"));
    first.is_ok_and(|first| description.recorded_from <= first)
        && last.is_ok_and(|last| last <= history.extracted_on().day())
}
