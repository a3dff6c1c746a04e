//! The fields of a form: what can be entered, what was entered, and what is wrong with it.

use model::{AsOf, AttributeKind, FormDefinition, Stamp, TrainedOn};

use super::date_fields::{DateField, events, steps};
use super::query::Query;
use crate::case::checks::{
    CheckedCase, Fault, FaultKind, FaultPlace, Naming, check_as_of, check_case, known_value,
};
use crate::case::submitted::{ActionName, Dated, SubmittedAction, SubmittedCase, UnlistedActions};
use crate::http::redaction::redacted;
use crate::models::Loaded;
use crate::state::App;
use crate::wording::phrasing;
use crate::wording::translations::Language;

const RECEIVED: &str = "received_on";
const AS_OF: &str = "as_of";
const SCHEDULED_FOR: &str = "scheduled_for";

/// An attribute with its known values.
pub(super) struct ChoiceField {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: Option<&'static str>,
    pub(super) choices: Vec<Choice>,
}

pub(super) struct Choice {
    pub(super) value: String,
    pub(super) chosen: bool,
}

/// An error and the id of its field.
pub(super) struct FieldError {
    pub(super) id: String,
    pub(super) text: String,
}

/// The fields of one form.
pub(super) struct FormFields {
    pub(super) form: String,
    pub(super) title: String,
    pub(super) received: DateField,
    pub(super) choices: Vec<ChoiceField>,
    pub(super) steps: Vec<DateField>,
    pub(super) events: Vec<DateField>,
    pub(super) as_of: DateField,
    pub(super) answered: bool,
    /// Whether the model was trained on simulated cases.
    pub(super) is_simulated: bool,
}

/// What the applicant entered.
pub(super) struct Entered {
    case: SubmittedCase,
    as_of: String,
}

impl Entered {
    pub(super) fn check(&self, app: &App, loaded: &Loaded) -> Result<CheckedCase, Vec<Fault>> {
        let written = Some(self.as_of.as_str()).filter(|text| !text.is_empty());
        let mut faults = Vec::new();
        let as_of = check_as_of(written, app.settings.default_as_of, &app.clock);
        let as_of = as_of.map_err(|fault| faults.push(fault)).ok();
        let mut naming = Naming::new(UnlistedActions::Refuse);
        let checked = check_case(Some(loaded), &self.case, as_of, &mut naming, &mut faults);
        checked.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

impl FormFields {
    /// The fields, and what was entered if the form was submitted.
    pub(super) fn new(app: &App, loaded: &Loaded, query: &Query) -> (Self, Option<Entered>) {
        let language = query.language();
        let form = loaded.model.form();
        let today = AsOf::new(Stamp::Day(app.clock.today()));
        let as_of = query.entered(AS_OF).filter(|text| !text.is_empty()).map_or_else(
            || app.settings.default_as_of.unwrap_or(today).day().to_string(),
            |_| query.redacted(AS_OF),
        );
        let label = |key| language.text(key).to_owned();
        let field =
            |name: &str, key, value| DateField::new(name.to_owned(), name.to_owned(), label(key), value);
        let mut fields = Self {
            form: form.name().to_owned(),
            title: language.of(&form.spec().title).to_owned(),
            received: field(RECEIVED, "field.received", query.redacted(RECEIVED)),
            choices: choices(loaded, query),
            steps: steps(form, query),
            events: events(form, query),
            as_of: field(AS_OF, "field.as_of", as_of),
            answered: false,
            is_simulated: loaded.trained_on() == TrainedOn::SimulatedHistory,
        };
        fields.received.hint = Some(language.text("field.received_hint"));
        fields.as_of.hint = Some(language.text("field.as_of_hint"));
        let entered = query.entered(RECEIVED).map(|received| fields.entered(received, query));
        (fields, entered)
    }

    fn entered(&self, received: &str, query: &Query) -> Entered {
        let dated = |text: &str, member| Dated { text: text.to_owned(), member };
        let action = |field: &DateField| {
            let entered = |name: &str| query.entered(name).filter(|text| !text.is_empty());
            let code = field.action.clone()?;
            let (name, occurred) = (ActionName::Code(code), dated(entered(&field.name)?, "occurred_on"));
            let scheduled_for = entered(&field.appointment()).map(|text| dated(text, SCHEDULED_FOR));
            Some(SubmittedAction { name, occurred, scheduled_for, resource: None })
        };
        let attribute = |field: &ChoiceField| {
            let chosen = field.choices.iter().find(|choice| choice.chosen)?;
            Some((field.name.strip_prefix("attribute.")?.to_owned(), chosen.value.clone()))
        };
        let case = SubmittedCase {
            form: self.form.clone(),
            received: dated(received, RECEIVED),
            attributes: self.choices.iter().filter_map(attribute).collect(),
            actions: self.dates().filter_map(action).collect(),
            ..SubmittedCase::default()
        };
        Entered { case, as_of: query.entered(AS_OF).unwrap_or_default().to_owned() }
    }

    /// The dates of actions. On one day they count in this order.
    fn dates(&self) -> impl Iterator<Item = &DateField> {
        self.steps.iter().chain(&self.events)
    }

    /// Puts each fault at its field.
    pub(super) fn mark(&mut self, faults: &[Fault], language: Language) {
        for fault in faults {
            let text = fault_text(fault, self.received.value.is_empty(), language);
            let field = match &fault.place {
                FaultPlace::AsOf => &mut self.as_of,
                FaultPlace::Action(index, member) => {
                    let Some(name) = self.field_of(*index, member) else { continue };
                    let mut dates = self.steps.iter_mut().chain(&mut self.events);
                    let Some(field) = dates.find(|field| field.name == name) else { continue };
                    field
                }
                _ => &mut self.received,
            };
            field.error = Some(text);
        }
    }

    /// The name of the field with a member of the action at a position among those that were entered.
    fn field_of(&self, index: usize, member: &str) -> Option<String> {
        let mut given = self.dates().filter(|field| field.is_given() && field.action.is_some());
        let field = given.nth(index)?;
        Some(if member == SCHEDULED_FOR { field.appointment() } else { field.name.clone() })
    }

    /// Marks fields that contradict each other. In the list of actions that a program sends, the same is not a mistake, and the
    /// answer has a note instead.
    pub(super) fn mark_contradictions(&mut self, form: &FormDefinition, language: Language) {
        for pause in &form.spec().pauses {
            let [began, ended] = [format!("pause.{}", pause.id), format!("resume.{}", pause.id)];
            let day = |name: &str| Stamp::parse(&self.date(name)?.value).ok();
            if day(&began).zip(day(&ended)).is_some_and(|(began, ended)| ended.is_before(began)) {
                self.mark_one(&[&ended], language.text("fault.ended_before_it_began"));
            }
        }
        let is_undated = |field: &&DateField| {
            let notice = field.notice.as_ref().and_then(|name| self.date(name));
            field.is_given() && notice.is_some_and(|notice| !notice.is_given())
        };
        let undated: Vec<String> = self.dates().filter(is_undated).map(|field| field.name.clone()).collect();
        for name in undated {
            self.mark_one(&[&name], language.text("fault.no_notice"));
        }
        if let Some(names) = self.contradicting_decisions(form) {
            self.mark_one(&names.each_ref().map(String::as_str), language.text("fault.two_decisions"));
        }
    }

    /// Two decisions of which only one can stand, the later field first. A case that was reopened between them can be
    /// decided again, and some outcomes take the place of others.
    fn contradicting_decisions(&self, form: &FormDefinition) -> Option<[String; 2]> {
        let reopening: Vec<&DateField> = form
            .spec()
            .statuses
            .iter()
            .filter(|status| status.reopens)
            .flat_map(|status| self.dates().filter(|field| field.is_given_for(&status.set_by)))
            .collect();
        let deciding = &form.milestone(form.decision()).reached_by;
        let decided: Vec<&DateField> =
            self.steps.iter().filter(|field| field.is_given_for(deciding)).collect();
        let outcome = |field: &DateField| {
            form.spec().outcomes.iter().find(|outcome| field.is_given_for(&outcome.decided_by))
        };
        let is_replaced = |one: &DateField, other: &DateField| {
            outcome(one).zip(outcome(other)).is_some_and(|(one, other)| {
                one.replaces.contains(&other.id) || other.replaces.contains(&one.id)
            })
        };
        let mut pairs = decided
            .iter()
            .enumerate()
            .flat_map(|(index, &one)| decided.iter().skip(index + 1).map(move |&other| (one, other)));
        let is_reopened = |one, other| reopening.iter().any(|field| is_between(field, one, other));
        let (one, other) =
            pairs.find(|&(one, other)| !is_replaced(one, other) && !is_reopened(one, other))?;
        Some([other.name.clone(), one.name.clone()])
    }

    fn date(&self, name: &str) -> Option<&DateField> {
        self.dates().find(|field| field.name == name)
    }

    /// Puts an error at the first of these fields without one.
    fn mark_one(&mut self, names: &[&str], text: &str) {
        for name in names {
            let mut dates = self.steps.iter_mut().chain(&mut self.events);
            if let Some(field) = dates.find(|field| field.name == *name && field.error.is_none()) {
                field.error = Some(text.to_owned());
                return;
            }
        }
    }

    /// Whether any field has an error.
    pub(super) fn has_errors(&self) -> bool {
        [&self.received]
            .into_iter()
            .chain(self.dates())
            .chain([&self.as_of])
            .any(|field| field.error.is_some())
    }

    /// The errors in the order of the fields, each with its field's label.
    pub(super) fn errors(&self, language: Language) -> Vec<FieldError> {
        let fields = [&self.received].into_iter().chain(self.dates()).chain([&self.as_of]);
        let labelled = |field: &DateField| {
            let error = field.error.as_deref()?;
            let text = language.filled("field.error", &[("label", &field.label), ("error", error)]);
            Some(FieldError { id: field.id.clone(), text })
        };
        fields.filter_map(labelled).collect()
    }

    /// Whether any other event was entered, so that those fields are open at once.
    pub(super) fn has_events(&self) -> bool {
        self.events.iter().any(DateField::is_given)
    }

    /// The address of this page in this language, with what was entered.
    pub(super) fn address(&self, language: Language) -> String {
        let mut entries = vec![("form", self.form.as_str())];
        let dates = [&self.received].into_iter().chain(self.dates()).chain([&self.as_of]);
        let asked = self.answered || self.has_errors();
        for field in dates.filter(|field| asked && field.is_given()) {
            entries.push((&field.name, &field.value));
        }
        for field in &self.choices {
            if let Some(chosen) = field.choices.iter().find(|choice| choice.chosen) {
                entries.push((&field.name, &chosen.value));
            }
        }
        if asked && self.received.value.is_empty() {
            entries.push((RECEIVED, ""));
        }
        Query::address(language, &entries)
    }
}

/// Whether a date lies between two others. On one day, something that has only a date can come before or after. A date
/// that cannot be read has an error of its own, so it is not held against the others.
fn is_between(field: &DateField, one: &DateField, other: &DateField) -> bool {
    let [Ok(at), Ok(one), Ok(other)] = [field, one, other].map(|field| Stamp::parse(&field.value)) else {
        return true;
    };
    let is_in = |from: Stamp, to: Stamp| !at.is_before(from) && !to.is_before(at);
    is_in(one, other) || is_in(other, one)
}

fn choices(loaded: &Loaded, query: &Query) -> Vec<ChoiceField> {
    let form = loaded.model.form();
    let choice = |(index, known): (usize, &model::QueueAttribute)| {
        let attribute = form.spec().attributes.iter().find(|attribute| attribute.name == known.name)?;
        let name = format!("attribute.{}", known.name);
        let entered = query.entered(&name).filter(|entered| !entered.is_empty());
        let chosen = entered.and_then(|entered| known_value(&known.values, entered));
        let values = known.values.iter();
        let mut choices: Vec<Choice> = values
            .map(|value| Choice { chosen: chosen == Some(value.as_str()), value: value.clone() })
            .collect();
        // A value that the model does not know stays selected, and a note says that it was not used.
        let unknown = entered.filter(|_| chosen.is_none());
        choices.extend(unknown.map(|entered| Choice { chosen: true, value: redacted(entered) }));
        let label = query.language().of(&attribute.label).to_owned();
        let is_center = attribute.kind == AttributeKind::Center;
        let hint = is_center.then(|| query.language().text("field.center_hint"));
        Some(ChoiceField { name, id: format!("attribute-{index}"), label, hint, choices })
    };
    loaded.model.schema().queue.iter().enumerate().filter_map(choice).collect()
}

fn fault_text(fault: &Fault, received_empty: bool, language: Language) -> String {
    let as_of = |as_of: &AsOf| phrasing::date(as_of.day(), language);
    match &fault.kind {
        FaultKind::NotADate { .. } if received_empty && matches!(fault.place, FaultPlace::Received(_)) => {
            language.text("fault.received_missing").to_owned()
        }
        FaultKind::NoSuchDay { .. } => language.text("fault.no_such_day").to_owned(),
        FaultKind::OutOfRange => language.text("fault.out_of_range").to_owned(),
        FaultKind::ReceivedAfterAsOf { as_of: day } => {
            language.filled("fault.received_after_as_of", &[("as_of", &as_of(day))])
        }
        FaultKind::AsOfTooLate { latest } => {
            language.filled("fault.as_of_too_late", &[("latest", &phrasing::date(*latest, language))])
        }
        FaultKind::BeforeReceipt { .. } => language.text("fault.before_receipt").to_owned(),
        FaultKind::AfterAsOf { as_of: day } => {
            language.filled("fault.after_as_of", &[("as_of", &as_of(day))])
        }
        FaultKind::ScheduledBeforeNotice { .. } => language.text("fault.scheduled_before_notice").to_owned(),
        _ => language.text("fault.not_a_date").to_owned(),
    }
}
