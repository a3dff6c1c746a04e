//! Why one case has its estimate: the case as it was known, the times, the cases that answered, and their curves, as data.
//!
//! [`explain`] follows a case as the table of estimates does, so both say the same of it. `docs/explaining.md` describes every
//! field of an [`Explanation`].

mod basis;
mod case;
mod changes;
mod curves;
mod explain;
mod nearest;
mod reason;
mod reasons;
mod times;

pub use basis::{ExplainedBasis, ExplainedModel, SharedState};
pub use case::{AttributeUse, ExplainedAction, ExplainedAttribute, ExplainedCase, NamedState};
pub use changes::{AskedEstimate, ExplainedChanges, NotComparable, UnknownFactor, explain_changes};
pub use curves::{CohortCurve, ExplainedCurves};
pub use explain::{Explanation, UnknownCase, explain, find_case};
pub use reasons::{ExplainedLine, ExplainedReasons, ExplainedReference, NamedValue};
pub use times::{
    Bound, ExplainedDecision, ExplainedNextStep, LikelyStep, QuantileRow, ShareCurve, WithinDays,
};
