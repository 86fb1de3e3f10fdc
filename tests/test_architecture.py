"""The house rules, checked in the sources: imports, sizes, and words that never stand in them."""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# From the roof down; a room imports rooms of its own line and of lines below, never above.
FLOORS = (
    ("bench",),
    ("revival.urls", "revival.apps", "revival.checks", "revival.context", "revival.management", "revival.settings",
     "revival.import_links", "revival.serving.faults", "revival.serving.health", "revival.serving.logs"),
    ("revival.home", "revival.pages", "revival.publishing", "revival.evaluation", "revival.collection"),
    ("revival.catalogue", "revival.demo"),
    ("finance",),
    ("projects",),
    ("enterprises",),
    ("revival.importing",),
    ("revival.reporting",),
    ("revival.records",),
    ("revival.accounts",),
)  # fmt: skip
# The database and its server, and what starts them; they import no room, and of the rooms only these import them.
STARTERS = ("manage", "revival.wsgi", "revival.serving.gunicorn", "revival.translations", "revival.database")
# The modules with SQL written by hand, and the reasons.
OWN_SQL = {
    "revival/reporting/sql.py": "grouping sets and COPY, composed around the compiled queryset",
    "revival/importing/sql.py": "COPY and INSERT ... SELECT of planned rows, which the ORM does not write",
    "revival/reporting/xml_rows.py": "rows of workbooks as XML, composed around the compiled queryset",
    "revival/records/triggers.py": "trigger functions, for migrations",
    "revival/records/locking.py": "the isolation level of a preview",
    "projects/models/progress.py": "trigger functions, for migrations",
    "finance/models/loan.py": "trigger functions, for migrations",
    "enterprises/models/exit.py": "trigger functions, for migrations",
    "revival/accounts/models.py": "the trigger that places a region",
    "revival/management/commands/roles.py": "rights of the serving role",
    "revival/demo/load.py": "staging tables of the demonstration data",
    "revival/database/embedded.py": "roles and database of the embedded server",
    "revival/database/connection.py": "asks the server for its version and settings",
    "revival/database/server.py": "waits for the server",
    "bench/world.py": "databases of the benchmark",
    "bench/rollups.py": "what the product's SQL is measured beside",
    "bench/files.py": "the bare COPY that files are measured beside",
    "bench/pages.py": "what the search is measured beside",
    "bench/imports.py": "the bare upsert that imports are measured beside",
    "revival/serving/health.py": "SELECT 1 of the health check",
}
TOP = {
    *(".ci", ".gitignore", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "manage.py", "pyproject.toml"),
    *("requirements.txt", "requirements-embedded.txt", "requirements-dev.txt", "requirements-bench.txt"),
    *("bench", "deploy", "docs", "enterprises", "finance", "findings", "fixtures", "projects", "revival", "tests"),
}
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN = 350, 40, 80


def listed(*patterns: str) -> list[Path]:
    """The files that git tracks or would take."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


CODE = [path for path in listed("*.py") if not {"tests", "migrations"} & set(path.parts)]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE}


def module(path: Path) -> str:
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def height(name: str) -> int | None:
    """The line of a module counted from the roof, or None outside the house."""
    for index, rooms in enumerate(FLOORS):
        if any(name == room or name.startswith(f"{room}.") for room in rooms):
            return index
    return None


def is_starter(name: str) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in STARTERS)


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each module imported, and whether at the top of the file."""
    top = set(getattr(tree, "body", []))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if height(whole) is not None or is_starter(whole) else str(node.module)), node in top


def upward(name: str, tree: ast.AST) -> list[str]:
    """The imports of a module that go up in the house, or from a starter into it."""
    own = height(name)
    found = []
    for imported, _top in imports(tree):
        other = height(imported)
        if other is not None and (is_starter(name) or (own is not None and other < own)):
            found.append(f"{name} imports {imported}")
        if is_starter(imported) and not is_starter(name) and not name.startswith("bench"):  # makes databases
            found.append(f"{name} imports {imported}")
    return found


def admin_imports(name: str, tree: ast.AST) -> list[str]:
    """The imports of the records' admin by a module that is not part of an admin itself."""
    if "admin" in name.split("."):
        return []
    return [
        f"{name} imports {each}" for each, _top in imports(tree) if f"{each}.".startswith("revival.records.admin.")
    ]


def long_functions(tree: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f.name for f in functions if (f.end_lineno or f.lineno) - f.lineno + 1 > LONGEST_FUNCTION]


def test_no_room_imports_a_room_above() -> None:
    """Addresses -> pages -> catalogue -> finance -> projects -> enterprises -> the cellar, never the other way."""
    assert [line for path, tree in TREES.items() for line in upward(module(path), tree)] == []


def test_a_planted_import_upwards_is_found() -> None:
    """The rule can fail."""
    assert upward("revival.records.models", ast.parse("from revival.reporting.query import ask"))
    assert upward("revival.accounts.models", ast.parse("import projects.models"))
    assert upward("enterprises.models", ast.parse("from revival import home"))
    assert upward("revival.catalogue", ast.parse("from revival.pages import search"))
    assert upward("revival.collection.inbox", ast.parse("from revival.urls import urlpatterns"))
    assert upward("projects.models", ast.parse("from revival.database.connection import connect"))
    assert not upward("revival.reporting.query", ast.parse("from revival.records.models import State"))


def test_only_an_admin_imports_the_admin_of_records() -> None:
    """Pages, forms and commands use the domain: nothing of it depends on how the admin is drawn."""
    assert [line for path, tree in TREES.items() for line in admin_imports(module(path), tree)] == []
    planted = ast.parse("from revival.records.admin.record import RecordAdmin")
    assert admin_imports("revival.collection.monthly.sheet", planted)
    assert not admin_imports("projects.admin.land", planted)


def test_imports_stand_at_the_top() -> None:
    """No import hides in a function."""
    inside = [f"{name_of(p)}: {name}" for p, tree in TREES.items() for name, top in imports(tree) if not top]
    assert inside == []
    assert [top for _name, top in imports(ast.parse("def f():\n    import os"))] == [False]


def test_files_and_functions_stay_small() -> None:
    """Code files have a median below 80 lines that are not blank, and at most 350 lines; functions at most 40."""
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in CODE}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    written = [sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip()) for path in CODE]
    assert statistics.median(length for length in written if length) < MEDIAN
    assert [f"{name_of(path)}: {name}" for path, tree in TREES.items() for name in long_functions(tree)] == []
    assert long_functions(ast.parse("def f():\n" + "    x = 1\n" * 40)) == ["f"]


def test_no_room_for_odds_and_ends() -> None:
    """No module is named services, selectors, utils or helpers."""
    assert [name_of(p) for p in CODE if p.stem in ("services", "selectors", "utils", "helpers")] == []


def test_nothing_else_at_the_top() -> None:
    """The top level has only what the user fixed and what tools need."""
    assert {path.relative_to(ROOT).parts[0] for path in listed()} - TOP == set()


FORBIDDEN = {
    r"\bmark_safe\b|\bSafeString\(|\|\s*safe\b|autoescape off": ("*.py", "*.html"),
    r"\blist_editable\b": ("*.py",),
    r"# type: ignore\s*$|# noqa\s*$": ("*.py",),
    r"pytest\.mark\.(skip|xfail)|pytest\.skip\(|\btime\.sleep\(": ("tests/*.py",),
    r"\bTODO\b|\bFIXME\b|NotImplementedError": ("*.py", "*.html", "*.css"),
    r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=": ("*.html",),
    # Chinese has another comma there; revival/punctuation.py knows it.
    r"\b_\(.*\", \"\.join\(": ("*.py",),
}


@pytest.mark.parametrize(("pattern", "where"), FORBIDDEN.items(), ids=range(len(FORBIDDEN)))
def test_forbidden_words_stand_nowhere(pattern: str, where: tuple[str, ...]) -> None:
    """Unsafe marks, bare ignores, skips, stubs and inline scripts stand in no file but this one."""
    found = [
        f"{name_of(path)}: {line.strip()[:80]}"
        for path in listed(*where)
        if path != Path(__file__) and path.name != "test_pages.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line)
    ]
    assert found == []


def test_sql_is_written_by_hand_only_where_it_must_be() -> None:
    """Statements stand in the few modules named above, each with its reason."""
    statement = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|GRANT|COPY|CREATE|ALTER)\b.*\b[a-z_]+\b")
    found = {
        name_of(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and statement.match(node.value.strip())
    }
    assert found <= OWN_SQL.keys()
    assert statement.match("SELECT a FROM b")


def test_files_name_no_machine_and_no_registry() -> None:
    """No file has a path of a machine, and no lock, build or CI file has an address."""
    path_of_machine = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/[A-Za-z.]")
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in listed() if path.suffix != ".png"}
    assert [name_of(p) for p, text in texts.items() if path_of_machine.search(text) and p != Path(__file__)] == []
    built = [path for path in texts if path.name.startswith(("requirements", "Makefile", "run"))]
    assert [name_of(p) for p in built if re.search(r"https?://(?!127\.0\.0\.1|localhost)", texts[p])] == []
    assert len(built) >= 3
