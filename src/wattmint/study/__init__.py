"""The corridor: Scenario → World → Offer → Dispatch → Cashflow → Verdict. The one room below the surfaces that knows all others."""

from wattmint.study.engine import evaluate

__all__ = ["evaluate"]
