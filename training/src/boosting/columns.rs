//! Columns of covariates, and their bins.

use std::collections::HashMap;

use rayon::prelude::*;

use model::forest::LARGEST_CODE;

/// A missing or unknown category.
pub const MISSING_CODE: u32 = u32::MAX;
/// The bin of missing values.
pub(super) const MISSING: u8 = 0;
/// Bins of categories: 1 to 254.
const CODE_BINS: usize = 254;
/// Bins of numbers. With 254 of them, the scores of the survival tables were the same within 0.001.
const NUMBER_BINS: usize = 127;

/// The values of one column, one per row.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; NaN is missing. They should be finite: infinity counts as larger than all, but a split that sends all numbers
    /// left sends it right.
    Numbers(Vec<f32>),
    /// Codes of categories, at most 65,534; [`MISSING_CODE`] and larger ones are missing.
    Codes(Vec<u32>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Codes(codes) => codes.len(),
        }
    }
}

/// Named columns of equal length.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Columns {
    names: Vec<String>,
    values: Vec<Values>,
}

impl Columns {
    /// Adds a column. Gives it back if its length differs from that of the others, or if there are 65,535 already.
    ///
    /// # Errors
    /// The values that were not added.
    pub fn push(&mut self, name: impl Into<String>, values: Values) -> Result<(), Values> {
        let fits = self.values.first().is_none_or(|first| first.len() == values.len());
        if !fits || self.values.len() >= usize::from(u16::MAX) {
            return Err(values);
        }
        self.names.push(name.into());
        self.values.push(values);
        Ok(())
    }

    /// The names, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.first().map_or(0, Values::len)
    }

    /// Writes one row as a [`model::forest::Forest`] is asked for it: one `f32` per column.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn row(&self, row: usize, out: &mut Vec<f32>) {
        out.clear();
        out.extend(self.values.iter().map(|values| match values {
            Values::Numbers(numbers) => numbers[row],
            Values::Codes(codes) if codes[row] <= LARGEST_CODE => codes[row] as f32,
            Values::Codes(_) => f32::NAN,
        }));
    }

    /// Bins all columns once. Only the rows `known` decide where the bins lie; all rows are binned. A category that none of
    /// them has shares the bin of the rare ones, and so goes right at every split.
    ///
    /// # Panics
    /// If `known` names a row that does not exist.
    #[must_use]
    pub fn bin(&self, known: &[u32]) -> Binned {
        let columns = self.values.par_iter().map(|values| match values {
            Values::Numbers(numbers) => bin_numbers(numbers, known),
            Values::Codes(codes) => bin_codes(codes, known),
        });
        Binned { columns: columns.collect(), rows: self.rows() }
    }
}

/// Columns whose values are bins.
#[derive(Debug, Clone)]
pub struct Binned {
    pub(super) columns: Vec<BinnedColumn>,
    pub(super) rows: usize,
}

#[derive(Debug, Clone)]
pub(super) struct BinnedColumn {
    /// The bin of each row; 0 is missing.
    pub(super) bins: Vec<u8>,
    /// Number of bins with the one of missing values.
    pub(super) count: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// `cuts[b - 1]` separates bin b from bin b + 1: values below it lie in bin b or before.
    Numbers { cuts: Vec<f32> },
    /// The codes of bins 1, 2, ...; the last one holds the rare ones, and categories that nobody has in the rows known.
    Codes { codes: Vec<Vec<u32>> },
}

fn bin_numbers(numbers: &[f32], known: &[u32]) -> BinnedColumn {
    let mut sorted: Vec<f32> =
        known.iter().map(|&row| numbers[row as usize]).filter(|number| !number.is_nan()).collect();
    sorted.sort_by(f32::total_cmp);
    // Adding 0 makes -0 and 0 one value.
    let runs: Vec<(f32, usize)> =
        sorted.chunk_by(|a, b| a == b).map(|run| (run[0] + 0.0, run.len())).collect();
    let cuts = cuts(&runs, sorted.len());
    let bin = |number: f32| {
        if number.is_nan() { MISSING } else { 1 + cuts.partition_point(|&cut| cut <= number) as u8 }
    };
    let bins = numbers.iter().map(|&number| bin(number)).collect();
    BinnedColumn { bins, count: cuts.len() + 2, kind: Kind::Numbers { cuts } }
}

/// Where to cut distinct values with these counts, so that bins hold about equal numbers of rows.
fn cuts(runs: &[(f32, usize)], rows: usize) -> Vec<f32> {
    let mut cuts = Vec::new();
    let (mut held, mut left_rows) = (0, rows);
    for (index, pair) in runs.windows(2).enumerate() {
        held += pair[0].1;
        let left_bins = NUMBER_BINS - cuts.len();
        let enough = runs.len() - index <= left_bins || held * left_bins >= left_rows;
        if enough && left_bins > 1 {
            let middle = pair[0].0 + (pair[1].0 - pair[0].0) / 2.0;
            cuts.push(if middle > pair[0].0 && middle <= pair[1].0 { middle } else { pair[1].0 });
            left_rows -= held;
            held = 0;
        }
    }
    cuts
}

fn bin_codes(codes: &[u32], known: &[u32]) -> BinnedColumn {
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for &row in known {
        let code = codes[row as usize];
        if code <= LARGEST_CODE {
            *counts.entry(code).or_default() += 1;
        }
    }
    let mut ranked: Vec<(u32, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
    let own = ranked.len().min(CODE_BINS - 1);
    let mut bin_codes: Vec<Vec<u32>> = ranked[..own].iter().map(|&(code, _)| vec![code]).collect();
    bin_codes.push(ranked[own..].iter().map(|&(code, _)| code).collect());
    let own_bins: HashMap<u32, u8> =
        ranked[..own].iter().zip(1_u8..).map(|(&(code, _), bin)| (code, bin)).collect();
    let rest = own as u8 + 1;
    let bin =
        |code: &u32| if *code > LARGEST_CODE { MISSING } else { own_bins.get(code).copied().unwrap_or(rest) };
    let bins = codes.iter().map(bin).collect();
    BinnedColumn { bins, count: own + 2, kind: Kind::Codes { codes: bin_codes } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_on_both_sides_of_a_cut_get_other_bins() {
        let numbers = vec![3.0, f32::NAN, 1.0, 1.0, 7.0];
        let binned = bin_numbers(&numbers, &[0, 1, 2, 3, 4]);
        assert_eq!(binned.bins, [2, 0, 1, 1, 3]);
        assert!(matches!(&binned.kind, Kind::Numbers { cuts } if *cuts == [2.0, 5.0]));
    }

    #[test]
    fn many_values_share_127_bins_of_about_equal_size() {
        let numbers: Vec<f32> = (0..10_000).map(|number| number as f32).collect();
        let rows: Vec<u32> = (0..10_000).collect();
        let binned = bin_numbers(&numbers, &rows);
        assert_eq!(binned.count, 128);
        let mut sizes = vec![0; 128];
        binned.bins.iter().for_each(|&bin| sizes[usize::from(bin)] += 1);
        assert!(sizes[1..].iter().all(|&size| (50..=110).contains(&size)), "{sizes:?}");
    }

    #[test]
    fn neighbouring_floats_are_kept_apart() {
        let next = f32::from_bits(1.0_f32.to_bits() + 1);
        let binned = bin_numbers(&[1.0, next, f32::INFINITY, f32::NEG_INFINITY], &[0, 1, 2, 3]);
        assert_eq!(binned.bins, [2, 3, 4, 1]);
    }

    #[test]
    fn rare_and_unknown_categories_share_a_bin() {
        let mut codes: Vec<u32> = (0..300).flat_map(|code| [code; 2]).collect();
        codes.extend([299, 7_000, MISSING_CODE]);
        let known: Vec<u32> = (0..601).collect();
        let binned = bin_codes(&codes, &known);
        assert_eq!(binned.count, 255);
        assert_eq!((binned.bins[598], binned.bins[0], binned.bins[596]), (1, 2, 254));
        assert_eq!(binned.bins[601..], [254, MISSING]);
    }
}
