//! Case ids that may be meant by one that a history does not have.

use crate::history::History;
use crate::shown_text::shown;

/// The most ids that are suggested.
const MAX_SUGGESTED: usize = 3;

/// The ids that differ from this one by a slip or two, nearest first; without any, the first ids of the history.
pub(super) fn suggestion(history: &History, id: &str) -> String {
    let all = || (0..history.cases()).map(|case| history.case_id(case));
    let allowed = match id.len() {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    let near = all().filter(|other| other.len().abs_diff(id.len()) <= allowed).filter_map(|other| {
        let slips = strsim::osa_distance(id, other);
        (slips <= allowed).then_some((slips, other))
    });
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_unstable();
    let listed = |ids: &mut dyn Iterator<Item = &str>| {
        ids.take(MAX_SUGGESTED).map(|id| format!("`{}`", shown(id))).collect::<Vec<_>>().join(" or ")
    };
    if near.is_empty() {
        format!("its ids look like {}", listed(&mut all()))
    } else {
        format!("is it {}?", listed(&mut near.into_iter().map(|(_, other)| other)))
    }
}
