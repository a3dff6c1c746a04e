"""Measures the CPU time that LightGBM takes to learn hazards from the person-period rows of landmarks.

usage: person_periods.py LANDMARKS.parquet|.csv[.gz] [--end end] [--event event] [--edges 0,0.03,...] [--trees 100] [--leaves 31] ...

LANDMARKS has a row for each case and past day: columns of any kind, the time that followed (`--end`, in the units of the grid), and
whether it ended with the event (`--event`: 0 or 1, or a boolean). Each row becomes one row for each period of the grid in which the
case was at risk, with the number of the period as one more column. LightGBM then learns whether the event came in the period.
Texts become categories. With `--exposure` the loss is Poisson with the exact exposure in the period, and else binary.

Prints the CPU seconds, of all threads together, of expanding the rows, of binning them, and of training. Reading is not counted.
"""
import argparse
import time

import lightgbm as lgb
import numpy as np
import pandas as pd

EDGES = [0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.27, 0.35, 0.43, 0.52, 0.6, 0.68, 0.76, 0.84, 0.92, 1, 1.08, 1.17, 1.27, 1.4, 1.55, 1.75, 2, 2.4,
         3, 4, 6]


def as_numbers(frame):
    """The columns as numbers, and which of them are categories."""
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    # The code of a missing text is -1, which LightGBM takes as missing.
    numbers = frame.assign(**{name: pd.Categorical(frame[name]).codes for name in texts})
    return numbers.to_numpy(np.float32, na_value=np.nan), [frame.columns.get_loc(name) for name in texts]


def expand(x, end, event, edges):
    rows, periods, came, exposure = [], [], [], []
    for k, (low, high) in enumerate(zip(edges, edges[1:])):
        # An event at 0 is in the first period.
        at_risk = np.flatnonzero((end > low) | (k == 0))
        rows.append(at_risk)
        periods.append(np.full(len(at_risk), k, np.float32))
        came.append(event[at_risk] & (end[at_risk] <= high))
        exposure.append(np.maximum(np.minimum(end[at_risk], high) - low, 1e-6))
    return np.column_stack([x[np.concatenate(rows)], np.concatenate(periods)]), np.concatenate(came), np.concatenate(exposure)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("landmarks")
    parser.add_argument("--end", default="end")
    parser.add_argument("--event", default="event")
    parser.add_argument("--leave-out", default=[], type=lambda text: text.split(","), help="columns that are not for learning")
    parser.add_argument("--edges", default=EDGES, type=lambda text: [float(edge) for edge in text.split(",")])
    parser.add_argument("--exposure", action="store_true")
    for name, usual in [("trees", 100), ("leaves", 31), ("rows-a-leaf", 80), ("threads", 1), ("bins", 255)]:
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--rate", type=float, default=0.1)
    given = parser.parse_args()
    read = pd.read_parquet if given.landmarks.endswith(".parquet") else pd.read_csv
    frame = read(given.landmarks)
    end, event = frame[given.end].to_numpy(float), frame[given.event].to_numpy(bool)
    x, categories = as_numbers(frame.drop(columns=[given.end, given.event, *given.leave_out]))

    began = time.process_time()
    rows, came, exposure = expand(x, end, event, given.edges)
    expanded = time.process_time()
    settings = dict(objective="poisson" if given.exposure else "binary", num_leaves=given.leaves, learning_rate=given.rate, max_bin=given.bins,
                    min_data_in_leaf=given.rows_a_leaf, lambda_l2=10, verbosity=-1, num_threads=given.threads, seed=1)
    table = lgb.Dataset(rows, came.astype(np.float32), categorical_feature=categories, params=settings,
                        init_score=np.log(exposure) if given.exposure else None).construct()
    binned = time.process_time()
    lgb.train(settings, table, given.trees)
    trained = time.process_time()
    print(f"{len(x)} landmarks with {x.shape[1]} columns, {len(rows)} person-period rows, {came.sum()} events, {given.trees} trees of at most "
          f"{given.leaves} leaves, {settings['objective']}, {given.threads} threads")
    print(f"CPU seconds: {trained - began:.2f} (expanding {expanded - began:.2f}, binning {binned - expanded:.2f}, training {trained - binned:.2f})")


if __name__ == "__main__":
    main()
