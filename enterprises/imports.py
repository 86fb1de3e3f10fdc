"""Kinds of files about who carries out the renewal, and where."""

from enterprises.models import Designation, Enterprise, EnterpriseExit, Listing, Park, ParkExpansion, Product
from enterprises.reports import (
    DesignationsReport,
    EnterprisesReport,
    ExitsReport,
    ExpansionsReport,
    ListingsReport,
    ParksReport,
)
from revival.importing.spec import ImportSpec

ENTERPRISES = ImportSpec("enterprises", Enterprise, key=("credit_code",), report=EnterprisesReport)
DESIGNATIONS = ImportSpec(
    "designations",
    Designation,
    key=("enterprise", "park", "name", "kind", "tier", "year"),
    report=DesignationsReport,
)
PARKS = ImportSpec("parks", Park, key=("name",), report=ParksReport)
PARK_EXPANSIONS = ImportSpec("park-expansions", ParkExpansion, key=("park", "approved_on"), report=ExpansionsReport)
PRODUCTS = ImportSpec("products", Product, key=("enterprise", "name"))
LISTINGS = ImportSpec(
    "listings",
    Listing,
    key=("product", "kind", "year"),
    cites={"product": ("enterprise",)},
    report=ListingsReport,
)
EXITS = ImportSpec("exits", EnterpriseExit, key=("enterprise",), report=ExitsReport)
