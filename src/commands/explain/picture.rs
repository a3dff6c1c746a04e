//! A curve as text: Braille characters, each two dots wide and four high, between two axes.

use std::fmt::Write;

/// The size of the picture in characters.
const COLUMNS: usize = 76;
const ROWS: usize = 12;
/// The dots of a Braille character by row, left and right.
const DOTS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const EMPTY: u32 = 0x2800;
/// The columns left of the picture.
const MARGIN: usize = 6;
/// About so many days of the axis have a number.
const NUMBERS: f64 = 8.0;

/// The days that are marked in a picture.
#[derive(Debug, Clone, Copy)]
pub struct Marks {
    /// The median.
    pub median: f64,
    /// Up to when the history shows decisions. The curve is dotted beyond it.
    pub known_for: f64,
}

/// A falling share at rising days, as lines that end with what the marks mean.
pub fn picture(days: &[f64], shares: &[f64], marks: Marks) -> String {
    let last = days.last().copied().unwrap_or(0.0);
    let until = (last * 1.02).max(1.0);
    let mut cells = [[EMPTY; COLUMNS]; ROWS];
    let dot_day = |dot: usize| until * dot as f64 / (2 * COLUMNS) as f64;
    let height = |share: f64| ((1.0 - share) * (4 * ROWS - 1) as f64).round() as usize;
    let mut before = 0;
    for dot in 0..2 * COLUMNS {
        let day = dot_day(dot);
        let Some(share) = share_at(days, shares, day) else { break };
        let now = height(share);
        if day <= marks.known_for || dot % 4 < 2 {
            for row in before.min(now)..=now {
                cells[row / 4][dot / 2] |= DOTS[row % 4][dot % 2];
            }
        }
        before = now;
    }
    let column = |day: f64| (day / until * COLUMNS as f64) as usize;
    let mut lines: Vec<Vec<char>> =
        cells.iter().map(|row| row.iter().map(|&cell| shown(cell)).collect()).collect();
    for (row, line) in lines.iter_mut().enumerate() {
        let mut both = [(marks.median, '│'), (marks.known_for, '╎')];
        // Both are seen where they meet.
        both.rotate_left(row % 2);
        for (day, mark) in both {
            if let Some(cell) = line.get_mut(column(day)).filter(|cell| **cell == ' ') {
                *cell = mark;
            }
        }
    }
    let mut text = String::new();
    for (row, line) in lines.iter().enumerate() {
        let label = if row % 3 == 0 { format!("{}", 100 - row / 3 * 25) } else { String::new() };
        let line: String = line.iter().collect();
        let _ = writeln!(text, "{label:>width$} ┤{}", line.trim_end(), width = MARGIN - 2);
    }
    text + &axis(until) + &legend(marks, until)
}

fn shown(cell: u32) -> char {
    if cell == EMPTY { ' ' } else { char::from_u32(cell).unwrap_or(' ') }
}

/// The share on a day; `None` after the last one. At a jump it is the lower share.
fn share_at(days: &[f64], shares: &[f64], day: f64) -> Option<f64> {
    let next = days.partition_point(|&known| known <= day);
    let low = next.checked_sub(1)?;
    let (from, left) = (days[low], shares[low]);
    match (days.get(next), shares.get(next)) {
        (Some(to), Some(after)) => Some(left + (after - left) * (day - from) / (to - from)),
        _ => (day <= from).then_some(left),
    }
}

/// The axis of days with its numbers.
fn axis(until: f64) -> String {
    let step = step(until);
    let mut line = vec!['─'; COLUMNS];
    let mut numbers = vec![' '; COLUMNS + MARGIN];
    let mut day = 0.0;
    while day <= until {
        let column = ((day / until * COLUMNS as f64) as usize).min(COLUMNS - 1);
        line[column] = '┴';
        let number = format!("{day}");
        let from = (MARGIN + column).saturating_sub(number.len() / 2);
        for (offset, digit) in number.chars().enumerate() {
            if let Some(place) = numbers.get_mut(from + offset) {
                *place = digit;
            }
        }
        day += step;
    }
    let (line, numbers): (String, String) = (line.into_iter().collect(), numbers.into_iter().collect());
    format!("{:>width$} └{line}\n{}\n", 0, numbers.trim_end(), width = MARGIN - 2)
}

/// A round distance of the numbers on an axis.
fn step(until: f64) -> f64 {
    let rough = (until / NUMBERS).max(1.0);
    let power = 10.0_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

fn legend(marks: Marks, until: f64) -> String {
    let margin = " ".repeat(MARGIN);
    let median = format!("{margin}│ median: {:.0} days\n", marks.median);
    let end = match marks.known_for {
        known if known <= 0.0 => {
            "the history shows no decision after such a wait; the curve is assumed".to_owned()
        }
        known if known > until => "the history shows decisions for longer than this".to_owned(),
        known => {
            format!("the history shows decisions up to {known:.0} days; the dotted curve beyond is assumed")
        }
    };
    format!("{median}{margin}╎ {end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<&str> {
        text.lines().collect()
    }

    #[test]
    fn a_straight_line_falls_from_one_corner_to_the_other() {
        let text = picture(&[0.0, 100.0], &[1.0, 0.0], Marks { median: 50.0, known_for: 1e6 });
        let rows = rows(&text);
        let dots = |row: &str| row.chars().filter(|c| ('\u{2801}'..='\u{28ff}').contains(c)).count();
        assert!(rows[..ROWS].iter().all(|row| (6..=8).contains(&dots(row))), "{text}");
        assert!(rows[0].starts_with(" 100 ┤\u{2809}") || rows[0].starts_with(" 100 ┤\u{2811}"), "{text}");
        let median = |row: &str| row.chars().position(|c| c == '│');
        let expected = MARGIN + (50.0 / 102.0 * COLUMNS as f64) as usize;
        assert_eq!(median(rows[1]), Some(expected), "{text}");
        assert!(!text.contains('╎') || rows[ROWS + 3].contains("for longer than this"), "{text}");
        assert_eq!(
            rows[ROWS + 1].split_whitespace().collect::<Vec<_>>(),
            ["0", "20", "40", "60", "80", "100"]
        );
    }

    #[test]
    fn the_end_of_the_history_is_marked_and_the_curve_dotted_beyond_it() {
        let curve = |known_for: f64| picture(&[0.0, 100.0], &[1.0, 0.05], Marks { median: 50.0, known_for });
        let dots = |text: &str| {
            let bits = |c: char| {
                if ('\u{2801}'..='\u{28ff}').contains(&c) { (c as u32 - EMPTY).count_ones() } else { 0 }
            };
            text.chars().map(bits).sum::<u32>()
        };
        let (all, half, none) = (dots(&curve(200.0)), dots(&curve(50.0)), dots(&curve(0.0)));
        assert!(none < half && half < all && none > all / 3, "{none} {half} {all}");
        assert!(curve(50.0).contains("decisions up to 50 days"));
        let marks = |mark: char| curve(50.0).lines().take(ROWS).filter(|row| row.contains(mark)).count();
        assert!(marks('│') > 3 && marks('╎') > 3, "both marks are on one day:\n{}", curve(50.0));
        assert!(curve(0.0).contains("no decision after such a wait"));
    }

    #[test]
    fn a_time_that_is_known_or_already_over_is_a_fall() {
        for day in [0.0, 30.0] {
            let mut days = vec![day; 20];
            days[0] = 0.0;
            let shares: Vec<f64> = (0..20).map(|level| 1.0 - 0.05 * f64::from(level)).collect();
            let text = picture(&days, &shares, Marks { median: day, known_for: 0.0 });
            assert_eq!(rows(&text).len(), ROWS + 4, "{text}");
        }
        assert_eq!(step(1.0), 1.0);
        assert_eq!(step(365.0), 50.0);
        assert_eq!(step(3_000.0), 500.0);
    }
}
