//! What changed between two estimates of one case.

use model::artifact::Artifact;
use model::{AsOf, Change, ChangeFactor, Changes, FormModel};
use serde::Serialize;
use thiserror::Error;

use super::case::Followed;
use super::reason;
use crate::history::{Featurizer, History, HistoryView};

/// An estimate of a case: the model, and the as-of time.
#[derive(Debug, Clone, Copy)]
pub struct AskedEstimate<'a> {
    /// The model, with the lines that it knows.
    pub artifact: &'a Artifact,
    /// Nothing later is used.
    pub as_of: AsOf,
}

/// Why two estimates cannot be compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NotComparable {
    /// There is no estimate at one of the times.
    #[error("the estimate as of {as_of} does not exist: {why}")]
    NoEstimate {
        /// The as-of time.
        as_of: AsOf,
        /// Why.
        why: String,
    },
    /// The earlier time comes after the later one.
    #[error("{since} is after {as_of}; write an earlier time after --since, or a later one after --as-of")]
    Order {
        /// The time of the earlier estimate.
        since: AsOf,
        /// The time of the later estimate.
        as_of: AsOf,
    },
    /// A mixture of both has no median.
    #[error("the case changed so much between {since} and {as_of} that the difference cannot be divided")]
    Undivided {
        /// The time of the earlier estimate.
        since: AsOf,
        /// The time of the later estimate.
        as_of: AsOf,
    },
}

/// The difference between an earlier and a later estimate of a case, by factor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedChanges {
    /// The as-of time of the earlier estimate.
    pub since: AsOf,
    /// The version of the model that made it.
    pub since_model: String,
    /// Its median of the decision, in days from then.
    pub from_days: f64,
    /// The median of the later estimate, in days from its own as-of time.
    pub to_days: f64,
    /// What each factor added. The days sum to the difference.
    pub days: Vec<Change>,
    /// The factors of which nothing is known, and why.
    pub unknown: Vec<UnknownFactor>,
}

/// A factor whose part in the difference is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownFactor {
    /// The factor.
    pub factor: ChangeFactor,
    /// Why nothing is known of it.
    pub why: String,
}

/// Divides the difference between two estimates of a case among what may have changed.
///
/// The lines of each time are those that its model knows. If one model made both estimates, the parts of the lines and of the
/// model are unknown.
///
/// # Errors
/// [`NotComparable`] if one of the estimates does not exist, or they are in the wrong order.
pub fn explain_changes(
    history: &History,
    case: usize,
    [then, now]: [AskedEstimate<'_>; 2],
) -> Result<ExplainedChanges, NotComparable> {
    let (since, as_of) = (then.as_of, now.as_of);
    if since.moment() > as_of.moment() {
        return Err(NotComparable::Order { since, as_of });
    }
    let times = Times { history, case, asked: [then, now] };
    times.check(then)?;
    times.check(now)?;
    let (known, unknown) = factors([then, now]);
    let changes = Changes::between(&known, |is_later| times.median(is_later, &known));
    let changes = changes.ok_or(NotComparable::Undivided { since, as_of })?;
    Ok(ExplainedChanges {
        since,
        since_model: then.artifact.version.clone(),
        from_days: changes.medians[0],
        to_days: changes.medians[1],
        days: changes.factors,
        unknown,
    })
}

fn factors([then, now]: [AskedEstimate<'_>; 2]) -> (Vec<ChangeFactor>, Vec<UnknownFactor>) {
    let mut known = vec![ChangeFactor::TimePassed, ChangeFactor::WhatHappened];
    let mut unknown = Vec::new();
    let mut missing = |factor, why: String| unknown.push(UnknownFactor { factor, why });
    let lines = [then, now].map(|asked| asked.artifact.model.queue_state().map(|state| state.day()));
    let is_same = then.artifact.version == now.artifact.version;
    match lines {
        [Some(day), _] if is_same => missing(
            ChangeFactor::Queue,
            format!(
                "both estimates use the lines of {day}, moved on at their rate; name the models of {} with --since-models",
                then.as_of
            ),
        ),
        [Some(_), Some(_)] => known.push(ChangeFactor::Queue),
        [None, None] => {
            missing(ChangeFactor::Queue, "the model does not use how long the lines are".to_owned())
        }
        _ => missing(
            ChangeFactor::Queue,
            "only one of the models uses how long the lines are, so this is part of the model".to_owned(),
        ),
    }
    if is_same {
        missing(ChangeFactor::Model, "one model made both estimates".to_owned());
    } else {
        known.push(ChangeFactor::Model);
    }
    (known, unknown)
}

/// A case at two times.
struct Times<'a> {
    history: &'a History,
    case: usize,
    asked: [AskedEstimate<'a>; 2],
}

impl Times<'_> {
    fn check(&self, asked: AskedEstimate<'_>) -> Result<(), NotComparable> {
        let no_estimate = |why| NotComparable::NoEstimate { as_of: asked.as_of, why };
        let model = &asked.artifact.model;
        if model.knows_until().moment() > asked.as_of.moment() {
            return Err(no_estimate(reason::trained_later(asked.artifact, asked.as_of)));
        }
        let view = self.history.view_at(asked.as_of);
        let Some(known) = view.case(self.case, None) else {
            let received = self.history.received().stamp(self.case);
            return Err(no_estimate(reason::not_received(received, asked.as_of)));
        };
        let followed = Followed::new(&view, &known, model.form(), &self.history.effects(model.form()));
        let features = featurizer(view, model).features(&known, &followed.progress, followed.seen);
        let moment = asked.as_of.moment();
        let estimate = model.estimate_of(&followed.progress, &features, followed.seen, moment);
        match reason::of_status(model.form(), &followed, estimate.status) {
            Some(why) => Err(no_estimate(why)),
            None => Ok(()),
        }
    }

    /// The median with the later value of some factors.
    fn median(&self, is_later: &dyn Fn(ChangeFactor) -> bool, known: &[ChangeFactor]) -> Option<f64> {
        let of = |factor| self.asked[usize::from(is_later(factor))];
        let model = &of(ChangeFactor::Model).artifact.model;
        let view = self.history.view_at(of(ChangeFactor::WhatHappened).as_of);
        let as_of = of(ChangeFactor::TimePassed).as_of;
        let seen = self.history.view_at(as_of).observed_until();
        let case = view.case(self.case, None)?;
        let progress = case.follow(model.form(), &self.history.effects(model.form()), |_, _, _| {});
        let mut features = featurizer(view, model).features(&case, &progress, seen);
        if known.contains(&ChangeFactor::Queue) {
            let lines = &of(ChangeFactor::Queue).artifact.model;
            let queue = featurizer(view, lines).queue(self.case);
            features = model.features_in_lines_of(lines, queue, &progress, &features, seen);
        }
        let estimate = model.estimate_of(&progress, &features, seen, as_of.moment());
        Some(f64::from(estimate.decision?.time.at(0.5)))
    }
}

fn featurizer<'a>(view: HistoryView<'a>, model: &'a FormModel) -> Featurizer<'a> {
    Featurizer::new(view, model.schema(), model.queue_state())
}
