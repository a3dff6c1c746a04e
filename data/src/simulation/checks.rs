//! What a scenario must be for a world to live by it: nothing is missing, every share is one, every name is known.

use model::FormDefinition;
use toml::Spanned;

use super::form_checks::{self, apply};
use super::plan::{Calendar, FormPlan, Scenario};
use super::scenario::{
    CalendarDraft, Chances, Delay, Delays, OfficeDraft, Record, Rhythm, ScenarioFile, Staffing,
};
use super::source::{ScenarioError, Source};
use super::world::Act;
use crate::forms::FormCatalog;

/// Shares that must add up to one may miss it by this much.
pub(super) const ROUNDING: f64 = 0.005;
/// There are at most so many offices, and so many streams of a form.
pub(super) const MAX_PLACES: usize = 255;
/// What every record has.
const NEVER_MISSING: [&str; 6] = ["received", "rejected", "approved", "denied", "withdrawn", "closed_other"];
/// No capacity varies by more from week to week, as a standard deviation of its logarithm.
const MAX_CHANGE: f64 = 0.5;

/// A text with what it says.
struct Layer<'a> {
    source: Source<'a>,
    draft: ScenarioFile,
}

/// A scenario, and the one that it changes.
struct Layers<'a> {
    own: Layer<'a>,
    below: Option<Layer<'a>>,
}

/// Reads a scenario. `base` gives the text of a scenario that another one changes.
///
/// # Errors
/// [`ScenarioError`] with the line, for anything that is no scenario of a world that could be.
pub(super) fn read(
    file: &str,
    text: &str,
    base: impl Fn(&str) -> Option<(&'static str, &'static str)>,
    catalog: &FormCatalog,
) -> Result<Scenario, ScenarioError> {
    let layers = Layers::read(file, text, base)?;
    let own = &layers.own;
    let steady = own.draft.steady;
    let name = own.draft.name.get_ref();
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(own.source.at(own.draft.name.span(), "the scenario needs a name, in one line"));
    }
    let calendar = calendar(layers.section("calendar", |draft| draft.calendar.as_ref())?)?;
    let rhythm = rhythm(layers.section("rhythm", |draft| draft.rhythm.as_ref())?)?;
    let staffing = staffing(layers.section("staffing", |draft| draft.staffing.as_ref())?)?;
    let delays = delays(layers.section("delays", |draft| draft.delays.as_ref())?)?;
    let chances = chances(layers.section("chances", |draft| draft.chances.as_ref())?)?;
    let record = record(layers.section("record", |draft| draft.record.as_ref())?)?;
    let given = |draft: &'_ ScenarioFile| !draft.offices.is_empty();
    let layer = if given(&own.draft) { own } else { layers.below.as_ref().unwrap_or(own) };
    let offices = offices(&layer.source, &layer.draft.offices)?;
    let layer = layers.below.as_ref().unwrap_or(own);
    let mut forms: Vec<FormPlan> = Vec::new();
    for world in &layer.draft.forms {
        let name = world.form.get_ref();
        let definition: FormDefinition = catalog
            .definition(name, calendar.extracted_on)
            .map_err(|error| layer.source.at(world.form.span(), error.to_string()))?;
        if forms.iter().any(|known| known.form == *name) {
            return Err(layer.source.at(world.form.span(), "the form is there twice; keep one"));
        }
        forms.push(form_checks::form(&layer.source, world, &definition)?);
    }
    if forms.is_empty() {
        return Err(layer.source.whole("there is no [[forms]]; write the world of at least one form"));
    }
    let known_centers = || forms.iter().flat_map(|form| &form.streams).flat_map(|stream| &stream.centers);
    if let Some(merge) = record.merges.iter().find(|merge| merge.into.get_ref().trim().is_empty()) {
        let (source, _) = layers.section("record", |draft| draft.record.as_ref())?;
        return Err(source.at(merge.into.span(), "centers merge into one without a code; give it one"));
    }
    for from in record.merges.iter().flat_map(|merge| &merge.from) {
        if !known_centers().any(|center| center.code == *from.get_ref()) {
            let (source, _) = layers.section("record", |draft| draft.record.as_ref())?;
            let problem = format!("no stream has a center `{}` that could merge; correct it", from.get_ref());
            return Err(source.at(from.span(), problem));
        }
    }
    // A steady world keeps what is usual, without the changes of the one it is made of.
    for layer in layers.below.iter().filter(|_| !steady).chain([own]) {
        for change in &layer.draft.changes {
            apply(&layer.source, change, &mut forms, &offices, &calendar)?;
            form_checks::leaves_somebody_open(&layer.source, change, &forms, &offices)?;
        }
    }
    if steady {
        let middle =
            f64::from(calendar.recorded_from.epoch_days() + calendar.extracted_on.epoch_days()) / 2.0;
        for stream in forms.iter_mut().flat_map(|form| &mut form.streams) {
            stream.receipts = stream.receipts.steady(middle);
            stream.pace = stream.pace.steady(middle);
        }
    }
    let texts = layers.below.iter().chain([own]).map(|layer| layer.source.text);
    // A steady world keeps nothing that happens on a day, unless it says so itself.
    let merges = if steady && own.draft.record.is_none() { Vec::new() } else { record.merges };
    Ok(Scenario {
        fingerprint: texts.fold(FNV_BASIS, fnv),
        name: name.clone(),
        about: own.draft.about.clone(),
        own_extraction: calendar.extracted_on,
        calendar,
        rhythm,
        staffing,
        delays,
        chances,
        record: Record { merges, ..record },
        offices,
        forms,
    })
}

impl<'a> Layers<'a> {
    fn read(
        file: &'a str,
        text: &'a str,
        base: impl Fn(&str) -> Option<(&'static str, &'static str)>,
    ) -> Result<Self, ScenarioError> {
        let mut own = Layer::read(file, text)?;
        let Some(name) = own.draft.base.take() else { return Ok(Self { own, below: None }) };
        let refused = |span, problem: String| Err(own.source.at(span, problem));
        let Some((file, text)) = base(name.get_ref()) else {
            return refused(name.span(), format!("there is no scenario `{}` to change", name.get_ref()));
        };
        let mut below = Layer::read(file, text)?;
        if let Some(lower) = &below.draft.base {
            let problem = format!(
                "`{}` itself changes `{}`; take that as the base and repeat the changes",
                name.get_ref(),
                lower.get_ref()
            );
            return refused(name.span(), problem);
        }
        if let Some(form) = own.draft.forms.first() {
            let problem = "a scenario that changes another has no forms of its own; take them or `base` out";
            return refused(form.form.span(), problem.to_owned());
        }
        own.source.known.extend(below.source.known.iter().cloned());
        below.source.known.clone_from(&own.source.known);
        Ok(Self { own, below: Some(below) })
    }

    /// A part of the scenario with the text that it stands in: its own, or that of the one it changes.
    fn section<T>(
        &self,
        name: &str,
        of: impl Fn(&ScenarioFile) -> Option<&T>,
    ) -> Result<(&Source<'a>, &T), ScenarioError> {
        let mut layers = [&self.own].into_iter().chain(&self.below);
        layers
            .find_map(|layer| of(&layer.draft).map(|part| (&layer.source, part)))
            .ok_or_else(|| self.own.source.whole(format!("there is no [{name}]; write one")))
    }
}

impl<'a> Layer<'a> {
    fn read(file: &'a str, text: &'a str) -> Result<Self, ScenarioError> {
        let mut source = Source { file, text, known: Vec::new() };
        let draft: ScenarioFile = toml::from_str(text).map_err(|error: toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            let is_a_date = text.get(span.clone()).is_some_and(|text| model::Day::parse(text).is_ok());
            let problem = if is_a_date { "write the date in quotes" } else { error.message() };
            source.at(span, problem)
        })?;
        source.known.extend(draft.sources.keys().cloned());
        Ok(Self { source, draft })
    }
}

/// Fowler, Noll and Vo's hash (FNV-1a, 64 bits): the same on every machine, which is all that is asked of it.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn calendar((source, draft): (&Source<'_>, &CalendarDraft)) -> Result<Calendar, ScenarioError> {
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

fn rhythm((source, rhythm): (&Source<'_>, &Rhythm)) -> Result<Rhythm, ScenarioError> {
    let parts = [
        ("weekdays", &rhythm.weekdays.get_ref()[..], rhythm.weekdays.span()),
        ("months", &rhythm.months.get_ref()[..], rhythm.months.span()),
    ];
    for (what, weights, span) in parts {
        let sound = weights.iter().all(|weight| (0.0..=1_000.0).contains(weight));
        if !sound || weights.iter().sum::<f64>() <= 0.0 {
            let problem = format!("[rhythm]: {what} must lie between 0 and 1000, and not all be 0");
            return Err(source.at(span, problem));
        }
    }
    Ok(rhythm.clone())
}

fn staffing((source, staffing): (&Source<'_>, &Staffing)) -> Result<Staffing, ScenarioError> {
    source.up_to(MAX_CHANGE, &staffing.weekly_change, "the weekly change")?;
    if source.share(&staffing.persistence, "the persistence")? >= 1.0 {
        let problem = "the persistence is 1; below 1 chance passes, at 1 it would add up for ever";
        return Err(source.at(staffing.persistence.span(), problem));
    }
    source.share(&staffing.catching_up, "what is caught up in four weeks")?;
    source.share(&staffing.overtime, "overtime")?;
    Ok(staffing.clone())
}

fn delays((source, delays): (&Source<'_>, &Delays)) -> Result<Delays, ScenarioError> {
    let all: [(&str, &Delay); 15] = [
        ("the appointment", &delays.appointment),
        ("the reuse of biometrics", &delays.reuse),
        ("the answer to a request for evidence", &delays.evidence),
        ("the answer to a notice of intent", &delays.intent),
        ("the interview", &delays.interview),
        ("the decision", &delays.decision),
        ("the refusal", &delays.refusal),
        ("the request to expedite", &delays.expedite),
        ("the production", &delays.produced),
        ("the mailing", &delays.mailed),
        ("the delivery", &delays.delivered),
        ("the notice of the oath", &delays.oath_notice),
        ("the oath", &delays.oath),
        ("the sending", &delays.sent),
        ("the reopening", &delays.reopening),
    ];
    for (what, delay) in all {
        source.delay(delay, what)?;
    }
    source.spread(&delays.set_aside_spread, "the time that cases are set aside")?;
    Ok(delays.clone())
}

fn chances((source, chances): (&Source<'_>, &Chances)) -> Result<Chances, ScenarioError> {
    let all: [(&str, &Spanned<f64>); 9] = [
        ("missed appointments", &chances.missed),
        ("requests without an answer", &chances.unanswered),
        ("interviews that are moved", &chances.moved),
        ("interviews that are cancelled", &chances.cancelled),
        ("interviews that are continued", &chances.continued),
        ("cases that become moot", &chances.moot),
        ("denials that are reopened", &chances.reopened),
        ("documents that come back", &chances.returned),
        ("petitions that are sent on", &chances.sent),
    ];
    for (what, share) in all {
        source.share(share, &format!("the share of {what}"))?;
    }
    let put_off = chances.moved.get_ref() + chances.cancelled.get_ref();
    if put_off > 0.9 {
        let problem = format!("{put_off} of all interviews are moved or cancelled; at most 0.9 can be");
        return Err(source.at(chances.moved.span(), problem));
    }
    Ok(chances.clone())
}

fn record((source, record): (&Source<'_>, &Record)) -> Result<Record, ScenarioError> {
    source.share(&record.late, "the share of late actions")?;
    source.delay(&record.late_by, "late entries")?;
    for (code, share) in &record.missing {
        source.share(share, &format!("the share of `{code}` that is missing"))?;
        if !Act::ALL.iter().any(|act| act.code() == code) {
            let known: Vec<&str> = Act::ALL.iter().map(|act| act.code()).collect();
            let problem = format!("`{code}` is no action of a simulation; write one of {}", known.join(", "));
            return Err(source.at(share.span(), problem));
        }
        if NEVER_MISSING.contains(&code.as_str()) {
            let problem =
                format!("`{code}` is always recorded: without it nobody could say which cases are pending");
            return Err(source.at(share.span(), problem));
        }
    }
    Ok(record.clone())
}

fn offices(source: &Source<'_>, offices: &[OfficeDraft]) -> Result<Vec<OfficeDraft>, ScenarioError> {
    let Some(first) = offices.first() else {
        return Err(source.whole("there are no offices; write at least one, which also takes biometrics"));
    };
    let mut sum = 0.0;
    for (number, office) in offices.iter().enumerate() {
        let code = office.code.get_ref();
        if code.trim().is_empty() {
            return Err(source.at(office.code.span(), "an office has no code; give it one"));
        }
        sum += source.above_zero(1.0, &office.share, &format!("the share of office `{code}`"))?;
        source.above_zero(100.0, &office.slowness, &format!("the slowness of office `{code}`"))?;
        if offices[..number].iter().any(|other| other.code.get_ref() == code) {
            return Err(source.at(office.code.span(), format!("office `{code}` is there twice; keep one")));
        }
    }
    if offices.len() > MAX_PLACES {
        let problem = format!("{} offices are more than {MAX_PLACES}", offices.len());
        return Err(source.at(first.code.span(), problem));
    }
    if (sum - 1.0).abs() > ROUNDING {
        let problem = format!("the shares of the offices add up to {sum:.3}, not to 1");
        return Err(source.at(first.share.span(), problem));
    }
    Ok(offices.to_vec())
}
