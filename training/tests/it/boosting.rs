//! What the booster learns from simulated rows.

use training::boosting::columns::{Columns, MISSING_CODE, Values};
use training::boosting::curve::Curve;
use training::boosting::fit::{Cause, FitError, Hazards, Outcome, Rows, Settings, fit_hazards, fit_shares};
use training::boosting::grid::Grid;

/// Uniform numbers (Knuth's MMIX generator).
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as f64 + 0.5) / f64::from(1_u32 << 31)
    }
}

fn table(columns: Vec<Values>) -> Columns {
    let mut table = Columns::default();
    for (index, values) in columns.into_iter().enumerate() {
        table.push(format!("x{index}"), values).unwrap();
    }
    table
}

fn rows(count: usize) -> Vec<u32> {
    (0..count as u32).collect()
}

fn log_hazards(fit: &Hazards, row: &[f32]) -> Vec<f32> {
    let mut out = fit.base.clone();
    fit.forest.add_to(row, &mut out);
    out
}

fn knots() -> Vec<f32> {
    vec![0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]
}

/// The true curve: x0 multiplies the hazard, x1 does so only after time 1; base hazard 0.8.
fn truth(x0: f32, x1: f32) -> Curve {
    let level = 0.8_f32.ln() + x0;
    let log_hazards: Vec<f32> =
        knots()[..7].iter().map(|start| if *start < 1.0 { level } else { level + x1 }).collect();
    Curve::new(&knots(), &log_hazards, 1.0)
}

/// Rows of `truth`, censored at random times up to 3 and at `end`; one column of noise.
fn simulate(count: usize, end: f64, seed: u64) -> (Columns, Vec<Outcome>) {
    let mut uniform = Uniform(seed);
    let (mut x0, mut x1, mut noise, mut outcomes) = (vec![], vec![], vec![], vec![]);
    for _ in 0..count {
        let a = if uniform.next() < 0.5 { -0.7 } else { 0.7 };
        let b = if uniform.next() < 0.5 { -1.0 } else { 1.0 };
        let time = truth(a, b).time_at(uniform.next());
        let censored = (6.0 * uniform.next()).min(end);
        x0.push(a);
        x1.push(b);
        noise.push(uniform.next() as f32);
        outcomes.push(Outcome { time: time.min(censored) as f32, event: time <= censored, weight: 1.0 });
    }
    (table(vec![Values::Numbers(x0), Values::Numbers(x1), Values::Numbers(noise)]), outcomes)
}

fn strong() -> Settings {
    Settings {
        trees: 150,
        leaves: 4,
        min_rows: 200,
        columns_share: 1.0,
        lambda: 1.0,
        smoothing: 5.0,
        ..Settings::default()
    }
}

/// The mean over the column of noise.
fn over_noise(fit: &Hazards, x0: f32, x1: f32, of: impl Fn(&[f32]) -> f64) -> f64 {
    (0..50).map(|step| of(&log_hazards(fit, &[x0, x1, (step as f32 + 0.5) / 50.0]))).sum::<f64>() / 50.0
}

fn fit(columns: &Columns, outcomes: &[Outcome], settings: &Settings) -> Hazards {
    let train = rows(outcomes.len());
    let grid = Grid::new(knots()).unwrap();
    fit_hazards(&columns.bin(&train), outcomes, Rows { train: &train, held: &[] }, &grid, settings).unwrap()
}

#[test]
fn known_hazards_are_found() {
    let (columns, outcomes) = simulate(20_000, f64::INFINITY, 1);
    let fit = fit(&columns, &outcomes, &strong());
    for (x0, x1) in [(-0.7, -1.0), (-0.7, 1.0), (0.7, -1.0), (0.7, 1.0)] {
        for time in [0.25, 0.5, 1.0, 1.5, 2.0, 3.0] {
            let found = over_noise(&fit, x0, x1, |logs| Curve::new(&knots(), logs, 1.0).survival(time));
            let known = truth(x0, x1).survival(time);
            assert!((found - known).abs() < 0.025, "x {x0} {x1}, time {time}: {found} for {known}");
        }
    }
}

/// The last bin that anybody was seen in was seen only in part: its hazard is right only with the exposure of that part.
#[test]
fn administrative_censoring_within_a_bin_does_not_bias_its_hazard() {
    let (columns, outcomes) = simulate(20_000, 1.1, 2);
    let fit = fit(&columns, &outcomes, &strong());
    // The bin from 1 to 1.5 was followed for a fifth of its width; counting all of it would be off by ln 5 = 1.6. About 50
    // rows of the second kind have their event in it, those of the first kind five times as many.
    for (x1, tolerance) in [(1.0, 0.25), (-1.0, 0.7)] {
        let found = over_noise(&fit, -0.7, x1, |logs| f64::from(logs[4]));
        let known = f64::from(0.8_f32.ln() - 0.7 + x1);
        assert!((found - known).abs() < tolerance, "{found} for {known}");
    }
}

#[test]
fn one_and_two_threads_give_the_same_bytes() {
    let (columns, outcomes) = simulate(5_000, f64::INFINITY, 3);
    let settings = Settings { trees: 20, min_rows: 20, rows_share: 0.7, ..Settings::default() };
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&columns, &outcomes, &settings))
    };
    let (one, two) = (on(1), on(2));
    let bits = |fit: &Hazards| -> Vec<u32> {
        fit.base.iter().chain(&fit.forest.parts().leaves).map(|value| value.to_bits()).collect()
    };
    assert_eq!(bits(&one), bits(&two));
    assert_eq!(one.forest.parts().nodes, two.forest.parts().nodes);
    assert!(one.forest.trees() > 10);
}

#[test]
fn early_stopping_keeps_the_trees_up_to_the_lowest_held_out_loss() {
    let (columns, outcomes) = simulate(3_000, f64::INFINITY, 4);
    let (train, held): (Vec<u32>, Vec<u32>) = rows(3_000).into_iter().partition(|row| row % 3 > 0);
    let grid = Grid::new(knots()).unwrap();
    let settings = Settings {
        trees: 300,
        rate: 0.3,
        min_rows: 10,
        lambda: 0.1,
        smoothing: 0.1,
        min_curvature: 0.0,
        ..strong()
    };
    let both = Rows { train: &train, held: &held };
    let stopped = fit_hazards(&columns.bin(&train), &outcomes, both, &grid, &settings).unwrap();
    let losses = &stopped.held_losses;
    let best = (0..losses.len()).min_by(|&a, &b| losses[a].total_cmp(&losses[b])).unwrap();
    assert_eq!(stopped.forest.trees(), best);
    assert!(losses.len() < 300 && losses[best] < losses[0] - 0.02, "{losses:?}");
    let only = Settings { trees: best, ..settings };
    let direct =
        fit_hazards(&columns.bin(&train), &outcomes, Rows { train: &train, held: &[] }, &grid, &only)
            .unwrap();
    assert_eq!(direct.forest, stopped.forest);
}

/// The forest asks numbers and codes, the training asks bins: both have to send a row to the same leaf.
#[test]
fn the_held_out_loss_is_that_of_the_forest() {
    let mut uniform = Uniform(5);
    let count = 4_000;
    let numbers: Vec<f32> =
        (0..count).map(|_| if uniform.next() < 0.2 { f32::NAN } else { uniform.next() as f32 }).collect();
    let codes: Vec<u32> = (0..count)
        .map(|_| if uniform.next() < 0.1 { MISSING_CODE } else { (600.0 * uniform.next().powi(3)) as u32 })
        .collect();
    let mut outcomes = vec![];
    for row in 0..count {
        let mut log = if numbers[row].is_nan() { 0.8 } else { numbers[row] };
        log += if codes[row] == MISSING_CODE { 1.0 } else { (codes[row] % 2) as f32 };
        let time = Curve::new(&[0.0, 1.0], &[log], 1.0).time_at(uniform.next()) as f32;
        outcomes.push(Outcome { time: time.min(1.0), event: time < 1.0, weight: 0.5 + (row % 2) as f32 });
    }
    let columns = table(vec![Values::Numbers(numbers), Values::Codes(codes)]);
    let (train, held): (Vec<u32>, Vec<u32>) = rows(count).into_iter().partition(|row| row % 4 > 0);
    let grid = Grid::new(vec![0.0, 0.2, 0.5, 1.0]).unwrap();
    let settings = Settings { trees: 40, min_rows: 20, patience: 1000, ..strong() };
    let fit =
        fit_hazards(&columns.bin(&train), &outcomes, Rows { train: &train, held: &held }, &grid, &settings)
            .unwrap();
    let (mut loss, mut weights) = (0.0, 0.0);
    let mut row = vec![];
    for &index in &held {
        columns.row(index as usize, &mut row);
        let log_hazards = log_hazards(&fit, &row);
        let outcome = outcomes[index as usize];
        let (weight, time) = (f64::from(outcome.weight), f64::from(outcome.time));
        loss += weight * Curve::new(grid.knots(), &log_hazards, 1.0).cumulative_hazard(time);
        if outcome.event {
            loss -= weight * f64::from(log_hazards[grid.bin_of(outcome.time).unwrap()]);
        }
        weights += weight;
    }
    let least = fit.held_losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((loss / weights - least).abs() < 1e-4, "{} for {least}", loss / weights);
    assert!(least < fit.held_losses[0] - 0.02);
}

#[test]
fn missing_values_are_a_signal_and_unseen_categories_do_not_panic() {
    let count = 4_000;
    let numbers: Vec<f32> =
        (0..count).map(|row| if row % 2 == 0 { f32::NAN } else { (row % 10) as f32 }).collect();
    let codes: Vec<u32> = (0..count).map(|row| (row / 2 % 5) as u32).collect();
    let mut uniform = Uniform(6);
    let outcomes: Vec<Outcome> = (0..count)
        .map(|row| {
            let hazard = if row % 2 == 0 { 2.0 } else { 0.5 };
            Outcome { time: (-uniform.next().ln() / hazard) as f32, event: true, weight: 1.0 }
        })
        .collect();
    let fit = fit(&table(vec![Values::Numbers(numbers), Values::Codes(codes)]), &outcomes, &strong());
    let missing = log_hazards(&fit, &[f32::NAN, f32::NAN])[0];
    let known = log_hazards(&fit, &[5.0, 60_000.0])[0];
    assert!((missing - 2.0_f32.ln()).abs() < 0.2, "{missing}");
    assert!((known - 0.5_f32.ln()).abs() < 0.2, "{known}");
}

#[test]
fn a_column_of_5000_categories_carries_signal() {
    let mut uniform = Uniform(7);
    let count = 30_000;
    // Like the sizes of towns: the first categories have hundreds of rows, the last ones one or two.
    let codes: Vec<u32> = (0..count).map(|_| (5_000.0 * uniform.next().powi(4)) as u32).collect();
    let effect = |code: u32| if code.wrapping_mul(2_654_435_761) >> 31 == 0 { -0.8 } else { 0.8 };
    let outcomes: Vec<Outcome> = codes
        .iter()
        .map(|&code| Outcome {
            time: (-uniform.next().ln() * f64::exp(-effect(code))) as f32,
            event: true,
            weight: 1.0,
        })
        .collect();
    let columns = table(vec![Values::Codes(codes.clone())]);
    let (train, held): (Vec<u32>, Vec<u32>) = rows(count).into_iter().partition(|row| row % 3 > 0);
    let grid = Grid::new(knots()).unwrap();
    let settings = Settings { lambda: 10.0, ..strong() };
    let fit =
        fit_hazards(&columns.bin(&train), &outcomes, Rows { train: &train, held: &held }, &grid, &settings)
            .unwrap();
    let least = fit.held_losses.iter().copied().fold(f64::INFINITY, f64::min);
    // To know all effects would bring about 0.2.
    assert!(least < fit.held_losses[0] - 0.08, "{} to {least}", fit.held_losses[0]);
    let right =
        (0..100).filter(|&code| (log_hazards(&fit, &[code as f32])[0] > 0.0) == (effect(code) > 0.0)).count();
    assert!(right >= 95, "{right} of 100 frequent categories");
}

#[test]
fn shares_that_depend_on_covariate_and_time_are_found() {
    let mut uniform = Uniform(8);
    let count = 12_000;
    let x: Vec<f32> = (0..count).map(|row| (row % 2) as f32).collect();
    let share = |x: f32, late: bool| match (x > 0.5, late) {
        (false, false) => [0.7, 0.2, 0.1],
        (false, true) => [0.4, 0.5, 0.1],
        (true, false) => [0.2, 0.2, 0.6],
        (true, true) => [0.1, 0.8, 0.1],
    };
    let events: Vec<Option<Cause>> = x
        .iter()
        .enumerate()
        .map(|(row, &x)| {
            let (time, draw) = (3.0 * uniform.next() as f32, uniform.next());
            let [first, second, _] = share(x, time > 1.5);
            let cause = if draw < first {
                0
            } else if draw < first + second {
                1
            } else {
                2
            };
            (row % 5 > 0).then_some(Cause { time, cause, weight: 1.0 })
        })
        .collect();
    let train = rows(count);
    let grid = Grid::new(vec![0.0, 0.75, 1.5, 2.25, 3.0]).unwrap();
    let columns = table(vec![Values::Numbers(x)]);
    let settings = Settings { smoothing: 1.0, ..strong() };
    let both = Rows { train: &train, held: &[] };
    let fit = fit_shares(&columns.bin(&train), &events, both, (&grid, 3, 2), &settings).unwrap();
    assert_eq!(fit.segment_of, [0, 0, 1, 1]);
    for x in [0.0, 1.0] {
        let mut scores = fit.base.clone();
        fit.forest.add_to(&[x], &mut scores);
        for (segment, scores) in scores.chunks_exact(3).enumerate() {
            let sum: f32 = scores.iter().map(|score| score.exp()).sum();
            for (score, known) in scores.iter().zip(share(x, segment == 1)) {
                assert!(
                    (score.exp() / sum - known as f32).abs() < 0.03,
                    "x {x} segment {segment}: {scores:?}"
                );
            }
        }
    }
}

#[test]
fn useless_input_is_refused() {
    let columns = table(vec![Values::Numbers(vec![1.0, 2.0, 3.0])]);
    let grid = Grid::new(vec![0.0, 1.0]).unwrap();
    let outcome = |time, weight| Outcome { time, event: true, weight };
    let sound = [outcome(0.5, 1.0); 3];
    let attempt = |outcomes: &[Outcome], train: &[u32], held: &[u32], settings: &Settings| {
        fit_hazards(&columns.bin(&[0, 1, 2]), outcomes, Rows { train, held }, &grid, settings).err()
    };
    let settings = Settings::default();
    assert_eq!(attempt(&sound, &[0, 1], &[2], &settings), None);
    assert_eq!(attempt(&sound[..2], &[0, 1], &[], &settings), Some(FitError::Length));
    assert_eq!(attempt(&sound, &[], &[1], &settings), Some(FitError::Empty));
    assert_eq!(attempt(&sound, &[0, 1], &[1], &settings), Some(FitError::Row(1)));
    assert_eq!(attempt(&sound, &[0, 3], &[], &settings), Some(FitError::Row(3)));
    for bad in [outcome(f32::NAN, 1.0), outcome(-1.0, 1.0), outcome(1.0, f32::INFINITY), outcome(1.0, -1.0)] {
        assert_eq!(attempt(&[sound[0], bad, sound[2]], &[0, 2], &[], &settings), Some(FitError::Outcome(1)));
    }
    let settings = Settings { rate: f32::NAN, ..Settings::default() };
    assert_eq!(attempt(&sound, &[0], &[], &settings), Some(FitError::Settings("rate")));
    let columns = table(vec![]);
    assert_eq!(columns.rows(), 0);
}

#[test]
fn times_and_levels_are_inverse() {
    let curve = Curve::new(&[0.0, 1.0, 3.0, 4.0], &[-1.0, 0.3, -2.0], 12.5);
    for level in [0.99, 0.8, 0.5, 0.2, 0.05, 1e-6] {
        assert!((curve.survival(curve.time_at(level)) - level).abs() < 1e-9, "{level}");
    }
    assert_eq!([1.0, 2.0, f64::NAN].map(|level| curve.time_at(level)), [0.0; 3]);
    assert_eq!(curve.time_at(0.0), f64::INFINITY);
    assert_eq!(curve.survival(-3.0), 1.0);
}

#[test]
fn the_last_hazard_continues() {
    let curve = Curve::new(&[0.0, 1.0], &[0.5_f32.ln()], 2.0);
    assert!((curve.cumulative_hazard(2.0) - 0.5).abs() < 1e-7);
    assert!((curve.cumulative_hazard(10.0) - 2.5).abs() < 1e-6);
}

#[test]
fn nothing_happens_without_a_hazard() {
    let curve = Curve::new(&[0.0], &[], 1.0);
    assert_eq!((curve.survival(1e9), curve.time_at(0.5)), (1.0, f64::INFINITY));
    let never = Curve::new(&[0.0, 1.0], &[f32::NEG_INFINITY], 1.0);
    assert_eq!((never.survival(5.0), never.time_at(0.5)), (1.0, f64::INFINITY));
}

#[test]
fn the_restricted_mean_is_the_area() {
    let curve = Curve::new(&[0.0, 1.0, 3.0], &[-1.0, -30.0], 2.0);
    for horizon in [1.0, 2.5, 9.0] {
        let steps = 200_000;
        let width = horizon / f64::from(steps);
        let area: f64 = (0..steps).map(|step| width * curve.survival((f64::from(step) + 0.5) * width)).sum();
        assert!((curve.restricted_mean(horizon) - area).abs() < 1e-6, "{horizon}");
    }
}
