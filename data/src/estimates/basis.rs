//! The cases on which an estimate rests, in words.

use std::collections::BTreeMap;

use model::{FormModel, Queue, RemainingTime, StateId};

/// The cases that answered for a decision, as the table says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedBasis<'a> {
    /// How many they are.
    pub cases: u32,
    /// What they share with the case: `state=biometrics; center=MSC`, or `all`.
    pub group: &'a str,
    /// Whether the median lies beyond what the history can show.
    pub is_beyond_data: bool,
    /// The queue attributes that the case lacks or whose value the model does not know, separated by commas.
    pub missing: &'a str,
}

/// The words for one form. Many rows share the same ones, so each text is made once.
pub(super) struct BasisWords<'a> {
    model: &'a FormModel,
    groups: BTreeMap<(Option<StateId>, Queue), String>,
    /// By the set of known attributes, as bits.
    missing: Vec<String>,
}

impl<'a> BasisWords<'a> {
    pub(super) fn new(model: &'a FormModel) -> Self {
        let attributes = &model.schema().queue;
        let missing = |known: usize| {
            let names = attributes.iter().enumerate();
            let missing = names.filter(|(position, _)| known >> position & 1 == 0);
            missing.map(|(_, attribute)| attribute.name.as_str()).collect::<Vec<_>>().join(",")
        };
        let missing = (0..1 << attributes.len()).map(missing).collect();
        Self { model, groups: BTreeMap::new(), missing }
    }

    /// Says on which cases the decision of a case of a queue rests.
    pub(super) fn of(&mut self, queue: Queue, decision: &RemainingTime) -> StatedBasis<'_> {
        let basis = decision.basis;
        let model = self.model;
        let group = self.groups.entry((basis.state, basis.queue));
        let known = queue.known().fold(0, |known, (position, _)| known | 1_usize << position);
        StatedBasis {
            cases: basis.n,
            group: group.or_insert_with(|| group_name(model, basis.state, basis.queue)),
            is_beyond_data: decision.is_beyond_history(),
            missing: self.missing.get(known).map_or("", String::as_str),
        }
    }
}

/// The name of a group of cases. A state comes first, so an attribute of the name `state` is told from it.
pub(crate) fn group_name(model: &FormModel, state: Option<StateId>, queue: Queue) -> String {
    let state = state.map(|state| format!("state={}", model.form().state(state).0));
    let attributes = queue.known().filter_map(|(position, code)| {
        let attribute = model.schema().queue.get(position)?;
        let value = attribute.values.get(usize::from(code))?;
        Some(format!("{}={value}", attribute.name))
    });
    let parts: Vec<String> = state.into_iter().chain(attributes).collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join("; ") }
}
