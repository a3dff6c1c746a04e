//! Why a case has no estimate, and what to do, in one sentence.

use model::artifact::Artifact;
use model::{AsOf, FormDefinition, MIN_SIMILAR_CASES, Moment, Stamp, Status};

use super::case::Followed;
use crate::shown_text::shown;

/// The case was received after the as-of time.
pub(super) fn not_received(received: Stamp, as_of: AsOf) -> String {
    format!("the case was received on {received}, after {as_of}; ask with --as-of {received} or later")
}

/// The form has no model.
pub(super) fn unsupported(form: &str) -> String {
    let form = shown(form);
    format!("form `{form}` does not have a model here; `myprogress train --form {form}` makes one")
}

/// The model knows what came after the as-of time.
pub(super) fn trained_later(artifact: &Artifact, as_of: AsOf) -> String {
    let trained = artifact.model.training().as_of;
    if trained.moment() <= as_of.moment() {
        let lines = artifact.model.knows_until();
        return format!(
            "the lines of the model are as of {lines}, so it knows what came after {as_of}; ask with --as-of {lines} or later, or \
             with the model from before `myprogress refresh`"
        );
    }
    format!(
        "the model was trained as of {trained}, so it knows what came after {as_of}; \
         `myprogress train --as-of {as_of}` makes one that does not"
    )
}

/// Why a model gives no estimate; `None` if it gives one.
pub(super) fn of_status(form: &FormDefinition, followed: &Followed, status: Status<'_>) -> Option<String> {
    let progress = &followed.progress;
    let since = |at: Option<Moment>| at.map_or(String::new(), |at| format!(" since {}", at.day()));
    match status {
        Status::Estimated => None,
        Status::Decided => {
            let outcome = progress.outcome().map_or("", |outcome| form.outcome(outcome).id.as_str());
            let on = progress.decided_at().map_or(String::new(), |at| format!(" on {}", at.day()));
            Some(format!(
                "the case was decided{on} ({outcome}), so its decision needs no estimate; to see what was expected \
                 before, ask with an earlier --as-of and a model trained no later than that"
            ))
        }
        Status::RejectedAtIntake => Some(
            "the agency refused the filing at intake, so the case never waited for a decision; ask about another case"
                .to_owned(),
        ),
        Status::Paused(pause) => Some(format!(
            "the clock of the case is stopped by `{pause}`{}, and how long that lasts is unknown; ask again when the \
             history shows its end",
            since(followed.paused_since)
        )),
        Status::TooFewSimilarCases => {
            let which = match progress.pending_since_reopening() {
                Some(_) => "reopened cases in this state were seen to go on",
                None => "similar cases were decided in the training history",
            };
            Some(format!(
                "fewer than {MIN_SIMILAR_CASES} {which}; train on a history that has more of them"
            ))
        }
    }
}
