"""Every conversion between units, once.

SI base units live inside `wattmint.physics`; megawatts, megawatt-hours, hours and dollars from `Offer` rightward;
integer satoshi inside `wattmint.ledger`. A number such as 3600 or 8760 stands here and nowhere else.
"""

from typing import Final

MS_PER_S: Final = 1e3
SECONDS_PER_MINUTE: Final = 60.0
MINUTES_PER_HOUR: Final = 60.0
SECONDS_PER_HOUR: Final = 3600.0
HOURS_PER_DAY: Final = 24.0
SECONDS_PER_DAY: Final = SECONDS_PER_HOUR * HOURS_PER_DAY
DAYS_PER_YEAR: Final = 365.25
DAYS_PER_COMMON_YEAR: Final = 365
"""A year of dated flows, and the year of plants whose output is given by the hour."""

HOURS_PER_COMMON_YEAR: Final = HOURS_PER_DAY * DAYS_PER_COMMON_YEAR
HOURS_PER_YEAR: Final = HOURS_PER_DAY * DAYS_PER_YEAR
MONTHS_PER_YEAR: Final = 12
DAYS_PER_WEEK: Final = 7
WEEKS_PER_MONTH: Final = DAYS_PER_YEAR / MONTHS_PER_YEAR / DAYS_PER_WEEK
MAX_HOURS_PER_MONTH: Final = 745
"""A 31-day month has 744 hours; the one in which a clock goes back has 745."""

M_PER_KM: Final = 1e3
W_PER_KW: Final = 1e3
KW_PER_MW: Final = 1e3
W_PER_MW: Final = 1e6
J_PER_MWH: Final = W_PER_MW * SECONDS_PER_HOUR
J_PER_WH: Final = SECONDS_PER_HOUR
KWH_PER_MWH: Final = 1e3
J_PER_KWH: Final = W_PER_KW * SECONDS_PER_HOUR
KELVIN_AT_0_C: Final = 273.15

HASHES_PER_MH: Final = 1e6
HASHES_PER_TH: Final = 1e12
HASHES_PER_PH: Final = 1e15
HASHES_PER_EH: Final = 1e18
TH_PER_PH: Final = 1e3

SAT_PER_BTC: Final = 100_000_000

PA_PER_HPA: Final = 100.0
PA_PER_KPA: Final = 1e3
PERCENT: Final = 100.0
"""In one."""

L_PER_M3: Final = 1e3
KG_PER_UG: Final = 1e-9
G_PER_KG: Final = 1e3

USD_PER_KUSD: Final = 1e3
USD_PER_MUSD: Final = 1e6

TOKENS_PER_MTOK: Final = 1e6
BYTES_PER_GB: Final = 1e9
BYTES_PER_GIB: Final = 2.0**30
BYTES_PER_TB: Final = 1e12
FLOPS_PER_TFLOP: Final = 1e12
BITS_PER_BYTE: Final = 8
BITS_PER_GBIT: Final = 1e9
PARAMETERS_PER_B: Final = 1e9
