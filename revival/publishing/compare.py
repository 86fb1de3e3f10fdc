"""The rules by which a value computed from records is held against a published one."""

from decimal import ROUND_HALF_UP, Decimal

from revival.publishing.words import Qualifier, State

ABOVE, BELOW, AROUND = Decimal("1.10"), Decimal("0.95"), Decimal("0.05")


def rounded(value: Decimal, digits: int) -> Decimal:
    """To so many decimals, halves away from zero, as statistics are printed."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def fits(published: Decimal, digits: int, qualifier: str, computed: Decimal) -> bool:
    """Whether the computed value, in the unit of the published one, is what the qualifier says of it.

    exact: equal at the digits published. over: above it, by a tenth at most. nearly: below it, by a twentieth at
    most. about: a twentieth off at most. class: of the same order of magnitude. A rank is never computed.
    """
    if qualifier == Qualifier.OVER:
        return published < computed <= published * ABOVE
    if qualifier == Qualifier.NEARLY:
        return published * BELOW <= computed < published
    if qualifier == Qualifier.ABOUT:
        return abs(computed - published) <= abs(published) * AROUND
    if qualifier == Qualifier.CLASS:
        return computed > 0 and published > 0 and computed.adjusted() == published.adjusted()
    return qualifier == Qualifier.EXACT and rounded(computed, digits) == published


def verdict(published: Decimal, digits: int, qualifier: str, computed: Decimal) -> State:
    """The state of a figure that has a computed value."""
    if not fits(published, digits, qualifier, computed):
        return State.DIFFERS
    return State.AGREES if qualifier == Qualifier.EXACT else State.WITHIN
