//! The case card: an estimate, or why there is none, in one language.

use model::{Day, FormDefinition, Status, TrainedOn};

use super::fields::is_center;
use super::track;
use crate::answer::{DecisionAnswer, EstimateAnswer, ModelAnswer, Reason, TimelineAnswer};
use crate::checks::CheckedCase;
use crate::models::{Loaded, is_old};
use crate::notes::{Beside, Beyond, old_data};
use crate::standing::RequestStands;
use crate::texts::Language;
use crate::words::{self, Cases};

/// A case that is older than this many years may be one with a mistyped date.
const SELDOM_OLDER_YEARS: i16 = 15;

/// Everything on the card.
pub(super) struct Card {
    pub(super) form: String,
    pub(super) title: String,
    pub(super) now: Option<String>,
    /// What the applicant may have to answer.
    pub(super) request: Option<Request>,
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

/// A request without an answer.
pub(super) struct Request {
    pub(super) title: &'static str,
    pub(super) text: String,
    /// Words of the way to the field for the answer, where the form has one to enter.
    pub(super) enter: Option<&'static str>,
    /// Whether the case waits for the answer alone.
    pub(super) is_open: bool,
}

impl Request {
    fn of(answer: &EstimateAnswer, language: Language) -> Option<Self> {
        let told = |stands, text| {
            let (title, enter) = match stands {
                RequestStands::Open => ("request.title", Some("request.answered")),
                RequestStands::Old | RequestStands::Followed => {
                    ("request.unanswered_title", Some("field.change_heading"))
                }
                RequestStands::AfterDecision => ("request.after_decision_title", None),
            };
            Self {
                title: language.text(title),
                text: language.of(text).to_owned(),
                enter: enter.map(|key| language.text(key)),
                is_open: stands == RequestStands::Open,
            }
        };
        answer.notes.iter().find_map(|note| match note.beside {
            Beside::Request(stands) => Some(told(stands, &note.text)),
            _ => None,
        })
    }
}

/// The headline.
pub(super) struct Decision {
    pub(super) about: String,
    /// What is known of cases like this one; nothing if none waited as long.
    pub(super) eight_in_ten: Option<String>,
    /// What must be read with the time.
    pub(super) caution: Option<String>,
    pub(super) odds: Option<String>,
    /// What it is not.
    pub(super) disclaimer: String,
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
    pub(super) eight_in_ten: Option<String>,
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
    pub(super) fn of(
        loaded: &Loaded,
        checked: &CheckedCase,
        answer: &EstimateAnswer,
        language: Language,
        today: Day,
    ) -> Self {
        let (form, cases) = (loaded.model.form(), loaded.cases());
        let as_of = words::date(answer.as_of.day(), language);
        let (as_of_key, why_key) =
            if answer.decision.is_some() { ("asof.day", "why.heading") } else { ("asof.none", "why.none") };
        let as_of = language.filled(as_of_key, &[("date", &as_of)]);
        let count = answer.timeline.len().to_string();
        let decided = answer.status == Status::Decided.as_str();
        let request = Request::of(answer, language);
        let asked = request.as_ref().is_some_and(|request| request.is_open);
        let line = |(n, line): (usize, &TimelineAnswer)| Step {
            position: language.filled("timeline.position", &[("n", &n.to_string()), ("all", &count)]),
            label: language.of(&line.label).to_owned(),
            place: line.place,
            state: state(line, decided, asked, language),
        };
        let beside = |beside| {
            let notes = answer.notes.iter().filter(move |note| note.beside == beside);
            notes.map(|note| language.of(&note.text).to_owned())
        };
        let mut card = Self {
            form: form.name().to_owned(),
            title: language.of(&form.spec().title).to_owned(),
            now: answer.now.as_ref().map(|now| language.of(now).to_owned()),
            decision: None,
            none: answer.reason.as_ref().map(|reason| NoEstimate::of(reason, language)),
            next: next(form, answer, cases, language),
            request,
            timeline: (1..).zip(&answer.timeline).map(line).collect(),
            unofficial: language.filled("page.unofficial", &[("as_of", &as_of)]),
            as_of,
            why_heading: language.text(why_key),
            why: None,
            alerts: check_received(checked, language).into_iter().collect(),
            data: Vec::new(),
            track: Vec::new(),
        };
        if let Some(decision) = &answer.decision {
            // What is only a guess stands below the words that say so.
            let (known, odds) = match decision.beyond {
                None => (Some(&decision.eight_in_ten_text), decision.odds.as_ref()),
                Some(_) => (None, Some(&decision.eight_in_ten_text)),
            };
            card.decision = Some(Decision {
                about: language.of(&decision.about.text).to_owned(),
                eight_in_ten: known.map(|text| language.of(text).to_owned()),
                caution: beside(Beside::Estimate).next(),
                odds: odds.map(|text| language.of(text).to_owned()),
                disclaimer: language.filled("disclaimer", &[("cases", cases.before(language))]),
            });
            card.why = Some(why(form, decision, cases, language));
        }
        if let Some(model) = &answer.model {
            let estimated = answer.decision.is_some() || answer.next_step.is_some();
            // The day of the estimate can be later than today where the server stands at another day.
            let on = today.max(answer.as_of.day());
            card.alerts.extend(alerts(model, language, on, estimated));
            card.data = data(model, language);
            card.data.extend(beside(Beside::Details));
            if answer.decision.is_some() {
                card.track = track::lines(model, language);
            }
        }
        card
    }
}

fn next(form: &FormDefinition, answer: &EstimateAnswer, cases: Cases, language: Language) -> Option<Next> {
    let step = answer.next_step.as_ref()?;
    // Where there are no cases like this one, the page speaks of none.
    let is_beyond = answer.decision.as_ref().is_some_and(|decision| decision.beyond.is_some());
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
        chance: tenths.filter(|_| !is_beyond).map(|tenths| {
            let values = [("n", &*tenths.to_string()), ("cases", cases.many(language)), ("step", label)];
            language.filled("next.chance", &values)
        }),
        about: language.of(&step.about.text).to_owned(),
        eight_in_ten: step.eight_in_ten_text.as_ref().map(|text| language.of(text).to_owned()),
    })
}

/// Where a step stands, in words.
fn state(line: &TimelineAnswer, decided: bool, asked: bool, language: Language) -> String {
    let key = match (line.place, line.date) {
        ("done", Some(day)) => {
            return language.filled("timeline.done", &[("date", &words::date(day, language))]);
        }
        // Nobody asks any more whether the applicant was at an appointment.
        ("not_reported", _) if decided => "timeline.notshown",
        ("not_reported", _) => "timeline.notreported",
        ("current", _) if asked => "now.asked",
        ("current", _) => "timeline.current",
        ("maybe", _) => "timeline.maybe",
        _ => "timeline.ahead",
    };
    language.text(key).to_owned()
}

/// On which cases the estimate rests.
fn why(form: &FormDefinition, decision: &DecisionAnswer, cases: Cases, language: Language) -> String {
    let model = language.text("why.model");
    let beyond = decision.beyond.map(|beyond| match beyond {
        Beyond::Whole => "why.beyond",
        Beyond::InStep => "why.beyond_step",
    });
    if let Some(beyond) = beyond {
        return format!("{} {model}", language.filled(beyond, &[("case", cases.one(language))]));
    }
    let basis = &decision.basis;
    let count = words::count(u64::from(basis.cases));
    let key = if basis.same_state { "why.step" } else { "why.form" };
    let mut sentences = vec![language.filled(key, &[("n", &count), ("cases", cases.many(language))])];
    let mut alike: Vec<String> = Vec::new();
    for (name, value) in &basis.queue {
        let attribute = form.spec().attributes.iter().find(|attribute| attribute.name == *name);
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

/// Asks to look at the date of receipt again where hardly any case is as old.
fn check_received(checked: &CheckedCase, language: Language) -> Option<Alert> {
    let received = checked.case.received.day();
    let (year, month, day) = checked.as_of.day().year_month_day();
    let text = || {
        let values = [("date", words::date(received, language)), ("years", SELDOM_OLDER_YEARS.to_string())];
        language.filled("check.received", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    ((year - SELDOM_OLDER_YEARS, month, day) > received.year_month_day())
        .then(|| Alert { title: language.text("check.received_title"), text: text() })
}

fn alerts(model: &ModelAnswer, language: Language, on: Day, estimated: bool) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if model.trained_on == TrainedOn::SimulatedHistory {
        let cases = words::count(model.cases);
        alerts.push(Alert {
            title: language.text("data.simulated_title"),
            text: language.filled("data.simulated", &[("n", &cases)]),
        });
    }
    // Where no time is told, none can be different now.
    if estimated && is_old(model.trained_as_of, on) {
        alerts.push(Alert {
            title: language.text("data.old_title"),
            text: language.of(&old_data(model.trained_as_of)).to_owned(),
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
