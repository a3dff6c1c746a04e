//! Pictures of the calibration, as SVG: one panel for each candidate and target of a form.

use training::OverOrigins;
use training::score::reliability::Reliability;

/// Panels side by side.
const COLUMNS: usize = 5;
/// The size of a plot, in pixels.
const PLOT: [f64; 2] = [150.0, 130.0];
/// The distance from one plot to the next.
const STEP: [f64; 2] = [210.0, 215.0];
/// The place of the first plot.
const FIRST: [f64; 2] = [48.0, 104.0];
/// Where the axis of a histogram ends.
const PIT_TOP: f64 = 0.4;
const INK: &str = "#222222";
const DARK: &str = "#2b6a99";
const LIGHT: &str = "#b7d2e6";
const LINE: &str = "#c0392b";

/// An SVG text that grows.
struct Svg(String);

impl Svg {
    fn text(&mut self, [x, y]: [f64; 2], size: u8, anchor: &str, text: &str) {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        self.0.push_str(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{INK}\">{escaped}</text>\n"
        ));
    }

    fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], colour: &str, dashes: &str) {
        self.0.push_str(&format!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\" stroke-dasharray=\"{dashes}\"/>\n"
        ));
    }

    fn bar(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], colour: &str) {
        self.0.push_str(&format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\"/>\n"
        ));
    }

    fn dot(&mut self, [x, y]: [f64; 2], radius: f64, colour: &str) {
        self.0.push_str(&format!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\" fill=\"{colour}\"/>\n"
        ));
    }
}

/// The place of one plot: its upper left corner, and what its vertical axis ends with.
struct Plot {
    corner: [f64; 2],
    top: f64,
}

impl Plot {
    fn at(position: usize, top: f64) -> Self {
        let (column, row) = (position % COLUMNS, position / COLUMNS);
        Self { corner: [FIRST[0] + column as f64 * STEP[0], FIRST[1] + row as f64 * STEP[1]], top }
    }

    /// The point of the picture that stands for these values; `x` is from 0 to 1.
    fn point(&self, x: f64, y: f64) -> [f64; 2] {
        let height = (y / self.top).min(1.0) * PLOT[1];
        [self.corner[0] + x * PLOT[0], self.corner[1] + PLOT[1] - height]
    }

    /// Titles, axes and their numbers.
    fn frame(&self, svg: &mut Svg, titles: [&str; 2], ticks: &[f64]) {
        let [x, y] = self.corner;
        svg.text([x, y - 25.0], 12, "start", titles[0]);
        svg.text([x, y - 12.0], 11, "start", titles[1]);
        svg.line(self.point(0.0, 0.0), self.point(1.0, 0.0), INK, "none");
        svg.line(self.point(0.0, 0.0), self.point(0.0, self.top), INK, "none");
        for tick in [0.0, 0.5, 1.0] {
            let [x, y] = self.point(tick, 0.0);
            svg.line([x, y], [x, y + 3.0], INK, "none");
            svg.text([x, y + 15.0], 10, "middle", &format!("{tick}"));
        }
        for &tick in ticks {
            let [x, y] = self.point(0.0, tick);
            svg.line([x - 3.0, y], [x, y], INK, "none");
            svg.text([x - 6.0, y + 3.5], 10, "end", &format!("{tick:.1}"));
        }
    }
}

/// A picture with a title, a sentence on how to read it, and room for some panels.
fn picture(title: &str, legend: &[&str], panels: usize, draw: impl FnOnce(&mut Svg)) -> String {
    let columns = panels.clamp(1, COLUMNS) as f64;
    let width = (FIRST[0] + columns * STEP[0]).max(900.0);
    let height = FIRST[1] + panels.div_ceil(COLUMNS) as f64 * STEP[1];
    let mut svg = Svg(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    ));
    svg.text([16.0, 22.0], 15, "start", title);
    for (line, text) in legend.iter().enumerate() {
        svg.text([16.0, 39.0 + 14.0 * line as f64], 11, "start", text);
    }
    draw(&mut svg);
    svg.0.push_str("</svg>\n");
    svg.0
}

/// PIT histograms of every candidate for one form.
pub fn of_pit(form: &str, candidates: &[&OverOrigins]) -> String {
    let legend = [
        "Share of outcomes in each tenth of the said distribution; the line is what it should be. Light: cases without the event \
         by the end of the history,",
        "spread evenly over what their distribution leaves for later. High on the left: events came sooner than said. A share with its \
         number goes beyond the top.",
    ];
    picture(&format!("{form}: where outcomes fell (PIT)"), &legend, candidates.len(), |svg| {
        for (position, one) in candidates.iter().enumerate() {
            let plot = Plot::at(position, PIT_TOP);
            let pit = &one.calibration.pit;
            let bins = pit.seen.iter().zip(&pit.unseen).enumerate();
            for (bin, (seen, unseen)) in bins {
                let [x, width] = [bin as f64 / pit.seen.len() as f64, PLOT[0] / pit.seen.len() as f64 - 1.0];
                let (cases, mut below) = (pit.cases().max(1.0), 0.0);
                for (mass, colour) in [(seen, DARK), (unseen, LIGHT)] {
                    let share = mass / cases;
                    let [left, upper] = plot.point(x, below + share);
                    let [_, lower] = plot.point(x, below);
                    svg.bar([left, upper], [width, lower - upper], colour);
                    below += share;
                }
                if below > PIT_TOP {
                    let [left, upper] = plot.point(x, PIT_TOP);
                    svg.text([left + width / 2.0, upper - 2.0], 9, "middle", &format!("{below:.2}"));
                }
            }
            let even = 1.0 / pit.seen.len() as f64;
            svg.line(plot.point(0.0, even), plot.point(1.0, even), LINE, "4 3");
            let cases = format!("{}, {:.0} cases", one.target, pit.cases());
            plot.frame(svg, [one.candidate, &cases], &[0.0, even, PIT_TOP]);
        }
    })
}

/// Reliability of the event by the end of the history for every candidate for one form, and of the said next steps.
pub fn of_reliability(form: &str, candidates: &[&OverOrigins]) -> String {
    let mut panels: Vec<(&OverOrigins, &str, &Reliability)> = Vec::new();
    panels.extend(candidates.iter().map(|one| (*one, "by the end", &one.calibration.by_the_end)));
    for one in candidates {
        panels.extend(one.calibration.step.as_ref().map(|table| (*one, "which step", table)));
    }
    let legend = [
        "Probability said (across) and share of cases for which it came true (up); the line is what it should be. The area of a dot \
         is its share of the cases.",
        "Bars: the least and the greatest share, if none or all of the steps that are still to come are as said.",
    ];
    picture(&format!("{form}: said and came true"), &legend, panels.len(), |svg| {
        for (position, (one, what, table)) in panels.iter().enumerate() {
            let plot = Plot::at(position, 1.0);
            svg.line(plot.point(0.0, 0.0), plot.point(1.0, 1.0), LINE, "4 3");
            let whole = table.whole();
            for bin in &table.bins {
                let (Some(said), Some(came_true)) = (bin.mean_said(), bin.true_share()) else { continue };
                if let Some([low, high]) = bin.bounds().filter(|[low, high]| high > low) {
                    svg.line(plot.point(said, low), plot.point(said, high), DARK, "none");
                }
                let radius = 1.5 + 10.0 * (bin.cases as f64 / whole.cases as f64).sqrt();
                svg.dot(plot.point(said, came_true), radius, DARK);
            }
            let subtitle = format!("{} {what}, {} cases", one.target, whole.known);
            plot.frame(svg, [one.candidate, &subtitle], &[0.0, 0.5, 1.0]);
        }
    })
}
