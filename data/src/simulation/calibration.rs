//! A simulated history against what is published: medians by fiscal year, pending counts, shares of approvals.

use std::collections::BTreeMap;

use model::{AsOf, DAYS_PER_MONTH, Day, Effect, Stamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::write::RECORDED_FROM;
use super::yearly::fiscal_year;
use crate::{FormFileError, History};

const PUBLISHED: &str = include_str!("../../scenarios/published.toml");
/// Under this name the description of a simulated history says how many of its cases stand for one real case.
pub(super) const SCALE: &str = "cases_per_real_case";

/// Why a history was not compared.
#[derive(Debug, Error)]
pub enum CalibrationError {
    /// The list of published numbers is not one: a fault of this program.
    #[error("the published numbers cannot be read: {0}")]
    Published(#[from] toml::de::Error),
    /// A form has no definition.
    #[error(transparent)]
    Form(#[from] FormFileError),
    /// Not simulated, or by something else.
    #[error("history.json has no `{SCALE}`: only a history that `myprogress simulate` made can be compared")]
    NotSimulated,
}

/// What is published.
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MedianMonths, Self::Pending, Self::Approved];

    /// The largest difference ([`Compared::difference`]) of a number that is near: 15% of a median, 25% of a pending count, 3 points
    /// of a share.
    #[must_use]
    pub const fn tolerance(self) -> f64 {
        match self {
            Self::MedianMonths => 0.15,
            Self::Pending => 0.25,
            Self::Approved => 3.0,
        }
    }
}

/// A published number, or several of them, by fiscal year or by day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    form: String,
    measure: Measure,
    /// What the publication calls the row.
    row: String,
    /// Which cases it is about: any of these.
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
    /// What the publication calls the row.
    pub row: String,
    /// What it is.
    pub measure: Measure,
    /// The fiscal year, or the day.
    pub when: String,
    /// What is published.
    pub published: f64,
    /// What was simulated, at the scale of the real agency.
    pub simulated: f64,
    /// How many simulated cases it rests on.
    pub cases: u64,
    /// Where it was read.
    pub source: String,
}

impl Compared {
    /// By how much the simulated number differs: as a share of the published one or, for shares, in points of 0.01.
    #[must_use]
    pub fn difference(&self) -> f64 {
        match self.measure {
            Measure::Approved => 100.0 * (self.simulated - self.published),
            _ => self.simulated / self.published - 1.0,
        }
    }

    /// Whether the difference is no larger than what a simulation is to be believed with ([`Measure::tolerance`]).
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.difference().abs() <= self.measure.tolerance()
    }
}

/// A case of the record, as far as publications count it.
struct Counted {
    number: usize,
    received: Day,
    /// When it was completed, and whether by an approval.
    completed: Option<(Day, bool)>,
}

/// Compares a simulated history with every published number about days that it covers.
///
/// # Errors
/// [`CalibrationError`] for a history that was not simulated.
pub fn compare(history: &History) -> Result<Vec<Compared>, CalibrationError> {
    let scale = history.about().more.get(SCALE).and_then(serde_json::Value::as_f64);
    let scale = scale.ok_or(CalibrationError::NotSimulated)?;
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
            // A history without such cases says nothing of them.
            if chosen.is_empty() {
                continue;
            }
            for (when, &number) in &published.numbers {
                let Some((simulated, count)) = simulated(published.measure, when, &chosen, scale, history)
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
                Some(effect @ (Effect::Decides(_) | Effect::Closes)) if completed.is_none() => {
                    // A day is known at its end, which is the next day's beginning. A card, too, shows an approval.
                    let day = Stamp::Moment(at).day().plus(-1);
                    completed = Some((day, matches!(effect, Effect::Decides(_))));
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

/// The simulated number with the cases that it rests on; nothing for a time that the record does not cover.
fn simulated(
    measure: Measure,
    when: &str,
    cases: &[&Counted],
    scale: f64,
    history: &History,
) -> Option<(f64, u64)> {
    if measure == Measure::Pending {
        let begins = recorded_from(history);
        let covered =
            |day: &Day| *day <= history.extracted_on().day() && begins.is_none_or(|begins| begins <= *day);
        let day = Day::parse(when).ok().filter(covered)?;
        let pending = cases
            .iter()
            .filter(|case| {
                case.received <= day && case.completed.is_none_or(|(completed, _)| completed > day)
            })
            .count();
        return Some((pending as f64 / scale, pending as u64));
    }
    let year: i16 = when.parse().ok().filter(|year| covers(history, *year))?;
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
    // A row without a case is as far off as can be.
    Some((days.get(days.len() / 2).map_or(0.0, |days| days / DAYS_PER_MONTH), count))
}

/// When the record begins, if it says so.
fn recorded_from(history: &History) -> Option<Day> {
    let begins = history.about().more.get(RECORDED_FROM).and_then(serde_json::Value::as_str);
    begins.and_then(|day| Day::parse(day).ok())
}

/// Whether the record has a whole fiscal year.
fn covers(history: &History, year: i16) -> bool {
    let begins = recorded_from(history);
    let first = Day::parse(&format!("{:04}-10-01", year - 1));
    let last = Day::parse(&format!("{year:04}-09-30"));
    begins.is_none_or(|begins| first.is_ok_and(|first| begins <= first))
        && last.is_ok_and(|last| last <= history.extracted_on().day())
}
