//! Names as numbers, counted in the order in which the names first come.

use std::collections::HashMap;

#[derive(Default)]
pub(super) struct Numbering(HashMap<Box<str>, u32>);

impl Numbering {
    /// The number of a name that was added before.
    pub(super) fn get(&self, name: &str) -> Option<u32> {
        self.0.get(name).copied()
    }

    /// Gives a new name the next number.
    pub(super) fn add(&mut self, name: &str) -> u32 {
        let next = self.0.len() as u32;
        self.0.insert(name.into(), next);
        next
    }

    /// The number of a name; a new one is also pushed to `names`.
    pub(super) fn number(&mut self, name: &str, names: &mut Vec<String>) -> u32 {
        self.get(name).unwrap_or_else(|| {
            names.push(name.to_owned());
            self.add(name)
        })
    }
}
