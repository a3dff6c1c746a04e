//! The vocabulary that comes with the program: the agency's status titles and event codes.

use model::{StatusTexts, StatusTextsSpec, VocabularyError};
use thiserror::Error;

const BUNDLED: &str = include_str!("../status-texts.toml");

/// Why a vocabulary file is refused.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StatusTextsError {
    /// It cannot be read as TOML with the tables and keys of a vocabulary.
    #[error("the vocabulary is not the TOML that it should be; correct the line that the cause names")]
    Toml(#[from] toml::de::Error),
    /// What it says is wrong.
    #[error("the vocabulary is wrong")]
    Vocabulary(#[from] VocabularyError),
}

/// The vocabulary that comes with the program (`data/status-texts.toml`).
///
/// ```
/// let texts = data::bundled_status_texts()?;
/// assert_eq!(texts.action_for_title("Case Was Approved", Some("I-130")), Some("approved"));
/// assert_eq!(texts.action_for_title("Caso fue aprobado.", Some("I-130")), Some("approved"));
/// assert_eq!(texts.action_for_event_code("FTA0", None), Some("under_review"));
/// # Ok::<(), data::StatusTextsError>(())
/// ```
///
/// # Errors
/// [`StatusTextsError`] if the file is wrong, which the tests rule out.
pub fn bundled_status_texts() -> Result<StatusTexts, StatusTextsError> {
    let spec: StatusTextsSpec = toml::from_str(BUNDLED)?;
    Ok(spec.check()?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use model::Language;

    use super::*;
    use crate::forms::bundled;

    fn texts() -> StatusTexts {
        bundled_status_texts().unwrap()
    }

    #[test]
    fn no_title_or_code_is_listed_twice_and_every_source_is_explained() {
        // `check` refuses both; the counts show that it saw the whole file.
        let texts = texts();
        assert!(texts.titles().len() > 160, "{} titles", texts.titles().len());
        assert!(texts.event_codes().count() > 200, "{} event codes", texts.event_codes().count());
    }

    #[test]
    fn every_action_and_form_of_the_vocabulary_is_that_of_a_form_definition() {
        let texts = texts();
        let catalog = bundled().unwrap();
        let all: Vec<&str> = catalog.names().collect();
        let titles = texts.titles().iter().map(|it| (it.text.as_str(), it.action.as_str(), &it.forms[..]));
        for (text, action, forms) in titles.chain(texts.event_codes()) {
            let forms: Vec<&str> =
                if forms.is_empty() { all.clone() } else { forms.iter().map(String::as_str).collect() };
            for form in forms {
                let definition = catalog.newest(form).unwrap();
                assert!(
                    definition.effect(action).is_some(),
                    "`{text}`: form {form} does not list `{action}`"
                );
            }
        }
    }

    #[test]
    fn every_source_of_the_vocabulary_is_named_by_an_entry() {
        let spec: StatusTextsSpec = toml::from_str(BUNDLED).unwrap();
        let titles = spec.titles.iter().flat_map(|group| &group.source);
        let named: BTreeSet<&String> =
            titles.chain(spec.event_codes.iter().flat_map(|group| &group.source)).collect();
        let explained: BTreeSet<&String> = spec.source.iter().map(|source| &source.id).collect();
        assert_eq!(named, explained);
        assert!(spec.source.iter().all(|source| !source.title.is_empty()));
    }

    #[test]
    fn only_spanish_titles_that_a_source_prints_are_listed() {
        let texts = texts();
        let spanish = texts.titles().iter().filter(|title| title.language == Language::Spanish);
        let spanish: Vec<(&str, &str)> = spanish.map(|it| (it.text.as_str(), it.action.as_str())).collect();
        assert_eq!(
            spanish,
            [("Caso Fue Aprobado", "approved"), ("Aprobación De Caso Reafirmada", "approved")]
        );
    }

    #[test]
    fn titles_that_refuse_the_filing_at_intake_are_rejected() {
        let texts = texts();
        for title in [
            "Case Rejected Because I Sent An Incorrect Fee",
            "Case Was Rejected Because I Did Not Sign My Form",
            "Case Rejected Because The Version Of The Form I Sent Is No Longer Accepted",
            "Petition/Application Was Rejected For Insufficient Funds",
            "Case Was Rejected Because It Was Improperly Filed",
        ] {
            assert_eq!(texts.action_for_title(title, Some("N-400")), Some("rejected"), "{title}");
        }
        // These refuse something beside the filing.
        for title in
            ["Form G-28 Was Rejected Because It Was Improperly Filed", "CNMI Semiannual Report Rejected"]
        {
            assert_eq!(texts.action_for_title(title, Some("N-400")), Some("other_notice"), "{title}");
        }
    }

    #[test]
    fn what_is_received_beside_the_filing_does_not_start_the_clock() {
        let texts = texts();
        for title in [
            "Card Was Received By USCIS Along With My Letter",
            "Request To Reschedule My Appointment Was Received",
            "Request For Premium Processing Services Was Received",
            "Signature Card Was Received",
            "Request for Additional Information Received",
        ] {
            assert_ne!(texts.action_for_title(title, None), Some("received"), "{title}");
        }
    }

    #[test]
    fn an_appeal_that_ends_without_success_does_not_reopen_the_case() {
        let texts = texts();
        assert_eq!(texts.action_for_title("Appeal Was Dismissed", None), Some("denied"));
        assert_eq!(texts.action_for_title("Appeal Was Approved", None), Some("reopened_appeal"));
    }

    #[test]
    fn a_continuation_notice_is_news_of_the_interview_on_form_n_400_only() {
        let (texts, notice) = (texts(), "Continuation Notice Was Mailed");
        assert_eq!(texts.action_for_title(notice, Some("N-400")), Some("interview_other"));
        assert_eq!(texts.action_for_title(notice, Some("I-765")), Some("other_notice"));
        assert_eq!(texts.action_for_event_code("IXB", Some("N-400")), Some("interview_other"));
    }

    #[test]
    fn pages_without_a_status_have_no_action() {
        let texts = texts();
        for text in ["CASE STATUS", "", "I-485"] {
            assert_eq!(texts.action_for_title(text, None), None, "{text}");
        }
    }

    #[test]
    fn the_nearest_titles_are_what_a_reader_would_name() {
        let texts = texts();
        for (written, nearest) in [
            ("Case approved", "Case Was Approved"),
            ("Your case was approved", "Case Was Approved"),
            ("Caso aprobado", "Caso Fue Aprobado"),
            ("Case is received", "Case Was Received"),
            ("Card mailed", "Card Was Mailed To Me"),
            ("Naturalization interview was scheduled", "Interview Was Scheduled"),
            (
                "Received response to USCIS request for evidence",
                "Response To USCIS' Request For Evidence Was Received",
            ),
        ] {
            let found = texts.nearest_titles(None, written, 3);
            assert_eq!(found.first().map(|near| near.text), Some(nearest), "{written}");
            assert!(found.len() <= 3);
        }
        assert_eq!(texts.nearest_titles(None, "Hello world", 3), []);
        let form = crate::forms::bundled().unwrap().newest("I-765").unwrap();
        let oath = "Oath Ceremony Notice Was Maild";
        assert_eq!(texts.nearest_titles(None, oath, 1)[0].text, "Oath Ceremony Notice Was Mailed");
        let of_form = texts.nearest_titles(Some(&form), oath, 9);
        assert!(of_form.iter().all(|near| form.effect(near.action).is_some()), "{of_form:?}");
    }

    #[test]
    fn the_opposite_of_what_was_written_is_not_suggested() {
        let texts = texts();
        let catalog = bundled().unwrap();
        for (written, opposite) in [
            ("Caso fue denegado", "approved"),
            ("Caso Fue Denegada", "approved"),
            ("Caso no fue aprobado", "approved"),
            ("Caso fue desaprobado", "approved"),
            ("Case Was Denyed", "approved"),
            ("Your case was denied today", "approved"),
            ("Case was not approved", "approved"),
            ("Case was disapproved", "approved"),
            ("Case was aproved", "denied"),
            ("Case Is On Hold Because Of Litigation", "hold_lifted"),
            ("Case Is No Longer On Hold", "on_hold"),
            ("Case Was Revoked or Cancelled By USCIS", "approved"),
            ("Interview was canceled", "interview_scheduled"),
            ("Appeal was aproved", "denied"),
        ] {
            let titles = texts.nearest_titles(None, written, 3);
            assert!(titles.iter().all(|near| near.action != opposite), "{written}: {titles:?}");
            let form = catalog.newest("I-485").unwrap();
            let actions = texts.nearest_actions(&form, written, 3);
            assert!(actions.iter().all(|near| near.action != opposite), "{written}: {actions:?}");
        }
        let form = catalog.newest("I-485").unwrap();
        assert_eq!(texts.nearest_titles(None, "Case Was Denyed", 3)[0].text, "Case Was Denied");
        assert_eq!(texts.nearest_actions(&form, "Caso fue denegado", 3)[0].action, "denied");
    }

    #[test]
    fn an_unknown_action_gets_the_nearest_actions_of_the_form() {
        let texts = texts();
        let catalog = bundled().unwrap();
        for (form, written, nearest) in [
            ("N-400", "biometric_taken", "biometrics_taken"),
            ("N-400", "Case Was Approved", "approved"),
            ("I-485", "approve", "approved"),
            ("I-485", "rfe_send", "rfe_sent"),
            ("N-400", "Entrevista programada", "interview_scheduled"),
            ("I-765", "oath", "oath_taken"),
            ("I-90", "LDA", "doc_produced"),
        ] {
            let definition = catalog.newest(form).unwrap();
            let found = texts.nearest_actions(&definition, written, 3);
            assert_eq!(found.first().map(|near| near.action), Some(nearest), "{form}: {written}");
        }
        let definition = catalog.newest("N-400").unwrap();
        assert_eq!(texts.nearest_actions(&definition, "zzz", 3), []);
    }
}
