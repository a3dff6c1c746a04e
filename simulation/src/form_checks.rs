//! Checks the world of a form: its steps and its streams.

use model::{DAYS_PER_MONTH, Effect, FormDefinition};
use toml::Spanned;

use super::diagnostics::{ScenarioError, SourceText};
use super::limits::{
    MAX_BATCH_DAYS, MAX_ENTRIES, MAX_FACTOR, MAX_RECEIPTS, MAX_WAIT_MONTHS, MAX_WEEKLY_CAPACITY, ROUNDING,
};
use super::plan::{CenterPlan, FormPlan, STEPS, StepPlan, StreamPlan, StreamRates};
use super::scenario::{After, FormWorld, Habits, Step, StepKind, Stream};
use super::world::Act;

/// The attribute for how a case was filed, and its value for mail.
const CHANNEL: (&str, &str) = ("channel", "paper");
/// Attributes that the simulation sets itself.
const GIVEN: [&str; 2] = ["center", "office"];

/// Checks the world of a form.
pub(super) fn form(
    source: &SourceText<'_>,
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
        let problem = format!(
            "form {} has no `{}` after its approval; correct `after_approval`",
            definition.name(),
            act.code()
        );
        return Err(source.at(world.after_approval.span(), problem));
    }
    let mut streams: Vec<StreamPlan> = Vec::new();
    for spec in &world.streams {
        if streams.iter().any(|other| other.spec.name.get_ref() == spec.name.get_ref()) {
            return Err(source.at(spec.name.span(), "duplicate stream; rename or remove one"));
        }
        attributes(source, spec, definition)?;
        let plan = stream(source, spec, &world.defaults)?;
        if let Some(interview) =
            spec.interview.as_ref().filter(|_| steps[StepKind::Interview as usize].is_none())
        {
            let problem = "the form has no step `interview`; add it or remove this share";
            return Err(source.at(interview.span(), problem));
        }
        streams.push(plan);
    }
    if streams.len() > MAX_ENTRIES {
        let problem = format!("{} streams; at most {MAX_ENTRIES} are possible", streams.len());
        return Err(source.at(world.form.span(), problem));
    }
    if streams.is_empty() {
        return Err(source.at(world.form.span(), "the form has no [[forms.streams]]; add at least one"));
    }
    Ok(FormPlan {
        form: world.form.get_ref().clone(),
        rejected: source.share(&world.rejected, "the share that is rejected at intake")?,
        steps,
        after_approval: *world.after_approval.get_ref(),
        streams,
        changes: Vec::new(),
    })
}

/// The attributes of a stream are listed by the form definition, have a value, and are not set by the simulation.
fn attributes(
    source: &SourceText<'_>,
    stream: &Stream,
    definition: &FormDefinition,
) -> Result<(), ScenarioError> {
    let listed = definition.spec().attributes.iter().map(|attribute| attribute.name.as_str());
    let possible: Vec<&str> = listed.filter(|name| !GIVEN.contains(name)).collect();
    for (name, value) in &stream.attributes {
        if !possible.contains(&name.as_str()) {
            let problem = format!(
                "`{name}` is not an attribute that a stream of {} can have; use one of {}",
                definition.name(),
                possible.join(", ")
            );
            return Err(source.at(value.span(), problem));
        }
        if value.get_ref().trim().is_empty() {
            let problem = format!("`{name}` is empty; give it a value or remove it");
            return Err(source.at(value.span(), problem));
        }
    }
    Ok(())
}

/// The steps by kind. Each is listed once, waits only for listed steps, is in no cycle, and something waits for it.
fn steps(source: &SourceText<'_>, world: &FormWorld) -> Result<[Option<StepPlan>; STEPS], ScenarioError> {
    let mut steps = [None; STEPS];
    let listed = |kind: StepKind| world.steps.iter().find(|step| *step.step.get_ref() == kind);
    for Step { step, after, duration } in &world.steps {
        let mut bits = 0;
        for other in after {
            if listed(*other.get_ref()).is_none() {
                let problem = format!(
                    "`{}` is not a step of this form; add it or do not wait for it",
                    other.get_ref().name()
                );
                return Err(source.at(other.span(), problem));
            }
            bits |= 1 << *other.get_ref() as u8;
        }
        let duration = duration
            .as_ref()
            .map(|duration| source.delay(duration, &format!("the step {}", step.get_ref().name())));
        let (days, spread) = duration.transpose()?.unwrap_or_default();
        let place = &mut steps[*step.get_ref() as usize];
        if place.is_some() {
            return Err(source.at(step.span(), "duplicate step; keep one"));
        }
        *place = Some(StepPlan { after: bits, days, spread });
    }
    // Finish every step that can begin. A step that is left over is in a cycle.
    let mut done = 0_u8;
    loop {
        let ready =
            |kind: usize| steps[kind].is_some_and(|step| step.after & !done == 0) && done & (1 << kind) == 0;
        let Some(next) = (0..STEPS).find(|&kind| ready(kind)) else { break };
        done |= 1 << next;
    }
    if let Some(step) = world.steps.iter().find(|step| done & (1 << *step.step.get_ref() as u8) == 0) {
        let waited: Vec<&str> = step.after.iter().map(|other| other.get_ref().name()).collect();
        let problem = format!("the step waits for {}, which waits for it; cut the cycle", waited.join(", "));
        return Err(source.at(step.step.span(), problem));
    }
    let Some(review) = listed(StepKind::Review) else {
        let problem = "the form has no step `review`; add it, or nothing is ever decided";
        return Err(source.at(world.form.span(), problem));
    };
    let waits = |step: &Step, kind: StepKind| step.after.iter().any(|other| *other.get_ref() == kind);
    if let Some(interview) = listed(StepKind::Interview).filter(|step| !waits(step, StepKind::Review)) {
        let problem = "the interview comes after the review; add `review` to its `after`";
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

fn stream(source: &SourceText<'_>, spec: &Stream, defaults: &Habits) -> Result<StreamPlan, ScenarioError> {
    let name = &spec.name;
    let mut centers = Vec::new();
    let mut sum = 0.0;
    for (code, share) in &spec.centers {
        if code.trim().is_empty() {
            return Err(source.at(share.span(), "a center has no code; give it one"));
        }
        let share = source.above_zero(1.0, share, &format!("the share of center `{code}`"))?;
        sum += share;
        let wait_factor = match spec.wait_factor.get(code) {
            Some(wait_factor) => {
                source.above_zero(MAX_FACTOR, wait_factor, &format!("the wait factor of center `{code}`"))?
            }
            None => 1.0,
        };
        centers.push(CenterPlan { code: code.clone(), share, wait_factor });
    }
    let Some(first) = spec.centers.values().next() else {
        return Err(source.at(name.span(), "the stream has no centers; add at least one"));
    };
    if centers.len() > MAX_ENTRIES {
        let problem = format!("{} centers; at most {MAX_ENTRIES} are possible", centers.len());
        return Err(source.at(first.span(), problem));
    }
    if (sum - 1.0).abs() > ROUNDING {
        let problem = format!("the shares of the centers add up to {sum:.3}, not to 1");
        return Err(source.at(first.span(), problem));
    }
    if let Some((code, wait_factor)) =
        spec.wait_factor.iter().find(|(code, _)| !spec.centers.contains_key(*code))
    {
        return Err(source
            .at(wait_factor.span(), format!("`{code}` is not a center of this stream; correct the code")));
    }
    source.sourced(&spec.source)?;
    if let Some(premium) = &spec.premium {
        source.share(&premium.share, "the share with premium processing")?;
    }
    if let Some(capacity) = &spec.weekly_capacity {
        source.up_to(MAX_WEEKLY_CAPACITY, capacity, "the weekly capacity")?;
    }
    let batch_days = match &spec.batch_days {
        Some(days) if (1..=MAX_BATCH_DAYS).contains(days.get_ref()) => *days.get_ref(),
        Some(days) => {
            let problem =
                format!("batches come every {} working days; choose 1 to {MAX_BATCH_DAYS}", days.get_ref());
            return Err(source.at(days.span(), problem));
        }
        None => 1,
    };
    let receipts = source.fiscal_series(&spec.receipts, MAX_RECEIPTS, "receipts", name)?;
    if let Some(number) = spec.receipts.values().next().filter(|_| receipts.is_zero()) {
        return Err(source.at(number.span(), "the stream has no receipts in any year; remove it"));
    }
    Ok(StreamPlan {
        receipts,
        target_wait: source
            .fiscal_series(&spec.target_wait_months, MAX_WAIT_MONTHS, "target wait", name)?
            .map(|months| months * DAYS_PER_MONTH),
        rates: rates(source, spec, defaults)?,
        centers,
        on_paper: spec.attributes.get(CHANNEL.0).is_some_and(|channel| channel.get_ref() == CHANNEL.1),
        batch_days,
        spec: spec.clone(),
    })
}

/// The rates of a stream: its overrides, else the defaults of the form, else 0.
fn rates(source: &SourceText<'_>, spec: &Stream, defaults: &Habits) -> Result<StreamRates, ScenarioError> {
    type Habit = Option<Spanned<f64>>;
    let name = spec.name.get_ref();
    let said = |of: fn(&Habits) -> &Habit| of(&spec.overrides).as_ref().or(of(defaults).as_ref());
    let share = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of).map_or(Ok(0.0), |share| source.share(share, &format!("{what} of stream `{name}`")))
    };
    let days = |of: fn(&Habits) -> &Habit, what: &str| {
        said(of).map_or(Ok(0.0), |days| source.days(days, &format!("{what} of stream `{name}`")))
    };
    let Some(approved) = said(|habits| &habits.approved) else {
        return Err(source.at(spec.name.span(), "the stream has no share `approved`; add it"));
    };
    let rates = StreamRates {
        jitter_days: days(|habits| &habits.jitter_days, "the jitter")?,
        easy: share(|habits| &habits.easy, "the share of easy cases")?,
        easy_wait_reduction: share(|habits| &habits.easy_wait_reduction, "the wait reduction of easy cases")?,
        set_aside: share(|habits| &habits.set_aside, "the share that is set aside")?,
        set_aside_days: days(|habits| &habits.set_aside_days, "the time that cases are set aside")?,
        expedited: share(|habits| &habits.expedited, "the share that is expedited")?,
        reused: share(|habits| &habits.reused, "the share of reused biometrics")?,
        rfe: share(|habits| &habits.rfe, "the share with a request for evidence")?,
        noid: share(|habits| &habits.noid, "the share with a notice of intent")?,
        transferred: share(|habits| &habits.transferred, "the share that is transferred")?,
        approved: source.share(approved, &format!("the share of approvals of stream `{name}`"))?,
        annual_withdrawal_rate: share(|habits| &habits.annual_withdrawal_rate, "the annual withdrawal rate")?,
        interview: match &spec.interview {
            Some(interview) => source.share(interview, "the share with an interview")?,
            None => 0.0,
        },
    };
    let asked = rates.rfe + rates.noid + rates.set_aside;
    match said(|habits| &habits.rfe).or(said(|habits| &habits.set_aside)) {
        Some(rfe) if asked > 1.0 => Err(source.at(
            rfe.span(),
            format!("`rfe`, `noid` and `set_aside` add up to {asked}; at most 1 is possible"),
        )),
        _ => Ok(rates),
    }
}
