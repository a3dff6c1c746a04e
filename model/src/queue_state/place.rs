//! The state of the lines on one day, and the place of a case in them.

use serde::{Deserialize, Serialize};

use super::attributes::LineAttributes;
use super::parts::{LineParts, QueueStateError, QueueStateParts};
use super::rates::{Windows, bounded, drain, mixed, weight};
use crate::features::{FeatureSchema, Queue};
use crate::form::FormDefinition;
use crate::time::Day;

/// The first receipts count for nothing until they are many more than this.
const FEW_RECEIPTS: f64 = 30.0;

/// How long the lines of a form are on one day, and how fast they move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "QueueStateParts", into = "QueueStateParts")]
pub struct QueueState {
    parts: QueueStateParts,
    windows: Windows,
    form: Rates,
    /// By the position of the stream.
    streams: Vec<Rates>,
    /// By the position of the line.
    lines: Vec<Line>,
    /// By the position of the second line: turns per day.
    ready: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Rates {
    /// Turns per day.
    a_day: f64,
    pace: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    /// Turns per day.
    a_day: f64,
    /// Its part in the drain time.
    weight: f64,
    /// The position of its stream.
    stream: usize,
}

/// The place of a case in line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// What the place is counted in.
    pub level: LineLevel,
    /// Cases received before this one that wait for their turn; those of the same day count half.
    pub ahead: f32,
    /// Turns per day.
    pub a_day: f32,
    /// Days until what is ahead had its turn, above zero. Line and stream are weighed here, and the pace counts.
    pub drain_days: f32,
    /// Turns per day in the last 28 days as a multiple of those in the last 91 days, for the stream: 0.4 to 2.5.
    pub pace: f32,
}

/// The place of a case in the second line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReadyPlace {
    /// Cases received before this one that are ready too.
    pub ahead: f32,
    /// Cases called per day.
    pub a_day: f32,
    /// Days until what is ahead was called, above zero.
    pub drain_days: f32,
}

/// What a place is counted in: the line, or something wider where attributes are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineLevel {
    /// The line of the case.
    Line,
    /// All lines of its stream.
    Stream,
    /// The whole form.
    Form,
}

/// Counts of a line for people to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFigures {
    /// What is counted.
    pub level: LineLevel,
    /// Cases that wait for their turn.
    pub waiting: u32,
    /// The oldest receipt among them, if any waits.
    pub head: Option<Day>,
    /// Cases received in the last 28 and 91 days.
    pub arrivals: [u32; 2],
    /// Turns in the last 28 and 91 days.
    pub turns: [u32; 2],
}

impl TryFrom<QueueStateParts> for QueueState {
    type Error = QueueStateError;

    fn try_from(parts: QueueStateParts) -> Result<Self, QueueStateError> {
        Self::new(parts)
    }
}

impl From<QueueState> for QueueStateParts {
    fn from(state: QueueState) -> Self {
        state.parts
    }
}

impl QueueState {
    /// Checks the parts and computes the rates.
    ///
    /// # Errors
    /// [`QueueStateError`] unless queues rise and have the attributes of their kind, counts agree with each other and with
    /// the day, and every line has its stream.
    pub fn new(parts: QueueStateParts) -> Result<Self, QueueStateError> {
        parts.check()?;
        let windows = Windows::new(parts.observed_days);
        let rates = |line: &LineParts, wider: f64| Rates {
            a_day: windows.stream_rate(line.flow),
            pace: windows.pace(line.flow, wider),
        };
        let form = rates(&parts.form, 1.0);
        let streams = parts.streams.iter().map(|stream| rates(stream, form.pace)).collect();
        let lines = parts.lines.iter().enumerate().map(|(position, line)| {
            let stream = parts.attributes.stream(&line.queue);
            let stream = stream.and_then(|stream| find(&parts.streams, &stream));
            let stream = stream.ok_or(QueueStateError::NoStream { position })?;
            let size = |line: &LineParts| (line.flow, line.waiting.count());
            let age = parts.day.since(line.first_receipt);
            let a_day = windows.line_rate(size(line), size(&parts.streams[stream]));
            Ok(Line { a_day, weight: weight(age), stream })
        });
        let lines = lines.collect::<Result<_, QueueStateError>>()?;
        let all_called: f64 = parts.ready.iter().map(|ready| f64::from(ready.called)).sum();
        let all_waiting: f64 = parts.ready.iter().map(|ready| f64::from(ready.waiting.count())).sum();
        let ready = parts.ready.iter().map(|ready| {
            let waiting = f64::from(ready.waiting.count());
            windows.ready_rate(f64::from(ready.called), waiting, all_called, all_waiting)
        });
        Ok(Self { ready: ready.collect(), windows, form, streams, lines, parts })
    }

    /// The day: nothing later has any part in the state.
    #[must_use]
    pub const fn day(&self) -> Day {
        self.parts.day
    }

    /// Whether the state is one of a form with this schema: its queues have the schema's attributes and values.
    #[must_use]
    pub fn fits(&self, form: &FormDefinition, schema: &FeatureSchema) -> bool {
        let parts = &self.parts;
        let lines = parts.streams.iter().chain(&parts.lines).map(|line| &line.queue);
        let mut queues = lines.chain(parts.ready.iter().map(|ready| &ready.queue));
        parts.attributes == LineAttributes::new(form, schema) && queues.all(|queue| queue.fits(schema))
    }

    /// The place of a case that was received on a day and waits at `as_of`, on the day of the state or later. If it is later,
    /// the line has moved on at its rate since. `None` if no case of the form waits, or none ever had its turn.
    ///
    /// Attributes that are not known, or a line that was never seen, leave the place in the stream, and then in the form.
    #[must_use]
    pub fn place(&self, queue: &Queue, received: Day, as_of: Day) -> Option<Place> {
        if self.parts.form.waiting.count() == 0 || self.parts.turns == 0 {
            return None;
        }
        let counted = |line: &LineParts, a_day: f64| {
            let arrivals = self.windows.arrival_rate(line.flow);
            self.ahead(line.waiting.ahead(received), received, as_of, arrivals, a_day)
        };
        let (level, ahead, a_day, drain_days, pace) = match self.find(queue) {
            Found::Line(position) => {
                let line = self.lines[position];
                let stream = self.streams[line.stream];
                let ahead = counted(&self.parts.lines[position], line.a_day);
                let in_stream = counted(&self.parts.streams[line.stream], stream.a_day);
                let pace = bounded(stream.pace);
                let own = drain(ahead, line.a_day);
                let drain = mixed(own, drain(in_stream, stream.a_day), line.weight, pace);
                (LineLevel::Line, ahead, line.a_day, drain, pace)
            }
            Found::Stream(position) => {
                let ahead = counted(&self.parts.streams[position], self.streams[position].a_day);
                whole(LineLevel::Stream, ahead, self.streams[position])
            }
            Found::Form => whole(LineLevel::Form, counted(&self.parts.form, self.form.a_day), self.form),
        };
        Some(Place {
            level,
            ahead: ahead as f32,
            a_day: a_day as f32,
            drain_days: drain_days as f32,
            pace: pace as f32,
        })
    }

    /// The place of a case in the second line of its office, or `None` if the office is not known or nobody was ever
    /// ready there. Whether the case is in that line, [`Standing::is_ready`](crate::Standing::is_ready) says.
    #[must_use]
    pub fn ready_place(&self, queue: &Queue, received: Day, as_of: Day) -> Option<ReadyPlace> {
        let office = self.parts.attributes.ready(queue)?;
        let position = self.parts.ready.binary_search_by(|ready| ready.queue.cmp(&office)).ok()?;
        let a_day = self.ready[position];
        let waiting = &self.parts.ready[position].waiting;
        let ahead = self.ahead(waiting.ahead(received), received, as_of, 0.0, a_day);
        let drain_days = drain(ahead, a_day) as f32;
        Some(ReadyPlace { ahead: ahead as f32, a_day: a_day as f32, drain_days })
    }

    /// The pace that is in the drain time of a case of this queue: turns per day in the last 28 days as a multiple of those in
    /// the last 91 days, 0.4 to 2.5.
    #[must_use]
    pub fn pace(&self, queue: &Queue) -> f32 {
        let rates = match self.find(queue) {
            Found::Line(position) => self.streams[self.lines[position].stream],
            Found::Stream(position) => self.streams[position],
            Found::Form => self.form,
        };
        bounded(rates.pace) as f32
    }

    /// The days over which turns were counted: 91, or fewer where the history is shorter.
    pub(super) fn counted_days(&self) -> u32 {
        self.parts.observed_days.min(91)
    }

    /// Which attributes make a stream and a line.
    pub(super) const fn attributes(&self) -> &LineAttributes {
        &self.parts.attributes
    }

    /// Counts of the whole form.
    #[must_use]
    pub fn figures_of_form(&self) -> LineFigures {
        figures(LineLevel::Form, &self.parts.form)
    }

    /// Counts of the line in which [`Self::place`] places a case of this queue.
    #[must_use]
    pub fn figures(&self, queue: &Queue) -> LineFigures {
        match self.find(queue) {
            Found::Line(position) => figures(LineLevel::Line, &self.parts.lines[position]),
            Found::Stream(position) => figures(LineLevel::Stream, &self.parts.streams[position]),
            Found::Form => self.figures_of_form(),
        }
    }

    /// How far the heads of the lines are in view, from 0 to 1: decided / (received + 30) among the receipts of the first 30
    /// days of the visible history. Below a half, cases that the history does not show may be ahead of those that it shows.
    #[must_use]
    pub fn head_in_view(&self) -> f32 {
        let [received, decided] = self.parts.first_receipts.map(f64::from);
        (decided / (received + FEW_RECEIPTS)) as f32
    }

    /// What is ahead at a time after the day of the state, if `ahead` was at its end.
    fn ahead(&self, ahead: f64, received: Day, as_of: Day, arrivals: f64, a_day: f64) -> f64 {
        let day = self.parts.day;
        let came = f64::from(received.since(day).max(0)) * arrivals;
        let left = f64::from(as_of.since(day).max(0)) * a_day;
        (ahead + came - left).max(0.0)
    }

    fn find(&self, queue: &Queue) -> Found {
        let line = self.parts.attributes.line(queue).and_then(|line| find(&self.parts.lines, &line));
        if let Some(position) = line {
            return Found::Line(position);
        }
        let stream =
            self.parts.attributes.stream(queue).and_then(|stream| find(&self.parts.streams, &stream));
        stream.map_or(Found::Form, Found::Stream)
    }
}

/// Where a queue is listed.
enum Found {
    Line(usize),
    Stream(usize),
    Form,
}

fn figures(level: LineLevel, line: &LineParts) -> LineFigures {
    let [turns_28, turns_91, _] = line.flow.turns;
    LineFigures {
        level,
        waiting: line.waiting.count(),
        head: line.waiting.head(),
        arrivals: line.flow.arrivals,
        turns: [turns_28, turns_91],
    }
}

fn find(lines: &[LineParts], queue: &Queue) -> Option<usize> {
    lines.binary_search_by(|line| line.queue.cmp(queue)).ok()
}

/// A place that is not counted in a line: level, ahead, turns per day, drain time, pace.
fn whole(level: LineLevel, ahead: f64, rates: Rates) -> (LineLevel, f64, f64, f64, f64) {
    let (drain, pace) = (drain(ahead, rates.a_day), bounded(rates.pace));
    (level, ahead, rates.a_day, mixed(drain, drain, 0.0, pace), pace)
}
