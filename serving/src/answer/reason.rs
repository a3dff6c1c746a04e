//! Why there is no estimate.

use model::{CaseView, FormDefinition, Label, PauseKind, Status};
use serde::Serialize;

use crate::case::status;
use crate::models::Models;
use crate::wording::cases::Cases;
use crate::wording::phrasing;
use crate::wording::translations::{Language, in_both};

/// Why there is no estimate. Only the page shows the title.
#[derive(Debug, Serialize)]
pub(crate) struct Reason {
    #[serde(skip)]
    pub(crate) title: Label,
    #[serde(flatten)]
    pub(crate) text: Label,
}

/// The reason for a form without a model: which forms are covered.
pub(crate) fn unsupported_reason(models: &Models) -> Reason {
    let forms: Vec<&str> = models.forms().collect();
    let body = in_both(|language| match forms.is_empty() {
        true => language.text("state.unsupported.nothing").to_owned(),
        false => language.filled("state.unsupported.body", &[("forms", &forms.join(", "))]),
    });
    Reason { title: text("state.unsupported.title"), text: body }
}

fn text(key: &'static str) -> Label {
    in_both(|language| language.text(key).to_owned())
}

/// Why there is no estimate for a case with this status; `None` if there is one.
pub(crate) fn reason(
    form: &FormDefinition,
    view: &CaseView<'_>,
    status: Status<'_>,
    cases: Cases,
) -> Option<Reason> {
    let reason = |title, body| Some(Reason { title: text(title), text: body });
    match status {
        Status::Estimated => None,
        Status::Decided => reason("state.decided.title", decided_text(view)),
        Status::RejectedAtIntake => reason("state.rejected.title", text("state.rejected.body")),
        Status::TooFewSimilarCases => reason("state.unavailable.title", too_few_text(view, cases)),
        Status::Paused(_) => match pause_kind(form, view) {
            PauseKind::Hold => reason("state.unavailable.title", text("state.unavailable.hold")),
            PauseKind::Visa => reason("state.unavailable.title", text("state.unavailable.visa")),
            _ => reason("state.paused.title", paused_text(form, view)),
        },
    }
}

fn pause_kind(form: &FormDefinition, view: &CaseView<'_>) -> PauseKind {
    view.progress().pause().map_or(PauseKind::Other, |pause| form.pause(pause).kind)
}

/// A reopened case is compared with reopened cases, which are few.
fn too_few_text(view: &CaseView<'_>, cases: Cases) -> Label {
    let progress = view.progress();
    let key = match progress.pending_since_reopening() {
        Some(_) => "state.unavailable.reopened",
        None => "state.unavailable.few",
    };
    in_both(|language| language.filled(key, &[("cases", cases.many(language))]))
}

fn paused_text(form: &FormDefinition, view: &CaseView<'_>) -> Label {
    let label = view.progress().pause().map(|pause| &form.pause(pause).label);
    let pause = |language: Language| label.map_or("", |label| language.of(label));
    in_both(|language| language.filled("state.paused.body", &[("pause", pause(language))]))
}

fn decided_text(view: &CaseView<'_>) -> Label {
    let decision = status::decision(view);
    in_both(|language| {
        let date = decision.map_or_else(String::new, |decision| phrasing::date(decision.at.day(), language));
        let key = match decision {
            Some(decision) if decision.is_latest => "state.decided.body_by",
            _ => "state.decided.body",
        };
        language.filled(key, &[("date", &date)])
    })
}
