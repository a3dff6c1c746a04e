//! The case card: an estimate, or why there is none, in one language.

use model::{AttributeKind, Day, FormDefinition, RequestState, Status, TrainedOn};

use super::track;
use crate::answer::estimate::{DecisionAnswer, EstimateAnswer, TimelineAnswer};
use crate::answer::model::ModelAnswer;
use crate::answer::note::NotePlacement;
use crate::answer::notes::{Beyond, old_data};
use crate::answer::reason::Reason;
use crate::case::checks::CheckedCase;
use crate::models::{Loaded, is_old};
use crate::wording::cases::Cases;
use crate::wording::phrasing;
use crate::wording::translations::Language;

/// Hardly any case is older. The date of one that is may be mistyped.
const MAX_USUAL_YEARS: i16 = 15;

/// Everything on the card.
pub(super) struct Card {
    pub(super) form: String,
    pub(super) title: String,
    pub(super) now: Option<String>,
    /// What the applicant may have to answer.
    pub(super) requests: Vec<UnansweredRequest>,
    /// What else the record tells the applicant.
    pub(super) told: Vec<Alert>,
    pub(super) decision: Option<Decision>,
    pub(super) none: Option<NoEstimate>,
    pub(super) next: Option<Next>,
    /// Where the case is in line.
    pub(super) line: Option<String>,
    pub(super) timeline: Vec<Step>,
    pub(super) as_of: String,
    pub(super) unofficial: String,
    pub(super) why_heading: &'static str,
    pub(super) why: Option<String>,
    pub(super) alerts: Vec<Alert>,
    pub(super) data: Vec<String>,
    /// How accurate such estimates were at an earlier time; empty without an estimate.
    pub(super) track: Vec<String>,
}

/// A request without an answer.
pub(super) struct UnansweredRequest {
    pub(super) title: &'static str,
    pub(super) text: String,
    /// The text of the link to the field for the answer, if the form has one.
    pub(super) enter: Option<&'static str>,
    /// Whether the case waits for the answer.
    pub(super) is_open: bool,
}

impl UnansweredRequest {
    fn all(answer: &EstimateAnswer, language: Language) -> Vec<Self> {
        let described = |state, text| {
            let (title, enter) = match state {
                RequestState::Open => ("request.title", Some("request.answered")),
                RequestState::AfterDecision => ("request.after_decision_title", None),
                _ => ("request.unanswered_title", Some("field.change_heading")),
            };
            Self {
                title: language.text(title),
                text: language.of(text).to_owned(),
                enter: enter.map(|key| language.text(key)),
                is_open: state == RequestState::Open,
            }
        };
        let described = answer.notes.iter().filter_map(|note| match note.placement {
            NotePlacement::Request(state) => Some(described(state, &note.text)),
            _ => None,
        });
        described.collect()
    }
}

/// The headline.
pub(super) struct Decision {
    pub(super) about: String,
    /// What is known of cases like this one; `None` if none waited as long.
    pub(super) eight_in_ten: Option<String>,
    /// A warning that belongs to the time.
    pub(super) caution: Option<String>,
    pub(super) odds: Option<String>,
    /// What the estimate is not.
    pub(super) disclaimer: String,
}

/// Why there is no estimate.
pub(super) struct NoEstimate {
    pub(super) title: String,
    pub(super) text: String,
}

impl NoEstimate {
    pub(super) fn new(reason: &Reason, language: Language) -> Self {
        Self { title: language.of(&reason.title).to_owned(), text: language.of(&reason.text).to_owned() }
    }
}

/// The next step.
pub(super) struct Next {
    pub(super) step: String,
    pub(super) probability: Option<String>,
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

/// A warning about the data, or news of the case.
pub(super) struct Alert {
    pub(super) title: &'static str,
    pub(super) text: String,
}

impl Card {
    pub(super) fn new(
        loaded: &Loaded,
        checked: &CheckedCase,
        answer: &EstimateAnswer,
        language: Language,
        today: Day,
    ) -> Self {
        let (form, cases) = (loaded.model.form(), Cases::from_training(loaded.trained_on()));
        let (as_of, why_heading) = headings(answer, language);
        let count = answer.timeline.len().to_string();
        let decided = answer.status == Status::Decided.as_str();
        let requests = UnansweredRequest::all(answer, language);
        let asked = requests.iter().any(|request| request.is_open);
        let line = |(n, line): (usize, &TimelineAnswer)| Step {
            position: language.filled("timeline.position", &[("n", &n.to_string()), ("all", &count)]),
            label: language.of(&line.label).to_owned(),
            place: line.place,
            state: state(line, decided, asked, language),
        };
        let notes_at = |placement| {
            let notes = answer.notes.iter().filter(move |note| note.placement == placement);
            notes.map(|note| language.of(&note.text).to_owned())
        };
        let mut card = Self {
            form: form.name().to_owned(),
            title: language.of(&form.spec().title).to_owned(),
            now: answer.now.as_ref().map(|now| language.of(now).to_owned()),
            decision: None,
            none: answer.reason.as_ref().map(|reason| NoEstimate::new(reason, language)),
            next: next(form, answer, cases, language),
            line: answer.line.as_ref().map(|line| language.of(&line.text).to_owned()),
            requests,
            told: told(answer, language),
            timeline: (1..).zip(&answer.timeline).map(line).collect(),
            unofficial: language.filled("page.unofficial", &[("as_of", &as_of)]),
            as_of,
            why_heading,
            why: None,
            alerts: check_received(checked, language).into_iter().collect(),
            data: Vec::new(),
            track: Vec::new(),
        };
        if let Some(decision) = &answer.decision {
            // A guess stands below the words that call it one.
            let (known, odds) = match decision.beyond {
                None => (Some(&decision.eight_in_ten_text), decision.odds(cases)),
                Some(_) => (None, Some(decision.eight_in_ten_text.clone())),
            };
            card.decision = Some(Decision {
                about: language.of(&decision.about.text).to_owned(),
                eight_in_ten: known.map(|text| language.of(text).to_owned()),
                caution: notes_at(NotePlacement::Estimate).next(),
                odds: odds.map(|text| language.of(&text).to_owned()),
                disclaimer: language.filled("disclaimer", &[("cases", cases.before(language))]),
            });
            card.why = Some(why(form, decision, cases, language));
        }
        if let Some(model) = answer.model() {
            let estimated = answer.decision.is_some() || answer.next_step.is_some();
            // With a configured as-of time, the day of the estimate can be later than today.
            let on = today.max(answer.as_of.day());
            card.alerts.extend(alerts(model, language, on, estimated));
            card.data = data(model, language);
            card.data.extend(notes_at(NotePlacement::Details));
            if answer.decision.is_some() {
                card.track = track::lines(model, language);
            }
        }
        card
    }
}

/// The day of the answer in words, and the heading above the reasons.
fn headings(answer: &EstimateAnswer, language: Language) -> (String, &'static str) {
    let date = phrasing::date(answer.as_of.day(), language);
    let (as_of, why) =
        if answer.decision.is_some() { ("asof.day", "why.heading") } else { ("asof.none", "why.none") };
    (language.filled(as_of, &[("date", &date)]), language.text(why))
}

fn next(form: &FormDefinition, answer: &EstimateAnswer, cases: Cases, language: Language) -> Option<Next> {
    let step = answer.next_step.as_ref()?;
    // Without cases like this one, the page mentions none.
    let is_beyond = answer.decision.as_ref().is_some_and(|decision| decision.beyond.is_some());
    let tenths = phrasing::out_of_ten(step.probability);
    let label = language.of(&step.label);
    // The time is that of the next step of any kind. Labelled with the decision alone it would seem to contradict the
    // headline.
    let may_be_other = tenths.is_some() && step.milestone == form.milestone(form.decision()).id;
    Some(Next {
        step: if may_be_other {
            language.filled("next.or_other", &[("step", label)])
        } else {
            label.to_owned()
        },
        probability: tenths.filter(|_| !is_beyond).map(|tenths| {
            let values = [("n", &*tenths.to_string()), ("cases", cases.many(language)), ("step", label)];
            language.filled("next.chance", &values)
        }),
        about: language.of(&step.about.text).to_owned(),
        eight_in_ten: step.eight_in_ten_text.as_ref().map(|text| language.of(text).to_owned()),
    })
}

/// The state of a step in words.
fn state(line: &TimelineAnswer, decided: bool, asked: bool, language: Language) -> String {
    let key = match (line.place, line.date) {
        ("done", Some(day)) => {
            let key = if line.is_latest { "timeline.done_by" } else { "timeline.done" };
            return language.filled(key, &[("date", &phrasing::date(day, language))]);
        }
        // After the decision it no longer matters whether the applicant was at an appointment.
        ("not_reported", _) if decided => "timeline.notshown",
        ("not_reported", _) => "timeline.notreported",
        ("current", _) if asked => "now.asked",
        ("current", _) => "timeline.current",
        ("not_needed", _) => "timeline.notneeded",
        ("maybe", _) => "timeline.maybe",
        _ => "timeline.ahead",
    };
    language.text(key).to_owned()
}

/// What the record tells the applicant, each under a title.
fn told(answer: &EstimateAnswer, language: Language) -> Vec<Alert> {
    let alerts = answer.notes.iter().filter_map(|note| match note.placement {
        NotePlacement::Told(title) => {
            Some(Alert { title: language.text(title), text: language.of(&note.text).to_owned() })
        }
        _ => None,
    });
    alerts.collect()
}

/// Which cases the estimate rests on.
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
    let count = phrasing::count(u64::from(basis.cases));
    let key = if basis.same_state { "why.step" } else { "why.form" };
    let mut sentences = vec![language.filled(key, &[("n", &count), ("cases", cases.many(language))])];
    let mut alike: Vec<String> = Vec::new();
    for (name, value) in &basis.queue {
        let attribute = form.spec().attributes.iter().find(|attribute| attribute.name == *name);
        let label = attribute.map_or(name.as_str(), |attribute| language.of(&attribute.label));
        let is_center = attribute.is_some_and(|attribute| attribute.kind == AttributeKind::Center);
        let key = if is_center { "why.center" } else { "why.attribute" };
        alike.push(language.filled(key, &[("label", label), ("value", value)]));
    }
    if !alike.is_empty() {
        sentences.push(language.filled("why.alike", &[("attributes", &alike.join(", "))]));
    }
    sentences.push(model.to_owned());
    sentences.join(" ")
}

/// Asks to check the date of receipt of a case that is unusually old.
fn check_received(checked: &CheckedCase, language: Language) -> Option<Alert> {
    let received = checked.case.received.day();
    let (year, month, day) = checked.as_of.day().year_month_day();
    let text = || {
        let values = [("date", phrasing::date(received, language)), ("years", MAX_USUAL_YEARS.to_string())];
        language.filled("check.received", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
    };
    ((year - MAX_USUAL_YEARS, month, day) > received.year_month_day())
        .then(|| Alert { title: language.text("check.received_title"), text: text() })
}

fn alerts(model: &ModelAnswer, language: Language, on: Day, estimated: bool) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if model.trained_on == TrainedOn::SimulatedHistory {
        let cases = phrasing::count(model.cases);
        alerts.push(Alert {
            title: language.text("data.simulated_title"),
            text: language.filled("data.simulated", &[("n", &cases)]),
        });
    }
    // Without an estimated time there is nothing that could be different now.
    if estimated && is_old(model.trained_as_of, on) {
        alerts.push(Alert {
            title: language.text("data.old_title"),
            text: language.of(&old_data(model.trained_as_of)).to_owned(),
        });
    }
    alerts
}

/// What the model was trained on.
fn data(model: &ModelAnswer, language: Language) -> Vec<String> {
    let key = match model.trained_on {
        TrainedOn::RealHistory => Some("data.real"),
        TrainedOn::Unstated => Some("data.unstated"),
        // An alert already says it.
        TrainedOn::SimulatedHistory => None,
    };
    let cases = phrasing::count(model.cases);
    let first = phrasing::date(model.first_received, language);
    let last = phrasing::date(model.last_received, language);
    let trained_on =
        key.map(|key| language.filled(key, &[("n", &cases), ("first", &first), ("last", &last)]));
    let trained = phrasing::date(model.trained_as_of.day(), language);
    let source = language.filled("data.history", &[("history", &model.history), ("date", &trained)]);
    trained_on.into_iter().chain([source]).collect()
}
