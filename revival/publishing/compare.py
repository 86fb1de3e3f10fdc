"""The rules for comparing a value computed from records with a published one."""

from decimal import ROUND_HALF_UP, Decimal

from revival.publishing.words import FigureState, Qualifier

ABOVE, BELOW, AROUND = Decimal("1.10"), Decimal("0.95"), Decimal("0.05")


def rounded_half_up(value: Decimal, digits: int) -> Decimal:
    """The value with so many decimals. Halves are rounded away from zero, as in printed statistics."""
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def fits_published(published: Decimal, digits: int, qualifier: str, computed: Decimal) -> bool:
    """Whether the computed value, in the unit of the published one, is within the published qualifier.

    exact: equal at the published digits. over: above it, by a tenth at most. nearly: below it, by a twentieth at
    most. about: within a twentieth. class: of the same order of magnitude. A rank is never computed.
    """
    if qualifier == Qualifier.OVER:
        return published < computed <= published * ABOVE
    if qualifier == Qualifier.NEARLY:
        return published * BELOW <= computed < published
    if qualifier == Qualifier.ABOUT:
        return abs(computed - published) <= abs(published) * AROUND
    if qualifier == Qualifier.CLASS:
        return computed > 0 and published > 0 and computed.adjusted() == published.adjusted()
    return qualifier == Qualifier.EXACT and rounded_half_up(computed, digits) == published


def compared_state(published: Decimal, digits: int, qualifier: str, computed: Decimal) -> FigureState:
    """The state of a figure that has a computed value."""
    if not fits_published(published, digits, qualifier, computed):
        return FigureState.DIFFERS
    return FigureState.AGREES if qualifier == Qualifier.EXACT else FigureState.WITHIN
