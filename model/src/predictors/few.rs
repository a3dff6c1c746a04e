//! Short lists.

use smallvec::SmallVec;

/// A list that takes no allocation unless it is unusually long: an estimate makes several, and is asked for often.
pub(super) type Few<T> = SmallVec<[T; 24]>;
