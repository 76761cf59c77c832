"""A purse: one key, the coins locked to it, and payments from them. For trying the ledger out, not for coins that hold value."""

from collections.abc import Sequence
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.chain import Chain
from wattmint.ledger.coins import Coin
from wattmint.ledger.keys import Key
from wattmint.ledger.mempool import Mempool
from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS
from wattmint.ledger.script import p2pkh, p2wpkh
from wattmint.ledger.signing import signed
from wattmint.ledger.transaction import OutPoint, Transaction, TxIn, TxOut

DUST_SAT: Final = 546
"""Change below this is left to the miner: spending it later would cost more than it is worth."""


class Wallet:
    """One key and its two locks.

    Parameters
    ----------
    secret : bytes
        32.
    legacy : bool
        Receive by P2PKH instead of P2WPKH.
    """

    def __init__(self, secret: bytes, *, legacy: bool = False) -> None:
        self._key = Key(secret)
        self.script: Final = (p2pkh if legacy else p2wpkh)(self._key.key_hash)

    def coins(self, chain: Chain, mempool: Mempool | None = None) -> list[tuple[OutPoint, Coin]]:
        """Return coins that can be spent in the next block, the largest first; those that a waiting transaction spends are left out."""
        ripe = [
            (point, coin)
            for point, coin in chain.store.coins(self.script)
            if not (coin.is_coinbase and chain.height + 1 - coin.height < COINBASE_MATURITY_BLOCKS)
            and not (mempool is not None and mempool.spends(point))
        ]
        return sorted(ripe, key=lambda one: -one[1].output.value_sat)

    def pay(self, coins: Sequence[tuple[OutPoint, TxOut]], outputs: Sequence[TxOut], rate_sat_per_vb: int) -> Transaction:
        """Return a signed payment that spends the coins given, with the change back to this purse.

        Parameters
        ----------
        coins : sequence of (OutPoint, TxOut)
            All are spent.
        outputs : sequence of TxOut
            What is paid.
        rate_sat_per_vb : int
            Fee rate.

        Returns
        -------
        Transaction
            The fee is the rate times its virtual size (a byte or two more where signatures turn out shorter than allowed for), or more when the
            change would be dust.

        Raises
        ------
        LedgerError
            If the coins do not suffice.
        """
        spent = tuple(one for _, one in coins)
        inputs = tuple(TxIn(point, b"") for point, _ in coins)
        left = sum(one.value_sat for one in spent) - sum(one.value_sat for one in outputs)
        draft = signed(Transaction(2, inputs, (*outputs, TxOut(max(left, 0), self.script))), spent, self._key)
        change = left - rate_sat_per_vb * (draft.vsize + len(coins))
        if change < 0:
            raise LedgerError("coins", left, f"at least {left - change} satoshi beside what is paid, for the fee")
        made = (*outputs, TxOut(change, self.script)) if change >= DUST_SAT else tuple(outputs)
        return signed(Transaction(2, inputs, made), spent, self._key)
