"""The fit behind the judge's weights."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fit_odds import fit, weighed
from faceglide.coaching.odds import AGAINST, ALONG


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(3)
    made = np.array([-0.5, 2.0, -1.0, 0.0])
    rows = np.column_stack([np.ones(4000), rng.normal(size=(4000, 3)) * [1.0, 2.0, 0.5]])
    chance = 1.0 / (1.0 + np.exp(-rows @ made))
    is_stroke = (rng.uniform(size=4000) < chance).astype(float)
    assert fit(rows, is_stroke, np.ones(4000)) == pytest.approx(made, abs=0.25)


def test_every_sign_of_a_run_has_a_weight_in_both_directions() -> None:
    runs = weighed("clean", 2000)
    assert {run.stroke for run in runs} == {True, False}
    for run in runs:
        assert set(run.signs) == set(ALONG) | set(AGAINST)
