//! Which column of a table is the case, the activity, the time, and which are attributes.

use std::collections::HashSet;

use super::diagnostics::{listed, shown};
use super::error::EventLogError;
use super::known_columns::{ColumnRole, XES_TOOL, deciding_tool, is_known_only_at_the_end, role_of};
use super::log::LogBuilder;
use super::note::LogNote;
use super::options::ReadOptions;
use super::source::Origin;

/// How the headers of case attributes begin: in our own format, and in pm4py's.
const ATTRIBUTE_PREFIXES: [&str; 2] = ["case_", "case:"];

/// The option that chooses who did it.
const RESOURCE_OPTION: &str = "--resource-column";
/// The options that choose the case, the activity and the time.
const COLUMN_OPTIONS: [&str; 3] = ["--case-column", "--activity-column", "--timestamp-column"];

/// Where the columns are.
#[derive(Debug)]
pub(super) struct Columns {
    /// How many columns the table has.
    pub(super) count: usize,
    pub(super) case: usize,
    pub(super) activity: usize,
    pub(super) time: usize,
    pub(super) lifecycle: Option<usize>,
    pub(super) sorting: Option<usize>,
    pub(super) resource: Option<usize>,
    /// Index of the column and number of the attribute.
    pub(super) attributes: Vec<(usize, usize)>,
}

impl Columns {
    /// Finds the columns by their headers. Columns that an option names win over known names.
    pub(super) fn find(
        headers: &[&str],
        options: &ReadOptions,
        origin: &Origin,
        log: &mut LogBuilder,
    ) -> Result<Self, EventLogError> {
        let headers: Vec<&str> = headers.iter().map(|header| header.trim()).collect();
        let mut finder = Finder { headers: &headers, origin, passed_over: Vec::new() };
        let [case, activity, time, lifecycle, sorting] = finder.roles(options)?;
        let taken = [case, activity, time, lifecycle, sorting];
        let resource = if options.without_resource { None } else { finder.resource(options, &taken)? };
        let passed_over = finder.passed_over;
        let (Some(case), Some(activity), Some(time)) = (case, activity, time) else {
            return Err(missing([case, activity, time], &headers, origin));
        };
        let (count, attributes) = (headers.len(), Vec::new());
        let mut columns = Self { count, case, activity, time, lifecycle, sorting, resource, attributes };
        let named = [case, activity, time].map(|index| headers[index].to_owned());
        log.note(LogNote::Columns { tool: columns.tool(&headers), case_activity_time: named });
        if let Some(resource) = resource {
            log.note(LogNote::Resource { column: headers[resource].to_owned() });
        }
        if let (Some(tool), false) = (deciding_tool(&headers), passed_over.is_empty()) {
            let columns = listed(passed_over.iter().map(|index| headers[*index]));
            log.note(LogNote::PassedOverColumns { tool, columns });
        }
        columns.find_attributes(&headers, &passed_over, origin, log)?;
        let used: HashSet<usize> = columns.indices().chain(passed_over).collect();
        let is_unused = |index: &usize| {
            let header = headers[*index];
            !used.contains(index) && !header.is_empty() && !is_attribute(header)
        };
        let unused: Vec<&str> = (0..headers.len()).filter(is_unused).map(|index| headers[index]).collect();
        if !unused.is_empty() {
            log.note(LogNote::UnusedColumns { columns: listed(unused) });
        }
        Ok(columns)
    }

    /// Every column that is read.
    pub(super) fn indices(&self) -> impl Iterator<Item = usize> {
        [Some(self.case), Some(self.activity), Some(self.time), self.lifecycle, self.sorting]
            .into_iter()
            .chain([self.resource])
            .flatten()
            .chain(self.attributes.iter().map(|(index, _)| *index))
    }

    fn find_attributes(
        &mut self,
        headers: &[&str],
        passed_over: &[usize],
        origin: &Origin,
        log: &mut LogBuilder,
    ) -> Result<(), EventLogError> {
        let taken: HashSet<usize> = self.indices().chain(passed_over.iter().copied()).collect();
        let mut named: HashSet<String> = HashSet::new();
        for (index, header) in headers.iter().enumerate() {
            let Some(rest) = attribute(header) else { continue };
            if taken.contains(&index) {
                continue;
            }
            if role_of(header).is_some_and(|column| column.role == ColumnRole::Case) {
                log.note(LogNote::CaseIdLeftOut { column: (*header).to_owned() });
                continue;
            }
            if is_known_only_at_the_end(rest) {
                log.note(LogNote::KnownOnlyAtTheEnd { column: (*header).to_owned() });
                continue;
            }
            // `case:amount` is called `case_amount` in the history, as the attribute `amount` of an XES trace is.
            let name = if header.contains(':') && header.as_bytes().get(4) == Some(&b':') {
                format!("case_{rest}")
            } else {
                (*header).to_owned()
            };
            if !named.insert(name.clone()) {
                return Err(EventLogError::DuplicateColumn { path: origin.path.clone(), column: name });
            }
            self.attributes.extend(log.attribute(&name)?.map(|number| (index, number)));
        }
        Ok(())
    }

    /// The tool whose names the three main columns have, if one tool has all of them.
    fn tool(&self, headers: &[&str]) -> Option<&'static str> {
        let tool = |index: usize| role_of(headers[index]).map(|column| column.tool);
        // Several tools share names such as `Activity`; the case and the time tell them apart.
        let (case, time) = (tool(self.case)?, tool(self.time)?);
        (case == time).then_some(case)
    }
}

/// Whether a header is that of an attribute of the case.
pub(super) fn is_attribute(header: &str) -> bool {
    attribute(header.trim()).is_some()
}

/// The name of an attribute without its prefix.
fn attribute(header: &str) -> Option<&str> {
    ATTRIBUTE_PREFIXES.iter().find_map(|prefix| {
        let (start, rest) = header.split_at_checked(prefix.len())?;
        (start.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
    })
}

struct Finder<'a> {
    headers: &'a [&'a str],
    origin: &'a Origin,
    /// Columns with a role that a complete set of one tool's names has won.
    passed_over: Vec<usize>,
}

impl Finder<'_> {
    /// The columns of the case, the activity, the time, the lifecycle and the sorting.
    fn roles(&mut self, options: &ReadOptions) -> Result<[Option<usize>; 5], EventLogError> {
        let named = [&options.case_column, &options.activity_column, &options.timestamp_column];
        let mut chosen = [None; 3];
        let mut missing = Vec::new();
        for (slot, name) in chosen.iter_mut().zip(named) {
            let Some(name) = name else { continue };
            *slot = self.named(name.trim())?;
            if slot.is_none() {
                missing.push(name.trim());
            }
        }
        if !missing.is_empty() {
            let (path, found) = (self.origin.path.clone(), listed(self.headers.iter().copied()));
            return Err(EventLogError::MissingColumn { path, missing: listed(missing), found });
        }
        self.refuse_shared(chosen)?;
        let taken = chosen;
        let mut known = |role| self.known(role, &taken);
        let [case, activity, time] = chosen;
        let case = case.map_or_else(|| known(ColumnRole::Case), |case| Ok(Some(case)))?;
        let activity = activity.map_or_else(|| known(ColumnRole::Activity), |it| Ok(Some(it)))?;
        let time = match time {
            Some(time) => Some(time),
            None => match known(ColumnRole::Time)? {
                Some(time) => Some(time),
                None => known(ColumnRole::Start)?,
            },
        };
        Ok([case, activity, time, known(ColumnRole::Lifecycle)?, known(ColumnRole::Sorting)?])
    }

    /// The column of who did it: the one that an option names, else one with a known name, the XES name first.
    fn resource(
        &self,
        options: &ReadOptions,
        taken: &[Option<usize>],
    ) -> Result<Option<usize>, EventLogError> {
        if let Some(name) = options.resource_column.as_deref().map(str::trim) {
            let found = self.named(name)?;
            if found.is_none() {
                return Err(EventLogError::MissingResourceColumn {
                    path: self.origin.path.clone(),
                    column: shown(name),
                    found: listed(self.headers.iter().copied()),
                });
            }
            let shared = taken.iter().take(3).position(|other| *other == found);
            return match shared.zip(found) {
                Some((role, index)) => Err(self.shared(index, [COLUMN_OPTIONS[role], RESOURCE_OPTION])),
                None => Ok(found),
            };
        }
        let known =
            |index: &usize| role_of(self.headers[*index]).filter(|it| it.role == ColumnRole::Resource);
        let free = (0..self.headers.len()).filter(|index| !taken.contains(&Some(*index)));
        Ok(free
            .filter(|index| known(index).is_some())
            .min_by_key(|index| known(index).is_none_or(|column| column.tool != XES_TOOL)))
    }

    /// Refuses options that choose one column for two things.
    fn refuse_shared(&self, chosen: [Option<usize>; 3]) -> Result<(), EventLogError> {
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            if let Some(index) = chosen[first].filter(|_| chosen[first] == chosen[second]) {
                return Err(self.shared(index, [COLUMN_OPTIONS[first], COLUMN_OPTIONS[second]]));
            }
        }
        Ok(())
    }

    fn shared(&self, index: usize, options: [&'static str; 2]) -> EventLogError {
        let column = self.headers[index].to_owned();
        EventLogError::SharedColumn { path: self.origin.path.clone(), column, options }
    }

    /// The column with this very header, else the one whose header differs only in case.
    fn named(&self, name: &str) -> Result<Option<usize>, EventLogError> {
        let exact = self.only(|header| header == name)?;
        let lower = name.to_lowercase();
        exact.map_or_else(|| self.only(|header| header.to_lowercase() == lower), |index| Ok(Some(index)))
    }

    /// The only column with a known name of this role that no option has taken. Of several, the one whose name belongs
    /// to a complete set.
    fn known(&mut self, role: ColumnRole, taken: &[Option<usize>]) -> Result<Option<usize>, EventLogError> {
        let named = |index: &usize| role_of(self.headers[*index]).filter(|it| it.role == role);
        let free = (0..self.headers.len()).filter(|index| !taken.contains(&Some(*index)));
        let candidates: Vec<usize> = free.filter(|index| named(index).is_some()).collect();
        let &[first, second, ..] = candidates.as_slice() else { return Ok(candidates.first().copied()) };
        let tool = deciding_tool(self.headers);
        let (of_tool, others): (Vec<usize>, Vec<usize>) =
            candidates.iter().partition(|index| named(index).map(|it| it.tool) == tool);
        match of_tool.as_slice() {
            [] => Err(self.both(first, second, role)),
            &[only] => {
                self.passed_over.extend(others);
                Ok(Some(only))
            }
            &[first, second, ..] => Err(self.both(first, second, role)),
        }
    }

    fn only(&self, fits: impl Fn(&str) -> bool) -> Result<Option<usize>, EventLogError> {
        let mut fitting = (0..self.headers.len()).filter(|index| fits(self.headers[*index]));
        let (first, second) = (fitting.next(), fitting.next());
        match (first, second) {
            (Some(first), Some(_)) => Err(self.duplicate(first)),
            _ => Ok(first),
        }
    }

    fn both(&self, first: usize, second: usize, role: ColumnRole) -> EventLogError {
        if self.headers[first] == self.headers[second] {
            return self.duplicate(first);
        }
        let (what, remedy) = match role {
            ColumnRole::Case => ("the case", "choose one with --case-column"),
            ColumnRole::Activity => ("the activity", "choose one with --activity-column"),
            ColumnRole::Time | ColumnRole::Start => ("the time", "choose one with --timestamp-column"),
            ColumnRole::Lifecycle => ("the lifecycle transition", "rename or delete one"),
            ColumnRole::Sorting => ("the order of events", "rename or delete one"),
            ColumnRole::Resource => ("who did it", "choose one with --resource-column"),
        };
        EventLogError::AmbiguousColumn {
            path: self.origin.path.clone(),
            what,
            first: self.headers[first].to_owned(),
            second: self.headers[second].to_owned(),
            remedy,
        }
    }

    fn duplicate(&self, index: usize) -> EventLogError {
        let column = self.headers[index].to_owned();
        EventLogError::DuplicateColumn { path: self.origin.path.clone(), column }
    }
}

fn missing(found: [Option<usize>; 3], headers: &[&str], origin: &Origin) -> EventLogError {
    let ours = ["case_id", "activity", "timestamp"];
    let missing = ours.into_iter().zip(found).filter(|(_, found)| found.is_none()).map(|(name, _)| name);
    EventLogError::MissingColumn {
        path: origin.path.clone(),
        missing: listed(missing),
        found: listed(headers.iter().copied()),
    }
}
