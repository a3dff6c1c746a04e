//! Which column of a file of case statuses is the case, the form, the status, the dates, and which are attributes.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::error::CaseStatusError;
use super::note::CaseStatusNote;
use crate::event_log::listed;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum ColumnRole {
    Case,
    Form,
    Received,
    Status,
    Date,
    ScheduledFor,
}

impl ColumnRole {
    /// What the column holds, for a message.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Case => "the case",
            Self::Form => "the form",
            Self::Received => "the receipt date",
            Self::Status => "the status",
            Self::Date => "the date of the status",
            Self::ScheduledFor => "the day of the appointment",
        }
    }

    /// The name that the documentation uses.
    pub(super) const fn usual_name(self) -> &'static str {
        match self {
            Self::Case => "case_id",
            Self::Form => "form",
            Self::Received => "received_on",
            Self::Status => "status",
            Self::Date => "occurred_on",
            Self::ScheduledFor => "scheduled_for",
        }
    }
}

/// Names of columns, in lower case without spaces and punctuation: our own, those of the agency's interfaces and those
/// that people give them in English and Spanish. A file may have several status columns: the first that has a known
/// value in a row counts, in the order of this table.
const KNOWN_NAMES: &[(ColumnRole, &[&str])] = &[
    (ColumnRole::Case, &["caseid", "case", "casenumber", "casekey", "receiptnumber", "receipt", "caso"]),
    (ColumnRole::Form, &["form", "formtype", "formnumber", "formulario"]),
    (
        ColumnRole::Received,
        &[
            "receivedon",
            "receivedat",
            "received",
            "receiveddate",
            "datereceived",
            "receiptdate",
            "submitteddate",
            "submissiondate",
            "filedon",
            "recibido",
            "fechaderecibo",
        ],
    ),
    (
        ColumnRole::Status,
        &[
            "action",
            "status",
            "statustext",
            "statustitle",
            "casestatus",
            "currentcasestatustexten",
            "completedtexten",
            "statustitlespanish",
            "currentcasestatustextes",
            "completedtextes",
            "estatus",
            "eventcode",
            "actioncode",
            "currentactioncode",
        ],
    ),
    (
        ColumnRole::Date,
        &[
            "occurredon",
            "occurredat",
            "date",
            "statusdate",
            "eventdate",
            "eventdatetime",
            "actiondate",
            "currentactioncodedate",
            "fecha",
        ],
    ),
    (
        ColumnRole::ScheduledFor,
        &["scheduledfor", "appointment", "appointmentdate", "appointmentdatetime", "cita"],
    ),
];

/// What becomes of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnUse {
    /// The only column with this role.
    Role(ColumnRole),
    /// A status column, and how early in the table of names it stands.
    Status(usize),
    /// An attribute of the case, by its position among those of the file.
    Attribute(usize),
    /// Nothing reads it.
    Ignored,
}

/// Two columns of one meaning, where a file may have only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AmbiguousColumns {
    /// What both hold, for a message.
    pub(super) what: String,
    pub(super) first: String,
    pub(super) second: String,
}

impl AmbiguousColumns {
    pub(super) fn in_file(self, path: &Path) -> CaseStatusError {
        let Self { what, first, second } = self;
        CaseStatusError::AmbiguousColumn { path: path.to_owned(), what, first, second }
    }
}

/// The columns of a file, found by their names as they appear.
#[derive(Debug)]
pub(super) struct Columns {
    /// The attributes that some form definition knows, by their comparable name.
    known_attributes: HashMap<String, String>,
    uses: HashMap<String, ColumnUse>,
    roles: HashMap<ColumnRole, String>,
    attributes: Vec<String>,
    /// The column of each attribute.
    attribute_columns: HashMap<String, String>,
    ignored: BTreeSet<String>,
}

impl Columns {
    pub(super) fn new<'a>(known_attributes: impl IntoIterator<Item = &'a str>) -> Self {
        let known = known_attributes.into_iter().map(|name| (comparable(name), name.to_owned()));
        Self {
            known_attributes: known.collect(),
            uses: HashMap::new(),
            roles: HashMap::new(),
            attributes: Vec::new(),
            attribute_columns: HashMap::new(),
            ignored: BTreeSet::new(),
        }
    }

    /// What becomes of the column with this name.
    pub(super) fn find(&mut self, name: &str) -> Result<ColumnUse, AmbiguousColumns> {
        if let Some(&known) = self.uses.get(name) {
            return Ok(known);
        }
        let key = comparable(name);
        let found = match role_of(&key) {
            Some((ColumnRole::Status, rank)) => {
                self.roles.entry(ColumnRole::Status).or_insert_with(|| name.to_owned());
                ColumnUse::Status(rank)
            }
            Some((role, _)) => {
                if let Some(first) = self.roles.insert(role, name.to_owned()) {
                    let (what, second) = (role.what().to_owned(), name.to_owned());
                    return Err(AmbiguousColumns { what, first, second });
                }
                ColumnUse::Role(role)
            }
            None => self.attribute(name, &key)?,
        };
        self.uses.insert(name.to_owned(), found);
        Ok(found)
    }

    fn attribute(&mut self, name: &str, key: &str) -> Result<ColumnUse, AmbiguousColumns> {
        let Some(attribute) = self.known_attributes.get(key) else {
            if !key.is_empty() {
                self.ignored.insert(name.to_owned());
            }
            return Ok(ColumnUse::Ignored);
        };
        if let Some(first) = self.attribute_columns.insert(attribute.clone(), name.to_owned()) {
            let what = format!("the attribute `{attribute}`");
            return Err(AmbiguousColumns { what, first, second: name.to_owned() });
        }
        self.attributes.push(attribute.clone());
        Ok(ColumnUse::Attribute(self.attributes.len() - 1))
    }

    /// The roles that every file needs and that no column has had so far.
    fn missing(&self) -> Vec<ColumnRole> {
        let needed = [ColumnRole::Case, ColumnRole::Form, ColumnRole::Status, ColumnRole::Date];
        needed.into_iter().filter(|role| !self.roles.contains_key(role)).collect()
    }

    /// Refuses a file that lacks a column; `names` are its columns.
    pub(super) fn check_complete<'a>(
        &self,
        path: &Path,
        names: impl Iterator<Item = &'a str>,
    ) -> Result<(), CaseStatusError> {
        let missing = self.missing();
        if missing.is_empty() {
            return Ok(());
        }
        Err(CaseStatusError::MissingColumn {
            path: path.to_owned(),
            missing: sentence_list(missing.iter().map(|role| role.what().to_owned())),
            names: sentence_list(missing.iter().map(|role| format!("`{}`", role.usual_name()))),
            found: listed(names),
        })
    }

    /// Every name so far, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.uses.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// The columns that nothing reads, if there are any.
    pub(super) fn note(&self) -> Option<CaseStatusNote> {
        let ignored: Vec<String> = self.ignored.iter().cloned().collect();
        (!ignored.is_empty()).then_some(CaseStatusNote::IgnoredColumns(ignored))
    }

    /// The attributes of the file, as the form definitions name them.
    pub(super) fn attributes(&self) -> &[String] {
        &self.attributes
    }
}

/// `a, b and c`.
fn sentence_list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    match items.split_last() {
        Some((last, [first @ .., before])) => {
            first.iter().map(|item| format!("{item}, ")).collect::<String>() + &format!("{before} and {last}")
        }
        Some((only, [])) => only.clone(),
        None => String::new(),
    }
}

/// The role of a known name and its place among the names of that role.
fn role_of(key: &str) -> Option<(ColumnRole, usize)> {
    KNOWN_NAMES
        .iter()
        .find_map(|(role, names)| names.iter().position(|&name| name == key).map(|place| (*role, place)))
}

fn comparable(name: &str) -> String {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn column_names_are_recognized_in_any_spelling() {
        let mut columns = Columns::new(["field_office"]);
        for (name, found) in [
            ("Receipt Number", ColumnUse::Role(ColumnRole::Case)),
            ("formType", ColumnUse::Role(ColumnRole::Form)),
            ("submittedDate", ColumnUse::Role(ColumnRole::Received)),
            ("current_case_status_text_en", ColumnUse::Status(5)),
            ("eventDateTime", ColumnUse::Role(ColumnRole::Date)),
            ("Field Office", ColumnUse::Attribute(0)),
            ("current_case_status_desc_en", ColumnUse::Ignored),
        ] {
            assert_eq!(columns.find(name), Ok(found), "{name}");
        }
        assert_eq!(columns.missing(), []);
        assert_eq!(columns.attributes(), ["field_office"]);
        let ignored = CaseStatusNote::IgnoredColumns(vec!["current_case_status_desc_en".into()]);
        assert_eq!(columns.note(), Some(ignored));
    }

    #[test]
    fn missing_columns_are_listed_as_in_a_sentence() {
        for (names, list) in [("a", "a"), ("a b", "a and b"), ("a b c d", "a, b, c and d")] {
            assert_eq!(sentence_list(names.split(' ').map(str::to_owned)), list);
        }
    }

    #[test]
    fn two_columns_for_the_case_are_refused_and_two_for_the_status_are_not() {
        let mut columns = Columns::new([]);
        assert_eq!(columns.find("status"), Ok(ColumnUse::Status(1)));
        assert!(matches!(columns.find("event_code"), Ok(ColumnUse::Status(_))));
        assert_eq!(columns.find("case_id"), Ok(ColumnUse::Role(ColumnRole::Case)));
        assert_eq!(columns.find("case_id"), Ok(ColumnUse::Role(ColumnRole::Case)));
        let (first, second) = ("case_id".to_owned(), "receipt_number".to_owned());
        let ambiguous = AmbiguousColumns { what: "the case".to_owned(), first, second };
        assert_eq!(columns.find("receipt_number"), Err(ambiguous));
        assert_eq!(columns.missing(), [ColumnRole::Form, ColumnRole::Date]);
    }

    #[test]
    fn two_columns_for_one_attribute_are_refused() {
        let mut columns = Columns::new(["field_office"]);
        for _ in 0..2 {
            assert_eq!(columns.find("Field Office"), Ok(ColumnUse::Attribute(0)));
        }
        let what = "the attribute `field_office`".to_owned();
        let (first, second) = ("Field Office".to_owned(), "field_office".to_owned());
        assert_eq!(columns.find("field_office"), Err(AmbiguousColumns { what, first, second }));
    }
}
