"""How likely is the plan kept? Each order's chance to be on time, and what endangers it most.

The plan is replayed many times with durations drawn at random, its sequence kept (see
``replay``). Durations are lognormal around the planned one as their median: they cannot be
negative, long delays are rarer than small ones but do happen (Hopp and Spearman, *Factory
Physics*, on process time variability). Breakdowns, absence and scrap are not drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.scheduling.problem import FOREVER, Problem, Schedule
from app.scheduling.replay import Network, Replays
from app.scheduling.shop import Shop

LEAST_HISTORY = 8
"""So many observed ratios of an operation are needed before they replace the default."""

NOTICEABLE = 4.0
"""A correlation counts from so many standard errors (1 / sqrt(replays)) on."""


@dataclass(frozen=True, slots=True)
class Durations:
    """What durations are like. The defaults are an assumption, stated wherever it is used.

    ``run_spread`` and ``setup_spread``: standard deviation as a share of the mean (coefficient of
    variation), for work without a history. ``ratios``: observed actual / planned run time by
    operation; with at least ``LEAST_HISTORY`` of them the run is drawn from them instead.
    """

    run_spread: float = 0.15
    setup_spread: float = 0.30
    ratios: Mapping[int, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderRisk:
    """One order. Times in ticks.

    ``on_time``: share of replays that end at or before the due date (None without one). ``p50``,
    ``p90``: with this probability the order has ended. ``worst``: the operation whose uncertain
    duration goes together with the order's end most closely; ``share``: of the end's variance,
    0 to 1 (squared correlation; Williams 1992 calls the correlation *cruciality*).
    """

    order: int
    due: int
    planned: int
    on_time: float | None
    p50: int
    p90: int
    worst: int | None
    share: float


@dataclass(frozen=True, slots=True)
class Risk:
    """``broken_lags``: (before, after, share of replays in which the longest lag is passed)."""

    replays: int
    seed: int
    durations: Durations
    orders: tuple[OrderRisk, ...]
    broken_lags: tuple[tuple[int, int, float], ...]


def risk(
    problem: Problem | Shop,
    schedule: Schedule,
    *,
    replays: int = 1000,
    seed: int = 0,
    durations: Durations | None = None,
    early: bool = True,
) -> Risk:
    """Replays the plan; orders without a placed operation are left out.

    ``early``: work may begin before its planned start when all it waits for is there, as retiming
    the plan would have it; else delays are passed on and early ends are not. Same seed, same
    answer. ValueError for less than two replays.
    """
    if replays < 2:
        raise ValueError(replays)
    durations = durations or Durations()
    shop = problem if isinstance(problem, Shop) else Shop(problem)
    network = Network(shop, schedule, early=early)
    setups, runs = _factors(network, durations, replays, seed)
    result = network.replay(setups, runs)
    lags = ((k.before, k.after, share) for k, share in network.broken_lags(result))
    return Risk(
        replays, seed, durations, tuple(_orders(network, result, setups, runs)), tuple(lags)
    )


@dataclass(frozen=True, slots=True)
class EndRisk:
    """Of some operations together: as ``OrderRisk``, without what endangers them."""

    on_time: float
    p50: int
    p90: int


def end_risk(
    shop: Shop,
    schedule: Schedule,
    operations: Iterable[int],
    due: int,
    *,
    replays: int = 1000,
    seed: int = 0,
    durations: Durations | None = None,
) -> EndRisk:
    """When the last of these operations ends, replaying only what they wait for.

    ``schedule`` needs no more than what starts before their end. Same seed, same answer.
    """
    network = Network(shop, schedule, early=True)
    last = sorted({network.node_of[operation] for operation in operations})
    only = network.before(last)
    setups, runs = _factors(network, durations or Durations(), replays, seed, only)
    ends = network.replay(setups, runs, only).ends[last].max(axis=0)
    low, high = np.percentile(ends, (50, 90), method="inverted_cdf")
    return EndRisk(float((ends <= due).mean()), int(low), int(high))


def _factors(
    network: Network,
    durations: Durations,
    replays: int,
    seed: int,
    only: Sequence[int] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Factors on setup and run by node (or those ``only``) and replay."""
    rng = np.random.default_rng(seed)
    nodes = network.nodes if only is None else [network.nodes[index] for index in only]
    shape = (len(nodes), replays)
    setups = _lognormal(rng, durations.setup_spread, shape)
    runs = _lognormal(rng, durations.run_spread, shape)
    for index, node in enumerate(nodes):
        seen = [r for member in node.members for r in durations.ratios.get(member, ())]
        if len(seen) >= LEAST_HISTORY:
            runs[index] = rng.choice(np.array(seen, np.float32), replays)
    return setups, runs


def _lognormal(
    rng: np.random.Generator, spread: float, shape: tuple[int, int]
) -> NDArray[np.float32]:
    sigma = np.float32(np.sqrt(np.log1p(spread * spread)))
    drawn = rng.standard_normal(shape, dtype=np.float32)
    drawn *= sigma
    return np.exp(drawn, out=drawn)


def _orders(
    network: Network,
    result: Replays,
    setups: NDArray[np.float32],
    runs: NDArray[np.float32],
) -> list[OrderRisk]:
    problem = network.shop.problem
    nodes: dict[int, list[int]] = {}
    for operation, index in network.node_of.items():
        record = problem.operations[operation]
        for order in record.orders:
            nodes.setdefault(order, []).append(index)
    orders = sorted(nodes)
    ends = np.stack([result.ends[nodes[order]].max(axis=0) for order in orders]) if orders else None
    if ends is None:
        return []
    causes, shares = _culprits(network, ends, setups, runs)
    low, high = np.percentile(ends, (50, 90), axis=1, method="inverted_cdf")
    found = []
    for row, order in enumerate(orders):
        due = problem.orders[order].due
        planned = max(network.nodes[i].end for i in nodes[order])
        found.append(
            OrderRisk(
                order=order,
                due=due,
                planned=planned,
                on_time=None if due >= FOREVER else float((ends[row] <= due).mean()),
                p50=int(low[row]),
                p90=int(high[row]),
                worst=causes[row],
                share=shares[row],
            )
        )
    return found


def _culprits(
    network: Network,
    ends: NDArray[np.int64],
    setups: NDArray[np.float32],
    runs: NDArray[np.float32],
) -> tuple[list[int | None], list[float]]:
    """By order: the operation whose duration its end is correlated with most, and r squared."""
    minutes = np.array([[node.setup, node.run] for node in network.nodes], np.float32)
    lengths = setups * minutes[:, :1]
    lengths += runs * minutes[:, 1:]
    lengths = _standard(lengths)
    finish = _standard((ends - ends[:, :1]).astype(np.float32))
    r = finish @ lengths.T / np.float32(ends.shape[1])
    best = r.argmax(axis=1)
    least = NOTICEABLE / np.sqrt(ends.shape[1])
    causes: list[int | None] = []
    shares: list[float] = []
    for row, index in enumerate(best):
        strength = float(r[row, index])
        known = strength >= least
        causes.append(network.nodes[index].members[0] if known else None)
        shares.append(round(min(1.0, strength * strength), 3) if known else 0.0)
    return causes, shares


def _standard(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows of mean 0 and deviation 1; rows that never vary are 0."""
    values = values - values.mean(axis=1, keepdims=True)
    deviation = values.std(axis=1, keepdims=True)
    result: NDArray[np.float32] = np.zeros_like(values)
    np.divide(values, deviation, out=result, where=deviation > 1e-6)
    return result
