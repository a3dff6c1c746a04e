//! A scenario that was checked: every share is one, every name is known, no step waits for itself.

use std::collections::BTreeMap;
use std::ops::Range;

use model::Day;
use thiserror::Error;
use toml::Spanned;

use super::scenario::{
    After, Calendar, Change, FormWorld, Habits, OfficeDraft, Record, Rhythm, ScenarioFile, Staffing, Step,
    StepKind, Stream, What,
};
use super::world::Act;
use super::yearly::{self, DAYS_PER_MONTH, Yearly};

/// Shares that must add up to one may miss it by this much.
const ROUNDING: f64 = 0.005;
/// What every record has.
const NEVER_MISSING: [&str; 6] = ["received", "rejected", "approved", "denied", "withdrawn", "closed_other"];
/// There are at most so many offices, and so many streams of a form.
const MOST_PLACES: usize = 255;
/// How many kinds of steps there are.
pub(super) const STEPS: usize = 4;

/// Why a scenario is refused.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// A line that is wrong.
    #[error("{file}, line {line} (`{text}`): {problem}")]
    Line {
        /// The file.
        file: String,
        /// The line, from one.
        line: usize,
        /// What stands there.
        text: String,
        /// What is wrong with it and what to do.
        problem: String,
    },
    /// Something that is not there.
    #[error("{file}: {problem}")]
    File {
        /// The file.
        file: String,
        /// What is missing and what to do.
        problem: String,
    },
}

/// A checked scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What its text says, as one number.
    pub(super) fingerprint: u64,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) calendar: Calendar,
    /// The extraction that the scenario itself names: worlds of the same size are the same world, whenever it is asked.
    pub(super) own_extraction: Day,
    pub(super) rhythm: Rhythm,
    pub(super) staffing: Staffing,
    pub(super) record: Record,
    pub(super) offices: Vec<OfficeDraft>,
    pub(super) forms: Vec<FormPlan>,
}

/// The world of one form, checked.
#[derive(Debug, Clone)]
pub(super) struct FormPlan {
    pub(super) form: String,
    pub(super) rejected: f64,
    /// The steps of the form, by kind.
    pub(super) steps: [Option<StepPlan>; STEPS],
    pub(super) after_approval: After,
    pub(super) streams: Vec<StreamPlan>,
    pub(super) changes: Vec<ChangePlan>,
}

/// A step of a form.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepPlan {
    /// Bits of the steps that it waits for.
    pub(super) after: u8,
    pub(super) days: f64,
    pub(super) spread: f64,
}

/// A stream, checked.
#[derive(Debug, Clone)]
pub(super) struct StreamPlan {
    pub(super) draft: Stream,
    pub(super) goes: Goes,
    pub(super) receipts: Yearly,
    /// Days from the receipt to the turn.
    pub(super) pace: Yearly,
    pub(super) centers: Vec<CenterPlan>,
}

/// How the cases of a stream go: shares, and times in days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goes {
    pub(super) jitter_days: f64,
    pub(super) easy: f64,
    pub(super) easy_skips: f64,
    pub(super) set_aside: f64,
    pub(super) set_aside_days: f64,
    pub(super) expedited: f64,
    pub(super) reused: f64,
    pub(super) evidence: f64,
    pub(super) intent: f64,
    pub(super) transferred: f64,
    pub(super) approved: f64,
    pub(super) leaves_a_year: f64,
    pub(super) interview: f64,
}

/// A center in a stream.
#[derive(Debug, Clone)]
pub(super) struct CenterPlan {
    pub(super) code: String,
    pub(super) share: f64,
    pub(super) slowness: f64,
}

/// A change, for the form that it is part of.
#[derive(Debug, Clone)]
pub(super) struct ChangePlan {
    pub(super) what: What,
    /// Which streams it concerns.
    pub(super) streams: Vec<bool>,
    /// At which center or field office, if not at all of them.
    pub(super) office: Option<String>,
    pub(super) from: i32,
    pub(super) until: i32,
    pub(super) to: f64,
    pub(super) planned: bool,
}

impl ChangePlan {
    /// Whether it closes a place altogether, for everybody.
    pub(super) fn closes(&self) -> bool {
        self.to == 0.0 && self.office.is_some() && !self.streams.contains(&false)
    }

    pub(super) fn holds(&self, day: i32) -> bool {
        (self.from..=self.until).contains(&day)
    }
}

/// A file with its text, to say where in it something is wrong.
struct Source<'a> {
    file: &'a str,
    text: &'a str,
    /// Ids of the sources that it may name.
    known: Vec<String>,
}

impl Source<'_> {
    fn at(&self, span: Range<usize>, problem: impl Into<String>) -> ScenarioError {
        let start = span.start.min(self.text.len());
        let line = self.text[..start].matches('\n').count();
        let text = self.text.lines().nth(line).unwrap_or_default().trim().chars().take(80).collect();
        ScenarioError::Line { file: self.file.to_owned(), line: line + 1, text, problem: problem.into() }
    }

    /// At the first line that begins so; at the whole file if there is none.
    fn at_text(&self, begins: &str, problem: impl Into<String>) -> ScenarioError {
        let mut start = 0;
        for line in self.text.lines() {
            if line.trim_start().starts_with(begins) {
                return self.at(start..start, problem);
            }
            start += line.len() + 1;
        }
        self.whole(problem)
    }

    fn whole(&self, problem: impl Into<String>) -> ScenarioError {
        ScenarioError::File { file: self.file.to_owned(), problem: problem.into() }
    }

    fn share(&self, share: &Spanned<f64>, what: &str) -> Result<f64, ScenarioError> {
        let value = *share.get_ref();
        if (0.0..=1.0).contains(&value) {
            return Ok(value);
        }
        Err(self.at(share.span(), format!("{what} is {value}; a share is between 0 and 1")))
    }

    fn sourced(&self, sources: &Spanned<Vec<String>>) -> Result<(), ScenarioError> {
        if sources.get_ref().is_empty() {
            return Err(
                self.at(sources.span(), "no source is named; write where it was read, or `ASSUMPTION`")
            );
        }
        match sources.get_ref().iter().find(|id| !self.known.contains(id)) {
            Some(id) => Err(self.at(sources.span(), format!("`{id}` is no source; list it under [sources]"))),
            None => Ok(()),
        }
    }

    fn at_least_zero(&self, number: &Spanned<f64>, what: &str) -> Result<f64, ScenarioError> {
        let value = *number.get_ref();
        if value >= 0.0 && value.is_finite() {
            return Ok(value);
        }
        Err(self.at(number.span(), format!("{what} is {value}; it must be a number that is not negative")))
    }

    fn yearly(&self, years: &BTreeMap<String, Spanned<f64>>, what: &str) -> Result<Yearly, ScenarioError> {
        let mut line = Vec::new();
        for (year, number) in years {
            let middle = yearly::middle(year).ok_or_else(|| {
                let problem = format!("`{year}` is no fiscal year or quarter; write it as 2022 or 2022Q1");
                self.at(number.span(), problem)
            })?;
            line.push((middle, self.at_least_zero(number, what)?));
        }
        if line.is_empty() {
            return Err(
                self.whole(format!("a stream has no {what}; write some for at least one fiscal year"))
            );
        }
        Ok(Yearly::new(line))
    }
}

/// Reads a scenario. `base` gives the text of a scenario that another one changes.
///
/// # Errors
/// [`ScenarioError`] with the line, for anything that is no scenario of a world that could be.
pub(super) fn read(
    file: &str,
    text: &str,
    base: impl Fn(&str) -> Option<&'static str>,
    knows_form: impl Fn(&str) -> bool,
) -> Result<Scenario, ScenarioError> {
    let mut source = Source { file, text, known: Vec::new() };
    let mut draft = parse(&source)?;
    source.known.extend(draft.sources.keys().cloned());
    let mut drafts = Vec::new();
    if let Some(name) = draft.base.take() {
        let Some(text) = base(name.get_ref()) else {
            let problem = format!("there is no scenario `{}` to change", name.get_ref());
            return Err(source.at(name.span(), problem));
        };
        if let Some(form) = draft.forms.first() {
            let problem = "a scenario that changes another has no forms of its own; take them or `base` out";
            return Err(source.at(form.form.span(), problem));
        }
        let under = Source { file: name.get_ref(), text, known: Vec::new() };
        drafts.push((parse(&under)?, name.get_ref().clone(), text));
    }
    let (below, mut below_source) = match &drafts[..] {
        [(below, name, text), ..] => (Some(below), Source { file: name, text, known: Vec::new() }),
        [] => (None, Source { file, text, known: Vec::new() }),
    };
    source.known.extend(below.iter().flat_map(|below| below.sources.keys().cloned()));
    below_source.known.clone_from(&source.known);
    let forms = below.map_or(&draft.forms, |below| &below.forms);
    let offices = if draft.offices.is_empty() {
        below.map_or(&draft.offices, |below| &below.offices)
    } else {
        &draft.offices
    };
    let missing = |what: &str| source.whole(format!("there is no [{what}]; write one"));
    let calendar =
        draft.calendar.or(below.and_then(|below| below.calendar)).ok_or_else(|| missing("calendar"))?;
    let staffing =
        draft.staffing.or(below.and_then(|below| below.staffing)).ok_or_else(|| missing("staffing"))?;
    let rhythm = draft
        .rhythm
        .as_ref()
        .or(below.and_then(|below| below.rhythm.as_ref()))
        .ok_or_else(|| missing("rhythm"))?;
    let record = draft
        .record
        .as_ref()
        .or(below.and_then(|below| below.record.as_ref()))
        .ok_or_else(|| missing("record"))?;
    // A steady world keeps nothing that happens on a day, unless it says so itself.
    let steady_copy = draft.steady && draft.record.is_none();
    check_calendar(&source, &calendar)?;
    check_rhythm(&source, rhythm)?;
    check_staffing(&source, &staffing)?;
    source.share(&record.late, "the share of late actions")?;
    for (code, share) in &record.missing {
        source.share(share, &format!("the share of `{code}` that is missing"))?;
        if !Act::ALL.iter().any(|act| act.code() == code) {
            let problem = format!("`{code}` is no action of a simulation; correct it");
            return Err(source.at(share.span(), problem));
        }
        if NEVER_MISSING.contains(&code.as_str()) {
            let problem =
                format!("`{code}` is always recorded: without it nobody could say which cases are pending");
            return Err(source.at(share.span(), problem));
        }
    }
    check_offices(if draft.offices.is_empty() { &below_source } else { &source }, offices)?;
    if forms.is_empty() {
        return Err(source.whole("there is no [[forms]]; write the world of at least one form"));
    }
    let mut checked = Vec::new();
    for world in forms {
        if !knows_form(world.form.get_ref()) {
            let problem =
                format!("form `{}` has no definition; write the name of one that has", world.form.get_ref());
            return Err(below_source.at(world.form.span(), problem));
        }
        if checked.iter().any(|known: &FormPlan| known.form == *world.form.get_ref()) {
            return Err(below_source.at(world.form.span(), "the form is there twice; keep one"));
        }
        checked.push(form(&below_source, world)?);
    }
    // A steady world keeps what is usual, without the changes of the one it is made of.
    let inherited = below.filter(|_| !draft.steady).map_or(&[][..], |below| &below.changes);
    for (source, change) in inherited
        .iter()
        .map(|change| (&below_source, change))
        .chain(draft.changes.iter().map(|change| (&source, change)))
    {
        apply(source, change, &mut checked, offices, &calendar)?;
    }
    if draft.steady {
        let middle =
            f64::from(calendar.recorded_from.epoch_days() + calendar.extracted_on.epoch_days()) / 2.0;
        for stream in checked.iter_mut().flat_map(|form| &mut form.streams) {
            stream.receipts = stream.receipts.steady(middle);
            stream.pace = stream.pace.steady(middle);
        }
    }
    let texts = [text].into_iter().chain(drafts.iter().map(|(.., text)| *text));
    Ok(Scenario {
        fingerprint: texts.fold(FNV_BASIS, fnv),
        name: draft.name.clone(),
        about: draft.about.clone(),
        own_extraction: calendar.extracted_on,
        calendar,
        rhythm: rhythm.clone(),
        staffing,
        record: Record {
            merges: if steady_copy { Vec::new() } else { record.merges.clone() },
            ..record.clone()
        },
        offices: offices.clone(),
        forms: checked,
    })
}

/// Fowler, Noll and Vo's hash (FNV-1a, 64 bits): the same on every machine, which is all that is asked of it.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn parse(source: &Source<'_>) -> Result<ScenarioFile, ScenarioError> {
    toml::from_str(source.text)
        .map_err(|error: toml::de::Error| source.at(error.span().unwrap_or(0..0), error.message().to_owned()))
}

fn check_calendar(source: &Source<'_>, calendar: &Calendar) -> Result<(), ScenarioError> {
    let days = [calendar.begins, calendar.recorded_from, calendar.extracted_on, calendar.ends];
    if days.is_sorted_by(|a, b| a < b) {
        return Ok(());
    }
    Err(source.at_text(
        "[calendar]",
        format!(
            "[calendar]: begins {}, recorded_from {}, extracted_on {} and ends {} must follow each other",
            days[0], days[1], days[2], days[3]
        ),
    ))
}

fn check_rhythm(source: &Source<'_>, rhythm: &Rhythm) -> Result<(), ScenarioError> {
    for (what, weights) in [("weekdays", &rhythm.weekdays[..]), ("months", &rhythm.months[..])] {
        let sound = weights.iter().all(|weight| *weight >= 0.0 && weight.is_finite());
        if !sound || weights.iter().sum::<f64>() <= 0.0 {
            return Err(source.at_text(what, format!("[rhythm]: {what} must not be negative, and not all 0")));
        }
    }
    Ok(())
}

fn check_staffing(source: &Source<'_>, staffing: &Staffing) -> Result<(), ScenarioError> {
    let Staffing { weekly_change, persistence, catching_up } = *staffing;
    if !(0.0..=1.0).contains(&weekly_change)
        || !(0.0..1.0).contains(&persistence)
        || !(0.0..=1.0).contains(&catching_up)
    {
        return Err(source.at_text(
            "[staffing]",
            "weekly_change and catching_up lie between 0 and 1, persistence from 0 to below 1",
        ));
    }
    Ok(())
}

fn check_offices(source: &Source<'_>, offices: &[OfficeDraft]) -> Result<(), ScenarioError> {
    let mut sum = 0.0;
    for office in offices {
        sum += source.share(&office.share, &format!("the share of office `{}`", office.code))?;
        if !(office.slowness > 0.0 && office.slowness.is_finite()) {
            let problem = format!(
                "the slowness of office `{}` is {}; it must be above 0",
                office.code, office.slowness
            );
            return Err(source.at(office.share.span(), problem));
        }
    }
    if offices.len() > MOST_PLACES {
        return Err(
            source.at_text("offices", format!("{} offices are more than {MOST_PLACES}", offices.len()))
        );
    }
    match offices.first() {
        Some(first) if (sum - 1.0).abs() > ROUNDING => {
            Err(source
                .at(first.share.span(), format!("the shares of the offices add up to {sum:.3}, not to 1")))
        }
        Some(_) => Ok(()),
        None => Err(source.whole("there is no [[offices]]; write at least one")),
    }
}

fn form(source: &Source<'_>, world: &FormWorld) -> Result<FormPlan, ScenarioError> {
    let mut streams = Vec::new();
    for draft in &world.streams {
        streams.push(stream(source, draft, &world.usual)?);
    }
    if streams.len() > MOST_PLACES {
        return Err(
            source.at(world.form.span(), format!("{} streams are more than {MOST_PLACES}", streams.len()))
        );
    }
    if streams.is_empty() {
        return Err(source.at(world.form.span(), "the form has no [[forms.streams]]; write at least one"));
    }
    Ok(FormPlan {
        form: world.form.get_ref().clone(),
        rejected: source.share(&world.rejected, "the share that is refused at intake")?,
        steps: steps(source, world)?,
        after_approval: world.after_approval,
        streams,
        changes: Vec::new(),
    })
}

/// The steps by kind; none twice, none that waits for one that is not there, none that waits for itself.
fn steps(source: &Source<'_>, world: &FormWorld) -> Result<[Option<StepPlan>; STEPS], ScenarioError> {
    let mut steps = [None; STEPS];
    let listed = |kind: &StepKind| world.steps.iter().any(|step| step.step.get_ref() == kind);
    for Step { step, after, days, spread } in &world.steps {
        let mut bits = 0;
        for other in after {
            if !listed(other.get_ref()) {
                let problem =
                    format!("`{:?}` is no step of this form; add it or do not wait for it", other.get_ref());
                return Err(source.at(other.span(), problem));
            }
            bits |= 1 << *other.get_ref() as u8;
        }
        if !(*days >= 0.0 && *spread >= 0.0) {
            return Err(
                source.at(step.span(), format!("days ({days}) and spread ({spread}) must not be negative"))
            );
        }
        let place = &mut steps[*step.get_ref() as usize];
        if place.is_some() {
            return Err(source.at(step.span(), "this step is there twice; keep one"));
        }
        *place = Some(StepPlan { after: bits, days: *days, spread: *spread });
    }
    // Whatever can begin when all that could begin before is done; what is left waits for itself.
    let mut done = 0_u8;
    loop {
        let ready =
            |kind: usize| steps[kind].is_some_and(|step| step.after & !done == 0) && done & (1 << kind) == 0;
        let Some(next) = (0..STEPS).find(|&kind| ready(kind)) else { break };
        done |= 1 << next;
    }
    if steps[StepKind::Review as usize].is_none() {
        return Err(
            source.at(world.form.span(), "the form has no step `review`, so nothing would ever be decided")
        );
    }
    if let Some(interview) = steps[StepKind::Interview as usize]
        && interview.after & (1 << StepKind::Review as u8) == 0
    {
        let step = world.steps.iter().find(|step| *step.step.get_ref() == StepKind::Interview);
        let span = step.map_or(0..0, |step| step.step.span());
        return Err(source.at(span, "an interview comes after the review; add `review` to its `after`"));
    }
    match world.steps.iter().find(|step| done & (1 << *step.step.get_ref() as u8) == 0) {
        Some(step) => {
            let waited: Vec<String> =
                step.after.iter().map(|other| format!("{:?}", other.get_ref()).to_lowercase()).collect();
            let problem = format!(
                "the step waits for {}, which waits for it in turn; cut the cycle",
                waited.join(", ")
            );
            Err(source.at(step.step.span(), problem))
        }
        None => Ok(steps),
    }
}

fn stream(source: &Source<'_>, draft: &Stream, usual: &Habits) -> Result<StreamPlan, ScenarioError> {
    let mut centers = Vec::new();
    let mut sum = 0.0;
    for (code, share) in &draft.centers {
        let share = source.share(share, &format!("the share of center `{code}`"))?;
        sum += share;
        let slowness = match draft.slowness.get(code) {
            Some(slowness) if *slowness.get_ref() > 0.0 => *slowness.get_ref(),
            Some(slowness) => {
                return Err(
                    source.at(slowness.span(), format!("the slowness of center `{code}` must be above 0"))
                );
            }
            None => 1.0,
        };
        centers.push(CenterPlan { code: code.clone(), share, slowness });
    }
    let Some(first) = draft.centers.values().next() else {
        return Err(source.whole(format!("stream `{}` has no centers; write at least one", draft.name)));
    };
    if (sum - 1.0).abs() > ROUNDING {
        return Err(
            source.at(first.span(), format!("the shares of the centers add up to {sum:.3}, not to 1"))
        );
    }
    source.sourced(&draft.source)?;
    if let Some(premium) = &draft.premium {
        source.share(&premium.share, "the share with premium processing")?;
    }
    if let Some(capacity) = &draft.capacity_a_week {
        source.at_least_zero(capacity, "the capacity a week")?;
    }
    Ok(StreamPlan {
        receipts: source.yearly(&draft.receipts, "receipts")?,
        pace: source.yearly(&draft.pace, "pace")?.map(|months| months * DAYS_PER_MONTH),
        goes: goes(source, draft, usual)?,
        centers,
        draft: draft.clone(),
    })
}

/// How the cases of a stream go: as it says, or as is usual, or not at all.
fn goes(source: &Source<'_>, draft: &Stream, usual: &Habits) -> Result<Goes, ScenarioError> {
    type Habit = Option<Spanned<f64>>;
    let said = |of: fn(&Habits) -> &Habit| of(&draft.but).as_ref().or(of(usual).as_ref());
    let share = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of).map_or(Ok(0.0), |share| source.share(share, &format!("{what} of stream `{}`", draft.name)))
    };
    let days = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of)
            .map_or(Ok(0.0), |days| source.at_least_zero(days, &format!("{what} of stream `{}`", draft.name)))
    };
    let Some(approved) = said(|habits| &habits.approved) else {
        return Err(source.whole(format!("stream `{}` does not say which share is `approved`", draft.name)));
    };
    let goes = Goes {
        jitter_days: days(|habits| &habits.jitter_days, "the jitter")?,
        easy: share(|habits| &habits.easy, "the share of easy cases")?,
        easy_skips: share(|habits| &habits.easy_skips, "the share of the wait that easy cases skip")?,
        set_aside: share(|habits| &habits.set_aside, "the share that is set aside")?,
        set_aside_days: days(|habits| &habits.set_aside_days, "the time that cases are set aside")?,
        expedited: share(|habits| &habits.expedited, "the share that is expedited")?,
        reused: share(|habits| &habits.reused, "the share of biometrics that are used again")?,
        evidence: share(|habits| &habits.evidence, "the share with a request for evidence")?,
        intent: share(|habits| &habits.intent, "the share with a notice of intent")?,
        transferred: share(|habits| &habits.transferred, "the share that is transferred")?,
        approved: source.share(approved, &format!("the share of approvals of stream `{}`", draft.name))?,
        leaves_a_year: share(|habits| &habits.leaves_a_year, "the share that leaves in a year")?,
        interview: match &draft.interview {
            Some(interview) => source.share(interview, "the share with an interview")?,
            None => 0.0,
        },
    };
    let asked = goes.evidence + goes.intent + goes.set_aside;
    match said(|habits| &habits.evidence) {
        Some(evidence) if asked > 1.0 => Err(source.at(
            evidence.span(),
            format!("requests, notices of intent and cases set aside add up to {asked}, more than 1"),
        )),
        _ => Ok(goes),
    }
}

/// Adds a change to the forms that it concerns.
fn apply(
    source: &Source<'_>,
    change: &Change,
    forms: &mut [FormPlan],
    offices: &[OfficeDraft],
    calendar: &Calendar,
) -> Result<(), ScenarioError> {
    let anchor = || {
        let form = change.form.as_ref().map(Spanned::span);
        form.or(change.to.as_ref().map(Spanned::span))
            .or(change.office.as_ref().map(Spanned::span))
            .unwrap_or(change.source.span())
    };
    source.sourced(&change.source)?;
    let until = change.until.unwrap_or(calendar.ends);
    if change.from > until {
        return Err(source.at(
            anchor(),
            format!("the change is from {} until {until}; it must not end before", change.from),
        ));
    }
    let to = match (&change.to, change.what) {
        (Some(to), What::Receipts | What::Capacity) => source.at_least_zero(to, "the factor")?,
        (Some(to), What::Reused | What::Interviews | What::Evidence) => source.share(to, "the new share")?,
        (_, What::Hold | What::VisaUnavailable) => 0.0,
        (None, _) => return Err(source.at(anchor(), "the change does not say `to` what")),
    };
    if let Some(office) = change.office.as_ref().filter(|_| change.what != What::Capacity) {
        return Err(source.at(office.span(), "only capacity changes at one office; take `office` out"));
    }
    let mut found = false;
    for form in forms.iter_mut() {
        if change.form.as_ref().is_some_and(|name| *name.get_ref() != form.form) {
            continue;
        }
        let concerns = |stream: &StreamPlan| {
            change.cases.iter().all(|(name, value)| stream.draft.attributes.get(name) == Some(value))
        };
        let streams: Vec<bool> = form.streams.iter().map(concerns).collect();
        let here = |office: &String| {
            offices.iter().any(|known| known.code == *office)
                || form.streams.iter().flat_map(|stream| &stream.centers).any(|center| center.code == *office)
        };
        let office = change.office.as_ref().map(|office| office.get_ref().clone());
        if streams.contains(&true) && office.as_ref().is_none_or(here) {
            found = true;
            form.changes.push(ChangePlan {
                what: change.what,
                streams,
                office,
                from: change.from.epoch_days(),
                until: until.epoch_days(),
                to,
                planned: change.planned,
            });
        }
    }
    if found {
        return Ok(());
    }
    Err(source.at(
        anchor(),
        "the change concerns no form, no cases and no office of this scenario; check their names",
    ))
}

impl Scenario {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its text says, in a few letters: two scenarios with the same letters make the same world.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!("{:016x}", self.fingerprint)
    }

    /// What happens in it.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The last day of its record.
    #[must_use]
    pub fn extracted_on(&self) -> Day {
        self.calendar.extracted_on
    }

    /// The same world, its record ending on another day.
    ///
    /// # Errors
    /// [`ScenarioError::File`] unless the day lies between the beginning of the record and the end of the world.
    pub fn extracted_at(mut self, day: Day) -> Result<Self, ScenarioError> {
        self.calendar.extracted_on = day;
        check_calendar(&Source { file: &self.name, text: "", known: Vec::new() }, &self.calendar)?;
        Ok(self)
    }
}
