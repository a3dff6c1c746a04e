//! What learners make: a predictor of the next step and of the decision.
//!
//! A [`FormModel`](crate::FormModel) holds one predictor and asks it the questions below. Nothing outside this module depends
//! on how a predictor answers them. A new kind of predictor is a variant of [`Predictor`] and a section of the model file.

mod boosted;
mod cohort_curves;
mod cohorts;
mod few;
mod leaving;
mod memo;
mod mixture;
mod pool;
mod prediction;

pub use boosted::{BoostedHazards, Forest, Hazards, MAX_BINS, Shares, Unit, forest};
pub(crate) use boosted::{MixedColumn, MixedRows};
pub use cohort_curves::CohortCurves;
pub use cohorts::{Cause, Cohort, CohortError, CohortKey, CohortSet, Event};
pub use memo::PredictionMemo;
pub use prediction::{PredictedStep, Prediction, TimeScale};

use crate::estimate::Basis;
use crate::features::{FeatureSchema, Features};
use crate::form::{FormDefinition, MilestoneId};

/// Curves of cohorts of similar cases.
pub const COHORT_CURVES: &str = "cohort_curves";
/// Hazards as sums of trees.
pub const BOOSTED_HAZARDS: &str = "boosted_hazards";
/// A mixture of both.
pub const MIXTURE: &str = "mixture";

/// What answers for one form.
#[derive(Debug, Clone, PartialEq)]
pub enum Predictor {
    /// Curves of cohorts of similar cases.
    CohortCurves(CohortCurves),
    /// Hazards as sums of trees.
    BoostedHazards(Box<BoostedHazards>),
}

impl Predictor {
    /// The next step and the decision of a case with these features. `is_pending` says that it is not decided; only the steps that
    /// `can_come` are considered. `None` if the history shows no such step of such cases.
    #[must_use]
    pub fn predict(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Option<Prediction> {
        match self {
            Self::CohortCurves(curves) => curves.predict(features, is_pending, can_come),
            Self::BoostedHazards(boosted) => boosted.predict(features, is_pending, can_come),
        }
    }

    /// Every step that can come next, with its probability, most likely first; the probabilities sum to 1. The first one is that
    /// of [`Self::predict`]. Empty if the history shows no such step of such cases.
    ///
    /// ```
    /// use model::{
    ///     Cause, Cohort, CohortCurves, CohortKey, CohortSet, Curve, Event, Features, FormSpec, Moment, Predictor, Progress,
    ///     Queue, TimeScale,
    /// };
    ///
    /// let form: FormSpec = serde_json::from_str(
    ///     r#"{"form": "X-1", "title": {"en": "X", "es": "X"}, "from": "2000-01-01", "checked_on": "2022-06-30",
    ///         "source": ["by hand"], "attributes": [], "statuses": [], "pauses": [], "rejections": [],
    ///         "notices": [], "milestones": [
    ///         {"id": "received", "label": {"en": "Received", "es": "Recibido"}, "reached_by": ["received"], "follows": [],
    ///          "source": ["by hand"], "checked_on": "2022-06-30"},
    ///         {"id": "visit", "label": {"en": "Visit", "es": "Cita"}, "reached_by": ["visited"], "follows": ["received"],
    ///          "source": ["by hand"], "checked_on": "2022-06-30"},
    ///         {"id": "decision", "label": {"en": "Decision", "es": "Decisión"}, "reached_by": ["approved"],
    ///          "follows": ["received", "visit"], "decision": true, "source": ["by hand"], "checked_on": "2022-06-30"}]}"#,
    /// )?;
    /// let form = form.check()?;
    /// let event = |name: &str| form.milestone_named(name).map(Event::Step).ok_or("not a milestone");
    /// // Three in four cases go on to the visit, the others to the decision.
    /// let of_all = |causes: &[(Event, f32)]| -> Result<CohortSet, Box<dyn std::error::Error>> {
    ///     let curve = Curve::new(vec![0.0, 90.0], vec![1.0, 0.2], 0.02)?;
    ///     let cause = |&(event, share): &(Event, f32)| {
    ///         Cause { event, at_once: 0.0, shares: vec![share], tail_share: share }
    ///     };
    ///     let causes = causes.iter().map(cause).collect();
    ///     let all = Cohort { key: CohortKey::all(), n: 500, events: 400, decided: 300, curve, causes };
    ///     Ok(CohortSet::new(TimeScale::InState, vec![all])?)
    /// };
    /// let exits = of_all(&[(event("visit")?, 0.75), (event("decision")?, 0.25)])?;
    /// let decisions = of_all(&[(event("decision")?, 1.0)])?;
    /// let predictor = Predictor::CohortCurves(CohortCurves::new(form.decision(), exits, None, decisions));
    ///
    /// let received = Moment::from_epoch_micros(0)?;
    /// let features = Features::at(&Progress::received(&form, received), Queue::default(), received);
    /// let steps = predictor.next_steps(&features, true, |_| true);
    /// let steps: Vec<(&str, f32)> =
    ///     steps.iter().map(|&(step, probability)| (form.milestone(step).id.as_str(), probability)).collect();
    /// assert_eq!(steps, [("visit", 0.75), ("decision", 0.25)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_steps(
        &self,
        features: &Features,
        is_pending: bool,
        can_come: impl Fn(MilestoneId) -> bool,
    ) -> Vec<(MilestoneId, f32)> {
        match self {
            Self::CohortCurves(curves) => curves.next_steps(features, is_pending, can_come),
            Self::BoostedHazards(boosted) => boosted.next_steps(features, is_pending, can_come),
        }
    }

    /// Whether enough cases were seen in the state of the case: at least [`MIN_SIMILAR_CASES`](crate::MIN_SIMILAR_CASES)
    /// that left it.
    #[must_use]
    pub fn knows_state(&self, features: &Features) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.knows_state(features),
            Self::BoostedHazards(boosted) => boosted.knows_state(features),
        }
    }

    /// All cases that the predictor learned from, and how many of them were decided.
    #[must_use]
    pub fn basis(&self) -> Basis {
        match self {
            Self::CohortCurves(curves) => curves.basis(),
            Self::BoostedHazards(boosted) => boosted.basis(),
        }
    }

    /// The scale on which the time already waited is counted.
    #[must_use]
    pub const fn time_scale(&self) -> TimeScale {
        self.cohorts().exits().time_scale()
    }

    /// The curves of cohorts: the whole predictor, or what stands beside the hazards.
    #[must_use]
    pub const fn cohorts(&self) -> &CohortCurves {
        match self {
            Self::CohortCurves(curves) => curves,
            Self::BoostedHazards(boosted) => boosted.cohorts(),
        }
    }

    /// Whether it sees a column of the covariates.
    pub(crate) fn uses_column(&self, column: usize) -> bool {
        match self {
            Self::CohortCurves(_) => false,
            Self::BoostedHazards(boosted) => boosted.uses_column(column),
        }
    }

    /// The estimator that answers for such a pending case: [`COHORT_CURVES`], [`BOOSTED_HAZARDS`] or [`MIXTURE`].
    #[must_use]
    pub fn answered_by(&self, features: &Features) -> &'static str {
        match self {
            Self::BoostedHazards(boosted) if BoostedHazards::answers(features, true) => {
                if boosted.weight < 1.0 { MIXTURE } else { BOOSTED_HAZARDS }
            }
            _ => COHORT_CURVES,
        }
    }

    /// The hazards, if they alone answer for both cases and so for every mixture of them.
    pub(crate) fn mixes(&self, one: &Features, other: &Features) -> Option<&BoostedHazards> {
        match self {
            Self::CohortCurves(_) => None,
            Self::BoostedHazards(boosted) => {
                let answers = |features| BoostedHazards::answers(features, true);
                (boosted.weight == 1.0 && answers(one) && answers(other)).then_some(boosted)
            }
        }
    }

    /// Whether any of its curves counts from the entry into a state.
    const fn counts_in_state(&self) -> bool {
        self.cohorts().counts_in_state()
    }

    /// Whether every state, queue and milestone of the predictor exists in the form and the schema.
    pub(crate) fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        match self {
            Self::CohortCurves(curves) => curves.fits(form, schema),
            Self::BoostedHazards(boosted) => boosted.fits(form, schema),
        }
    }
}
