"""One word for one thing: types and modules of `shared` have names of their own, and no word has many meanings."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT / "shared"
MOST_TOLD = 20
"""The word meant five things in 209 places: reported, raised, shown, known, told apart. Each has a word of its own."""
GLOSSARY = ROOT / "docs" / "glossary.md"
MOST_ENTRIES = 40
ENTRY = re.compile(r"^\| (?P<word>[a-z ]+) \| .+ \| `(?P<path>[\w/]+\.py)` `(?P<name>\w+)` \|$", re.MULTILINE)
NOT_COUNTED = ("shared/detection/windows/", "shared/events/reading/")


def defined_types(source: str) -> Iterator[tuple[str, int]]:
    """Name and line of every class, wherever it stands, and of every type alias of a module."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name, node.lineno
    for statement in tree.body:
        if type(statement).__name__ == "TypeAlias":  # `type X = ...`, which Python 3.11 cannot parse
            yield ast.unparse(statement).split()[1].split("[")[0], statement.lineno
        elif isinstance(statement, ast.AnnAssign) and ast.unparse(statement.annotation).endswith("TypeAlias"):
            yield ast.unparse(statement.target), statement.lineno
        elif isinstance(statement, ast.Assign) and is_alias(statement):
            yield ast.unparse(statement.targets[0]), statement.lineno


def is_alias(statement: ast.Assign) -> bool:
    """Whether a type is given a name in CamelCase: `X = Literal[...]`, `X = A | B`, `X = NewType(...)`."""
    target, value = statement.targets[0], statement.value
    if not isinstance(target, ast.Name) or not re.fullmatch(r"_?[A-Z]\w*[a-z]\w*", target.id):
        return False
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).endswith(("NewType", "NamedTuple", "namedtuple", "TypedDict"))
    return isinstance(value, ast.Subscript | ast.Name | ast.Attribute) or (
        isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr)
    )


def repeated_types(sources: Mapping[str, str]) -> list[str]:
    """Types that stand in two files, each with its places; an underscore makes no difference."""
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for path, source in sources.items():
        for name, line in defined_types(source):
            places[name.lstrip("_")].setdefault(path, line)
    return [
        f"{name}: " + ", ".join(f"{path}:{line}" for path, line in found.items())
        for name, found in sorted(places.items())
        if len(found) > 1
    ]


def stem(name: str) -> str:
    """A module's name without its underscore and without the plural, participle or agent of its last word."""
    word = re.sub(r"ies$", "y", name.lstrip("_"))
    for ending in ("ings", "ing", "ers", "er", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def repeated_modules(paths: list[Path]) -> list[str]:
    """Modules and packages whose names are equal or differ by a plural or a participle."""
    named: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        module = path.parent if path.name == "__init__.py" else path.with_suffix("")
        named[stem(module.name)].append(module)
    return [
        f"{first}, {second}"
        for alike in named.values()
        for first, second in pairwise(sorted(alike))
        if not is_package_of(first, second) and not is_package_of(second, first)
    ]


def is_package_of(package: Path, module: Path) -> bool:
    """Whether the package holds the module that says what it is, or many of what the module says: source, sources."""
    if module.parent == package:
        return package.name in {module.name, module.name + "s"}
    return module.parent == package.parent and package.name == module.name + "s"


def test_no_type_has_the_name_of_another() -> None:
    sources = {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(SHARED.rglob("*.py"))
    }
    assert len(sources) > 100
    assert repeated_types(sources) == []


def test_no_module_has_nearly_the_name_of_another() -> None:
    assert repeated_modules([path.relative_to(ROOT) for path in SHARED.rglob("*/*.py")]) == []


@pytest.mark.parametrize(
    "second",
    [
        "class Known:\n    pass",
        "class Other:\n    class _Known:\n        pass",
        "Known = Literal['a', 'b']",
        "Known: TypeAlias = int",
        "_Known = int | str",
        "Known = NewType('Known', int)",
    ],
)
def test_a_repeated_type_is_found_with_both_places(second: str) -> None:
    sources = {"one.py": "class Known:\n    pass", "two.py": "import a\n" + second}
    (found,) = repeated_types(sources)
    assert re.fullmatch(r"Known: one\.py:1, two\.py:[23]", found)


def test_a_constant_and_a_function_are_no_types() -> None:
    assert repeated_types(dict.fromkeys(("one.py", "two.py"), "KNOWN = 1\nknown = int\nT = f(1)\n")) == []


@pytest.mark.parametrize(
    ("one", "two"),
    [("a/window", "b/windows"), ("a/decode", "b/decoded"), ("a/owned", "a/owners"), ("a/_rows", "b/rows")],
)
def test_names_that_differ_by_a_plural_or_a_participle_are_found(one: str, two: str) -> None:
    assert repeated_modules([Path(f"{one}.py"), Path(f"{two}.py")]) == [f"{one}, {two}"]


def test_a_package_may_be_the_plural_of_its_own_module() -> None:
    beside = [Path("events/source.py"), Path("events/sources/__init__.py")]
    elsewhere = [Path("events/source.py"), Path("storage/sources/__init__.py")]
    assert (repeated_modules(beside), len(repeated_modules(elsewhere))) == ([], 1)


def test_told_stays_rare() -> None:
    found = [
        f"{name}:{number}"
        for room in ("shared", "functions", "cli")
        for path in sorted((ROOT / room).rglob("*.[ph][yt]*"))
        if not (name := str(path.relative_to(ROOT))).startswith(NOT_COUNTED)
        and path.suffix in {".py", ".html"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for _ in re.findall(r"told", line, re.IGNORECASE)
    ]
    assert found, "the pattern finds nothing"
    assert len(found) < MOST_TOLD, found


def names_in(source: str) -> set[str]:
    """The names of the code itself: a word that only a comment or a text still has is gone."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def test_the_glossary_is_short_sorted_and_linked() -> None:
    text = GLOSSARY.read_text(encoding="utf-8")
    words = [entry["word"] for entry in ENTRY.finditer(text)]
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert words == sorted(set(words))
    assert len(words) == len(rows) - 1, "a row has another form, or is no entry"
    assert 30 <= len(words) <= MOST_ENTRIES
    assert "(glossary.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("word", "path", "name"),
    [entry.group("word", "path", "name") for entry in ENTRY.finditer(GLOSSARY.read_text(encoding="utf-8"))],
)
def test_a_word_of_the_glossary_lives_where_it_says(word: str, path: str, name: str) -> None:
    assert name in names_in((ROOT / path).read_text(encoding="utf-8")), f"{word}: {path} has no {name}"


def test_a_name_in_a_comment_or_a_text_is_not_in_the_code() -> None:
    assert names_in("x = 'Known'  # Known\n") == {"x"}
