//! Where a case is in its line, in numbers that can be told, and when they are not told.

use serde::Serialize;

use super::attributes::LineAttributes;
use super::place::{LineLevel, QueueState, ReadyPlace};
use crate::case::Progress;
use crate::features::Queue;
use crate::form::FormDefinition;
use crate::time::Day;

/// Lines that were counted more than this many days before are not told.
const MAX_DAYS_OLD: i32 = 7;
/// With less of the head of the line in view, cases that the history does not show may be ahead.
const HEAD_IN_VIEW: f32 = 0.5;
/// The pace is told where it differs by more than this share.
const NOTICEABLE: f32 = 0.1;
/// A pace above this is a burst.
const BURST: f32 = 2.0;
const DAYS_PER_WEEK: f32 = 7.0;
/// The days over which turns are counted where the history is long enough.
const COUNTED_DAYS: u32 = 91;

/// The place of a case in its line, as it was counted on one day. Numbers are rounded to the hundredth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct InLine {
    /// The day on which the line was counted.
    #[serde(rename = "counted_on")]
    pub day: Day,
    /// What the place is counted in: a line or a stream.
    pub level: LineLevel,
    /// The attributes that all cases of the line have.
    #[serde(skip)]
    pub queue: Queue,
    /// Cases received before this one that waited for their turn then; those of the same day count half.
    pub ahead: f32,
    /// Cases that waited in the line.
    pub waiting: u32,
    /// Turns a week in the last [`Self::counted_days`].
    pub turns_a_week: f32,
    /// The days over which turns were counted: 91, or fewer where the history is shorter.
    pub counted_days: u32,
    /// Days until what is ahead had its turn, as the model sees it; the pace counts.
    pub drain_days: f32,
    /// How fast the stream was in the last 28 days as a multiple of the last 91 days: 0.4 to 2.5.
    pub pace: f32,
    /// Whether older cases that the history does not show may be ahead.
    pub may_have_unseen_ahead: bool,
    /// The place in the second line, for a case that is ready for an appointment.
    pub ready: Option<ReadyPlace>,
}

/// A change of pace that is worth telling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PaceChange {
    /// Faster by this share, above 0.1 and at most 1.
    Faster(f32),
    /// Slower by this share, above 0.1.
    Slower(f32),
    /// More than twice as fast. Bursts end, so this says nothing about the time ahead.
    Burst,
}

/// Why the place of a case in line is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotInLine {
    /// The form has no line, or the model does not know it.
    NoLine,
    /// The case is decided, on hold, or was refused at intake.
    NotWaiting,
    /// An officer took it up.
    HadTurn,
    /// It is expedited, so it does not wait in the order of its line.
    OutOfOrder,
    /// Its attributes do not say which line it waits in.
    UnknownLine,
    /// The lines were counted on this day, which is later than the case is seen or more than a week earlier.
    OtherDay(Day),
}

impl QueueState {
    /// Where a case that stands at `progress` in `queue` is in its line on a day.
    ///
    /// # Errors
    /// [`NotInLine`] where that is not told.
    pub fn in_line(
        &self,
        form: &FormDefinition,
        progress: &Progress,
        queue: &Queue,
        on: Day,
    ) -> Result<InLine, NotInLine> {
        if form.spec().line.is_none() {
            return Err(NotInLine::NoLine);
        }
        may_be_told(progress)?;
        let day = self.day();
        if on < day || on.since(day) > MAX_DAYS_OLD {
            return Err(NotInLine::OtherDay(day));
        }
        let received = progress.received_at().day();
        let place = self.place(queue, received, day).ok_or(NotInLine::NoLine)?;
        let own = self.queue_of(queue, place.level);
        let is_one_line = form.spec().line.as_ref().is_some_and(|line| line.divided_by.is_empty());
        if place.level == LineLevel::Form || own.known().next().is_none() && !is_one_line {
            return Err(NotInLine::UnknownLine);
        }
        let figures = self.figures(queue);
        let counted_days = self.counted_days();
        let ready =
            if progress.standing().is_ready() { self.ready_place(queue, received, day) } else { None };
        let rounded_ready = |place: ReadyPlace| ReadyPlace {
            ahead: rounded(place.ahead),
            a_day: place.a_day,
            drain_days: rounded(place.drain_days),
        };
        Ok(InLine {
            day,
            level: place.level,
            queue: own,
            ahead: rounded(place.ahead),
            waiting: figures.waiting,
            turns_a_week: rounded(figures.turns[1] as f32 / counted_days as f32 * DAYS_PER_WEEK),
            counted_days,
            drain_days: rounded(place.drain_days),
            pace: rounded(place.pace),
            may_have_unseen_ahead: self.head_in_view() < HEAD_IN_VIEW,
            ready: ready.map(rounded_ready),
        })
    }

    fn queue_of(&self, queue: &Queue, level: LineLevel) -> Queue {
        let attributes: &LineAttributes = self.attributes();
        match level {
            LineLevel::Line => attributes.line(queue),
            LineLevel::Stream => attributes.stream(queue),
            LineLevel::Form => None,
        }
        .unwrap_or_default()
    }
}

fn may_be_told(progress: &Progress) -> Result<(), NotInLine> {
    let standing = progress.standing();
    let waits = progress.decided_at().is_none() && progress.pause().is_none() && !progress.is_rejected();
    match () {
        () if !waits => Err(NotInLine::NotWaiting),
        () if standing.had_turn() => Err(NotInLine::HadTurn),
        () if standing.is_expedited() => Err(NotInLine::OutOfOrder),
        () => Ok(()),
    }
}

impl InLine {
    /// The change of pace, if it is worth telling: the last four weeks are compared with the last three months.
    #[must_use]
    pub fn pace_change(&self) -> Option<PaceChange> {
        match self.pace {
            _ if self.counted_days < COUNTED_DAYS => None,
            pace if pace > BURST => Some(PaceChange::Burst),
            pace if pace > 1.0 + NOTICEABLE => Some(PaceChange::Faster(pace - 1.0)),
            pace if pace < 1.0 - NOTICEABLE => Some(PaceChange::Slower(1.0 - pace)),
            _ => None,
        }
    }
}

fn rounded(number: f32) -> f32 {
    (number * 100.0).round() / 100.0
}
