use super::super::{DateOrder, EventLogError, LogIssueKind, LogPosition, ReadOptions};
use super::{events, notes, read, read_with};

fn csv(times: &[&str]) -> String {
    let rows: String = times.iter().map(|time| format!("a,A,\"{time}\"\n")).collect();
    format!("case_id,activity,timestamp\n{rows}")
}

fn moments(times: &[&str]) -> Vec<String> {
    let log = read("log.csv", csv(times)).unwrap();
    events(&log).iter().map(|event| event["a|A|".len()..].to_owned()).collect()
}

fn ordered(order: &str, times: &[&str]) -> Result<Vec<String>, EventLogError> {
    let options = ReadOptions { date_order: Some(order.parse().unwrap()), ..ReadOptions::default() };
    read_with("log.csv", csv(times), &options).map(|log| events(&log))
}

#[test]
fn times_are_read_in_the_forms_that_logs_have() {
    for (text, utc) in [
        ("2010-01-13T08:40:25Z", "2010-01-13T08:40:25Z"),
        ("2010-01-13t08:40:25.123", "2010-01-13T08:40:25.123Z"),
        ("2010-01-13 08:40:25,5", "2010-01-13T08:40:25.5Z"),
        ("2010-01-13 08:40:25.000001+01:00", "2010-01-13T07:40:25.000001Z"),
        ("2010-01-13T08:40:25+0100", "2010-01-13T07:40:25Z"),
        ("2010-01-13 08:40:25 -05", "2010-01-13T13:40:25Z"),
        ("2010-01-13 08:40:25 UTC", "2010-01-13T08:40:25Z"),
        ("2010-01-13T08:40", "2010-01-13T08:40:00Z"),
        (" 2010-01-13 ", "2010-01-13T00:00:00Z"),
        ("2016/02/01 13:23:52.000", "2016-02-01T13:23:52Z"),
        ("2016/2/1", "2016-02-01T00:00:00Z"),
        ("1-Feb-2016 9:05", "2016-02-01T09:05:00Z"),
        ("13 September 2016 12:00 am", "2016-09-13T00:00:00Z"),
        ("13 de septiembre de 2016 12:00", "2016-09-13T12:00:00Z"),
        ("September 13, 2016 12:00 am", "2016-09-13T00:00:00Z"),
        ("13.02.2016 12:30 PM", "2016-02-13T12:30:00Z"),
        ("1454333032", "2016-02-01T13:23:52Z"),
        ("1454333032000", "2016-02-01T13:23:52Z"),
        ("1454333032000001", "2016-02-01T13:23:52.000001Z"),
        ("1454333032000001000", "2016-02-01T13:23:52.000001Z"),
    ] {
        assert_eq!(moments(&[text]), [utc], "{text}");
    }
}

#[test]
fn a_text_that_is_not_a_time_is_refused() {
    for text in [
        "20100113",
        "42401.5",
        "2010-13-01",
        "2010-01-13T08:40:25+99:00",
        "2010-01-13T08:40:25-18:01",
        "2010-01-13 25:00:00",
        "NaT",
        "0000-00-00",
        "2010-01-13T08:40:25[Europe/Amsterdam]",
        "2010-01-13T08",
        "2010-01-13 13:00 PM",
        "2010-01/13",
        "31/31/2016",
        "2016-02-30",
        "13.02.2016 noon",
        "01.02.",
        "13 marraskuu 2016",
        "September 13",
        "September September, 2016",
        "September 13, 16",
        "-1454333032000",
        "99999999999999999999",
        "2016-02-01 13:23\u{0}",
    ] {
        let Err(EventLogError::Rows(report)) = read("log.csv", csv(&[text])) else {
            panic!("{text} is read")
        };
        assert_eq!(report.issues[0].kind, LogIssueKind::BadTime, "{text}");
    }
}

#[test]
fn a_time_out_of_range_is_named_as_such_with_the_range() {
    for text in
        ["9999-12-31", "9999-12-31T23:59:59Z", "0000-01-01", "1776-07-04", "31/12/9999", "9999999999999"]
    {
        let error = read("log.csv", csv(&["2016-02-01", text])).unwrap_err().to_string();
        assert!(error.contains("outside the supported years 1900 to 2199: line 3"), "{error}");
        assert!(error.contains(text), "{error}");
    }
}

#[test]
fn one_value_decides_the_order_of_day_and_month_for_the_whole_file() {
    assert_eq!(
        moments(&["01/02/2016 13:23", "13/02/2016"]),
        ["2016-02-01T13:23:00Z", "2016-02-13T00:00:00Z"]
    );
    let american = ["2/1/2016 1:23 PM", "2/13/2016 12:00 AM"];
    assert_eq!(moments(&american), ["2016-02-01T13:23:00Z", "2016-02-13T00:00:00Z"]);
    let log = read("log.csv", csv(&american)).unwrap();
    assert_eq!(
        notes(&log)[1],
        "dates are read as month/day/year, the only order that line 3 (`2/13/2016 12:00 AM`) allows"
    );
    assert_eq!(moments(&["05.05.2016", "2016-01-02"])[0], "2016-05-05T00:00:00Z", "both readings are one");
    assert_eq!(moments(&["31.12.99"]), ["1999-12-31T00:00:00Z"]);
}

#[test]
fn dates_that_leave_the_order_open_are_refused_with_both_readings() {
    let error = read("log.csv", csv(&["05/05/2016", "01/02/2016 13:23", "03/04/2016"])).unwrap_err();
    let text = error.to_string();
    for words in [
        "line 3: `01/02/2016 13:23`",
        "2016-02-01 as day/month/year or 2016-01-02 as month/day/year",
        "--date-order dmy or --date-order mdy",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert_eq!(ordered("dmy", &["01/02/2016"]).unwrap(), ["a|A|2016-02-01T00:00:00Z"]);
    assert_eq!(ordered("MDY", &["01/02/2016"]).unwrap(), ["a|A|2016-01-02T00:00:00Z"]);
    let text = read("log.csv", csv(&["01/02/03"])).unwrap_err().to_string();
    assert!(text.contains("2003-02-01") && text.contains("2003-01-02"), "{text}");
    assert_eq!(ordered("ymd", &["01/02/03"]).unwrap(), ["a|A|2001-02-03T00:00:00Z"]);
}

#[test]
fn dates_in_different_orders_are_refused_with_a_value_of_each() {
    let times = ["13/02/2016", "01/02/2016", "02/13/2016"];
    let text = read("log.csv", csv(&times)).unwrap_err().to_string();
    for words in [
        "line 4 (`02/13/2016`) cannot begin with the day",
        "line 2 (`13/02/2016`) cannot begin with the month",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let Err(EventLogError::Rows(report)) = ordered("dmy", &times) else { panic!("no report") };
    assert_eq!(report.issues[0].kind, LogIssueKind::OtherDateOrder);
    assert_eq!(report.issues[0].examples, [(LogPosition::Line(4), "02/13/2016".to_owned())]);
}

#[test]
fn times_with_and_without_an_offset_are_counted() {
    let log = read("log.csv", csv(&["2016-02-01 10:00", "2016-02-01 10:00+02:00", "2016-02-02"])).unwrap();
    assert!(notes(&log)[1].starts_with("2 times have no UTC offset"), "{:?}", notes(&log));
    assert!(events(&log)[1].ends_with("T08:00:00Z"));
}

#[test]
fn only_three_orders_have_names() {
    assert_eq!("Ymd".parse(), Ok(DateOrder::YearMonthDay));
    assert!("ydm".parse::<DateOrder>().unwrap_err().to_string().contains("`ydm`"));
}
