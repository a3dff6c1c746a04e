//! The milestones of a form as a graph without circles.

use std::collections::BTreeMap;

use super::error::FormError;
use super::spec::Milestone;

/// The milestones as a graph, its edges given by `follows`.
pub(super) struct Graph {
    pub(super) start: usize,
    pub(super) decision: usize,
    pub(super) after_decision: Vec<bool>,
    /// For each milestone those that it directly follows.
    pub(super) predecessors: Vec<Vec<usize>>,
}

impl Graph {
    pub(super) fn new(milestones: &[Milestone]) -> Result<Self, FormError> {
        let before = predecessors(milestones)?;
        let start = only(milestones, |milestone| milestone.follows.is_empty())
            .map_err(|(count, names)| FormError::Starts { count, names })?;
        let decision = only(milestones, |milestone| milestone.decision)
            .map_err(|(count, names)| FormError::Decisions { count, names })?;
        refuse_cycles(milestones, &before)?;
        let reached = reached_from(start, &before);
        if let Some(lost) = reached.iter().position(|reached| !reached) {
            return Err(FormError::Unreachable {
                milestone: milestones[lost].id.clone(),
                start: milestones[start].id.clone(),
            });
        }
        for (index, earlier) in before.iter().enumerate() {
            if let Some(&late) = earlier.iter().find(|&&position| position > index) {
                return Err(FormError::OutOfOrder {
                    milestone: milestones[index].id.clone(),
                    earlier: milestones[late].id.clone(),
                });
            }
        }
        let mut after_decision = reached_from(decision, &before);
        after_decision[decision] = false;
        Ok(Self { start, decision, after_decision, predecessors: before })
    }
}

fn predecessors(milestones: &[Milestone]) -> Result<Vec<Vec<usize>>, FormError> {
    let position: BTreeMap<&str, usize> =
        milestones.iter().enumerate().map(|(index, milestone)| (milestone.id.as_str(), index)).collect();
    let before = |milestone: &Milestone| {
        milestone
            .follows
            .iter()
            .map(|earlier| {
                position.get(earlier.as_str()).copied().ok_or_else(|| FormError::UnknownPredecessor {
                    milestone: milestone.id.clone(),
                    missing: earlier.clone(),
                })
            })
            .collect()
    };
    milestones.iter().map(before).collect()
}

fn only(milestones: &[Milestone], is: impl Fn(&Milestone) -> bool) -> Result<usize, (usize, String)> {
    let found: Vec<usize> = (0..milestones.len()).filter(|&index| is(&milestones[index])).collect();
    match found[..] {
        [one] => Ok(one),
        _ => {
            let names: Vec<&str> = found.iter().map(|&index| milestones[index].id.as_str()).collect();
            Err((found.len(), if names.is_empty() { "none".to_owned() } else { names.join(", ") }))
        }
    }
}

/// Removes milestones whose predecessors are all removed (Kahn 1962); what is left is in a circle.
fn refuse_cycles(milestones: &[Milestone], before: &[Vec<usize>]) -> Result<(), FormError> {
    let mut settled = vec![false; before.len()];
    loop {
        let mut any = false;
        for index in 0..before.len() {
            if !settled[index] && before[index].iter().all(|&earlier| settled[earlier]) {
                settled[index] = true;
                any = true;
            }
        }
        if !any {
            break;
        }
    }
    let Some(first) = settled.iter().position(|settled| !settled) else { return Ok(()) };
    let mut path = vec![first];
    loop {
        let last = path[path.len() - 1];
        let Some(&next) = before[last].iter().find(|&&earlier| !settled[earlier]) else { return Ok(()) };
        if let Some(from) = path.iter().position(|&index| index == next) {
            let mut circle: Vec<&str> = path[from..].iter().map(|&i| milestones[i].id.as_str()).collect();
            circle.push(milestones[next].id.as_str());
            circle.reverse();
            return Err(FormError::Cycle { circle: circle.join(" -> ") });
        }
        path.push(next);
    }
}

fn reached_from(start: usize, before: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; before.len()];
    reached[start] = true;
    for _ in 0..before.len() {
        for index in 0..before.len() {
            if before[index].iter().any(|&earlier| reached[earlier]) {
                reached[index] = true;
            }
        }
    }
    reached
}
