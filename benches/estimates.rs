//! What a portal asks of a model of the bundled real history. Every bench asserts its answer.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench that cannot begin may stop; its groups are made by a macro"
)]

use std::path::Path;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use data::History;
use model::{Action, AsOf, Case, CaseView, Stamp, artifact};
use serving::{Clock, Models, Settings, router};
use store::ModelSet;
use tower::ServiceExt;
use training::{Estimator, Fixed};

/// Cases in one batch over HTTP.
const BATCH: usize = 100;

/// The encoded model of I-485, trained once on the whole bundled history.
fn trained() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| trained_with(None))
}

/// The same with an estimator.
fn trained_with(estimator: Option<Estimator>) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/history/uscis-fy22");
    let history = History::read(&dir, data::forms::bundled().unwrap()).unwrap();
    let known = history.view_at(AsOf::new(history.extracted_on()));
    let model = training::fit_fixed(known, "I-485", Fixed::default(), estimator).unwrap();
    artifact::encode(&model).unwrap()
}

fn case() -> Case {
    let action = |code: &str, day: &str| Action::new(code.to_owned(), Stamp::parse(day).unwrap());
    Case {
        received: Stamp::parse("2022-02-14").unwrap(),
        attributes: vec![("center".to_owned(), "MSC".to_owned())],
        actions: vec![action("received", "2022-02-14"), action("biometrics_taken", "2022-03-28")],
    }
}

fn how_long_does_one_estimate_take(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("how_long_does_one_estimate_take");
    let (case, as_of) = (case(), AsOf::parse("2022-12-18").unwrap());
    for estimator in Estimator::ALL {
        let model = artifact::decode(&trained_with(Some(estimator))).unwrap().model;
        group.bench_function(estimator.name(), |bencher| {
            bencher.iter(|| {
                let view = CaseView::new(model.form(), std::hint::black_box(&case), as_of);
                let estimate = model.estimate(&view);
                let decision = estimate.decision.unwrap();
                assert!(decision.basis.state.is_some() && decision.time.at(0.5) > 0.0);
                estimate.next_step.unwrap().probability
            });
        });
    }
    group.finish();
}

fn how_long_do_the_reasons_of_one_estimate_take(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("how_long_do_the_reasons_of_one_estimate_take");
    let (case, as_of) = (case(), AsOf::parse("2022-12-18").unwrap());
    for estimator in Estimator::ALL {
        let model = artifact::decode(&trained_with(Some(estimator))).unwrap().model;
        let view = CaseView::new(model.form(), &case, as_of);
        let (progress, now) = (view.progress(), as_of.moment());
        let features = model.features(&view, now);
        let decision = model.estimate(&view).decision.unwrap();
        group.bench_function(estimator.name(), |bencher| {
            bencher.iter(|| {
                let features = std::hint::black_box(&features);
                let reasons = model.reasons(&decision, progress, features, [now, now]).unwrap();
                assert!(reasons.groups.len() > 1);
                reasons
            });
        });
    }
    group.finish();
}

fn how_long_does_loading_a_model_take(criterion: &mut Criterion) {
    let bytes = trained();
    let mut group = criterion.benchmark_group("how_long_does_loading_a_model_take");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            let loaded = artifact::decode(std::hint::black_box(bytes)).unwrap();
            assert_eq!(loaded.model.form().name(), "I-485");
        });
    });
    group.finish();
}

fn how_many_people_can_ask_at_once(criterion: &mut Criterion) {
    let models = Models::from(ModelSet::from_artifacts([artifact::decode(trained()).unwrap()]).unwrap());
    let as_of = AsOf::parse("2022-12-18").unwrap();
    let settings = Settings { default_as_of: Some(as_of), ..Settings::default() };
    let app = router(models, settings, Clock::fixed(as_of.day()));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let one = r#"{"form":"I-485","received_on":"2022-02-14","attributes":{"center":"MSC"},
        "actions":[{"action":"biometrics_taken","occurred_on":"2022-03-28"}]}"#;
    let many = format!(r#"{{"cases":[{}]}}"#, vec![one; BATCH].join(","));
    let mut group = criterion.benchmark_group("how_many_people_can_ask_at_once");
    for (name, body, cases) in [("one_by_one", one.to_owned(), 1), ("in_batches_of_100", many, BATCH)] {
        group.throughput(Throughput::Elements(cases as u64));
        group.bench_function(name, |bencher| {
            bencher.to_async(&runtime).iter(|| {
                let request = Request::post("/v1/estimates")
                    .header(header::CONTENT_TYPE, "application/json")
                    .body(Body::from(body.clone()))
                    .unwrap();
                let app = app.clone();
                async move {
                    let response = app.oneshot(request).await.unwrap();
                    assert_eq!(response.status(), StatusCode::OK);
                    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
                    assert!(body.windows(11).filter(|found| found == b"\"estimated\"").count() == cases);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(
    benches,
    how_long_does_one_estimate_take,
    how_long_do_the_reasons_of_one_estimate_take,
    how_long_does_loading_a_model_take,
    how_many_people_can_ask_at_once
);
criterion_main!(benches);
