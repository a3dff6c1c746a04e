//! Weighs the facts of a case against those of the reference case.

use serde::Serialize;

use super::group::{Grouping, ReasonGroup};
use super::shapley::shapley;
use crate::case::Milestones;
use crate::covariates::Covariates;
use crate::features::Features;
use crate::form::MilestoneId;
use crate::predictors::{MixedColumn, MixedRows, Predictor};

/// What one group of facts adds to the time to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reason {
    /// The facts.
    pub group: ReasonGroup,
    /// What they add, in days; below zero where they make the time shorter.
    pub days: f64,
}

/// Why the median of a decision is what it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Reasons {
    /// The median of the reference case, in days.
    pub reference_days: f64,
    /// The median of the case, in days: that of the reference case plus what every group adds.
    pub days: f64,
    /// The groups in which both cases differ, in the order of [`ReasonGroup::ALL`].
    pub groups: Vec<Reason>,
}

/// All that the median of a case depends on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aspect {
    pub(crate) features: Features,
    /// The pace that is in the drain time; 1 where there is none.
    pub(crate) pace: f32,
    pub(crate) not_needed: Milestones,
    /// Days since the record was last seen to be complete.
    pub(crate) gap: f32,
    /// Days until an appointment, and whether it is the decision.
    pub(crate) visit: Option<(f32, bool)>,
}

impl Aspect {
    /// The median of an estimate whose predictor says `median`.
    fn median(&self, median: f32) -> f64 {
        let median = (median - self.gap).max(0.0);
        f64::from(match self.visit {
            Some((days, true)) => days,
            Some((days, false)) => median.max(days),
            None => median,
        })
    }

    fn row(&self) -> &[f32] {
        self.features.covariates.as_slice()
    }

    /// The facts beside the row of covariates that belong to [`ReasonGroup::WhatHappened`] agree.
    fn happened_alike(&self, other: &Self) -> bool {
        self.not_needed == other.not_needed && self.gap == other.gap && self.visit == other.visit
    }
}

/// Divides the difference between the medians of a case and of a reference case; both medians are those of their estimates.
/// `None` if there is no median for some mixture of both.
pub(crate) fn weigh(
    (grouping, predictor): (&Grouping, &Predictor),
    [case, reference]: [&Aspect; 2],
    [days, reference_days]: [f64; 2],
) -> Option<Reasons> {
    let pair = Pair { grouping, predictor, case, reference };
    let players = pair.players();
    let mut values = match predictor.mixes(&case.features, &reference.features) {
        Some(boosted) => {
            let kept = |set: u8, milestone: MilestoneId| !pair.happened(&players, set).not_needed.has(milestone);
            let medians = boosted.medians(&pair.rows(&players), kept);
            (0..1_u8 << players.len())
                .zip(medians)
                .map(|(set, median)| match median {
                    Some(median) => Some(pair.happened(&players, set).median(median)),
                    None => pair.value(&players, set),
                })
                .collect::<Option<Vec<f64>>>()?
        }
        None => pair.values(&players)?,
    };
    // What was said of both cases, to the last bit.
    if let [first, .., last] = values.as_mut_slice() {
        (*first, *last) = (reference_days, days);
    }
    let parts = shapley(&values)?;
    let groups = players.iter().zip(parts).map(|(&group, days)| Reason { group, days });
    Some(Reasons { reference_days, days, groups: groups.collect() })
}

struct Pair<'a> {
    grouping: &'a Grouping,
    predictor: &'a Predictor,
    case: &'a Aspect,
    reference: &'a Aspect,
}

impl Pair<'_> {
    /// The groups that matter and in which the cases differ.
    fn players(&self) -> Vec<ReasonGroup> {
        let (case, reference) = (self.case, self.reference);
        let mut groups = 0;
        if !case.happened_alike(reference) {
            groups |= ReasonGroup::WhatHappened.bit();
        }
        if self.predictor.mixes(&case.features, &reference.features).is_none() {
            groups |= self.grouping.differing_queue(&case.features.queue, &reference.features.queue);
            let apart = Features { queue: case.features.queue, ..reference.features };
            let apart = Features { covariates: case.features.covariates, ..apart };
            if apart != case.features {
                groups |= ReasonGroup::WhatHappened.bit();
            }
        }
        for (position, group) in self.grouping.columns.iter().enumerate() {
            let Some(group) = group else { continue };
            let column = self.column(position);
            if column[0].to_bits() != column[3].to_bits() || column[1].to_bits() != column[2].to_bits() {
                groups |= group.bit();
            }
        }
        if self.drain().is_some_and(|drain| drain[0].to_bits() != drain[1].to_bits()) {
            groups |= ReasonGroup::Pace.bit();
        }
        ReasonGroup::ALL.into_iter().filter(|group| groups & group.bit() != 0).collect()
    }

    /// The values of a column: of the reference case, and with the facts of the case in its group. The drain time has two
    /// groups: its place in line is the first, its pace the second.
    fn column(&self, position: usize) -> [f32; 4] {
        if self.grouping.drain == Some(position)
            && let Some(drain) = self.drain()
        {
            return drain;
        }
        let [case, reference] =
            [self.case, self.reference].map(|it| it.row().get(position).copied().unwrap_or(f32::NAN));
        [reference, case, reference, case]
    }

    fn drain(&self) -> Option<[f32; 4]> {
        let position = self.grouping.drain?;
        self.grouping.columns[position]?;
        let [case, reference] = [self.case, self.reference].map(|it| it.row().get(position).copied());
        let (case, reference) = (case?, reference?);
        let ratio = (self.reference.pace / self.case.pace).sqrt();
        // Where one of them has no place in line, its pace says nothing.
        Some(if case.is_nan() || reference.is_nan() || case.to_bits() == reference.to_bits() && ratio == 1.0 {
            [reference, case, reference, case]
        } else {
            [reference, case / ratio, reference * ratio, case]
        })
    }

    fn rows(&self, players: &[ReasonGroup]) -> MixedRows {
        let bit = |group: ReasonGroup| {
            players.iter().position(|player| *player == group).map_or(0, |position| 1_u8 << position)
        };
        let columns = self.grouping.columns.iter().enumerate().map(|(position, group)| {
            let values = self.column(position);
            match group {
                Some(ReasonGroup::PlaceInLine) if self.grouping.drain == Some(position) => {
                    MixedColumn::of_two(bit(ReasonGroup::PlaceInLine), bit(ReasonGroup::Pace), values)
                }
                Some(group) => MixedColumn::of_one(bit(*group), [values[0], values[1]]),
                None => MixedColumn::of_one(0, [values[0], values[1]]),
            }
        });
        MixedRows::new(players.len(), columns.collect())
    }

    /// The case that says what has happened in a set of players.
    fn happened(&self, players: &[ReasonGroup], set: u8) -> &Aspect {
        let position = players.iter().position(|player| *player == ReasonGroup::WhatHappened);
        if position.is_none_or(|position| set >> position & 1 == 1) { self.case } else { self.reference }
    }

    fn values(&self, players: &[ReasonGroup]) -> Option<Vec<f64>> {
        (0..1_u8 << players.len()).map(|set| self.value(players, set)).collect()
    }

    /// The median with the facts of the case in a set of players, by asking the predictor.
    fn value(&self, players: &[ReasonGroup], set: u8) -> Option<f64> {
        let happened = self.happened(players, set);
        let of_case = players.iter().enumerate().filter(|(position, _)| set >> position & 1 == 1);
        let groups = of_case.fold(0, |groups, (_, group)| groups | group.bit());
        let queues = [&self.case.features.queue, &self.reference.features.queue];
        let mut covariates = Covariates::default();
        let rows = self.rows(players);
        (0..self.grouping.columns.len()).for_each(|position| covariates.push(rows.value(position, set)));
        let features =
            Features { queue: self.grouping.mixed_queue(queues, groups), covariates, ..happened.features };
        let kept = |milestone: MilestoneId| !happened.not_needed.has(milestone);
        let predicted = self.predictor.predict(&features, true, kept);
        let predicted = predicted.or_else(|| self.predictor.predict(&features, true, |_| true))?;
        Some(happened.median(predicted.decision?.time.at(0.5)))
    }
}
