//! What the world of a form must be: its steps, its streams and what changes them.

use model::{DAYS_PER_MONTH, Effect, FormDefinition};
use toml::Spanned;

use super::checks::{MAX_PLACES, ROUNDING};
use super::plan::{Calendar, CenterPlan, ChangePlan, FormPlan, Goes, STEPS, StepPlan, StreamPlan};
use super::scenario::{After, Change, FormWorld, Habits, OfficeDraft, Step, StepKind, Stream, What};
use super::source::{ScenarioError, Source};
use super::world::Act;

/// The most receipts a year, turns a week, months of a pace, working days of a batch.
const MAX_RECEIPTS: f64 = 1e8;
const MAX_A_WEEK: f64 = 1e7;
const MAX_MONTHS: f64 = 240.0;
const MAX_BATCH: u16 = 60;
/// The largest factor of a change, or of slowness.
const MAX_TIMES: f64 = 100.0;
/// The attribute that says how a case was filed, and the value of those that come by mail.
const CHANNEL: (&str, &str) = ("channel", "paper");
/// Attributes that the simulation itself gives to cases.
const GIVEN: [&str; 2] = ["center", "office"];

/// Checks the world of a form.
pub(super) fn form(
    source: &Source<'_>,
    world: &FormWorld,
    definition: &FormDefinition,
) -> Result<FormPlan, ScenarioError> {
    let steps = steps(source, world)?;
    let follows = match world.after_approval.get_ref() {
        After::Nothing => None,
        After::Card | After::Document => Some(Act::DocProduced),
        After::Oath => Some(Act::OathTaken),
        After::StateDepartment => Some(Act::SentDos),
    };
    if let Some(act) =
        follows.filter(|act| matches!(definition.effect(act.code()), None | Some(Effect::Notice)))
    {
        let problem = format!("form {} has no `{}` after its approval", definition.name(), act.code());
        return Err(source.at(world.after_approval.span(), problem));
    }
    let mut streams: Vec<StreamPlan> = Vec::new();
    for draft in &world.streams {
        if streams.iter().any(|other| other.draft.name.get_ref() == draft.name.get_ref()) {
            return Err(source.at(draft.name.span(), "a stream of this name is there twice; keep one"));
        }
        let known = |name: &str| definition.spec().attributes.iter().any(|known| known.name == name);
        for (name, value) in &draft.attributes {
            if GIVEN.contains(&name.as_str()) || !known(name) {
                let listed: Vec<&str> =
                    definition.spec().attributes.iter().map(|attribute| attribute.name.as_str()).collect();
                let listed = listed.iter().filter(|name| !GIVEN.contains(name)).copied().collect::<Vec<_>>();
                let problem = format!(
                    "`{name}` is no attribute of {} that a stream can have; it has: {}",
                    definition.name(),
                    listed.join(", ")
                );
                return Err(source.at(value.span(), problem));
            }
            if value.get_ref().trim().is_empty() {
                return Err(
                    source.at(value.span(), format!("`{name}` is empty; give it a value or take it out"))
                );
            }
        }
        let plan = stream(source, draft, &world.usual)?;
        if let Some(interview) =
            draft.interview.as_ref().filter(|_| steps[StepKind::Interview as usize].is_none())
        {
            let problem = "the form has no step `interview`; add it, or take this share out";
            return Err(source.at(interview.span(), problem));
        }
        streams.push(plan);
    }
    if streams.len() > MAX_PLACES {
        let problem = format!("{} streams are more than {MAX_PLACES}", streams.len());
        return Err(source.at(world.form.span(), problem));
    }
    if streams.is_empty() {
        return Err(source.at(world.form.span(), "the form has no [[forms.streams]]; write at least one"));
    }
    Ok(FormPlan {
        form: world.form.get_ref().clone(),
        rejected: source.share(&world.rejected, "the share that is refused at intake")?,
        steps,
        after_approval: *world.after_approval.get_ref(),
        streams,
        changes: Vec::new(),
    })
}

/// The steps by kind; none twice, none that waits for one that is not there or for itself, none that nothing waits for.
fn steps(source: &Source<'_>, world: &FormWorld) -> Result<[Option<StepPlan>; STEPS], ScenarioError> {
    let mut steps = [None; STEPS];
    let listed = |kind: StepKind| world.steps.iter().find(|step| *step.step.get_ref() == kind);
    for Step { step, after, takes } in &world.steps {
        let mut bits = 0;
        for other in after {
            if listed(*other.get_ref()).is_none() {
                let problem = format!(
                    "`{}` is no step of this form; add it or do not wait for it",
                    other.get_ref().name()
                );
                return Err(source.at(other.span(), problem));
            }
            bits |= 1 << *other.get_ref() as u8;
        }
        let takes =
            takes.as_ref().map(|takes| source.delay(takes, &format!("the step {}", step.get_ref().name())));
        let (days, spread) = takes.transpose()?.unwrap_or_default();
        let place = &mut steps[*step.get_ref() as usize];
        if place.is_some() {
            return Err(source.at(step.span(), "this step is there twice; keep one"));
        }
        *place = Some(StepPlan { after: bits, days, spread });
    }
    // Whatever can begin when all that could begin before is done; what is left waits for itself.
    let mut done = 0_u8;
    loop {
        let ready =
            |kind: usize| steps[kind].is_some_and(|step| step.after & !done == 0) && done & (1 << kind) == 0;
        let Some(next) = (0..STEPS).find(|&kind| ready(kind)) else { break };
        done |= 1 << next;
    }
    if let Some(step) = world.steps.iter().find(|step| done & (1 << *step.step.get_ref() as u8) == 0) {
        let waited: Vec<&str> = step.after.iter().map(|other| other.get_ref().name()).collect();
        let problem =
            format!("the step waits for {}, which waits for it in turn; cut the cycle", waited.join(", "));
        return Err(source.at(step.step.span(), problem));
    }
    let Some(review) = listed(StepKind::Review) else {
        let problem = "the form has no step `review`, so nothing would ever be decided";
        return Err(source.at(world.form.span(), problem));
    };
    let waits = |step: &Step, kind: StepKind| step.after.iter().any(|other| *other.get_ref() == kind);
    if let Some(interview) = listed(StepKind::Interview).filter(|step| !waits(step, StepKind::Review)) {
        let problem = "an interview comes after the review; add `review` to its `after`";
        return Err(source.at(interview.step.span(), problem));
    }
    for kind in [StepKind::Intake, StepKind::Biometrics] {
        let by_biometrics =
            kind == StepKind::Intake && listed(StepKind::Biometrics).is_some_and(|step| waits(step, kind));
        if listed(kind).is_some() && !waits(review, kind) && !by_biometrics {
            let problem = format!("nothing waits for `{}`; add it to the `after` of `review`", kind.name());
            return Err(source.at(review.step.span(), problem));
        }
    }
    Ok(steps)
}

fn stream(source: &Source<'_>, draft: &Stream, usual: &Habits) -> Result<StreamPlan, ScenarioError> {
    let name = &draft.name;
    let mut centers = Vec::new();
    let mut sum = 0.0;
    for (code, share) in &draft.centers {
        if code.trim().is_empty() {
            return Err(source.at(share.span(), "a center has no code; give it one"));
        }
        let share = source.above_zero(1.0, share, &format!("the share of center `{code}`"))?;
        sum += share;
        let slowness = match draft.slowness.get(code) {
            Some(slowness) => {
                source.above_zero(MAX_TIMES, slowness, &format!("the slowness of center `{code}`"))?
            }
            None => 1.0,
        };
        centers.push(CenterPlan { code: code.clone(), share, slowness });
    }
    let Some(first) = draft.centers.values().next() else {
        return Err(source.at(name.span(), "the stream has no centers; write at least one"));
    };
    if centers.len() > MAX_PLACES {
        let problem = format!("{} centers are more than {MAX_PLACES}", centers.len());
        return Err(source.at(first.span(), problem));
    }
    if (sum - 1.0).abs() > ROUNDING {
        let problem = format!("the shares of the centers add up to {sum:.3}, not to 1");
        return Err(source.at(first.span(), problem));
    }
    if let Some((code, slowness)) = draft.slowness.iter().find(|(code, _)| !draft.centers.contains_key(*code))
    {
        return Err(source.at(slowness.span(), format!("`{code}` is no center of this stream; correct it")));
    }
    source.sourced(&draft.source)?;
    if let Some(premium) = &draft.premium {
        source.share(&premium.share, "the share with premium processing")?;
    }
    if let Some(capacity) = &draft.capacity_a_week {
        source.up_to(MAX_A_WEEK, capacity, "the capacity a week")?;
    }
    let batch_days = match &draft.batch_days {
        Some(days) if (1..=MAX_BATCH).contains(days.get_ref()) => *days.get_ref(),
        Some(days) => {
            let problem =
                format!("batches come every {} working days; it must be 1 to {MAX_BATCH}", days.get_ref());
            return Err(source.at(days.span(), problem));
        }
        None => 1,
    };
    let receipts = source.yearly(&draft.receipts, MAX_RECEIPTS, "receipts", name)?;
    if let Some(number) = draft.receipts.values().next().filter(|_| receipts.is_never_above_zero()) {
        return Err(source.at(number.span(), "the stream has no receipts in any year; take it out"));
    }
    Ok(StreamPlan {
        receipts,
        pace: source.yearly(&draft.pace, MAX_MONTHS, "pace", name)?.map(|months| months * DAYS_PER_MONTH),
        goes: goes(source, draft, usual)?,
        centers,
        on_paper: draft.attributes.get(CHANNEL.0).is_some_and(|channel| channel.get_ref() == CHANNEL.1),
        batch_days,
        draft: draft.clone(),
    })
}

/// How the cases of a stream go: as it says, or as is usual, or not at all.
fn goes(source: &Source<'_>, draft: &Stream, usual: &Habits) -> Result<Goes, ScenarioError> {
    type Habit = Option<Spanned<f64>>;
    let name = draft.name.get_ref();
    let said = |of: fn(&Habits) -> &Habit| of(&draft.but).as_ref().or(of(usual).as_ref());
    let share = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of).map_or(Ok(0.0), |share| source.share(share, &format!("{what} of stream `{name}`")))
    };
    let days = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of).map_or(Ok(0.0), |days| source.days(days, &format!("{what} of stream `{name}`")))
    };
    let Some(approved) = said(|habits| &habits.approved) else {
        return Err(source.at(draft.name.span(), "the stream does not say which share is `approved`"));
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
        approved: source.share(approved, &format!("the share of approvals of stream `{name}`"))?,
        leaves_a_year: share(|habits| &habits.leaves_a_year, "the share that leaves in a year")?,
        interview: match &draft.interview {
            Some(interview) => source.share(interview, "the share with an interview")?,
            None => 0.0,
        },
    };
    let asked = goes.evidence + goes.intent + goes.set_aside;
    match said(|habits| &habits.evidence).or(said(|habits| &habits.set_aside)) {
        Some(evidence) if asked > 1.0 => Err(source.at(
            evidence.span(),
            format!("requests, notices of intent and cases set aside add up to {asked}, more than 1"),
        )),
        _ => Ok(goes),
    }
}

/// Adds a change to the forms that it concerns.
pub(super) fn apply(
    source: &Source<'_>,
    change: &Change,
    forms: &mut [FormPlan],
    offices: &[OfficeDraft],
    calendar: &Calendar,
) -> Result<(), ScenarioError> {
    source.sourced(&change.source)?;
    let (from, until) = during(source, change, calendar)?;
    let to = match (&change.to, change.what.get_ref()) {
        (Some(to), What::Receipts | What::Capacity) => source.up_to(MAX_TIMES, to, "the factor")?,
        (Some(to), What::Reused | What::Interviews | What::Evidence) => source.share(to, "the new share")?,
        (Some(to), What::Hold | What::VisaUnavailable) => {
            return Err(source.at(to.span(), "cases are on hold or not; take `to` out"));
        }
        (None, What::Hold | What::VisaUnavailable) => 0.0,
        (None, _) => return Err(source.at(change.what.span(), "the change does not say `to` what")),
    };
    let is_of_capacity = *change.what.get_ref() == What::Capacity;
    if let Some(office) = change.office.as_ref().filter(|_| !is_of_capacity) {
        return Err(source.at(office.span(), "only capacity changes at one office; take `office` out"));
    }
    if let Some(step) = change.step.as_ref().filter(|_| !is_of_capacity) {
        return Err(source.at(step.span(), "only capacity changes at one step; take `step` out"));
    }
    if change.planned && *change.what.get_ref() != What::Receipts {
        return Err(source.at(change.what.span(), "only receipts are planned for; take `planned` out"));
    }
    // A share changes where there is the step that it is about.
    let step = match change.what.get_ref() {
        What::Reused => Some(StepKind::Biometrics),
        What::Interviews => Some(StepKind::Interview),
        _ => change.step.as_ref().map(|step| *step.get_ref()),
    };
    if let Some(wrong) = change.step.as_ref().filter(|_| step == Some(StepKind::Intake)) {
        let problem = "nobody waits in line for the intake; write biometrics, review or interview";
        return Err(source.at(wrong.span(), problem));
    }
    if let Some(form) = &change.form
        && !forms.iter().any(|known| known.form == *form.get_ref())
    {
        let known: Vec<&str> = forms.iter().map(|form| form.form.as_str()).collect();
        let problem =
            format!("the scenario has no form `{}`; its forms are {}", form.get_ref(), known.join(", "));
        return Err(source.at(form.span(), problem));
    }
    let of_office = |code: &str| offices.iter().any(|office| office.code.get_ref() == code);
    let (mut some_cases, mut some_place) = (false, false);
    let concerned = |form: &&mut FormPlan| {
        change.form.as_ref().is_none_or(|name| *name.get_ref() == form.form)
            && step.is_none_or(|step| form.steps[step as usize].is_some())
    };
    for form in forms.iter_mut().filter(concerned) {
        let concerns = |stream: &StreamPlan| {
            let has = |(name, value): (&String, &Spanned<String>)| {
                stream.draft.attributes.get(name).map(Spanned::get_ref) == Some(value.get_ref())
            };
            change.cases.iter().all(has)
        };
        let streams: Vec<bool> = form.streams.iter().map(concerns).collect();
        if !streams.contains(&true) {
            continue;
        }
        some_cases = true;
        let office = change.office.as_ref().map(|office| office.get_ref().clone());
        if let Some(code) = &office {
            let reviews =
                form.streams.iter().flat_map(|stream| &stream.centers).any(|center| center.code == *code);
            let reviews = reviews && step.is_none_or(|step| step == StepKind::Review);
            if reviews && to == 0.0 {
                let problem = format!(
                    "center `{code}` cannot be closed, only field offices and application support centers can; give it less capacity"
                );
                return Err(source.at(change.to.as_ref().map_or(0..0, Spanned::span), problem));
            }
            if !reviews && (step == Some(StepKind::Review) || !of_office(code)) {
                continue;
            }
        }
        some_place = true;
        let what = *change.what.get_ref();
        form.changes.push(ChangePlan {
            what,
            streams,
            office,
            step,
            from,
            until,
            to,
            planned: change.planned,
        });
    }
    if some_place {
        return Ok(());
    }
    if let Some(office) = change.office.as_ref().filter(|_| some_cases) {
        let problem =
            format!("nobody does this at an office `{}` in this scenario; correct it", office.get_ref());
        return Err(source.at(office.span(), problem));
    }
    match (change.cases.values().next(), step) {
        (_, Some(step)) if !forms.iter_mut().any(|form| concerned(&form)) => {
            let problem = format!("no form that it concerns has a step `{}`; correct it", step.name());
            let at = change.step.as_ref().map_or(change.what.span(), Spanned::span);
            Err(source.at(at, problem))
        }
        (Some(cases), _) => {
            Err(source.at(cases.span(), "no stream has such cases; correct their attributes"))
        }
        _ => Err(source.at(change.what.span(), "the change concerns nobody in this scenario; take it out")),
    }
}

/// Refuses a change that closes the last office at a step.
pub(super) fn leaves_somebody_open(
    source: &Source<'_>,
    change: &Change,
    forms: &[FormPlan],
    offices: &[OfficeDraft],
) -> Result<(), ScenarioError> {
    for step in [StepKind::Biometrics, StepKind::Interview] {
        for form in forms.iter().filter(|form| form.steps[step as usize].is_some()) {
            // Closures begin on a day, so the days on which they do are enough to look at.
            for day in form.changes.iter().map(|change| change.from) {
                let closed = |office: &OfficeDraft| {
                    form.changes
                        .iter()
                        .any(|change| change.closes(step, office.code.get_ref()) && change.holds(day))
                };
                if offices.iter().all(closed) {
                    let problem = format!("with this change no office is left that does {}", step.name());
                    let at = change.office.as_ref().map_or(change.what.span(), Spanned::span);
                    return Err(source.at(at, problem));
                }
            }
        }
    }
    Ok(())
}

/// The days from and until which a change holds.
fn during(source: &Source<'_>, change: &Change, calendar: &Calendar) -> Result<(i32, i32), ScenarioError> {
    let from = *change.from.get_ref();
    if from > calendar.ends {
        let problem = format!("the change is from {from}, when the world is over ({})", calendar.ends);
        return Err(source.at(change.from.span(), problem));
    }
    let Some(until) = &change.until else { return Ok((from.epoch_days(), calendar.ends.epoch_days())) };
    let last = *until.get_ref();
    if last < from || last < calendar.begins {
        let problem = if last < from {
            format!("the change is until {last}, before it begins on {from}")
        } else {
            format!("the change is until {last}, before the world begins on {}", calendar.begins)
        };
        return Err(source.at(until.span(), problem));
    }
    Ok((from.epoch_days(), last.epoch_days()))
}
