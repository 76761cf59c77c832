"""What one node says of all coins: summed from the blocks of the chain that counts, and from the set of coins that can be spent."""

import hashlib
from dataclasses import dataclass

from wattmint.errors import WattmintError
from wattmint.ledger.chain import Chain
from wattmint.ledger.subsidy import subsidy_sat


@dataclass(frozen=True, slots=True)
class Account:
    """A node's account of the chain that counts.

    Attributes
    ----------
    tip, coins_digest : bytes
        Hash of its last block, and a hash over all coins: equal only where all of it is.
    coins_sat : int
        Sum of all coins that can be spent.
    coinbase_sat, subsidy_sat, fees_sat : int
        What the coinbases above the first block took, what the rules gave, and what payments paid.
    payments : int
        Payments in all blocks.
    """

    tip: bytes
    coins_digest: bytes
    coins_sat: int
    coinbase_sat: int
    subsidy_sat: int
    fees_sat: int
    payments: int


def account_of(chain: Chain) -> Account:
    """Return a node's account.

    Parameters
    ----------
    chain : Chain
        The node's.

    Returns
    -------
    Account
        From every block and every coin.
    """
    blocks = [chain.store.block(one) for one in chain.hashes()[1:]]
    digest = hashlib.sha256()
    for point, coin in chain.store.coins():
        digest.update(point.serialised() + coin.output.serialised() + coin.height.to_bytes(4, "little"))
    return Account(
        tip=chain.tip_hash,
        coins_digest=digest.digest(),
        coins_sat=chain.store.total_sat(),
        coinbase_sat=sum(one.value_sat for block in blocks for one in block.transactions[0].outputs),
        subsidy_sat=sum(subsidy_sat(height, chain.rules.halving_blocks) for height in range(1, len(blocks) + 1)),
        fees_sat=chain.store.fees_sat(),
        payments=sum(len(block.transactions) - 1 for block in blocks),
    )


def check_account(account: Account) -> None:
    """Refuse an account that is not what the rules give, to the satoshi.

    Parameters
    ----------
    account : Account
        Any.

    Raises
    ------
    WattmintError
        If there are more or fewer coins than subsidies, or coinbases took more or less than subsidies and fees: a defect.
    """
    if account.coins_sat != account.subsidy_sat or account.coinbase_sat != account.subsidy_sat + account.fees_sat:
        raise WattmintError(f"coins are not what the rules give: {account}")
