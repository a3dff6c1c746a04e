//! The cases of lines, streams and a form, counted on one day.

use model::{
    Day, Flow, LineAttributes, LineParts, MAX_LINES, Queue, QueueStateParts, ReadyParts, WaitingByReceipt,
};

/// The day of what has not happened.
pub(crate) const NEVER: i32 = i32::MAX;
/// Receipts of this many days at the beginning of the history say whether the heads of the lines are in view.
const FIRST_DAYS: i32 = 30;
/// Half-life of the turns in a second line, in days.
const READY_HALF_LIFE: f64 = 60.0;

/// The days of a case, as days relative to the end of the history; [`NEVER`] for what has not happened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LineCase {
    pub(crate) received: i32,
    pub(crate) seen: i32,
    pub(crate) turn: i32,
    pub(crate) expedited: i32,
    pub(crate) decided: i32,
    pub(crate) refused: i32,
}

/// One stay of a case in a second line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stay {
    pub(crate) received: i32,
    pub(crate) from: i32,
    pub(crate) until: i32,
    /// Whether it ended with an appointment. Otherwise the case was decided without one.
    pub(crate) called: bool,
    pub(crate) refused: i32,
}

/// What was counted of a line, a stream or a form.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The day, relative to the end of the history like all days here.
    now: i32,
    /// The first day of the visible history.
    first: i32,
    flow: Flow,
    /// Days with the number of waiting cases that were received on them.
    waiting: Vec<(i32, u32)>,
    first_receipt: i32,
    turns: u32,
    first_receipts: [u32; 2],
}

impl Counted {
    pub(crate) fn new(counter: &Counter) -> Self {
        Self::empty(counter.now, counter.first)
    }

    fn empty(now: i32, first: i32) -> Self {
        Self {
            now,
            first,
            flow: Flow::default(),
            waiting: Vec::new(),
            first_receipt: NEVER,
            turns: 0,
            first_receipts: [0; 2],
        }
    }

    /// Counts a case. Cases come in the order of their receipt.
    pub(crate) fn add(&mut self, case: &LineCase) {
        let now = self.now;
        if case.seen > now || case.refused <= now {
            return;
        }
        self.first_receipt = self.first_receipt.min(case.received);
        let came = now - case.seen;
        self.flow.arrivals[0] += u32::from(came < 28);
        self.flow.arrivals[1] += u32::from(came < 91);
        if (self.first..self.first + FIRST_DAYS).contains(&case.received) {
            self.first_receipts[0] += 1;
            self.first_receipts[1] += u32::from(case.decided <= now);
        }
        if case.turn <= now {
            let ago = now - case.turn;
            self.turns += 1;
            self.flow.turns[0] += u32::from(ago < 28);
            self.flow.turns[1] += u32::from(ago < 91);
            self.flow.turns[2] += u32::from(ago < 182);
        } else if case.expedited > now {
            match self.waiting.last_mut() {
                Some((day, count)) if *day == case.received => *count += 1,
                _ => self.waiting.push((case.received, 1)),
            }
        }
    }

    /// Counts everything that was counted of a part of this.
    fn join(&mut self, part: &Self) {
        for (sum, count) in self.flow.arrivals.iter_mut().zip(part.flow.arrivals) {
            *sum += count;
        }
        for (sum, count) in self.flow.turns.iter_mut().zip(part.flow.turns) {
            *sum += count;
        }
        for (sum, count) in self.first_receipts.iter_mut().zip(part.first_receipts) {
            *sum += count;
        }
        self.turns += part.turns;
        self.first_receipt = self.first_receipt.min(part.first_receipt);
        self.waiting.extend_from_slice(&part.waiting);
    }

    /// Puts the days that several parts brought in order.
    fn settle(&mut self) {
        self.waiting.sort_unstable_by_key(|(day, _)| *day);
        self.waiting.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }

    /// How much of the state rests on it.
    fn size(&self) -> u64 {
        let waiting: u64 = self.waiting.iter().map(|(_, count)| u64::from(*count)).sum();
        waiting + u64::from(self.flow.turns[2])
    }

    fn parts(&self, queue: Queue, until: Day) -> LineParts {
        LineParts {
            queue,
            flow: self.flow,
            first_receipt: until.plus(self.first_receipt),
            waiting: table(&self.waiting, until),
        }
    }
}

fn table(waiting: &[(i32, u32)], until: Day) -> WaitingByReceipt {
    WaitingByReceipt::new(waiting.iter().map(|&(day, count)| (until.plus(day), count)))
}

/// Counts a form on one day, line by line.
pub(crate) struct Counter {
    until: Day,
    now: i32,
    first: i32,
    attributes: LineAttributes,
    form: Counted,
    streams: Vec<(Queue, Counted)>,
    lines: Vec<(Queue, Counted)>,
    ready: Vec<ReadyParts>,
}

impl Counter {
    /// Days are relative to `until`: the day that is counted, and the first day of the visible history.
    pub(crate) fn new(until: Day, now: i32, first: i32, attributes: LineAttributes) -> Self {
        Self {
            until,
            now,
            first,
            attributes,
            form: Counted::empty(now, first),
            streams: Vec::new(),
            lines: Vec::new(),
            ready: Vec::new(),
        }
    }

    /// Takes in a line, as far as its stream and it are known. Streams and lines come in order.
    pub(crate) fn add_line(&mut self, stream: Option<Queue>, line: Option<Queue>, counted: Counted) {
        if counted.first_receipt == NEVER {
            return;
        }
        let Some(stream) = stream else { return self.form.join(&counted) };
        match self.streams.last_mut() {
            Some((last, sum)) if *last == stream => sum.join(&counted),
            _ => self.streams.push((stream, counted.clone())),
        }
        if let Some(line) = line {
            self.lines.push((line, counted));
        }
    }

    /// Takes in the stays at an office, by day of receipt.
    pub(crate) fn add_ready<'a>(&mut self, office: Queue, stays: impl Iterator<Item = &'a Stay>) {
        let (mut called, mut waiting) = (0.0, Vec::<(i32, u32)>::new());
        let mut any = false;
        for stay in stays.filter(|stay| stay.from <= self.now && stay.refused > self.now) {
            any = true;
            if stay.until <= self.now {
                if stay.called {
                    called += (-f64::from(self.now - stay.until) / READY_HALF_LIFE).exp2();
                }
                continue;
            }
            match waiting.last_mut() {
                Some((day, count)) if *day == stay.received => *count += 1,
                _ => waiting.push((stay.received, 1)),
            }
        }
        if any {
            let waiting = table(&waiting, self.until);
            self.ready.push(ReadyParts { queue: office, called: called as f32, waiting });
        }
    }

    /// The parts of the state, or `None` if nothing was counted.
    pub(crate) fn finish(mut self) -> Option<QueueStateParts> {
        for (_, stream) in &mut self.streams {
            stream.settle();
            self.form.join(stream);
        }
        self.form.settle();
        if self.form.first_receipt == NEVER {
            return None;
        }
        keep_largest(&mut self.streams);
        let streams = &self.streams;
        let is_kept = |line: &Queue| {
            let stream = self.attributes.stream(line);
            stream.is_some_and(|stream| streams.binary_search_by(|(queue, _)| queue.cmp(&stream)).is_ok())
        };
        self.lines.retain(|(line, _)| is_kept(line));
        self.lines.sort_by_key(|(line, _)| *line);
        keep_largest(&mut self.lines);
        self.ready.truncate(MAX_LINES);
        let parts = |lines: &[(Queue, Counted)]| {
            lines.iter().map(|(queue, counted)| counted.parts(*queue, self.until)).collect()
        };
        Some(QueueStateParts {
            day: self.until.plus(self.now),
            observed_days: (self.now - self.first + 1).unsigned_abs(),
            attributes: self.attributes,
            turns: self.form.turns,
            first_receipts: self.form.first_receipts,
            form: self.form.parts(Queue::default(), self.until),
            streams: parts(&self.streams),
            lines: parts(&self.lines),
            ready: self.ready,
        })
    }
}

/// Leaves out what nothing rests on, and the smallest of too many: their cases are placed in something wider.
fn keep_largest(lines: &mut Vec<(Queue, Counted)>) {
    lines.retain(|(_, counted)| counted.size() > 0);
    if lines.len() > MAX_LINES {
        lines.sort_by_key(|(queue, counted)| (std::cmp::Reverse(counted.size()), *queue));
        lines.truncate(MAX_LINES);
        lines.sort_by_key(|(queue, _)| *queue);
    }
}
