"""The probability of backtest overfitting: a small case by hand, and what its paper says of noise and of an edge."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from botswain.lab.validation.overfitting import overfitting
from botswain.model.errors import BadInput


def slowly(returns: np.ndarray, blocks: int) -> float:
    """The same split by split, in the words of the paper's section 3: logits of the winner's relative rank."""
    parts = np.array_split(returns, blocks)
    logits = []
    for chosen in combinations(range(blocks), blocks // 2):
        inside = np.concatenate([parts[k] for k in chosen])
        outside = np.concatenate([parts[k] for k in range(blocks) if k not in chosen])
        ratio_in = inside.mean(axis=0) / inside.std(axis=0, ddof=1)
        ratio_out = outside.mean(axis=0) / outside.std(axis=0, ddof=1)
        winner = int(ratio_in.argmax())
        rank = int((ratio_out <= ratio_out[winner]).sum()) / (returns.shape[1] + 1)
        logits.append(np.log(rank / (1 - rank)))
    return float(np.mean(np.array(logits) <= 0))


# Four trials of eight days in four blocks of two: a block's days are its mean and one percent more or less. Percent.
BLOCK_MEANS = {"A": (0, 1, 1, 1), "B": (2, 3, 1, 0), "C": (-2, 3, -2, 3), "D": (0, -2, -2, -2)}
# Every split, worked out with pencil: two blocks whose means are m + d and m - d have the days m + d + 1, m + d - 1,
# m - d + 1 and m - d - 1, of which the mean is m and the variance (4 d^2 + 4) / 3. Ratios of A, B, C, D to three digits
# in the sample and afterwards, who wins, its rank of four afterwards and the logit of rank / 5.
SPLITS = {
    (1, 2): ((0.387, 1.936, 0.161, -0.612), (0.866, 0.387, 0.161, -1.732), "B", 3, math.log(3 / 2)),
    (1, 3): ((0.387, 1.162, -1.732, -0.612), (0.866, 0.721, 2.598, -1.732), "B", 2, math.log(2 / 3)),
    (1, 4): ((0.387, 0.612, 0.161, -0.612), (0.866, 1.225, 0.161, -1.732), "B", 4, math.log(4)),
    (2, 3): ((0.866, 1.225, 0.161, -1.732), (0.387, 0.612, 0.161, -0.612), "B", 4, math.log(4)),
    (2, 4): ((0.866, 0.721, 2.598, -1.732), (0.387, 1.162, -1.732, -0.612), "C", 1, -math.log(4)),
    (3, 4): ((0.866, 0.387, 0.161, -1.732), (0.387, 1.936, 0.161, -0.612), "A", 3, math.log(3 / 2)),
}


def test_four_trials_worked_out_by_hand() -> None:
    """Two of six logits are at most zero, so it is a third; one winner loses afterwards, so that is a sixth."""
    days = [[(mean + more) / 100 for mean in row for more in (1, -1)] for row in BLOCK_MEANS.values()]
    found = overfitting(np.array(days).T, 4)
    assert found.probability == pytest.approx(1 / 3)
    assert found.loss == pytest.approx(1 / 6)
    assert (found.trials, found.splits, found.blocks, found.days) == (4, 6, 4, 8)
    assert found.in_sample == pytest.approx((1.936 + 1.162 + 0.612 + 1.225 + 2.598 + 0.866) / 6, abs=5e-4)
    assert found.after == pytest.approx((0.387 + 0.721 + 1.225 + 0.612 - 1.732 + 0.387) / 6, abs=5e-4)


@pytest.mark.parametrize("split", SPLITS)
def test_the_table_by_hand_is_what_the_words_of_the_definition_say(split: tuple[int, int]) -> None:
    inside, outside, winner, rank, logit = SPLITS[split]
    for blocks, told in ((split, inside), (tuple({1, 2, 3, 4} - set(split)), outside)):
        for means, ratio in zip(BLOCK_MEANS.values(), told, strict=True):
            one, other = (means[k - 1] for k in blocks)
            middle, half = (one + other) / 2, (one - other) / 2
            assert middle / math.sqrt((4 * half**2 + 4) / 3) == pytest.approx(ratio, abs=5e-4)
    place = "ABCD".index(winner)
    assert inside[place] == max(inside)
    assert sorted(outside).index(outside[place]) + 1 == rank
    assert math.log(rank / 5 / (1 - rank / 5)) == pytest.approx(logit)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_share_of_logits_at_most_zero(seed: int) -> None:
    returns = np.random.default_rng(seed).normal(0.0005, 0.01, (60, 7))
    found = overfitting(returns, 6)
    assert found.probability == slowly(returns, 6)
    assert (found.trials, found.splits, found.blocks, found.days) == (7, 20, 6, 60)


def test_of_noise_it_is_about_a_half() -> None:
    found = [overfitting(np.random.default_rng(k).normal(0, 0.01, (640, 50)), 8).probability for k in range(40)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_of_a_planted_edge_it_is_near_zero() -> None:
    returns = np.random.default_rng(1).normal(0.0, 0.01, (1_000, 50))
    returns[:, 17] += 0.003
    found = overfitting(returns)
    assert found.splits == 12_870
    assert found.probability < 0.01
    assert found.after > 0.2
    assert found.verdict.startswith("The best tends to stay good: in 0% of 12,870 splits the best of 50 ")


def test_what_only_ever_won_once_is_overfitted() -> None:
    """Each trial is good in one block and bad in all others: the winner of a sample has had its good time."""
    returns = np.random.default_rng(2).normal(-0.001, 0.001, (80, 8))
    for k in range(8):
        returns[k * 10 : (k + 1) * 10, k] += 0.05
    found = overfitting(returns, 8)
    assert found.probability == 1.0
    assert found.loss == 1.0
    assert found.verdict.startswith("Choosing the best finds nothing here")


def test_between_them_it_is_doubtful() -> None:
    returns = np.random.default_rng(6).normal(0.0, 0.01, (320, 20))
    returns[:, 3] += 0.0014
    found = overfitting(returns, 8)
    assert 0.1 < found.probability < 0.5
    assert found.verdict.startswith("Choosing the best is doubtful here")


def test_days_that_do_not_go_into_blocks_are_left_out_at_the_beginning() -> None:
    returns = np.random.default_rng(3).normal(0, 0.01, (67, 5))
    assert overfitting(returns, 6) == overfitting(returns[1:], 6)


def test_trials_that_never_moved_are_equals() -> None:
    found = overfitting(np.zeros((40, 3)), 4)
    assert (found.in_sample, found.after, found.probability) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize(("shape", "blocks"), [((60, 1), 4), ((7, 5), 4), ((60, 5), 3), ((60, 5), 0)])
def test_too_little_is_refused(shape: tuple[int, int], blocks: int) -> None:
    with pytest.raises(BadInput):
        overfitting(np.zeros(shape), blocks)


@pytest.mark.parametrize("seed", range(3))
def test_trials_that_come_to_nothing_over_all_days_are_overfitted_wholly(seed: int) -> None:
    """100 trials of 1,000 days in 8 blocks, each moved and scaled to a Sharpe ratio of 0 over all days: its set-up.

    What comes of it is worked out, not read there: what one half of the days has above zero the other half has below,
    so the winner of a sample always loses afterwards, and more than nearly all others.
    """
    returns = np.random.default_rng(seed).normal(size=(1_000, 100))
    returns = (returns - returns.mean(axis=0)) / returns.std(axis=0, ddof=1) / math.sqrt(252)
    found = overfitting(returns, 8)
    assert (found.trials, found.splits, found.days) == (100, 70, 1_000)
    assert found.probability == 1.0
    assert found.loss == 1.0
    assert found.in_sample == pytest.approx(-found.after, rel=0.1)


def test_one_trial_with_an_edge_among_those_is_found_the_surer_the_greater_it_is() -> None:
    """Of the same hundred one is moved to a yearly ratio above zero."""
    found = []
    for ratio in (0.0, 1.0, 2.0, 4.0):
        some = []
        for seed in range(6):
            returns = np.random.default_rng(seed).normal(size=(1_000, 100))
            returns = (returns - returns.mean(axis=0)) / returns.std(axis=0, ddof=1) / math.sqrt(252)
            returns[:, 0] += ratio / 252
            some.append(overfitting(returns, 8).probability)
        found.append(float(np.mean(some)))
    assert found == sorted(found, reverse=True)
    assert found[0] == 1.0
    assert found[-1] < 0.05
