"""Losses of transformers and cables by load: a part that is always there, and one that goes with current squared."""


def distribution_share(no_load_share: float, load_loss_share: float, load_share: float) -> float:
    """Return what transformers and cables lose, per IT power.

    Parameters
    ----------
    no_load_share : float
        Magnetisation of the transformers per IT power at full load: it is there at any load.
    load_loss_share : float
        Losses of windings and cables per IT power at full load: they go with the square of the load.
    load_share : float
        IT power over that of the design, above 0. The plant's own share of the current, a tenth, is counted as if it went with the IT load.

    Returns
    -------
    float
        Never negative; least where both parts are equal.

    Examples
    --------
    >>> distribution_share(0.002, 0.018, 1.0)
    0.02
    >>> distribution_share(0.002, 0.018, 0.5)  # twice the share of magnetisation, half that of current
    0.013
    """
    return no_load_share / load_share + load_loss_share * load_share
