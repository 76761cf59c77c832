"""Keys and signatures: ECDSA on secp256k1, with the signature's one allowed spelling. Needs the extra ``chain`` (coincurve).

The curve's arithmetic is libsecp256k1's, the library that Bitcoin Core verifies with. What is decided here is which bytes it gets
to see: strict DER (BIP 66), and by request only the lower of the two values of S that are equally valid. Made to be read and
tested; keys that hold value belong elsewhere.
"""

from typing import Final

from coincurve import PrivateKey, PublicKey

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader
from wattmint.ledger.hashes import hash160

ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Number of points of the curve."""

_SEQUENCE, _INTEGER = 0x30, 0x02
_LEAST_DER, _MOST_DER = 8, 72
_KEY_FORMS: Final = {33: (0x02, 0x03), 65: (0x04,)}


class Key:
    """A private key.

    Parameters
    ----------
    secret : bytes
        32, as a number from 1 to the curve's order less one.

    Raises
    ------
    LedgerError
        If the number is out of range.
    """

    __slots__ = ("_key", "public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32 or not 1 <= int.from_bytes(secret, "big") < ORDER:
            raise LedgerError("private key", f"{len(secret)} bytes", "32 bytes, 1 to the order of the curve less one")
        self._key = PrivateKey(secret)
        self.public: Final = self._key.public_key.format(compressed=True)

    @property
    def key_hash(self) -> bytes:
        """Hash of the compressed public key [20 bytes]."""
        return hash160(self.public)

    def sign(self, digest: bytes) -> bytes:
        """Return the signature of a digest in DER, with the nonce of RFC 6979 and the lower S."""
        return self._key.sign(digest, hasher=None)


def read_signature(der: bytes) -> tuple[int, int]:
    """Return R and S of a signature in its only spelling.

    Parameters
    ----------
    der : bytes
        30, length, 02, length of R, R, 02, length of S, S; both positive, without needless zeros (BIP 66).

    Returns
    -------
    tuple of int
        1 … order - 1 is not checked here.

    Raises
    ------
    LedgerError
        If the bytes are anything else.
    """
    reader = Reader(der, "signature")
    if not _LEAST_DER <= len(der) <= _MOST_DER or reader.uint(1) != _SEQUENCE or reader.uint(1) != reader.left:
        raise LedgerError("signature", der.hex(), "strict DER: 30, the length, two integers")
    numbers = (_read_integer(reader), _read_integer(reader))
    reader.end()
    return numbers


def verify(public: bytes, der: bytes, digest: bytes, *, low_s: bool) -> None:
    """Refuse a signature that is not by this key over this digest.

    Parameters
    ----------
    public : bytes
        33 or 65.
    der : bytes
        Strict DER.
    digest : bytes
        32.
    low_s : bool
        Refuse the higher of the two values of S: whoever relays a transaction could otherwise change its id.

    Raises
    ------
    LedgerError
        If key or signature is malformed, or does not match.
    """
    if len(public) not in _KEY_FORMS or public[0] not in _KEY_FORMS[len(public)]:
        raise LedgerError("public key", public.hex(), "33 bytes from 02 or 03, or 65 from 04")
    r, s = read_signature(der)
    if low_s and s > ORDER // 2:
        raise LedgerError("signature", der.hex(), "the lower S")
    if not (0 < r < ORDER and 0 < s < ORDER):
        raise LedgerError("signature", der.hex(), "R and S from 1 to the order of the curve less one")
    try:
        point = PublicKey(public)
    except ValueError:
        raise LedgerError("public key", public.hex(), "a point of the curve") from None
    if not point.verify(_der(r, min(s, ORDER - s)), digest, hasher=None):  # libsecp256k1 knows only the lower S
        raise LedgerError("signature", der.hex(), "made by this key over this transaction")


def _read_integer(reader: Reader) -> int:
    if reader.uint(1) != _INTEGER:
        raise reader.refuse("an integer, 02")
    data = reader.take(reader.uint(1))
    if not data or data[0] & 0x80 or (len(data) > 1 and data[0] == 0 and not data[1] & 0x80):
        raise reader.refuse("a positive integer without needless zeros")
    return int.from_bytes(data, "big")


def _der(r: int, s: int) -> bytes:
    parts = b"".join(bytes([_INTEGER, n.bit_length() // 8 + 1]) + n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s))
    return bytes([_SEQUENCE, len(parts)]) + parts
