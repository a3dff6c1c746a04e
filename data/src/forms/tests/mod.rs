mod actions;
mod files;

use model::Day;

/// Every action code of the data contract.
const ACTION_CODES: [&str; 41] = [
    "received",
    "rejected",
    "biometrics_scheduled",
    "biometrics_rescheduled",
    "biometrics_reused",
    "biometrics_taken",
    "rfe_sent",
    "rfe_response",
    "noid_noir",
    "noid_response",
    "transferred",
    "under_review",
    "expedite",
    "info_update",
    "other_notice",
    "remains_pending",
    "other",
    "interview_ready",
    "interview_scheduled",
    "interview_rescheduled",
    "interview_cancelled",
    "interview_completed",
    "interview_waived",
    "interview_other",
    "on_hold",
    "hold_lifted",
    "visa_unavailable",
    "visa_available",
    "approved",
    "denied",
    "withdrawn",
    "closed_other",
    "revoked_terminated",
    "doc_produced",
    "doc_mailed",
    "doc_delivered",
    "doc_returned",
    "sent_dos",
    "oath_scheduled",
    "oath_taken",
    "reopened_appeal",
];

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}
