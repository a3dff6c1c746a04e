//! Why an estimate is what it is: days by groups of facts that a person understands.
//!
//! The value of a set of groups is the median of the decision, in days, of a case that has the facts of the case in these
//! groups and those of a *reference case* in the others. A group's days are its Shapley value (Shapley 1953; Lundberg and Lee
//! 2017 for predictions): what it adds to the groups before it, in the mean over all orders. So the days of all groups sum to
//! the difference between both medians. The same rule divides the difference between two estimates of one case.

mod changes;
mod group;
mod reference;
mod shapley;
mod weighing;

pub use changes::{Change, ChangeFactor, Changes};
pub use group::ReasonGroup;
pub use reference::{Reference, ReferenceCase};
pub use shapley::{MAX_PLAYERS, shapley};
pub use weighing::{Reason, Reasons};

pub(crate) use group::Grouping;
pub(crate) use weighing::{Aspect, weigh};
