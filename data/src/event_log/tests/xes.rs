use super::super::{EventLogError, LogIssueKind, LogPosition, ReadOptions};
use super::{XES, events, notes, read, read_with};

fn event(name: &str, day: u32, transition: Option<&str>) -> String {
    let transition = transition
        .map(|value| format!("<string key='lifecycle:transition' value='{value}'/>"))
        .unwrap_or_default();
    format!(
        "<event><string key='concept:name' value='{name}'/>{transition}\
         <date key='time:timestamp' value='2016-02-{day:02}T00:00:00Z'/></event>\n"
    )
}

fn trace(name: &str, events: &[String]) -> String {
    format!("<trace><string key='concept:name' value='{name}'/>{}</trace>\n", events.concat())
}

#[test]
fn places_in_an_xes_log_are_lines() {
    let xes = "<log>\n<trace>\n\n<event/>\n<event\n/></trace></log>";
    let Err(EventLogError::Rows(report)) = read("log.xes", xes) else { panic!("no report") };
    let kinds: Vec<LogIssueKind> = report.issues.iter().map(|issue| issue.kind).collect();
    assert_eq!(kinds, [LogIssueKind::NoCase, LogIssueKind::NoActivity, LogIssueKind::BadTime]);
    let places: Vec<LogPosition> = report.issues[0].examples.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [LogPosition::Line(4), LogPosition::Line(5)]);
    let broken = read("log.xes", "<log>\n<trace>\n</log>").unwrap_err().to_string();
    assert!(broken.contains("line 3: broken XML"), "{broken}");
}

#[test]
fn events_outside_a_trace_and_traces_of_one_name_are_counted() {
    let [a, b, c] = [1, 2, 3].map(|day| event("A", day, None));
    let xes = format!(
        "<log>{b}{c}{}{}{}{}</log>",
        trace("x", std::slice::from_ref(&a)),
        trace("y", &[]),
        trace("x", std::slice::from_ref(&c)),
        trace("x", &[]),
    );
    let log = read("log.xes", xes).unwrap();
    assert_eq!(events(&log), ["x|A|2016-02-01T00:00:00Z", "x|A|2016-02-03T00:00:00Z"]);
    assert_eq!(
        notes(&log),
        [
            "2 events are outside every trace and left out: they belong to no case",
            "1 trace is joined with an earlier trace of the same name",
            "2 traces are without events and left out",
        ]
    );
}

#[test]
fn complete_events_count_unless_other_transitions_are_asked_for() {
    let xes = format!(
        "<log><global scope='event'><string key='lifecycle:transition' value='complete'/>\
         <string key='concept:name' value='UNKNOWN'/></global>{}</log>",
        trace(
            "x",
            &[
                event("A", 1, Some("start")),
                event("B", 2, Some("COMPLETE")),
                event("C", 3, None),
                event("D", 4, Some("ate_abort"))
            ]
        )
    );
    let log = read("log.xes", &xes).unwrap();
    assert_eq!(events(&log), ["x|B|2016-02-02T00:00:00Z", "x|C|2016-02-03T00:00:00Z"]);
    assert_eq!(log.activities(), ["B", "C"]);
    assert_eq!(
        notes(&log),
        [
            "2 events are left out: only the lifecycle transition `complete` counts; --lifecycle chooses others"
        ]
    );
    let with = |wanted: &[&str]| {
        let lifecycle = wanted.iter().map(|name| (*name).to_owned()).collect();
        read_with("log.xes", &xes, &ReadOptions { lifecycle, ..ReadOptions::default() })
    };
    assert_eq!(with(&["Start", "ate_abort"]).unwrap().activities(), ["A", "D"]);
    assert_eq!(with(&["all"]).unwrap().events.len(), 4);
    let text = with(&["begin"]).unwrap_err().to_string();
    assert!(text.contains("no lifecycle transition `begin`; it has `start`, `COMPLETE`"), "{text}");
}

#[test]
fn events_of_every_transition_count_where_none_is_complete() {
    let xes =
        format!("<log>{}</log>", trace("x", &[event("A", 1, Some("start")), event("B", 2, Some("suspend"))]));
    let log = read("log.xes", xes).unwrap();
    assert_eq!(log.events.len(), 2);
    assert!(
        notes(&log)[0].contains("no event is `complete`") && notes(&log)[0].contains("`start`, `suspend`")
    );
}

#[test]
fn a_log_without_transitions_has_no_note_about_them() {
    let log = read("log.xes", format!("<log>{}</log>", trace("x", &[event("A", 1, None)]))).unwrap();
    assert_eq!(notes(&log), [""; 0]);
    let options = ReadOptions { lifecycle: vec!["start".into()], ..ReadOptions::default() };
    let csv = "case_id,activity,timestamp\na,A,2016-02-01\n";
    let text = read_with("log.csv", csv, &options).unwrap_err().to_string();
    assert!(text.contains("no lifecycle transition `start`; it has none"), "{text}");
}

#[test]
fn attributes_that_tell_the_end_of_a_case_are_left_out() {
    let xes = XES.replace("key=\"rate\"", "key=\"variant-index\"");
    let log = read("log.xes", xes).unwrap();
    assert_eq!(log.attributes(), ["case_amount", "case_urgent", "case_due"]);
    assert!(
        notes(&log)
            .contains(&"`variant-index` is left out: it is known only when the case is over".to_owned())
    );
}
