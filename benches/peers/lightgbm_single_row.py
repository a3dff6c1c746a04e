"""Times LightGBM's fastest way to predict one number for one row: LGBM_BoosterPredictForMatSingleRowFast, called from C.

usage: lightgbm_single_row.py [--trees 300] [--leaves 31] [--columns 40] [--calls 200000]

Trains a model on made-up rows, compiles lightgbm_single_row.c against the library of the installed wheel (with $CC, else cc), and
prints microseconds a call: the median over batches of 100 calls, and their 10 and 90 per cent quantiles. Run it at the same time
and on the same machine as the bench that it is compared with.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

import lightgbm as lgb
import numpy as np

ROWS, ASKED = 100_000, 4096


def library():
    folder = pathlib.Path(lgb.__file__).parent
    found = sorted(folder.rglob("lib_lightgbm.*"))
    if not found:
        raise SystemExit(f"no lib_lightgbm in {folder}")
    return found[0]


def main():
    parser = argparse.ArgumentParser()
    for name, usual in [("trees", 300), ("leaves", 31), ("columns", 40), ("calls", 200_000)]:
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    x = rng.normal(size=(ROWS, given.columns))
    x[rng.random(x.shape) < 0.05] = np.nan
    weight = rng.normal(size=given.columns)
    filled = np.nan_to_num(x)
    y = filled @ weight + np.abs(filled[:, 0]) * filled[:, 1 % given.columns] + rng.normal(size=ROWS)
    settings = dict(objective="regression", num_leaves=given.leaves, learning_rate=0.05, min_data_in_leaf=20, verbosity=-1, num_threads=1, seed=1)
    model = lgb.train(settings, lgb.Dataset(x, y), given.trees)
    leaves = model.dump_model()["tree_info"]
    with tempfile.TemporaryDirectory() as folder:
        model.save_model(f"{folder}/model.txt")
        x[:ASKED].tofile(f"{folder}/rows.bin")
        here, lib = pathlib.Path(__file__).parent, library()
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", f"{folder}/ask", here / "lightgbm_single_row.c", lib,
                        f"-Wl,-rpath,{lib.parent}"], check=True)
        said = subprocess.run([f"{folder}/ask", f"{folder}/model.txt", f"{folder}/rows.bin", str(given.columns), str(given.calls)],
                              check=True, capture_output=True, text=True).stdout
    median, low, high, mean = map(float, said.split())
    # One answer for each row, asked equally often but for the last round.
    if abs(mean - model.predict(x[:ASKED]).mean()) > 0.05 * np.std(y):
        raise SystemExit("the answers from C are not those of the model")
    print(f"LightGBM {lgb.__version__}, single-row fast, {len(leaves)} trees, mean {np.mean([t['num_leaves'] for t in leaves]):.1f} leaves, "
          f"{given.columns} columns: median {median / 1e3:.2f} us a call (10 to 90 per cent: {low / 1e3:.2f} to {high / 1e3:.2f})")


if __name__ == "__main__":
    main()
