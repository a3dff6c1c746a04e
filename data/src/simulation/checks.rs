//! What a scenario must be for a world to live by it: every share is one, every name is known, no step waits for itself.

use model::DAYS_PER_MONTH;
use toml::Spanned;

use super::plan::{Calendar, CenterPlan, ChangePlan, FormPlan, Goes, STEPS, Scenario, StepPlan, StreamPlan};
use super::scenario::{
    CalendarDraft, Change, FormWorld, Habits, OfficeDraft, Record, Rhythm, ScenarioFile, Staffing, Step,
    StepKind, Stream, What,
};
use super::source::{ScenarioError, Source};
use super::world::Act;

/// Shares that must add up to one may miss it by this much.
const ROUNDING: f64 = 0.005;
/// What every record has.
const NEVER_MISSING: [&str; 6] = ["received", "rejected", "approved", "denied", "withdrawn", "closed_other"];
/// There are at most so many offices, and so many streams of a form.
const MOST_PLACES: usize = 255;

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
    let calendar = draft
        .calendar
        .as_ref()
        .or(below.and_then(|below| below.calendar.as_ref()))
        .ok_or_else(|| missing("calendar"))?;
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
    let calendar = check_calendar(&source, calendar)?;
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

fn check_calendar(source: &Source<'_>, draft: &CalendarDraft) -> Result<Calendar, ScenarioError> {
    let CalendarDraft { begins, recorded_from, extracted_on, ends } = draft;
    let days = [
        ("begins", begins),
        ("recorded_from", recorded_from),
        ("extracted_on", extracted_on),
        ("ends", ends),
    ];
    for pair in days.windows(2) {
        let [(before, first), (after, second)] = [pair[0], pair[1]];
        if first.get_ref() >= second.get_ref() {
            let problem =
                format!("{after} ({}) must be later than {before} ({})", second.get_ref(), first.get_ref());
            return Err(source.at(second.span(), problem));
        }
    }
    Ok(Calendar {
        begins: *begins.get_ref(),
        recorded_from: *recorded_from.get_ref(),
        extracted_on: *extracted_on.get_ref(),
        ends: *ends.get_ref(),
    })
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
    let from = *change.from.get_ref();
    let until = match &change.until {
        Some(until) if *until.get_ref() < from => {
            let problem = format!("the change is until {}, before it begins on {from}", until.get_ref());
            return Err(source.at(until.span(), problem));
        }
        Some(until) => *until.get_ref(),
        None => calendar.ends,
    };
    let to = match (&change.to, change.what) {
        (Some(to), What::Receipts | What::Capacity) => source.at_least_zero(to, "the factor")?,
        (Some(to), What::Reused | What::Interviews | What::Evidence) => source.share(to, "the new share")?,
        (_, What::Hold | What::VisaUnavailable) => 0.0,
        (None, _) => return Err(source.at(anchor(), "the change does not say `to` what")),
    };
    if let Some(office) = change.office.as_ref().filter(|_| change.what != What::Capacity) {
        return Err(source.at(office.span(), "only capacity changes at one office; take `office` out"));
    }
    if let Some(step) = change.step.as_ref().filter(|_| change.what != What::Capacity) {
        return Err(source.at(step.span(), "only capacity changes at one step; take `step` out"));
    }
    let step = change.step.as_ref().map(|step| *step.get_ref());
    if let Some(wrong) = change.step.as_ref().filter(|_| step == Some(StepKind::Intake)) {
        let problem = "nobody waits in line for the intake; write biometrics, review or interview";
        return Err(source.at(wrong.span(), problem));
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
        let reviews = form.streams.iter().flat_map(|stream| &stream.centers);
        let mut places =
            (reviews.map(|center| &center.code).filter(|_| step.is_none_or(|step| step == StepKind::Review)))
                .chain(offices.iter().map(|office| &office.code).filter(|_| step != Some(StepKind::Review)));
        let office = change.office.as_ref().map(|office| office.get_ref().clone());
        let is_a_step = step.is_none_or(|step| form.steps[step as usize].is_some());
        if is_a_step
            && streams.contains(&true)
            && office.as_ref().is_none_or(|code| places.any(|place| place == code))
        {
            found = true;
            form.changes.push(ChangePlan {
                what: change.what,
                streams,
                office,
                step,
                from: from.epoch_days(),
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
        "the change concerns no form, no cases, no step or no office of this scenario; check their names",
    ))
}
