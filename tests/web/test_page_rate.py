"""The page around the tracker costs little: its frame rate and its main thread are measured."""

from __future__ import annotations

import logging

import pytest

from benchmarks.page_rate import Unmeasured, bare_loop, rates

pytestmark = [pytest.mark.browser, pytest.mark.footage]

# The page's share of a bare tracker loop's frame rate, and the longest its main thread may block.
LEAST_SHARE = 0.8
LONGEST_MS = 100


def test_the_page_keeps_the_trackers_frame_rate_and_a_free_main_thread(site, drive, clip):
    try:
        bare = bare_loop()
    except Unmeasured as missing:
        pytest.skip(str(missing))
    plan = site.plan_of(("forehead.glide_out", "left", 50), seconds=300)
    driver = drive("about:blank", clip("v640_1h_spread"))
    found = rates(driver.page, site.address, f"/session/{plan}", bare)
    logging.getLogger(__name__).info("%s", found)
    assert found.share >= LEAST_SHARE, found
    # Something else on this machine may hold one spell's page; it does not hold both.
    assert min(found.longest_ms) <= LONGEST_MS, found
