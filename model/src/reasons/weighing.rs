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
    /// Whether it waits for its turn in the order of its line.
    pub(crate) is_in_line: bool,
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
            let kept =
                |set: u8, milestone: MilestoneId| !pair.happened(&players, set).not_needed.has(milestone);
            let state = |set: u8| pair.happened(&players, set).features.state;
            let medians = boosted.medians(&pair.rows(&players), state, kept);
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
        for position in 0..self.grouping.columns.len() {
            let Some(group) = self.group(position) else { continue };
            let column = self.column(position);
            if column[0].to_bits() != column[1].to_bits() {
                groups |= group.bit();
            }
        }
        if self.drain().is_some_and(|drain| drain[0].to_bits() != drain[2].to_bits()) {
            groups |= ReasonGroup::Pace.bit();
        }
        ReasonGroup::ALL.into_iter().filter(|group| groups & group.bit() != 0).collect()
    }

    /// The group of a column. After the turn of a case the place that it had is nothing but something that happened.
    fn group(&self, position: usize) -> Option<ReasonGroup> {
        let both_wait = self.case.is_in_line && self.reference.is_in_line;
        let group = self.grouping.columns[position]?;
        let is_past = group == ReasonGroup::PlaceInLine && !both_wait;
        Some(if is_past { ReasonGroup::WhatHappened } else { group })
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
        if self.group(position)? != ReasonGroup::PlaceInLine {
            return None;
        }
        let [case, reference] = [self.case, self.reference].map(|it| it.row().get(position).copied());
        let (case, reference) = (case?, reference?);
        let ratio = (self.reference.pace / self.case.pace).sqrt();
        // Where one of them has no place in line, its pace says nothing.
        Some(
            if case.is_nan() || reference.is_nan() || case.to_bits() == reference.to_bits() && ratio == 1.0 {
                [reference, case, reference, case]
            } else {
                [reference, case / ratio, reference * ratio, case]
            },
        )
    }

    fn rows(&self, players: &[ReasonGroup]) -> MixedRows {
        let bit = |group: ReasonGroup| {
            players.iter().position(|player| *player == group).map_or(0, |position| 1_u8 << position)
        };
        let columns = (0..self.grouping.columns.len()).map(|position| {
            let values = self.column(position);
            match self.group(position) {
                Some(ReasonGroup::PlaceInLine) if self.grouping.drain == Some(position) => {
                    MixedColumn::of_two(bit(ReasonGroup::PlaceInLine), bit(ReasonGroup::Pace), values)
                }
                Some(group) => MixedColumn::of_one(bit(group), [values[0], values[1]]),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Progress;
    use crate::covariates::{Covariate, CovariateSchema};
    use crate::curve::Curve;
    use crate::features::{FeatureSchema, Queue};
    use crate::form::{FormDefinition, FormSpec};
    use crate::predictors::forest::{Child, Node, Parts};
    use crate::predictors::{
        BoostedHazards, Cause, Cohort, CohortCurves, CohortKey, CohortSet, Event, Forest, Hazards, Shares,
        TimeScale, Unit,
    };
    use crate::time::Moment;

    const COLUMNS: usize = 6;
    const KNOTS: [f32; 9] = [0.0, 0.1, 0.3, 0.6, 1.0, 1.4, 2.0, 3.0, 6.0];

    fn form() -> FormDefinition {
        let milestone = |id: &str, by: &str, follows: &[&str]| {
            serde_json::json!({
                "id": id, "label": {"en": id, "es": id}, "reached_by": [by], "follows": follows,
                "decision": id == "decision", "source": ["by hand"], "checked_on": "2022-06-30",
            })
        };
        let spec: FormSpec = serde_json::from_value(serde_json::json!({
            "form": "X-1", "title": {"en": "X", "es": "X"}, "from": "2000-01-01", "checked_on": "2022-06-30",
            "source": ["by hand"], "statuses": [], "pauses": [], "rejections": [], "notices": [],
            "attributes": [{"name": "office", "label": {"en": "o", "es": "o"}, "queue": true, "kind": "office",
                "source": ["by hand"], "checked_on": "2022-06-30"}],
            "milestones": [milestone("received", "received", &[]), milestone("visit", "visited", &["received"]),
                milestone("decision", "approved", &["received", "visit"])],
        }))
        .unwrap();
        spec.check().unwrap()
    }

    /// Numbers from 0 to 1 that are the same in every run.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> f32 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1_u64 << 24) as f32
        }
    }

    /// Trees with three splits each.
    fn forest(random: &mut Random, width: usize) -> Forest {
        let mut parts = Parts { columns: COLUMNS, width, ..Parts::default() };
        for tree in 0..20_u32 {
            parts.trees.push(3 * tree);
            let mut split = |left, right| {
                let column = (random.next() * COLUMNS as f32) as u16;
                Node::below(column, random.next() * 40.0, random.next() < 0.5, left, right)
            };
            let leaf = |number: u32| Child::Leaf(4 * tree + number);
            let root = split(Child::Node(3 * tree + 1), Child::Node(3 * tree + 2));
            parts.nodes.extend([root, split(leaf(0), leaf(1)), split(leaf(2), leaf(3))]);
            parts.leaves.extend((0..4 * width).map(|_| 0.6 * random.next() - 0.3));
        }
        Forest::from_parts(parts).unwrap()
    }

    fn boosted(form: &FormDefinition, random: &mut Random) -> Predictor {
        let bins = KNOTS.len() - 1;
        let mut hazards =
            |log: f32| Hazards::new(KNOTS.to_vec(), vec![log; bins], forest(random, bins)).unwrap();
        let (exits, decisions) = (hazards(0.3), hazards(-0.5));
        let [visit, decision] = ["visit", "decision"].map(|name| form.milestone_named(name).unwrap());
        let shares =
            Shares::new(2, vec![0, 0, 0, 0, 1, 1, 1, 1], vec![0.5, 0.0, 0.0, 0.7], forest(random, 4));
        let set = || {
            let causes = vec![Cause {
                event: Event::Step(decision),
                at_once: 0.0,
                shares: vec![1.0],
                tail_share: 1.0,
            }];
            let curve = Curve::new(vec![0.0, 90.0], vec![1.0, 0.2], 0.02).unwrap();
            let all = Cohort { key: CohortKey::all(), n: 500, events: 400, decided: 400, curve, causes };
            CohortSet::new(TimeScale::InState, vec![all]).unwrap()
        };
        let unit = Unit::DrainTime { drain_days: 4, had_turn: 5, otherwise: 30.0 };
        let steps = (vec![visit, decision], shares.unwrap());
        let cohorts = CohortCurves::new(decision, set(), None, set());
        Predictor::BoostedHazards(Box::new(
            BoostedHazards::new(unit, (vec![Some(12.0)], exits), steps, decisions, cohorts).unwrap(),
        ))
    }

    fn aspect(form: &FormDefinition, random: &mut Random) -> Aspect {
        let received = Moment::from_epoch_micros(0).unwrap();
        let mut features = Features::at(&Progress::received(form, received), Queue::default(), received);
        let turn = f32::from(u8::from(random.next() < 0.3));
        for number in (0..COLUMNS - 1).map(|_| 40.0 * random.next()).chain([turn]) {
            features.covariates.push(number);
        }
        let visit = (random.next() < 0.3).then(|| (10.0 * random.next(), false));
        Aspect {
            features,
            pace: 0.5 + random.next(),
            is_in_line: turn == 0.0,
            not_needed: Milestones::NONE,
            gap: 3.0 * random.next(),
            visit,
        }
    }

    #[test]
    fn one_walk_through_the_trees_gives_what_the_predictor_says_of_every_mixture() {
        let (form, mut random) = (form(), Random(1));
        let columns = vec![
            Covariate::Category { attribute: "office".to_owned(), values: vec![] },
            Covariate::Number { attribute: "fee".to_owned() },
            Covariate::Actions,
            Covariate::Weekday,
            Covariate::DrainDays,
            Covariate::HadTurn,
        ];
        let covariates = CovariateSchema { columns, ..CovariateSchema::default() };
        let schema = FeatureSchema { queue: vec![], covariates };
        let mut groups = 0;
        for _ in 0..40 {
            let predictor = boosted(&form, &mut random);
            let grouping = Grouping::new(&form, &schema, &predictor);
            let [case, reference] = [(); 2].map(|()| aspect(&form, &mut random));
            let pair =
                Pair { grouping: &grouping, predictor: &predictor, case: &case, reference: &reference };
            let players = pair.players();
            groups = groups.max(players.len());
            let Predictor::BoostedHazards(boosted) = &predictor else { panic!("these are hazards") };
            let medians = boosted.medians(
                &pair.rows(&players),
                |set| pair.happened(&players, set).features.state,
                |_, _| true,
            );
            for (set, median) in (0..1_u8 << players.len()).zip(medians) {
                let fast = pair.happened(&players, set).median(median.unwrap());
                let asked = pair.value(&players, set).unwrap();
                assert!(
                    (fast - asked).abs() <= 1e-3 * asked + 1e-3,
                    "{players:?} {set}: {fast} is not {asked}"
                );
            }
            let days = [(1 << players.len()) - 1, 0].map(|set| pair.value(&players, set).unwrap());
            let told = weigh((&grouping, &predictor), [&case, &reference], days).unwrap();
            let slow = shapley(&pair.values(&players).unwrap()).unwrap();
            for (reason, slow) in told.groups.iter().zip(slow) {
                assert!((reason.days - slow).abs() <= 1e-3 * (days[0] + days[1]), "{told:?}: {slow}");
            }
        }
        assert_eq!(groups, 6, "a case may differ in every group");
    }
}
