//! The curves of all cohorts of one wait, under one half-life.

use std::collections::BTreeMap;

use model::{CohortKey, CohortSet, TimeScale};

use super::counts::{Counts, Marks, Members, Table};
use super::curves;
use super::hazards::{Hazards, Wider};
use crate::error::TrainingError;

/// A cohort with fewer cases, or where fewer events came and fewer were to be expected from the next wider one, has no curve of
/// its own: its cases belong to the wider one. A group that waits without events is known to be slow.
const MIN_EVIDENCE: u32 = 30;

/// A cohort with its hazards, while those inside it are learned.
struct Learned {
    key: CohortKey,
    hazards: Hazards,
    counts: Counts,
}

/// The hazards of the cohorts without queues under equal weights: what the same cohorts under recency weights are shrunk to.
pub(super) struct Unweighted(BTreeMap<CohortKey, Hazards>);

impl Unweighted {
    pub(super) fn new(table: &Table) -> Self {
        let marks = table.marks(None);
        let mut learned: BTreeMap<CohortKey, Hazards> = BTreeMap::new();
        for (key, members) in table.states() {
            if is_tiny(key, members) {
                continue;
            }
            let counts = table.counts(members, &marks, None);
            let all = learned.get(&CohortKey::all()).filter(|_| key.state.is_some());
            if is_too_small(members, &counts, all, Wider::AllStates) {
                continue;
            }
            let hazards = learn(table, members, &counts, all, Wider::AllStates);
            learned.insert(*key, hazards);
        }
        Self(learned)
    }
}

fn is_tiny(key: &CohortKey, members: &Members) -> bool {
    key.state.is_some() && members.n < MIN_EVIDENCE
}

/// Whether too little is known of a cohort inside a wider one.
fn is_too_small(members: &Members, counts: &Counts, wider: Option<&Hazards>, kind: Wider) -> bool {
    let Some(wider) = wider.filter(|_| members.events < MIN_EVIDENCE) else { return false };
    let leans = kind != Wider::AllStates || (members.events > 0 && !members.after_decision);
    let expected = || {
        let total = wider.total(counts.rows.len());
        total.iter().zip(&counts.rows).map(|(hazard, &rows)| hazard * f64::from(rows)).sum::<f64>()
    };
    !(leans && expected() >= f64::from(MIN_EVIDENCE))
}

/// The hazards of a cohort with their tail. Steps after a decision are unlike those before it, so such cohorts lean on no other
/// state.
fn learn(table: &Table, members: &Members, counts: &Counts, wider: Option<&Hazards>, kind: Wider) -> Hazards {
    let other_state = kind == Wider::AllStates;
    let wider = wider.filter(|_| !(other_state && members.after_decision));
    let mut hazards = match wider {
        Some(wider) => Hazards::of_narrower(counts, wider, kind),
        None => Hazards::of_widest(counts),
    };
    curves::set_tail(&mut hazards, counts, &table.ticks, wider);
    hazards
}

/// Learns the curves of all cohorts of a table whose queues know at most `attributes` attributes. A case weighs half as much
/// every `half_life` days.
///
/// # Errors
/// [`TrainingError`] if the numbers are not curves.
pub(super) fn fit(
    table: &Table,
    unweighted: &Unweighted,
    time_scale: TimeScale,
    half_life: Option<f64>,
    attributes: usize,
) -> Result<CohortSet, TrainingError> {
    let marks = table.marks(half_life);
    let mut cohorts = Vec::new();
    for (key, members) in table.states() {
        let Some(base) = unweighted.0.get(key) else { continue };
        let counts = table.counts(members, &marks, half_life);
        let hazards = match half_life {
            None => base.clone(),
            Some(_) => learn(table, members, &counts, Some(base), Wider::Recent),
        };
        cohorts.push(curves::cohort(*key, members, &hazards, &counts, &counts, &table.ticks)?);
        if key.state.is_some() {
            let state = Learned { key: *key, hazards, counts };
            let inside = Inside { table, marks: &marks, half_life, of_state: &state.counts };
            inside.learn(&state, attributes, &mut cohorts)?;
        }
    }
    cohorts.sort_by_key(|cohort| cohort.key);
    Ok(CohortSet::new(time_scale, cohorts)?)
}

/// The cohorts of one state that have queues.
struct Inside<'a> {
    table: &'a Table,
    marks: &'a [Marks],
    half_life: Option<f64>,
    of_state: &'a Counts,
}

impl Inside<'_> {
    /// Learns the cohorts that are directly inside another one, and those inside them, down to `attributes` more attributes.
    fn learn(
        &self,
        wider: &Learned,
        attributes: usize,
        cohorts: &mut Vec<model::Cohort>,
    ) -> Result<(), TrainingError> {
        let Some(further) = attributes.checked_sub(1) else { return Ok(()) };
        let kind = if self.half_life.is_some() { Wider::Recent } else { Wider::SameWeights };
        for (key, members) in self.table.inside(&wider.key) {
            if is_tiny(key, members) {
                continue;
            }
            let counts = self.table.counts(members, self.marks, self.half_life);
            if is_too_small(members, &counts, Some(&wider.hazards), kind) {
                continue;
            }
            let hazards = learn(self.table, members, &counts, Some(&wider.hazards), kind);
            let ticks = &self.table.ticks;
            cohorts.push(curves::cohort(*key, members, &hazards, &counts, self.of_state, ticks)?);
            self.learn(&Learned { key: *key, hazards, counts }, further, cohorts)?;
        }
        Ok(())
    }
}
