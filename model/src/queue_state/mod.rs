//! How long the lines are in which cases wait, and how fast they move, on one day.
//!
//! A case waits in its line until its *turn*: the first action that shows that an officer took it up, or the decision. The
//! cases ahead of it divided by the turns a day are its *drain time*, in days.

mod attributes;
mod codes;
mod in_line;
mod parts;
mod place;
mod rates;
mod waiting;

pub use attributes::LineAttributes;
pub use in_line::{InLine, NotInLine, PaceChange};
pub use parts::{Flow, LineParts, MAX_LINES, QueueStateError, QueueStateParts, ReadyParts};
pub use place::{LineFigures, LineLevel, Place, QueueState, ReadyPlace};
pub use waiting::WaitingByReceipt;
