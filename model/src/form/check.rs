//! Draft to definition: everything that a form definition can get wrong, found in one place.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::estimate::STATUS_WORDS;

use super::{
    Effect, FormDefinition, FormSpec, Label, MAX_MILESTONES, MAX_PAUSES, MAX_QUEUE_ATTRIBUTES, Milestone,
    MilestoneId, PauseId, StateId,
};

const MAX_NAME: usize = 128;

/// What is wrong with a form definition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormError {
    /// A name is empty, too long, or has characters that names do not have.
    #[error("{what} `{name}`: a name has 1 to 128 printable characters and no space at either end")]
    BadName {
        /// Kind of thing that is named.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A label is empty in a language.
    #[error("{what} `{name}` has no label in {language}; write one")]
    NoLabel {
        /// Kind of thing that is labelled.
        what: &'static str,
        /// Its name.
        name: String,
        /// `English` or `Spanish`.
        language: &'static str,
    },
    /// A fact without a source.
    #[error("{what} `{name}` names no source; write where it was read")]
    NoSource {
        /// Kind of fact.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// A pause's name is the status of an estimate while it lasts, so it may not mean anything else there.
    #[error("pause `{name}`: estimates have a status of this name that means something else; choose another")]
    ReservedPause {
        /// Name of the pause.
        name: String,
    },
    /// Two things with one name.
    #[error("{what} `{name}` is there twice; keep one")]
    Twice {
        /// Kind of thing.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// An action with two meanings.
    #[error("action `{action}` does two things ({first}, {second}); keep one")]
    ActionTwice {
        /// The action code.
        action: String,
        /// What it does first.
        first: String,
        /// What it does as well.
        second: String,
    },
    /// A milestone follows one that is not there.
    #[error("milestone `{milestone}` follows `{missing}`, which is not a milestone of this form")]
    UnknownPredecessor {
        /// The milestone.
        milestone: String,
        /// What it says it follows.
        missing: String,
    },
    /// Not exactly one first milestone.
    #[error("{count} milestones follow nothing ({names}); exactly one, the receipt, may")]
    Starts {
        /// How many.
        count: usize,
        /// Which.
        names: String,
    },
    /// Not exactly one decision.
    #[error("{count} milestones are the decision ({names}); mark exactly one with `decision = true`")]
    Decisions {
        /// How many.
        count: usize,
        /// Which.
        names: String,
    },
    /// Milestones that follow each other in a circle.
    #[error(
        "milestones follow each other in a circle: {circle}; a step that comes again is marked `repeats = true`"
    )]
    Cycle {
        /// The circle.
        circle: String,
    },
    /// A milestone that no case can reach from the first.
    #[error("milestone `{milestone}` cannot be reached from `{start}`")]
    Unreachable {
        /// The milestone.
        milestone: String,
        /// The first milestone.
        start: String,
    },
    /// A milestone listed before one that it follows.
    #[error("milestone `{milestone}` is listed before `{earlier}`, which it follows; list them in order")]
    OutOfOrder {
        /// The milestone.
        milestone: String,
        /// What it follows.
        earlier: String,
    },
    /// A milestone that no action reaches.
    #[error("no action reaches milestone `{milestone}`; list one in `reached_by`")]
    NoAction {
        /// The milestone.
        milestone: String,
    },
    /// Signs of the decision on another milestone.
    #[error("milestone `{milestone}` lists signs, but only the decision has signs")]
    SignsElsewhere {
        /// The milestone.
        milestone: String,
    },
    /// A closing action that is no decision.
    #[error("milestone `{milestone}` closes with `{action}`, which does not reach it as the decision")]
    ClosesElsewhere {
        /// The milestone.
        milestone: String,
        /// The action.
        action: String,
    },
    /// More of something than the format holds.
    #[error("{count} {what}; at most {most} are allowed")]
    TooMany {
        /// Kind of thing.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
}

impl FormSpec {
    /// Checks the spec.
    ///
    /// # Errors
    /// The first [`FormError`] found: bad names and labels, facts without a source, actions with two meanings,
    /// cycles, unreachable milestones, not exactly one receipt and one decision.
    pub fn check(self) -> Result<FormDefinition, FormError> {
        check_names(&self)?;
        let graph = Graph::of(&self.milestones)?;
        let effects = effects(&self, &graph)?;
        Ok(FormDefinition {
            effects,
            start: MilestoneId(graph.start as u16),
            decision: MilestoneId(graph.decision as u16),
            after_decision: graph.after_decision,
            spec: self,
        })
    }
}

fn check_names(spec: &FormSpec) -> Result<(), FormError> {
    check_name("form", &spec.form)?;
    check_label("form", &spec.form, &spec.title)?;
    check_source("form", &spec.form, &spec.source)?;
    let mut seen = BTreeSet::new();
    for attribute in &spec.attributes {
        check_fact("attribute", &attribute.name, &attribute.label, &attribute.source, &mut seen)?;
    }
    let mut seen = BTreeSet::new();
    for milestone in &spec.milestones {
        check_fact("milestone", &milestone.id, &milestone.label, &milestone.source, &mut seen)?;
    }
    for status in &spec.statuses {
        check_fact("status", &status.id, &status.label, &status.source, &mut seen)?;
    }
    for pause in &spec.pauses {
        check_fact("pause", &pause.id, &pause.label, &pause.source, &mut seen)?;
        if STATUS_WORDS.contains(&pause.id.as_str()) {
            return Err(FormError::ReservedPause { name: pause.id.clone() });
        }
    }
    let queue = spec.attributes.iter().filter(|attribute| attribute.queue).count();
    at_most("queue attributes", queue, MAX_QUEUE_ATTRIBUTES)?;
    at_most("milestones", spec.milestones.len(), MAX_MILESTONES)?;
    at_most("statuses", spec.statuses.len(), MAX_MILESTONES)?;
    at_most("pauses", spec.pauses.len(), MAX_PAUSES)
}

fn at_most(what: &'static str, count: usize, most: usize) -> Result<(), FormError> {
    if count > most { Err(FormError::TooMany { what, count, most }) } else { Ok(()) }
}

fn check_fact<'a>(
    what: &'static str,
    name: &'a str,
    label: &Label,
    source: &[String],
    seen: &mut BTreeSet<&'a str>,
) -> Result<(), FormError> {
    check_name(what, name)?;
    check_label(what, name, label)?;
    check_source(what, name, source)?;
    if seen.insert(name) { Ok(()) } else { Err(FormError::Twice { what, name: name.to_owned() }) }
}

fn check_name(what: &'static str, name: &str) -> Result<(), FormError> {
    let good = !name.is_empty()
        && name.len() <= MAX_NAME
        && name.trim() == name
        && !name.chars().any(char::is_control);
    if good { Ok(()) } else { Err(FormError::BadName { what, name: name.to_owned() }) }
}

fn check_label(what: &'static str, name: &str, label: &Label) -> Result<(), FormError> {
    for (text, language) in [(&label.en, "English"), (&label.es, "Spanish")] {
        if text.trim().is_empty() {
            return Err(FormError::NoLabel { what, name: name.to_owned(), language });
        }
    }
    Ok(())
}

fn check_source(what: &'static str, name: &str, source: &[String]) -> Result<(), FormError> {
    if source.is_empty() || source.iter().any(|text| text.trim().is_empty()) {
        return Err(FormError::NoSource { what, name: name.to_owned() });
    }
    Ok(())
}

/// The milestones as a graph, its edges given by `follows`.
struct Graph {
    start: usize,
    decision: usize,
    after_decision: Vec<bool>,
}

impl Graph {
    fn of(milestones: &[Milestone]) -> Result<Self, FormError> {
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
        Ok(Self { start, decision, after_decision })
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

/// Removes milestones whose predecessors are all removed (Kahn 1962); what is left goes round in circles.
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

fn effects(spec: &FormSpec, graph: &Graph) -> Result<BTreeMap<String, Effect>, FormError> {
    let mut listed = Listed::default();
    for (index, milestone) in spec.milestones.iter().enumerate() {
        let id = MilestoneId(index as u16);
        let role = format!("reaches `{}`", milestone.id);
        if milestone.reached_by.is_empty() {
            return Err(FormError::NoAction { milestone: milestone.id.clone() });
        }
        if !milestone.signs.is_empty() && !milestone.decision {
            return Err(FormError::SignsElsewhere { milestone: milestone.id.clone() });
        }
        let effect = match index {
            _ if index == graph.start => Effect::Notice,
            _ if index == graph.decision => Effect::Decides(None),
            _ if graph.after_decision[index] => Effect::ReachesAfterDecision(id),
            _ => Effect::Reaches(id),
        };
        listed.add(&milestone.reached_by, &role, effect)?;
    }
    for (index, status) in spec.statuses.iter().enumerate() {
        let state = StateId((spec.milestones.len() + index) as u16);
        listed.add(&status.set_by, &format!("sets `{}`", status.id), Effect::SetsState(state))?;
    }
    for (index, pause) in spec.pauses.iter().enumerate() {
        let id = PauseId(index as u8);
        listed.add(&pause.begins, &format!("begins `{}`", pause.id), Effect::Pauses(id))?;
        listed.add(&pause.ends, &format!("ends `{}`", pause.id), Effect::Resumes(id))?;
    }
    listed.add(&spec.rejections, "rejects at intake", Effect::Rejects)?;
    listed.add(&spec.notices, "changes nothing", Effect::Notice)?;
    listed.add_signs(&spec.milestones[graph.decision].signs)?;
    for milestone in &spec.milestones {
        listed.close(milestone)?;
    }
    Ok(listed.effects)
}

#[derive(Default)]
struct Listed {
    effects: BTreeMap<String, Effect>,
    roles: BTreeMap<String, String>,
}

impl Listed {
    fn add(&mut self, actions: &[String], role: &str, effect: Effect) -> Result<(), FormError> {
        for action in actions {
            check_name("action", action)?;
            if let Some(first) = self.roles.insert(action.clone(), role.to_owned()) {
                return Err(FormError::ActionTwice {
                    action: action.clone(),
                    first,
                    second: role.to_owned(),
                });
            }
            self.effects.insert(action.clone(), effect);
        }
        Ok(())
    }

    /// Of the decision's own actions some close the case.
    fn close(&mut self, milestone: &Milestone) -> Result<(), FormError> {
        for action in &milestone.closes {
            if !milestone.decision || !milestone.reached_by.contains(action) {
                let (milestone, action) = (milestone.id.clone(), action.clone());
                return Err(FormError::ClosesElsewhere { milestone, action });
            }
            self.effects.insert(action.clone(), Effect::Closes);
        }
        Ok(())
    }

    /// A sign of the decision may also reach a milestone that comes after it; it may mean nothing else.
    fn add_signs(&mut self, signs: &[String]) -> Result<(), FormError> {
        for sign in signs {
            check_name("action", sign)?;
            let effect = match self.effects.get(sign) {
                None | Some(Effect::Notice) => Effect::Decides(None),
                Some(Effect::ReachesAfterDecision(milestone)) => Effect::Decides(Some(*milestone)),
                Some(_) => {
                    return Err(FormError::ActionTwice {
                        action: sign.clone(),
                        first: self.roles.get(sign).cloned().unwrap_or_default(),
                        second: "is a sign of the decision".to_owned(),
                    });
                }
            };
            self.effects.insert(sign.clone(), effect);
        }
        Ok(())
    }
}
