//! The dates of a form's actions: one field for every step, status and pause, and more where one date could mean several
//! things or announces the day of an appointment.

use model::{FormDefinition, MilestoneId, RequestRole};

use super::query::Query;
use crate::wording::translations::Language;

/// A date to enter.
pub(super) struct DateField {
    /// Name in the address.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: Option<&'static str>,
    pub(super) value: String,
    pub(super) error: Option<String>,
    /// The code of the action that the date belongs to.
    pub(super) action: Option<String>,
    /// For the day of an appointment: the name of the field with the date of its notice.
    pub(super) notice: Option<String>,
}

impl DateField {
    pub(super) fn new(name: String, id: String, label: String, value: String) -> Self {
        Self { name, id, label, hint: None, value, error: None, action: None, notice: None }
    }

    /// The ids of the elements that describe the field: its hint and its error.
    pub(super) fn described_by(&self) -> String {
        let hint = self.hint.map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    /// The name of the field with the day of the appointment that this date announces.
    pub(super) fn appointment(&self) -> String {
        format!("appointment.{}", self.name)
    }

    /// Whether anything was entered.
    pub(super) fn is_given(&self) -> bool {
        !self.value.is_empty()
    }

    /// Whether a date was entered for one of these actions.
    pub(super) fn is_given_for(&self, actions: &[String]) -> bool {
        self.is_given() && self.action.as_ref().is_some_and(|action| actions.contains(action))
    }
}

/// What a date can mean.
struct Meaning<'a> {
    /// Short name, unique among the meanings of one step or status.
    id: &'a str,
    label: String,
    action: &'a str,
}

/// The dates of every milestone except the receipt.
pub(super) fn steps(form: &FormDefinition, query: &Query) -> Vec<DateField> {
    let language = query.language();
    let fields = form.milestone_ids().filter(|&id| id != form.start()).flat_map(|id| {
        let milestone = form.milestone(id);
        let meanings = if id == form.decision() {
            outcomes(form, id, language)
        } else {
            requests(form, &milestone.reached_by, language.of(&milestone.label), language)
        };
        fields_of(form, (&format!("step.{}", milestone.id), &format!("step-{}", id.index())), meanings, query)
    });
    fields.collect()
}

/// The dates of every status, and two for every pause.
pub(super) fn events(form: &FormDefinition, query: &Query) -> Vec<DateField> {
    let language = query.language();
    let mut fields = Vec::new();
    for (index, status) in form.spec().statuses.iter().enumerate() {
        let meanings = requests(form, &status.set_by, language.of(&status.label), language);
        let names = (format!("status.{}", status.id), format!("status-{index}"));
        fields.extend(fields_of(form, (&names.0, &names.1), meanings, query));
    }
    for (index, pause) in form.spec().pauses.iter().enumerate() {
        let label = language.of(&pause.label);
        for (side, key, actions) in
            [("pause", "field.began", &pause.begins), ("resume", "field.ended", &pause.ends)]
        {
            let label = language.filled(key, &[("pause", label)]);
            let meaning = actions.first().map(|action| Meaning { id: &pause.id, label, action });
            let names = (format!("{side}.{}", pause.id), format!("{side}-{index}"));
            fields.extend(fields_of(form, (&names.0, &names.1), meaning, query));
        }
    }
    fields
}

/// One meaning for every outcome of the decision, and one for every action that decides without a listed outcome.
fn outcomes(form: &FormDefinition, decision: MilestoneId, language: Language) -> Vec<Meaning<'_>> {
    let (listed, milestone) = (&form.spec().outcomes, form.milestone(decision));
    let step = language.of(&milestone.label);
    let label = |which: &str| language.filled("field.one_of", &[("step", step), ("which", which)]);
    let is_listed = |action: &String| listed.iter().any(|outcome| outcome.decided_by.contains(action));
    let meanings = listed.iter().filter_map(|outcome| {
        let action = outcome.decided_by.first()?;
        Some(Meaning { id: &outcome.id, label: label(language.of(&outcome.label)), action })
    });
    let others = milestone.reached_by.iter().filter(|action| !is_listed(action));
    let others = others.map(|action| Meaning { id: action, label: label(action), action });
    let mut meanings: Vec<Meaning<'_>> = meanings.chain(others).collect();
    if let ([only], []) = (meanings.as_mut_slice(), listed.as_slice()) {
        only.label = step.to_owned();
    }
    meanings
}

/// One meaning for all the actions, or one for each request where the actions send or answer different requests.
fn requests<'a>(
    form: &'a FormDefinition,
    actions: &'a [String],
    label: &str,
    language: Language,
) -> Vec<Meaning<'a>> {
    let mut asked: Vec<RequestRole> = Vec::new();
    let mut meanings = Vec::new();
    for action in actions {
        let Some(role) = form.rule(action).and_then(|rule| rule.request) else { continue };
        if asked.contains(&role) {
            continue;
        }
        asked.push(role);
        let (RequestRole::Asks(request) | RequestRole::Answers(request)) = role;
        let request = form.request(request);
        let which = language.of(&request.label);
        let label = match role {
            RequestRole::Asks(_) => which.to_owned(),
            RequestRole::Answers(_) => language.filled("field.one_of", &[("step", label), ("which", which)]),
        };
        meanings.push(Meaning { id: &request.id, label, action });
    }
    if meanings.len() > 1 {
        return meanings;
    }
    let first = actions.first();
    first.map(|action| Meaning { id: action, label: label.to_owned(), action }).into_iter().collect()
}

/// A field for each meaning, and after the date of a notice one for the day of the appointment. The first one has the plain
/// name, so that addresses stay as they are where a meaning is added.
fn fields_of<'a>(
    form: &FormDefinition,
    (name, element): (&str, &str),
    meanings: impl IntoIterator<Item = Meaning<'a>>,
    query: &Query,
) -> Vec<DateField> {
    let fields = |(index, meaning): (usize, Meaning<'a>)| {
        let (name, element) = match index {
            0 => (name.to_owned(), element.to_owned()),
            _ => (format!("{name}.{}", meaning.id), format!("{element}-{index}")),
        };
        let value = query.redacted(&name);
        let action = Some(meaning.action.to_owned());
        let field = DateField { action, ..DateField::new(name, element, meaning.label, value) };
        let appointment = form.schedules(meaning.action).map(|_| appointment_of(&field, query));
        [Some(field), appointment].into_iter().flatten()
    };
    meanings.into_iter().enumerate().flat_map(fields).collect()
}

/// The day of the appointment that a notice announces.
fn appointment_of(notice: &DateField, query: &Query) -> DateField {
    let (language, name) = (query.language(), notice.appointment());
    let label = language.filled("field.appointment", &[("notice", &notice.label)]);
    let value = query.redacted(&name);
    DateField {
        hint: Some(language.text("field.appointment_hint")),
        notice: Some(notice.name.clone()),
        ..DateField::new(name, format!("{}-appointment", notice.id), label, value)
    }
}
