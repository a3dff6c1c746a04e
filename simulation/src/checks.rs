//! Checks a scenario: nothing is missing, every share is between 0 and 1, every name is known.

use data::forms::FormCatalog;
use model::FormDefinition;
use toml::Spanned;

use super::change_checks;
use super::diagnostics::{ScenarioError, SourceText};
use super::form_checks;
use super::limits::{MAX_ENTRIES, MAX_WEEKLY_CHANGE, ROUNDING};
use super::plan::{Calendar, FormPlan, Scenario};
use super::scenario::{
    CalendarSpec, Delay, Delays, OfficeSpec, Probabilities, Record, ScenarioFile, Seasonality, Staffing,
};
use super::world::Act;

/// Actions that every record has.
const NEVER_MISSING: [&str; 6] = ["received", "rejected", "approved", "denied", "withdrawn", "closed_other"];

/// A scenario file with its text.
struct Layer<'a> {
    source: SourceText<'a>,
    spec: ScenarioFile,
}

/// A scenario, and the one that it changes.
struct Layers<'a> {
    own: Layer<'a>,
    below: Option<Layer<'a>>,
}

/// Reads a scenario. `base` gives the text of a scenario that another one changes.
///
/// # Errors
/// [`ScenarioError`] with the line of the first thing that is not valid.
pub(super) fn read(
    file: &str,
    text: &str,
    base: impl Fn(&str) -> Option<(&'static str, &'static str)>,
    catalog: &FormCatalog,
) -> Result<Scenario, ScenarioError> {
    let layers = Layers::read(file, text, base)?;
    let own = &layers.own;
    let steady = own.spec.steady;
    let name = own.spec.name.get_ref();
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return Err(own.source.at(own.spec.name.span(), "the scenario needs a name on one line"));
    }
    let calendar = calendar(layers.section("calendar", |spec| spec.calendar.as_ref())?)?;
    let seasonality = seasonality(layers.section("seasonality", |spec| spec.seasonality.as_ref())?)?;
    let staffing = staffing(layers.section("staffing", |spec| spec.staffing.as_ref())?)?;
    let delays = delays(layers.section("delays", |spec| spec.delays.as_ref())?)?;
    let probabilities = probabilities(layers.section("probabilities", |spec| spec.probabilities.as_ref())?)?;
    let record = record(layers.section("record", |spec| spec.record.as_ref())?)?;
    let given = |spec: &'_ ScenarioFile| !spec.offices.is_empty();
    let layer = if given(&own.spec) { own } else { layers.below.as_ref().unwrap_or(own) };
    let offices = offices(&layer.source, &layer.spec.offices)?;
    let mut forms = forms(layers.below.as_ref().unwrap_or(own), &calendar, catalog)?;
    check_merges(&layers, &record, &forms)?;
    // A steady world drops the changes of its base.
    for layer in layers.below.iter().filter(|_| !steady).chain([own]) {
        for change in &layer.spec.changes {
            change_checks::apply(&layer.source, change, &mut forms, &offices, &calendar)?;
            change_checks::keeps_an_office_open(&layer.source, change, &forms, &offices)?;
        }
    }
    if steady {
        let midpoint =
            f64::from(calendar.recorded_from.epoch_days() + calendar.extracted_on.epoch_days()) / 2.0;
        for stream in forms.iter_mut().flat_map(|form| &mut form.streams) {
            stream.receipts = stream.receipts.steady(midpoint);
            stream.target_wait = stream.target_wait.steady(midpoint);
        }
    }
    let texts = layers.below.iter().chain([own]).map(|layer| layer.source.text);
    // A steady world drops the mergers of its base, too.
    let merges = if steady && own.spec.record.is_none() { Vec::new() } else { record.merges };
    Ok(Scenario {
        fingerprint: texts.fold(FNV_BASIS, fnv),
        name: name.clone(),
        about: own.spec.about.clone(),
        own_extraction: calendar.extracted_on,
        calendar,
        seasonality,
        staffing,
        delays,
        probabilities,
        record: Record { merges, ..record },
        offices,
        forms,
    })
}

/// The worlds of all forms, each listed once.
fn forms(
    layer: &Layer<'_>,
    calendar: &Calendar,
    catalog: &FormCatalog,
) -> Result<Vec<FormPlan>, ScenarioError> {
    let mut forms: Vec<FormPlan> = Vec::new();
    for world in &layer.spec.forms {
        let name = world.form.get_ref();
        let definition: FormDefinition = catalog
            .definition(name, calendar.extracted_on)
            .map_err(|error| layer.source.at(world.form.span(), error.to_string()))?;
        if forms.iter().any(|known| known.form == *name) {
            return Err(layer.source.at(world.form.span(), "duplicate form; keep one"));
        }
        forms.push(form_checks::form(&layer.source, world, &definition)?);
    }
    if forms.is_empty() {
        return Err(layer.source.whole("there are no [[forms]]; add at least one"));
    }
    Ok(forms)
}

/// Centers that merge are centers of the scenario, and get a code.
fn check_merges(layers: &Layers<'_>, record: &Record, forms: &[FormPlan]) -> Result<(), ScenarioError> {
    let (source, _) = layers.section("record", |spec| spec.record.as_ref())?;
    if let Some(merge) = record.merges.iter().find(|merge| merge.into.get_ref().trim().is_empty()) {
        return Err(source.at(merge.into.span(), "the merged center has no code; give it one"));
    }
    let centers = || forms.iter().flat_map(|form| &form.streams).flat_map(|stream| &stream.centers);
    for from in record.merges.iter().flat_map(|merge| &merge.from) {
        if !centers().any(|center| center.code == *from.get_ref()) {
            let problem = format!("no stream has a center `{}` to merge; correct the code", from.get_ref());
            return Err(source.at(from.span(), problem));
        }
    }
    Ok(())
}

impl<'a> Layers<'a> {
    fn read(
        file: &'a str,
        text: &'a str,
        base: impl Fn(&str) -> Option<(&'static str, &'static str)>,
    ) -> Result<Self, ScenarioError> {
        let mut own = Layer::read(file, text)?;
        let Some(name) = own.spec.base.take() else { return Ok(Self { own, below: None }) };
        let refused = |span, problem: String| Err(own.source.at(span, problem));
        let Some((file, text)) = base(name.get_ref()) else {
            return refused(
                name.span(),
                format!("there is no bundled scenario `{}` to change", name.get_ref()),
            );
        };
        let mut below = Layer::read(file, text)?;
        if let Some(lower) = &below.spec.base {
            let problem = format!(
                "`{}` itself changes `{}`; use that as the base and repeat the changes",
                name.get_ref(),
                lower.get_ref()
            );
            return refused(name.span(), problem);
        }
        if let Some(form) = own.spec.forms.first() {
            let problem = "a scenario with a `base` has no forms of its own; remove them or `base`";
            return refused(form.form.span(), problem.to_owned());
        }
        own.source.known.extend(below.source.known.iter().cloned());
        below.source.known.clone_from(&own.source.known);
        Ok(Self { own, below: Some(below) })
    }

    /// A section of the scenario, or else of its base, with the text that it stands in.
    fn section<T>(
        &self,
        name: &str,
        of: impl Fn(&ScenarioFile) -> Option<&T>,
    ) -> Result<(&SourceText<'a>, &T), ScenarioError> {
        let mut layers = [&self.own].into_iter().chain(&self.below);
        layers
            .find_map(|layer| of(&layer.spec).map(|part| (&layer.source, part)))
            .ok_or_else(|| self.own.source.whole(format!("there is no [{name}]; add it")))
    }
}

impl<'a> Layer<'a> {
    fn read(file: &'a str, text: &'a str) -> Result<Self, ScenarioError> {
        let mut source = SourceText { file, text, known: Vec::new() };
        let spec: ScenarioFile = toml::from_str(text).map_err(|error: toml::de::Error| {
            let span = error.span().unwrap_or(0..0);
            let is_a_date = text.get(span.clone()).is_some_and(|text| model::Day::parse(text).is_ok());
            let problem = if is_a_date { "write the date in quotes" } else { error.message() };
            source.at(span, problem)
        })?;
        source.known.extend(spec.sources.keys().cloned());
        Ok(Self { source, spec })
    }
}

/// The offset basis of the FNV-1a hash (64 bits), which is the same on every machine.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn calendar((source, spec): (&SourceText<'_>, &CalendarSpec)) -> Result<Calendar, ScenarioError> {
    let CalendarSpec { begins, recorded_from, extracted_on, ends } = spec;
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

fn seasonality((source, seasonality): (&SourceText<'_>, &Seasonality)) -> Result<Seasonality, ScenarioError> {
    let parts = [
        ("weekdays", &seasonality.weekdays.get_ref()[..], seasonality.weekdays.span()),
        ("months", &seasonality.months.get_ref()[..], seasonality.months.span()),
    ];
    for (what, weights, span) in parts {
        let sound = weights.iter().all(|weight| (0.0..=1_000.0).contains(weight));
        if !sound || weights.iter().sum::<f64>() <= 0.0 {
            let problem = format!("[seasonality]: {what} must lie between 0 and 1000 and not all be 0");
            return Err(source.at(span, problem));
        }
    }
    Ok(seasonality.clone())
}

fn staffing((source, staffing): (&SourceText<'_>, &Staffing)) -> Result<Staffing, ScenarioError> {
    source.up_to(MAX_WEEKLY_CHANGE, &staffing.weekly_change, "the weekly change")?;
    if source.share(&staffing.persistence, "the persistence")? >= 1.0 {
        let problem = "the persistence is 1; choose less than 1, or the changes add up without end";
        return Err(source.at(staffing.persistence.span(), problem));
    }
    source.share(&staffing.backlog_recovery, "the backlog recovery")?;
    source.share(&staffing.max_overtime, "the maximum overtime")?;
    Ok(staffing.clone())
}

fn delays((source, delays): (&SourceText<'_>, &Delays)) -> Result<Delays, ScenarioError> {
    let all: [(&str, &Delay); 16] = [
        ("the appointment", &delays.appointment),
        ("the reuse of biometrics", &delays.reuse),
        ("the response to a request for evidence", &delays.rfe_response),
        ("the response to a notice of intent", &delays.noid_response),
        ("the interview", &delays.interview),
        ("the decision", &delays.decision),
        ("the rejection", &delays.rejection),
        ("the request to expedite", &delays.expedite),
        ("the production", &delays.produced),
        ("the mailing", &delays.mailed),
        ("the delivery", &delays.delivered),
        ("the notice of the oath", &delays.oath_notice),
        ("the oath", &delays.oath),
        ("the sending", &delays.sent),
        ("the reopening", &delays.reopening),
        ("the new decision", &delays.redecision),
    ];
    for (what, delay) in all {
        source.delay(delay, what)?;
    }
    source.spread(&delays.set_aside_spread, "the time that cases are set aside")?;
    Ok(delays.clone())
}

fn probabilities(
    (source, probabilities): (&SourceText<'_>, &Probabilities),
) -> Result<Probabilities, ScenarioError> {
    let all: [(&str, &Spanned<f64>); 9] = [
        ("missed appointments", &probabilities.missed),
        ("requests without a response", &probabilities.unanswered),
        ("rescheduled interviews", &probabilities.rescheduled),
        ("cancelled interviews", &probabilities.cancelled),
        ("continued interviews", &probabilities.continued),
        ("moot cases", &probabilities.moot),
        ("reopened denials", &probabilities.reopened),
        ("returned documents", &probabilities.returned),
        ("petitions sent to the Department of State", &probabilities.sent),
    ];
    for (what, share) in all {
        source.share(share, &format!("the share of {what}"))?;
    }
    let put_off = probabilities.rescheduled.get_ref() + probabilities.cancelled.get_ref();
    if put_off > 0.9 {
        let problem = format!("{put_off} of all interviews are rescheduled or cancelled; at most 0.9 can be");
        return Err(source.at(probabilities.rescheduled.span(), problem));
    }
    Ok(probabilities.clone())
}

fn record((source, record): (&SourceText<'_>, &Record)) -> Result<Record, ScenarioError> {
    source.share(&record.late, "the share of late actions")?;
    source.delay(&record.late_by, "late entries")?;
    for (code, share) in &record.missing {
        source.share(share, &format!("the share of missing `{code}`"))?;
        if !Act::ALL.iter().any(|act| act.code() == code) {
            let known: Vec<&str> = Act::ALL.iter().map(|act| act.code()).collect();
            let problem =
                format!("`{code}` is not an action of the simulation; use one of {}", known.join(", "));
            return Err(source.at(share.span(), problem));
        }
        if NEVER_MISSING.contains(&code.as_str()) {
            let problem = format!(
                "`{code}` is always recorded, or the record could not tell which cases are pending; remove it"
            );
            return Err(source.at(share.span(), problem));
        }
    }
    Ok(record.clone())
}

fn offices(source: &SourceText<'_>, offices: &[OfficeSpec]) -> Result<Vec<OfficeSpec>, ScenarioError> {
    let Some(first) = offices.first() else {
        return Err(source.whole("there are no offices; add at least one, which also takes biometrics"));
    };
    let mut sum = 0.0;
    for (number, office) in offices.iter().enumerate() {
        let code = office.code.get_ref();
        if code.trim().is_empty() {
            return Err(source.at(office.code.span(), "an office has no code; give it one"));
        }
        sum += source.above_zero(1.0, &office.share, &format!("the share of office `{code}`"))?;
        source.above_zero(100.0, &office.wait_factor, &format!("the wait factor of office `{code}`"))?;
        if offices[..number].iter().any(|other| other.code.get_ref() == code) {
            return Err(source.at(office.code.span(), format!("duplicate office `{code}`; keep one")));
        }
    }
    if offices.len() > MAX_ENTRIES {
        let problem = format!("{} offices; at most {MAX_ENTRIES} are possible", offices.len());
        return Err(source.at(first.code.span(), problem));
    }
    if (sum - 1.0).abs() > ROUNDING {
        let problem = format!("the shares of the offices add up to {sum:.3}, not to 1");
        return Err(source.at(first.share.span(), problem));
    }
    Ok(offices.to_vec())
}
