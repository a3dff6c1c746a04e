//! The case card: an estimate, or why there is none, in one language.

use model::{Day, FormDefinition, Status, TrainedOn};

use super::fields::is_center;
use super::track;
use crate::answer::{DecisionAnswer, EstimateAnswer, ModelAnswer, Reason, TimelineAnswer};
use crate::models::Loaded;
use crate::notes::Beside;
use crate::standing;
use crate::texts::Language;
use crate::words;

/// A model trained more than this many days ago knows little of how things are now.
const OLD_AFTER_DAYS: i32 = 180;

/// Everything on the card.
pub(super) struct Card {
    pub(super) form: String,
    pub(super) title: String,
    pub(super) now: Option<String>,
    /// What the agency waits for, if it waits for the applicant.
    pub(super) request: Option<String>,
    pub(super) decision: Option<Decision>,
    pub(super) none: Option<NoEstimate>,
    pub(super) next: Option<Next>,
    pub(super) timeline: Vec<Step>,
    pub(super) as_of: String,
    pub(super) unofficial: String,
    pub(super) why_heading: &'static str,
    pub(super) why: Option<String>,
    pub(super) alerts: Vec<Alert>,
    pub(super) data: Vec<String>,
    /// How such estimates did before; empty where there is none.
    pub(super) track: Vec<String>,
}

/// The headline.
pub(super) struct Decision {
    pub(super) about: String,
    /// What is known of cases like this one; nothing if none waited as long.
    pub(super) eight_in_ten: Option<String>,
    /// What must be read with the time.
    pub(super) caution: Option<String>,
    pub(super) odds: Option<String>,
}

/// Why there is no estimate.
pub(super) struct NoEstimate {
    pub(super) title: String,
    pub(super) text: String,
}

impl NoEstimate {
    pub(super) fn of(reason: &Reason, language: Language) -> Self {
        Self { title: language.of(&reason.title).to_owned(), text: language.of(&reason.text).to_owned() }
    }
}

/// The next step.
pub(super) struct Next {
    pub(super) step: String,
    pub(super) chance: Option<String>,
    pub(super) about: String,
    pub(super) eight_in_ten: String,
}

/// One line of the timeline.
pub(super) struct Step {
    pub(super) position: String,
    pub(super) label: String,
    pub(super) place: &'static str,
    pub(super) state: String,
}

impl Step {
    pub(super) fn is_current(&self) -> bool {
        self.place == "current"
    }
}

/// What must not be overlooked about the data.
pub(super) struct Alert {
    pub(super) title: &'static str,
    pub(super) text: String,
}

impl Card {
    pub(super) fn of(loaded: &Loaded, answer: &EstimateAnswer, language: Language, today: Day) -> Self {
        let form = loaded.model.form();
        let as_of = words::date(answer.as_of.day(), language);
        let (as_of_key, why_key) =
            if answer.decision.is_some() { ("asof.day", "why.heading") } else { ("asof.none", "why.none") };
        let as_of = language.filled(as_of_key, &[("date", &as_of)]);
        let count = answer.timeline.len().to_string();
        let decided = answer.status == Status::Decided.as_str();
        let line = |(n, line)| step(n, &count, line, decided, language);
        let beside = |beside| {
            let notes = answer.notes.iter().filter(move |note| note.beside == beside);
            notes.map(|note| language.of(&note.text).to_owned())
        };
        let request = beside(Beside::Request).next();
        let mut timeline: Vec<Step> = (1..).zip(&answer.timeline).map(line).collect();
        if request.is_some() {
            the_answer_comes_next(form, &answer.timeline, &mut timeline, language);
        }
        let mut card = Self {
            form: form.name().to_owned(),
            title: language.of(&form.draft().title).to_owned(),
            now: answer.now.as_ref().map(|now| language.of(now).to_owned()),
            decision: None,
            none: answer.reason.as_ref().map(|reason| NoEstimate::of(reason, language)),
            // How long others took to answer is no time that the applicant has: the notice has the deadline.
            next: if request.is_none() { next(form, answer, language) } else { None },
            request,
            timeline,
            unofficial: language.filled("page.unofficial", &[("as_of", &as_of)]),
            as_of,
            why_heading: language.text(why_key),
            why: None,
            alerts: Vec::new(),
            data: Vec::new(),
            track: Vec::new(),
        };
        if let Some(decision) = &answer.decision {
            let (known, odds) = match &decision.guess {
                None => (Some(&decision.eight_in_ten_text), decision.odds.as_ref()),
                Some(guess) => (None, Some(guess)),
            };
            card.decision = Some(Decision {
                about: language.of(&decision.about.text).to_owned(),
                eight_in_ten: known.map(|text| language.of(text).to_owned()),
                caution: beside(Beside::Estimate).next(),
                odds: odds.map(|text| language.of(text).to_owned()),
            });
            card.why = Some(why(form, decision, language));
        }
        if let Some(model) = &answer.model {
            let estimated = answer.decision.is_some() || answer.next_step.is_some();
            card.alerts = alerts(model, language, today, estimated);
            card.data = data(model, language);
            card.data.extend(beside(Beside::Details));
            if answer.decision.is_some() {
                card.track = track::lines(model, language);
            }
        }
        card
    }
}

fn next(form: &FormDefinition, answer: &EstimateAnswer, language: Language) -> Option<Next> {
    let step = answer.next_step.as_ref()?;
    let tenths = words::out_of_ten(step.probability);
    let label = language.of(&step.label);
    // The time is that of the next step, whichever it is. Under the name of the decision alone it would seem to contradict
    // the headline.
    let may_be_other = tenths.is_some() && step.milestone == form.milestone(form.decision()).id;
    Some(Next {
        step: if may_be_other {
            language.filled("next.or_other", &[("step", label)])
        } else {
            label.to_owned()
        },
        chance: tenths
            .map(|tenths| language.filled("next.chance", &[("n", &tenths.to_string()), ("step", label)])),
        about: language.of(&step.about.text).to_owned(),
        eight_in_ten: language.of(&step.eight_in_ten_text).to_owned(),
    })
}

fn step(number: usize, count: &str, line: &TimelineAnswer, decided: bool, language: Language) -> Step {
    let state = match (line.place, line.date) {
        ("done", Some(day)) => language.filled("timeline.done", &[("date", &words::date(day, language))]),
        // Nobody asks any more whether the applicant was at an appointment.
        ("not_reported", _) if decided => language.text("timeline.notshown").to_owned(),
        ("not_reported", _) => language.text("timeline.notreported").to_owned(),
        ("current", _) => language.text("timeline.current").to_owned(),
        ("maybe", _) => language.text("timeline.maybe").to_owned(),
        _ => language.text("timeline.ahead").to_owned(),
    };
    Step {
        position: language.filled("timeline.position", &[("n", &number.to_string()), ("all", count)]),
        label: language.of(&line.label).to_owned(),
        place: line.place,
        state,
    }
}

/// While a request is open, whatever is likely comes after the applicant's answer.
fn the_answer_comes_next(
    form: &FormDefinition,
    lines: &[TimelineAnswer],
    steps: &mut [Step],
    language: Language,
) {
    for (line, step) in lines.iter().zip(steps) {
        if standing::is_answer(form, &line.milestone) {
            step.place = "current";
            step.state = language.text("now.asked").to_owned();
        } else if step.is_current() {
            step.place = "ahead";
            step.state = language.text("timeline.ahead").to_owned();
        }
    }
}

/// On which cases the estimate rests.
fn why(form: &FormDefinition, decision: &DecisionAnswer, language: Language) -> String {
    let model = language.text("why.model");
    if decision.guess.is_some() {
        return format!("{} {model}", language.text("why.beyond"));
    }
    let basis = &decision.basis;
    let cases = words::count(u64::from(basis.cases));
    let key = if basis.same_state { "why.step" } else { "why.form" };
    let mut sentences = vec![language.filled(key, &[("n", &cases)])];
    let mut alike: Vec<String> = Vec::new();
    for (name, value) in &basis.queue {
        let attribute = form.draft().attributes.iter().find(|attribute| attribute.name == *name);
        let label = attribute.map_or(name.as_str(), |attribute| language.of(&attribute.label));
        let key = if is_center(form.name(), name) { "why.center" } else { "why.attribute" };
        alike.push(language.filled(key, &[("label", label), ("value", value)]));
    }
    if !alike.is_empty() {
        sentences.push(language.filled("why.alike", &[("attributes", &alike.join(", "))]));
    }
    sentences.push(model.to_owned());
    sentences.join(" ")
}

fn alerts(model: &ModelAnswer, language: Language, today: Day, estimated: bool) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if model.trained_on == TrainedOn::SimulatedHistory {
        let cases = words::count(model.cases);
        alerts.push(Alert {
            title: language.text("data.simulated_title"),
            text: language.filled("data.simulated", &[("n", &cases)]),
        });
    }
    let trained = model.trained_as_of.day();
    // Where no time is told, none can be different now.
    if estimated && today.since(trained) > OLD_AFTER_DAYS {
        let year = trained.year_month_day().0.to_string();
        alerts.push(Alert {
            title: language.text("data.old_title"),
            text: language.filled("data.old", &[("year", &year)]),
        });
    }
    alerts
}

/// What the model learnt from.
fn data(model: &ModelAnswer, language: Language) -> Vec<String> {
    let key = match model.trained_on {
        TrainedOn::RealHistory => Some("data.real"),
        TrainedOn::Unstated => Some("data.unstated"),
        // Said in an alert already.
        TrainedOn::SimulatedHistory => None,
    };
    let cases = words::count(model.cases);
    let first = words::date(model.first_received, language);
    let last = words::date(model.last_received, language);
    let learnt = key.map(|key| language.filled(key, &[("n", &cases), ("first", &first), ("last", &last)]));
    let trained = words::date(model.trained_as_of.day(), language);
    let source = language.filled("data.history", &[("history", &model.history), ("date", &trained)]);
    learnt.into_iter().chain([source]).collect()
}
