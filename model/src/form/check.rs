//! Spec to definition: everything that a form definition can get wrong, found in one place.

use std::collections::{BTreeMap, BTreeSet};

use crate::estimate::STATUS_WORDS;

use super::definition::FormDefinition;
use super::error::FormError;
use super::graph::Graph;
use super::line;
use super::roles::Roles;
use super::rule::{
    ActionRule, AppointmentId, AppointmentRole, Effect, MAX_APPOINTMENTS, MAX_MILESTONES, MAX_PAUSES,
    MAX_QUEUE_ATTRIBUTES, MAX_REQUESTS, MAX_TASKS, MilestoneId, OutcomeId, PauseId, StateId,
};
use super::spec::{FormSpec, Label, Milestone, OutcomeSpec};

const MAX_NAME: usize = 128;

impl FormSpec {
    /// Checks the spec.
    ///
    /// # Errors
    /// The first [`FormError`] found: bad names and labels, facts without a source, actions with two meanings,
    /// cycles, unreachable milestones, not exactly one receipt and one decision, requests without an answer,
    /// appointments without a milestone, outcomes of actions that decide nothing, lines that nothing describes.
    pub fn check(self) -> Result<FormDefinition, FormError> {
        check_names(&self)?;
        let graph = Graph::new(&self.milestones)?;
        let outcomes = outcomes(&self, &graph)?;
        let mut rules = rules(&self, &graph, &outcomes)?;
        let kept = Roles { spec: &self, rules: &mut rules }.assign()?;
        let ready_for = line::assign(&self, &mut rules)?;
        let scheduled =
            (0..kept.len() as u8).map(|id| scheduled_milestones(AppointmentId(id), &rules)).collect();
        let milestone = |index: &usize| MilestoneId(*index as u16);
        let predecessors = graph.predecessors.iter().map(|earlier| earlier.iter().map(milestone).collect());
        Ok(FormDefinition {
            rules,
            outcomes,
            start: MilestoneId(graph.start as u16),
            decision: MilestoneId(graph.decision as u16),
            after_decision: graph.after_decision,
            predecessors: predecessors.collect(),
            kept,
            scheduled,
            ready_for,
            spec: self,
        })
    }
}

/// The milestones that the notices of an appointment reach, each once.
fn scheduled_milestones(id: AppointmentId, rules: &BTreeMap<String, ActionRule>) -> Vec<MilestoneId> {
    let notices = [AppointmentRole::Schedules(id), AppointmentRole::Reschedules(id)].map(Some);
    let mut milestones: Vec<MilestoneId> = rules
        .values()
        .filter(|rule| notices.contains(&rule.appointment))
        .filter_map(|rule| match rule.effect {
            Effect::Reaches(milestone) | Effect::ReachesAfterDecision(milestone) => Some(milestone),
            Effect::Shows { after, .. } => after,
            _ => None,
        })
        .collect();
    milestones.sort_unstable();
    milestones.dedup();
    milestones
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
    let mut seen = BTreeSet::new();
    for outcome in &spec.outcomes {
        check_fact("outcome", &outcome.id, &outcome.label, &outcome.source, &mut seen)?;
    }
    let mut seen = BTreeSet::new();
    for request in &spec.requests {
        check_fact("request", &request.id, &request.label, &request.source, &mut seen)?;
    }
    let mut seen = BTreeSet::new();
    for appointment in &spec.appointments {
        check_fact("appointment", &appointment.id, &appointment.label, &appointment.source, &mut seen)?;
    }
    let mut seen = BTreeSet::new();
    for task in &spec.tasks {
        check_fact("task", &task.id, &task.label, &task.source, &mut seen)?;
    }
    if let Some(line) = &spec.line {
        check_source("line of form", &spec.form, &line.source)?;
    }
    check_limits(spec)
}

fn check_limits(spec: &FormSpec) -> Result<(), FormError> {
    let queue = spec.attributes.iter().filter(|attribute| attribute.queue).count();
    at_most("queue attributes", queue, MAX_QUEUE_ATTRIBUTES)?;
    at_most("milestones", spec.milestones.len(), MAX_MILESTONES)?;
    at_most("statuses", spec.statuses.len(), MAX_MILESTONES)?;
    at_most("pauses", spec.pauses.len(), MAX_PAUSES)?;
    at_most("outcomes", spec.outcomes.len(), MAX_MILESTONES)?;
    at_most("requests", spec.requests.len(), MAX_REQUESTS)?;
    at_most("appointments", spec.appointments.len(), MAX_APPOINTMENTS)?;
    at_most("tasks", spec.tasks.len(), MAX_TASKS)
}

fn at_most(what: &'static str, count: usize, max: usize) -> Result<(), FormError> {
    if count > max { Err(FormError::TooMany { what, count, max }) } else { Ok(()) }
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
    if seen.insert(name) { Ok(()) } else { Err(FormError::Duplicate { what, name: name.to_owned() }) }
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

/// The listed outcomes, then one for each deciding action or sign that has none: its name is the action's.
fn outcomes(spec: &FormSpec, graph: &Graph) -> Result<Vec<OutcomeSpec>, FormError> {
    let decision = &spec.milestones[graph.decision];
    let mut outcomes = spec.outcomes.clone();
    for outcome in &spec.outcomes {
        if outcome.decided_by.is_empty() {
            return Err(FormError::NoActionIn {
                what: "outcome",
                name: outcome.id.clone(),
                key: "decided_by",
            });
        }
        if let Some(action) = outcome.decided_by.iter().find(|action| !decision.reached_by.contains(action)) {
            let (outcome, action) = (outcome.id.clone(), action.clone());
            return Err(FormError::OutcomeElsewhere { outcome, action });
        }
        let same =
            |other: &&OutcomeSpec| other.decided_by.iter().any(|action| outcome.decided_by.contains(action));
        if let Some(first) = spec.outcomes.iter().take_while(|other| other.id != outcome.id).find(same) {
            let shared = first.decided_by.iter().find(|action| outcome.decided_by.contains(action));
            return Err(FormError::ActionTwice {
                action: shared.cloned().unwrap_or_default(),
                first: format!("decides to `{}`", first.id),
                second: format!("decides to `{}`", outcome.id),
            });
        }
        let is_other = |id: &String| *id != outcome.id && spec.outcomes.iter().any(|other| other.id == *id);
        if let Some(replaced) = outcome.replaces.iter().find(|id| !is_other(id)) {
            let (outcome, replaced) = (outcome.id.clone(), replaced.clone());
            return Err(FormError::UnknownReplaced { outcome, replaced });
        }
    }
    let shown: Vec<&str> = spec
        .outcomes
        .iter()
        .filter(|outcome| outcome.shown_by_signs)
        .map(|outcome| outcome.id.as_str())
        .collect();
    if shown.len() > 1 || (shown.is_empty() && !spec.outcomes.is_empty() && !decision.signs.is_empty()) {
        let names = if shown.is_empty() { "none".to_owned() } else { shown.join(", ") };
        return Err(FormError::SignOutcomes { count: shown.len(), names });
    }
    let signs = decision.signs.iter().filter(|_| shown.is_empty());
    for action in decision.reached_by.iter().chain(signs) {
        if !outcomes.iter().any(|outcome| outcome.decided_by.contains(action)) {
            outcomes.push(own_outcome(action, decision));
        }
    }
    Ok(outcomes)
}

fn own_outcome(action: &str, decision: &Milestone) -> OutcomeSpec {
    OutcomeSpec {
        id: action.to_owned(),
        label: Label { en: action.to_owned(), es: action.to_owned() },
        decided_by: vec![action.to_owned()],
        shown_by_signs: false,
        yields_to_signs: false,
        replaces: Vec::new(),
        source: decision.source.clone(),
        checked_on: decision.checked_on,
    }
}

fn outcome_of(action: &str, outcomes: &[OutcomeSpec]) -> OutcomeId {
    let own = outcomes.iter().position(|outcome| outcome.decided_by.iter().any(|code| code == action));
    let shown = || outcomes.iter().position(|outcome| outcome.shown_by_signs);
    OutcomeId(own.or_else(shown).unwrap_or(0) as u16)
}

fn rules(
    spec: &FormSpec,
    graph: &Graph,
    outcomes: &[OutcomeSpec],
) -> Result<BTreeMap<String, ActionRule>, FormError> {
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
        for action in &milestone.reached_by {
            let effect = match index {
                _ if index == graph.start => Effect::Confirms,
                _ if index == graph.decision => Effect::Decides(outcome_of(action, outcomes)),
                _ if graph.after_decision[index] => Effect::ReachesAfterDecision(id),
                _ => Effect::Reaches(id),
            };
            listed.add(std::slice::from_ref(action), &role, effect)?;
        }
    }
    for (index, status) in spec.statuses.iter().enumerate() {
        let state = StateId((spec.milestones.len() + index) as u16);
        let effect = if status.reopens { Effect::Reopens(state) } else { Effect::SetsState(state) };
        listed.add(&status.set_by, &format!("sets `{}`", status.id), effect)?;
    }
    for (index, pause) in spec.pauses.iter().enumerate() {
        let id = PauseId(index as u8);
        listed.add(&pause.begins, &format!("begins `{}`", pause.id), Effect::Pauses(id))?;
        listed.add(&pause.ends, &format!("ends `{}`", pause.id), Effect::Resumes(id))?;
    }
    listed.add(&spec.rejections, "rejects at intake", Effect::Rejects)?;
    listed.add(&spec.notices, "changes nothing", Effect::Notice)?;
    listed.add_signs(&spec.milestones[graph.decision].signs, outcomes)?;
    for milestone in &spec.milestones {
        listed.close(milestone, outcomes)?;
    }
    Ok(listed.effects.into_iter().map(|(action, effect)| (action, ActionRule::new(effect))).collect())
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

    /// Some of the decision's own actions close the case.
    fn close(&mut self, milestone: &Milestone, outcomes: &[OutcomeSpec]) -> Result<(), FormError> {
        for action in &milestone.closes {
            if !milestone.decision || !milestone.reached_by.contains(action) {
                let (milestone, action) = (milestone.id.clone(), action.clone());
                return Err(FormError::ClosesElsewhere { milestone, action });
            }
            self.effects.insert(action.clone(), Effect::Closes(outcome_of(action, outcomes)));
        }
        Ok(())
    }

    /// A sign of the decision may also reach a milestone that comes after it; it may mean nothing else.
    fn add_signs(&mut self, signs: &[String], outcomes: &[OutcomeSpec]) -> Result<(), FormError> {
        for sign in signs {
            check_name("action", sign)?;
            let outcome = outcome_of(sign, outcomes);
            let effect = match self.effects.get(sign) {
                None | Some(Effect::Notice) => Effect::Shows { after: None, outcome },
                Some(Effect::ReachesAfterDecision(milestone)) => {
                    Effect::Shows { after: Some(*milestone), outcome }
                }
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
