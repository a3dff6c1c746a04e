//! The learner on a right-censored table: `time, event, x..., fold` as CSV or CSV.gz.
//!
//! For each fold it trains on the others. Settings and the number of trees are chosen by the Poisson loss of inner splits of the
//! training folds, so no test row has a part in them. It prints Harrell's C, the integrated Brier score and how far
//! D-calibration is from uniform.
//!
//! ```text
//! cargo run --release --example survival_table -- FILE.csv.gz ...
//! ```

mod learner;
mod score;
mod table;

use std::error::Error;

use table::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let mut sums = [0.0; 3];
    let files: Vec<String> = std::env::args().skip(1).collect();
    println!("{:<14} {:>6} {:>7} {:>7} {:>7}  settings", "table", "fold", "C", "IBS", "D-cal");
    for file in &files {
        let table = Table::read(file)?;
        let name = file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file);
        let mut mean = [0.0; 3];
        for fold in 0..table.folds {
            let (scores, chosen) = one_fold(&table, fold)?;
            println!(
                "{name:<14} {fold:>6} {:>7.4} {:>7.4} {:>7.4}  {chosen}",
                scores[0], scores[1], scores[2]
            );
            mean.iter_mut().zip(scores).for_each(|(mean, score)| *mean += score / table.folds as f64);
        }
        println!("{name:<14} {:>6} {:>7.4} {:>7.4} {:>7.4}", "mean", mean[0], mean[1], mean[2]);
        sums.iter_mut().zip(mean).for_each(|(sum, mean)| *sum += mean / files.len() as f64);
    }
    println!("{:<14} {:>6} {:>7.4} {:>7.4} {:>7.4}", "all", "mean", sums[0], sums[1], sums[2]);
    Ok(())
}

/// Harrell's C, the integrated Brier score, the distance of D-calibration; and what was chosen.
fn one_fold(table: &Table, fold: usize) -> Result<([f64; 3], String), Box<dyn Error>> {
    let part = |test: bool| -> Vec<u32> {
        (0..table.fold.len()).filter(|&row| (table.fold[row] == fold) == test).map(|row| row as u32).collect()
    };
    let (train, test) = (part(false), part(true));
    let model = learner::fit(table, &train)?;
    let curves: Vec<_> = test.iter().map(|&row| model.curve(&table.columns, row as usize)).collect();
    let observed = |rows: &[u32]| -> Vec<score::Observed> {
        rows.iter().map(|&row| table.observed[row as usize]).collect()
    };
    let (known, seen) = (observed(&train), observed(&test));
    // Whose survival is low at the times at which others had their events is at risk: C compares cases at event times.
    let mut times: Vec<f64> = known.iter().filter(|case| case.event).map(|case| case.time).collect();
    times.sort_by(f64::total_cmp);
    let levels: Vec<f64> = (1..40).map(|level| times[(times.len() - 1) * level / 40]).collect();
    let risk: Vec<f64> =
        curves.iter().map(|curve| -levels.iter().map(|&time| curve.survival(time)).sum::<f64>()).collect();
    let scores = [
        score::harrell(&seen, &risk),
        score::integrated_brier(&known, &seen, |case, time| curves[case].survival(time)),
        score::calibration_distance(&seen, |case, time| curves[case].survival(time)),
    ];
    Ok((scores, model.chosen))
}
