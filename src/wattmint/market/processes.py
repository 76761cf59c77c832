"""What may happen, law by law: the cited parameters, and the shocks that are handed to the recursions.

The laws take their randomness as an argument and keep nothing. Parameters are rows of the facts table `processes`; those
that nobody has measured are labelled estimates there.

- *Coin price*: monthly log returns with Student t shocks; each path keeps its own volatility; the drift is a share of the
  mean log return over the embedded table's last months.
- *Network*: see `wattmint.market.laws`.
- *Fees*: the log of BTC per block is a slow level that returns to its long-run median, plus bursts: in some months it jumps up by an
  exponentially distributed step that fades within weeks, so that it rises faster than it falls, as it did. Fees are not scaled with
  the subsidy: they are bids for block space, and no source known to us ties them to the subsidy. After a halving they are a larger
  share of the reward. `benchmarks/fee_bursts.py` holds them against history.
- *GPU rental, token prices and power level*: mean-reverting logs around mean one, starting at one. Token prices are those around their
  trend, which is the workload's; they share a part of their shocks with GPU rental, because both answer the same scarcity.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np

from wattmint.facts.load import number, record
from wattmint.ledger.pow import EPOCH_S
from wattmint.market.draws import SHOCKS, TAILS, Draws
from wattmint.market.installed import installed_inputs
from wattmint.market.laws import NetworkBelief, NetworkLaw
from wattmint.provenance import UsedInput
from wattmint.types import FloatArray
from wattmint.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_DAY

RECORDS = ("bitcoin-price", "hashrate", "fees", "gpu-rental", "token-price", "power-level", "works", "leases", "shocks", "history-month")
"""Ids of the table `processes`."""

_SECONDS_PER_MONTH = SECONDS_PER_DAY * DAYS_PER_YEAR / MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class CoinLaw:
    """Law of the coin price.

    Attributes
    ----------
    annual_volatility : float
        Standard deviation of yearly log returns.
    volatility_multiplier_sd : float
        Standard deviation of the log of each path's own volatility multiplier, whose mean is one.
    drift_share : float
        Share of the past mean log return that is expected to go on.
    drift_window_months : int
        Months over which that mean is taken.
    """

    annual_volatility: float
    volatility_multiplier_sd: float
    drift_share: float
    drift_window_months: int


@dataclass(frozen=True, slots=True)
class Reversion:
    """Law of a mean-reverting log.

    Attributes
    ----------
    centre : float
        Where the log is drawn to.
    keep : float
        Share of a distance to the centre left after a month.
    sd : float
        Standard deviation of a month's shock.
    """

    centre: float
    keep: float
    sd: float


@dataclass(frozen=True, slots=True)
class Bursts:
    """Law of the bursts of a log.

    Attributes
    ----------
    probability : float
        That one begins in a month, above 0.
    log_size : float
        Mean of its step.
    keep : float
        Share of a step left after a month.
    """

    probability: float
    log_size: float
    keep: float

    @property
    def mean(self) -> float:
        """By how much bursts lift the log on average."""
        return self.probability * self.log_size / (1.0 - self.keep)


@dataclass(frozen=True, slots=True)
class Processes:
    """All laws with their parameters.

    Attributes
    ----------
    coin, network, fees, gpu, token, power
        Laws.
    fee_bursts : Bursts
        On top of `fees`.
    reference, reference_sd : float
        Mean and standard deviation, between paths, of `laws.NetworkBelief.reference`.
    frontier_fall_per_month, frontier_fall_sd : float
        Mean and standard deviation, between paths, of the rate at which the J/TH of the best new machine falls.
    gpu_ageing_per_year : float
        Rate at which an ageing accelerator's rental falls behind a new one's.
    works_cost_sd : float
        Standard deviation of the log of actual over planned works; applied by the workloads.
    tail_degrees : tuple of float
        Degrees of freedom of each of `draws.TAILS`.
    largest_shock_sd : float
        Student t shocks are cut here, so that means of exponentials exist.
    cholesky : FloatArray, shape (3, 3)
        Makes the coin's, the GPU rental's and the power level's shocks of independent ones.
    gpu_token_correlation : float
        Correlation of a month's shocks to GPU rental and token prices.
    neighbour_share : float
        Probability that a month is drawn from a neighbouring calendar month.
    """

    coin: CoinLaw
    network: NetworkLaw
    fees: Reversion
    gpu: Reversion
    token: Reversion
    power: Reversion
    fee_bursts: Bursts
    reference: float
    reference_sd: float
    frontier_fall_per_month: float
    frontier_fall_sd: float
    gpu_ageing_per_year: float
    works_cost_sd: float
    tail_degrees: tuple[float, ...]
    largest_shock_sd: float
    cholesky: FloatArray
    gpu_token_correlation: float
    neighbour_share: float


@cache
def processes() -> Processes:
    """Return the laws with the parameters of the facts table `processes`.

    Returns
    -------
    Processes
        Read once.
    """
    coin = CoinLaw(
        number("processes", "bitcoin-price", "annual_volatility"),
        number("processes", "bitcoin-price", "volatility_multiplier_sd"),
        number("processes", "bitcoin-price", "drift_share"),
        int(number("processes", "bitcoin-price", "drift_window_months")),
    )
    bursts = Bursts(
        number("processes", "fees", "burst_probability_per_month"),
        number("processes", "fees", "burst_log_size"),
        0.5 ** (1.0 / number("processes", "fees", "burst_half_life_months")),
    )
    tails = {"btc": "bitcoin-price", "power": "power-level", "hashrate": "hashrate", "noise": "hashrate", "fees": "fees"}
    return Processes(
        coin=coin,
        network=_network_law(),
        fees=_reversion("fees", math.log(number("processes", "fees", "median_fees_btc_per_block")) - bursts.mean),
        gpu=_reversion("gpu-rental", 0.0),
        token=_reversion("token-price", 0.0),
        power=_reversion("power-level", 0.0),
        fee_bursts=bursts,
        reference=number("processes", "hashrate", "log_reference_gap"),
        reference_sd=number("processes", "hashrate", "log_reference_gap_sd"),
        frontier_fall_per_month=number("processes", "hashrate", "frontier_improvement_per_month"),
        frontier_fall_sd=number("processes", "hashrate", "frontier_improvement_sd_per_month"),
        gpu_ageing_per_year=number("processes", "gpu-rental", "ageing_per_year"),
        works_cost_sd=number("processes", "works", "works_cost_sd"),
        tail_degrees=tuple(number("processes", tails[name], "tail_degrees") for name in TAILS),
        largest_shock_sd=number("processes", "shocks", "largest_shock_sd"),
        cholesky=_cholesky(),
        gpu_token_correlation=number("processes", "shocks", "gpu_token_correlation"),
        neighbour_share=number("processes", "history-month", "neighbour_month_share"),
    )


def process_inputs() -> tuple[UsedInput, ...]:
    """Return every row of the table `processes`, and what the installed base rests on, as inputs that an answer rests on."""
    rows = tuple(fact.used() for name in RECORDS for fact in record("processes", name).values())
    return rows + installed_inputs()


def correlated(draws: Draws, laws: Processes) -> dict[str, FloatArray]:
    """Return the shocks by name: unit variance, correlated where the table says so, Student t where it says so.

    Parameters
    ----------
    draws : Draws
        Independent random numbers.
    laws : Processes
        Correlations, degrees of freedom and the largest shock.

    Returns
    -------
    dict of str to FloatArray, shape (paths, months)
        By the names of `draws.SHOCKS`, and ``token``. The tails are made after the correlation, which they weaken a little.
    """
    z = dict(zip(SHOCKS, draws.normal, strict=True))
    linked = np.tensordot(laws.cholesky, draws.normal[:3], axes=1)
    z.update(zip(SHOCKS[:3], linked, strict=True))
    shared = laws.gpu_token_correlation
    z["token"] = shared * z["gpu"] + math.sqrt(1.0 - shared**2) * draws.token
    for name, chi_square, degrees in zip(TAILS, draws.chi_square, laws.tail_degrees, strict=True):
        t = z[name] * np.sqrt((degrees - 2.0) / chi_square)
        z[name] = np.clip(t, -laws.largest_shock_sd, laws.largest_shock_sd)
    return z


def burst_steps(uniform: FloatArray, law: Bursts) -> FloatArray:
    """Return by how much a log jumps in each month.

    Parameters
    ----------
    uniform : FloatArray, shape (paths, months)
        Uniform (0, 1).
    law : Bursts
        Parameters.

    Returns
    -------
    FloatArray, shape (paths, months)
        0 in most months; where the uniform number is below the probability, an exponential step, the larger the smaller the number.
    """
    steps = np.zeros_like(uniform)
    begins = uniform < law.probability
    # The least uniform number a generator gives is 0; its step is that of the next.
    steps[begins] = -law.log_size * np.log(np.maximum(uniform[begins], np.finfo(np.float64).eps) / law.probability)
    return steps


def coin_log_returns(shock: FloatArray, volatility_normal: FloatArray, law: CoinLaw, mean_log_return: float) -> FloatArray:
    """Return monthly log returns of the coin price.

    Parameters
    ----------
    shock : FloatArray, shape (paths, months)
        Unit variance.
    volatility_normal : FloatArray, shape (paths,)
        Standard normal: how nervous this path is.
    law : CoinLaw
        Parameters.
    mean_log_return : float
        Past mean log return per month.

    Returns
    -------
    FloatArray, shape (paths, months)
        ``drift + volatility_path / sqrt(12) * shock``; the drift is that of the median, the mean grows faster.
    """
    sd = law.volatility_multiplier_sd
    monthly = law.annual_volatility / math.sqrt(MONTHS_PER_YEAR) * np.exp(sd * volatility_normal - sd**2 / 2.0)
    return np.asarray(law.drift_share * mean_log_return + monthly[:, None] * shock)


def network_belief(reference_normal: FloatArray, frontier_normal: FloatArray, laws: Processes) -> NetworkBelief:
    """Return what each path believes about the network's long run.

    Parameters
    ----------
    reference_normal, frontier_normal : FloatArray, shape (paths,)
        Standard normal.
    laws : Processes
        Means and standard deviations.

    Returns
    -------
    NetworkBelief
        Machines never get worse: a frontier that would rise stays.
    """
    fall = np.maximum(laws.frontier_fall_per_month + laws.frontier_fall_sd * frontier_normal, 0.0)
    return NetworkBelief(laws.reference + laws.reference_sd * reference_normal, fall)


def _network_law() -> NetworkLaw:
    value = {name: float(fact.value) for name, fact in record("processes", "hashrate").items()}
    own = [value["hashrate_lag_1"], value["hashrate_lags_2_6"], value["hashrate_mean_36"]]
    shrink = min(1.0, value["autoregressive_cap"] / sum(own))
    residual_sd = max(value["residual_sd"], value["residual_sd_floor"])
    passing_variance = value["transitory_share"] * residual_sd**2
    lag = EPOCH_S / _SECONDS_PER_MONTH
    return NetworkLaw(
        constant=value["hashrate_intercept_per_month"],
        price_now=value["hashrate_price_now"],
        price_before=value["hashrate_price_lag"],
        gap=value["hashrate_gap_per_month"],
        last_change=own[0] * shrink,
        short_mean=own[1] * shrink,
        long_mean=own[2] * shrink,
        lasting_sd=math.sqrt(residual_sd**2 - passing_variance),
        # The residual was measured on difficulty, which smooths the hashrate's noise n: its change holds
        # (1 - w) n(t) + (2w - 1) n(t-1) - w n(t-2), and that must have the variance measured.
        passing_sd=math.sqrt(passing_variance / ((1.0 - lag) ** 2 + (2.0 * lag - 1.0) ** 2 + lag**2)),
        retarget_lag_months=lag,
        delivery_lag_months=int(value["machine_delivery_lag_months"]),
    )


def _reversion(name: str, centre: float) -> Reversion:
    keep = 0.5 ** (1.0 / number("processes", name, "half_life_months"))
    return Reversion(centre, keep, number("processes", name, "stationary_sd") * math.sqrt(1.0 - keep**2))


def _cholesky() -> FloatArray:
    btc_gpu, gpu_power, btc_power = (number("processes", "shocks", f"{pair}_correlation") for pair in ("btc_gpu", "gpu_power", "btc_power"))
    return np.linalg.cholesky(np.array([[1.0, btc_gpu, btc_power], [btc_gpu, 1.0, gpu_power], [btc_power, gpu_power, 1.0]]))
