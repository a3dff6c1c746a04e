//! Rows that take each column from one of two cases.

/// A column whose value depends on who is in a set of players: on nobody, one of them, or two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MixedColumn {
    /// The players, as bits.
    first: u8,
    second: u8,
    /// The value with neither, the first, the second, and both.
    values: [f32; 4],
}

impl MixedColumn {
    /// The value without and with a player; a player of 0 is nobody.
    pub(crate) fn of_one(player: u8, [without, with]: [f32; 2]) -> Self {
        Self { first: player, second: 0, values: [without, with, without, with] }
    }

    /// The values with neither, the first, the second, and both.
    pub(crate) fn of_two(first: u8, second: u8, values: [f32; 4]) -> Self {
        Self { first, second, values }
    }

    /// The players on whom the value depends, as bits.
    pub(super) fn players(self) -> u8 {
        self.first | self.second
    }

    /// The value for a set of players.
    #[inline]
    pub(super) fn at(self, set: u8) -> f32 {
        let index = usize::from(set & self.first != 0) | usize::from(set & self.second != 0) << 1;
        self.values[index]
    }
}

/// A row for every set of players.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MixedRows {
    players: usize,
    columns: Vec<MixedColumn>,
}

impl MixedRows {
    pub(crate) fn new(players: usize, columns: Vec<MixedColumn>) -> Self {
        Self { players, columns }
    }

    /// The number of sets of players.
    pub(super) fn sets(&self) -> usize {
        1 << self.players
    }

    /// A column; beyond the last one every value is missing.
    #[inline]
    pub(super) fn column(&self, column: usize) -> MixedColumn {
        self.columns.get(column).copied().unwrap_or(MixedColumn::of_one(0, [f32::NAN; 2]))
    }

    /// The value of a column for a set of players.
    pub(crate) fn value(&self, column: usize, set: u8) -> f32 {
        self.column(column).at(set)
    }
}
