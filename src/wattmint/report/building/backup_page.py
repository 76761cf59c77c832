"""How much backup to buy, as a page of the same make as the verdict's."""

from wattmint.calculators.backup.rank import BackupAnswer
from wattmint.facts.load import sources_used
from wattmint.report import tables
from wattmint.report.building.backup_figures import COLOURS, FRONTIER_HEIGHT, frontier_figure, stack_figure, stack_height
from wattmint.report.building.backup_words import (
    TRAINING_HEAD,
    asked,
    bills_table,
    chain_rows,
    headline,
    main_tenants,
    sentences,
    steps_table,
    tenant_head,
    training_rows,
)
from wattmint.report.document import document
from wattmint.report.tables import Table
from wattmint.version import VERSION


def render(answer: BackupAnswer) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    answer : BackupAnswer
        From `wattmint.calculators.backup.rank.site_backup`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    shown = sources_used(used.source for used in answer.inputs)
    main, rows = main_tenants(answer), tuple(training_rows(answer))
    context = {
        "headline": headline(answer),
        "asked": asked(answer),
        "words": [line[0].upper() + line[1:] + "." for line in sentences(answer)],
        "chains": chain_rows(answer),
        "keys": list(COLOURS.items()),
        "stacks": [(bills.tenant.workload, tenant_head(bills).partition(": ")[2], stack_height(bills), bills_table(bills)) for bills in main],
        "training": Table("Training: what the interval between checkpoints does", TRAINING_HEAD, rows) if rows else None,
        "frontier_of": main[-1].tenant.workload,
        "frontier_height": FRONTIER_HEIGHT,
        "steps": steps_table(main[-1]),
        "inputs": tables.used_rows(answer.inputs, shown),
        "sources": [(one, tables.pieces(one.citation)) for one in shown],
    }
    charts = {bills.tenant.workload: stack_figure(bills) for bills in main}
    return document("backup.html.j2", VERSION, context, {**charts, "frontier": frontier_figure(main[-1])})
