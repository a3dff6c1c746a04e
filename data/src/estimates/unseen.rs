//! Which queue attributes of the estimated cases the models could not use, and how often.

use std::fmt;

use model::FeatureSchema;

use crate::history::{Attribute, History};
use crate::shown_text::shown;

/// The most values that are named.
const MAX_EXAMPLES: usize = 5;

/// A queue attribute that the model of a form could not use for some rows, because it is missing or its value is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnseenValues {
    /// The form.
    pub form: String,
    /// The attribute.
    pub attribute: String,
    /// Rows of the form that the model answered.
    pub rows: u64,
    /// Those of them with a value that the model has not seen.
    pub unseen: u64,
    /// The most frequent values that the model has not seen, shortened and masked, with their rows; five at most.
    pub values: Vec<(String, u64)>,
    /// Rows without a value.
    pub without_value: u64,
    /// Whether the history has a column of the attribute.
    pub is_column: bool,
}

/// Says which and how many in one sentence.
impl fmt::Display for UnseenValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { form, attribute, rows, unseen, values, without_value, is_column } = self;
        let (form, attribute) = (shown(form), shown(attribute));
        write!(f, "of the {rows} rows of form `{form}`, ")?;
        if *unseen > 0 {
            let values: Vec<String> =
                values.iter().map(|(value, rows)| format!("`{value}` {rows}")).collect();
            let values = values.join(", ");
            write!(
                f,
                "{unseen} have values of `{attribute}` that its model has not seen (for example {values})"
            )?;
        }
        match (*unseen > 0, *without_value > 0, is_column) {
            (_, _, false) => {
                write!(f, "none has a value of `{attribute}`, which is not a column of the history")?
            }
            (true, true, true) => write!(f, " and {without_value} have none")?,
            (false, true, true) => write!(f, "{without_value} have no value of `{attribute}`")?,
            (_, false, true) => {}
        }
        f.write_str(
            "; their estimates rest on wider groups; correct the values, or train on a history that has them",
        )
    }
}

/// Counts the rows of one form.
pub(super) struct UnseenCounter<'a> {
    form: &'a str,
    rows: u64,
    attributes: Vec<AttributeCounter<'a>>,
}

struct AttributeCounter<'a> {
    name: &'a str,
    column: Option<&'a Attribute>,
    /// For each value of the column, whether the model knows it.
    known: Vec<bool>,
    /// For each value of the column, the rows with it.
    rows: Vec<u64>,
    without_value: u64,
}

impl<'a> UnseenCounter<'a> {
    /// Prepares to count the rows of a form that a model with this schema answers.
    pub(super) fn new(history: &'a History, form: &'a str, schema: &'a FeatureSchema) -> Self {
        let attributes = schema.queue.iter().map(|expected| {
            let column = history.attribute(&expected.name);
            let values = column.map_or(&[][..], Attribute::values);
            let is_known = |value: &String| expected.values.binary_search(value).is_ok();
            AttributeCounter {
                name: &expected.name,
                column,
                known: values.iter().map(is_known).collect(),
                rows: vec![0; values.len()],
                without_value: 0,
            }
        });
        Self { form, rows: 0, attributes: attributes.collect() }
    }

    /// Counts a row about a case.
    pub(super) fn count(&mut self, case: usize) {
        self.rows += 1;
        for attribute in &mut self.attributes {
            match attribute.column.and_then(|column| column.code(case)) {
                Some(code) => attribute.rows[code] += 1,
                None => attribute.without_value += 1,
            }
        }
    }

    /// The attributes with values that are missing or unknown.
    pub(super) fn found(&self) -> impl Iterator<Item = UnseenValues> {
        let found = self.attributes.iter().map(|attribute| {
            let values = attribute.column.map_or(&[][..], Attribute::values).iter();
            let counted = values.zip(&attribute.rows).zip(&attribute.known);
            let unseen = counted.filter(|((_, rows), known)| !**known && **rows > 0);
            let mut unseen: Vec<(&str, u64)> =
                unseen.map(|((value, rows), _)| (value.as_str(), *rows)).collect();
            unseen.sort_by(|(one, rows), (other, more)| more.cmp(rows).then_with(|| one.cmp(other)));
            UnseenValues {
                form: self.form.to_owned(),
                attribute: attribute.name.to_owned(),
                rows: self.rows,
                unseen: unseen.iter().map(|(_, rows)| rows).sum(),
                values: unseen.iter().take(MAX_EXAMPLES).map(|(value, rows)| (shown(value), *rows)).collect(),
                without_value: attribute.without_value,
                is_column: attribute.column.is_some(),
            }
        });
        found.filter(|found| found.unseen + found.without_value > 0)
    }
}
