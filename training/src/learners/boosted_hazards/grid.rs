//! The knots of the grids of hazards.

/// The bins that are aimed at in days.
const BINS: usize = 26;
/// Two knots lie at least this share of the later one apart.
const APART: f32 = 0.02;
/// The knots in drain times: close together where most cases have their turn.
pub(super) const DRAIN_KNOTS: [f32; 27] = [
    0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.27, 0.35, 0.43, 0.52, 0.6, 0.68, 0.76, 0.84, 0.92, 1.0, 1.08, 1.17,
    1.27, 1.4, 1.55, 1.75, 2.0, 2.4, 3.0, 4.0, 6.0,
];

/// Quantiles of the times that are not zero, rising from 0.
pub(super) fn knots(mut times: Vec<f32>) -> Vec<f32> {
    let count = times.len();
    times.retain(|time| *time > 0.0);
    times.sort_by(f32::total_cmp);
    let Some(&last) = times.last() else { return Vec::new() };
    let at_once = count - times.len();
    let mut knots = vec![0.0];
    // Many events at zero fill the first bin, which is then narrower than nearly every wait.
    if at_once * BINS > count {
        knots.push(0.5 * times[times.len() / 200]);
    }
    for bin in 1..=BINS {
        let knot = if bin == BINS { last } else { times[bin * times.len() / BINS] };
        if knots.last().is_some_and(|before| knot - before > APART * knot) {
            knots.push(knot);
        }
    }
    knots
}

#[cfg(test)]
mod tests {
    use super::knots;

    #[test]
    fn bins_hold_about_equally_many_events() {
        let knots = knots((1..=2_600).map(|day| day as f32).collect());
        assert_eq!((knots[1], knots[25], knots[26], knots.len()), (101.0, 2_501.0, 2_600.0, 27));
    }

    #[test]
    fn events_at_once_have_a_bin_of_their_own() {
        let times = (0..1_000).map(|event| if event % 2 == 0 { 0.0 } else { 10.0 + event as f32 });
        assert_eq!(knots(times.collect())[..2], [0.0, 7.5]);
        assert!(knots(vec![0.0; 10]).is_empty());
    }
}
