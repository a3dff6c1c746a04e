//! Says what is wrong with a scenario, and in which line.

use std::collections::BTreeMap;
use std::ops::Range;

use thiserror::Error;
use toml::Spanned;

use super::fiscal_series::{self, FiscalSeries};
use super::limits::{MAX_DAYS, MAX_SPREAD};
use super::scenario::Delay;

/// Why a scenario is refused.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// A line is not valid.
    #[error("{file}, line {line} (`{text}`): {problem}")]
    Line {
        /// The file.
        file: String,
        /// The line, from one.
        line: usize,
        /// Its text.
        text: String,
        /// What is wrong with it and what to do.
        problem: String,
    },
    /// Something is missing.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: String,
        /// What is missing and what to do.
        problem: String,
    },
}

/// The text of a scenario file, which finds the line of an error.
pub(super) struct SourceText<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    /// The ids of the sources that it may cite.
    pub(super) known: Vec<String>,
}

impl SourceText<'_> {
    pub(super) fn at(&self, span: Range<usize>, problem: impl Into<String>) -> ScenarioError {
        let start = span.start.min(self.text.len());
        let line = self.text[..start].matches('\n').count();
        let text = self.text.lines().nth(line).unwrap_or_default().trim().chars().take(80).collect();
        ScenarioError::Line { file: self.file.to_owned(), line: line + 1, text, problem: problem.into() }
    }

    pub(super) fn whole(&self, problem: impl Into<String>) -> ScenarioError {
        ScenarioError::File { file: self.file.to_owned(), problem: problem.into() }
    }

    pub(super) fn share(&self, share: &Spanned<f64>, what: &str) -> Result<f64, ScenarioError> {
        let value = *share.get_ref();
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(self.at(share.span(), format!("{what} is {value}; a share is between 0 and 1")))
    }

    pub(super) fn sourced(&self, sources: &Spanned<Vec<String>>) -> Result<(), ScenarioError> {
        if sources.get_ref().is_empty() {
            return Err(self.at(sources.span(), "no source; cite one or write `ASSUMPTION`"));
        }
        match sources.get_ref().iter().find(|id| !self.known.contains(id)) {
            Some(id) => {
                Err(self.at(sources.span(), format!("`{id}` is not a source; list it under [sources]")))
            }
            None => Ok(()),
        }
    }

    /// A number from 0 to `most`.
    pub(super) fn up_to(&self, most: f64, number: &Spanned<f64>, what: &str) -> Result<f64, ScenarioError> {
        let value = *number.get_ref();
        if (0.0..=most).contains(&value) {
            return Ok(value);
        }
        Err(self.at(number.span(), format!("{what} is {value}; it must be between 0 and {most}")))
    }

    pub(super) fn days(&self, days: &Spanned<f64>, what: &str) -> Result<f64, ScenarioError> {
        self.up_to(MAX_DAYS, days, what)
    }

    /// The median in days, and the standard deviation of the logarithm.
    pub(super) fn delay(&self, delay: &Delay, what: &str) -> Result<(f64, f64), ScenarioError> {
        let days = self.days(&delay.days, &format!("the days of {what}"))?;
        Ok((days, self.spread(&delay.spread, what)?))
    }

    pub(super) fn spread(&self, spread: &Spanned<f64>, of: &str) -> Result<f64, ScenarioError> {
        self.up_to(MAX_SPREAD, spread, &format!("the spread of {of}"))
    }

    /// A number above 0 and up to `most`.
    pub(super) fn above_zero(
        &self,
        most: f64,
        number: &Spanned<f64>,
        what: &str,
    ) -> Result<f64, ScenarioError> {
        if *number.get_ref() == 0.0 {
            return Err(self.at(number.span(), format!("{what} is 0; it must be above 0, at most {most}")));
        }
        self.up_to(most, number, what)
    }

    /// Numbers by fiscal year or quarter, from 0 to `most`; `stream` is the name of their stream.
    pub(super) fn fiscal_series(
        &self,
        years: &BTreeMap<String, Spanned<f64>>,
        most: f64,
        what: &str,
        stream: &Spanned<String>,
    ) -> Result<FiscalSeries, ScenarioError> {
        let mut points = Vec::new();
        for (year, number) in years {
            let midpoint = fiscal_series::midpoint(year).ok_or_else(|| {
                let problem = format!("`{year}` is not a fiscal year or quarter; write it as 2022 or 2022Q1");
                self.at(number.span(), problem)
            })?;
            points.push((midpoint, self.up_to(most, number, what)?));
        }
        if points.is_empty() {
            let problem = format!("the stream has no {what}; give it for at least one fiscal year");
            return Err(self.at(stream.span(), problem));
        }
        Ok(FiscalSeries::new(points))
    }
}
