//! How one candidate did for one form at one origin: everything that is written about it, and its cases one by one.

use std::collections::BTreeMap;

use data::estimates::ScoredCase;

use super::calibration::Calibration;
use super::case_score::CaseScore;
use super::questions::{Answers, Questions};
use super::scores::{QueueScore, Scores, by_queue};
use super::slices::{SliceScores, Slicing};

/// How one candidate did for one form at one origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Its scores.
    pub scores: Scores,
    /// Its scores for parts of the cases.
    pub slices: Vec<SliceScores>,
    /// Whether what it said came true as often as it said.
    pub calibration: Calibration,
    /// Its scores by queue, by the name of the queue.
    pub queues: BTreeMap<String, QueueScore>,
}

impl Judged {
    /// Judges answers whose cases are scored. `model` has the scores of the model's answers to the same questions, unless
    /// these are the model's.
    pub(super) fn new(
        questions: &Questions<'_>,
        answers: &Answers,
        scored: &[CaseScore],
        model: Option<&[CaseScore]>,
        cuts: &[Slicing],
    ) -> Self {
        let queues = by_queue(questions, scored, model);
        let calibration = Calibration::new(questions, answers, scored);
        let (scores, slices) = rayon::join(
            || Scores::new(questions, answers, scored, &queues, &calibration),
            || cuts.iter().flat_map(|cut| cut.scores(questions, answers, scored)).collect(),
        );
        Self { scores, slices, calibration, queues }
    }

    /// Whether another is about the same candidate, form and target, at whatever origin.
    pub(super) fn is_about_the_same_as(&self, other: &Self) -> bool {
        let key = |one: &Self| (one.scores.form.clone(), one.scores.target, one.scores.candidate);
        key(self) == key(other)
    }
}

/// The cases of one form at one origin with the answers of one candidate.
pub struct JudgedCases<'a> {
    pub(super) questions: &'a Questions<'a>,
    pub(super) answers: &'a Answers,
    pub(super) scored: &'a [CaseScore],
}

impl JudgedCases<'_> {
    /// Every case, as a row of a table.
    pub fn rows(&self) -> impl Iterator<Item = ScoredCase<'_>> {
        let (questions, answers) = (self.questions, self.answers);
        let form = questions.form;
        let step = |milestone| form.milestone(milestone).id.as_str();
        questions.list.iter().enumerate().map(move |(index, question)| {
            let event = question.time(answers.target);
            let (score, features) = (&self.scored[index], &question.case.features);
            let said = answers.steps.as_ref().and_then(|steps| steps[index]);
            ScoredCase {
                case_id: questions.history.case_id(question.number),
                form: form.name(),
                as_of: questions.origin,
                candidate: answers.candidate,
                target: answers.target,
                state: form.state(features.state).0,
                queue: &questions.queues[question.queue],
                waited_days: features.since_receipt.get(),
                in_state_days: features.in_state.get(),
                quantiles: &answers.quantiles[index],
                days: event.unwrap_or(questions.horizon),
                event: event.is_some(),
                crps_days: score.crps,
                crps_integral_days: score.crps_integral,
                pit: score.pit,
                said_step: said.map(|said| step(said.milestone)),
                said_probability: said.map(|said| said.probability),
                came_step: question.came.map(step),
            }
        })
    }
}
