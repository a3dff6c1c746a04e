//! Which facts of a case belong together.

use serde::Serialize;

use crate::covariates::Covariate;
use crate::features::{FeatureSchema, Queue};
use crate::form::{AttributeKind, FormDefinition, MAX_QUEUE_ATTRIBUTES};
use crate::predictors::Predictor;

/// Facts of a case that a person understands as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonGroup {
    /// The attributes other than center and office, such as the category.
    Category,
    /// The center and the office.
    Office,
    /// How long its line still takes at the usual pace; in the second line too.
    PlaceInLine,
    /// The pace of the last weeks, as far as it is in the time that the line still takes.
    Pace,
    /// What has happened, how often, how long ago, and whether it had its turn.
    WhatHappened,
    /// The day of the week and the hour.
    Calendar,
}

impl ReasonGroup {
    /// All groups, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Category, Self::Office, Self::PlaceInLine, Self::Pace, Self::WhatHappened, Self::Calendar];

    /// The group as every output names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Office => "office",
            Self::PlaceInLine => "place_in_line",
            Self::Pace => "pace",
            Self::WhatHappened => "what_happened",
            Self::Calendar => "calendar",
        }
    }

    /// The group as one bit of a set of groups.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The groups of the facts that a model sees.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grouping {
    /// By column of the covariates, its group; `None` if the predictor does not use it. The drain time is in
    /// [`ReasonGroup::PlaceInLine`].
    pub(crate) columns: Vec<Option<ReasonGroup>>,
    /// The column of the drain time.
    pub(crate) drain: Option<usize>,
    /// The positions of the center and the office in a queue, as bits.
    office: u8,
}

impl Grouping {
    pub(crate) fn new(form: &FormDefinition, schema: &FeatureSchema, predictor: &Predictor) -> Self {
        let is_office = |name: &str| {
            let listed = form.spec().attributes.iter().find(|attribute| attribute.name == name);
            listed.is_some_and(|it| matches!(it.kind, AttributeKind::Center | AttributeKind::Office))
        };
        let columns = schema.covariates.columns.iter().enumerate().map(|(position, column)| {
            let group = match column {
                Covariate::Category { attribute, .. } | Covariate::Number { attribute } => {
                    if is_office(attribute) { ReasonGroup::Office } else { ReasonGroup::Category }
                }
                Covariate::DrainDays | Covariate::ReadyDrainDays => ReasonGroup::PlaceInLine,
                Covariate::Weekday | Covariate::HourOfWeek | Covariate::WeekdayOfReceipt => {
                    ReasonGroup::Calendar
                }
                _ => ReasonGroup::WhatHappened,
            };
            predictor.uses_column(position).then_some(group)
        });
        let queue = schema.queue.iter().enumerate().take(MAX_QUEUE_ATTRIBUTES);
        let drain = schema.covariates.columns.iter().position(|column| *column == Covariate::DrainDays);
        Self {
            columns: columns.collect(),
            drain,
            office: queue.filter(|(_, it)| is_office(&it.name)).map(|(position, _)| 1 << position).sum(),
        }
    }

    /// The attributes of one queue that belong to a group, and those of another that do not.
    pub(crate) fn mixed_queue(&self, [case, reference]: [&Queue; 2], groups: u8) -> Queue {
        let mut mixed = Queue::default();
        for position in 0..MAX_QUEUE_ATTRIBUTES {
            let is_case = groups & self.of_queue(position).bit() != 0;
            let from = if is_case { case } else { reference };
            if let Some(code) = from.code(position) {
                mixed.set(position, code);
            }
        }
        mixed
    }

    fn of_queue(&self, position: usize) -> ReasonGroup {
        if self.office >> position & 1 == 1 { ReasonGroup::Office } else { ReasonGroup::Category }
    }

    /// The groups, as bits, in which two queues differ.
    pub(crate) fn differing_queue(&self, one: &Queue, other: &Queue) -> u8 {
        let positions = 0..MAX_QUEUE_ATTRIBUTES;
        let differing = positions.filter(|position| one.code(*position) != other.code(*position));
        differing.fold(0, |groups, position| groups | self.of_queue(position).bit())
    }
}
