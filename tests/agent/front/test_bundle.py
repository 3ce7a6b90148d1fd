"""The page's modules as one script."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from agent.front.assets import load_assets
from agent.front.bundle import bundle, spare

STATIC = resources.files("agent.front").joinpath("static")


def test_each_module_comes_after_what_it_needs_and_once() -> None:
    modules = {
        "js/main.js": 'import { b } from "./b.js";\nimport { a as first } from "./parts/a.js";\nb(first);\n',
        "js/b.js": 'import { a } from "./parts/a.js";\nexport function b(x) {\n  return a + x;\n}\n',
        "js/parts/a.js": "export const a = 1;\n",
        "js/unused.js": "export const z = 1;\n",
    }
    assert bundle(modules, "js/main.js") == (
        "const $js_parts_a = (() => {\nconst a = 1;\nreturn { a };\n})();\n\n"
        "const $js_b = (() => {\nconst { a } = $js_parts_a;\nfunction b(x) {\n  return a + x;\n}\nreturn { b };\n"
        "})();\n\n"
        "const $js_main = (() => {\nconst { b } = $js_b;\nconst { a: first } = $js_parts_a;\nb(first);\n})();\n"
    )


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('import { x } from "./gone.js";\n', "gone.js: is missing, from main.js"),
        ('import { x } from "./main.js";\n', "main.js: needs itself, from main.js"),
        ('import x from "./b.js";\n', "cannot be bundled: import x from"),
        ("export default 1;\n", "cannot be bundled: export default"),
        ("export let x = 1;\n", "cannot be bundled: export let"),
        ('const x = await import("./b.js");\n', "cannot be bundled: import("),
    ],
)
def test_what_is_not_understood_is_an_error_that_names_the_module(source: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"main\.js") as error:
        bundle({"main.js": source, "b.js": ""}, "main.js")
    assert complaint in str(error.value)


def below(folder: Traversable) -> list[Traversable]:
    """The files of a folder and of those in it."""
    entries = list(folder.iterdir())
    return [file for entry in entries for file in (below(entry) if entry.is_dir() else [entry])]


PAGES = ("page", "setup", "ops")


def test_each_module_and_sheet_is_on_a_page() -> None:
    assets = load_assets()
    pages = [assets[f"{name}.js"].content.decode() for name in PAGES]
    root = Path(str(STATIC))
    modules = [path.relative_to(root).with_suffix("").as_posix() for path in root.glob("js/**/*.js")]
    heads = ["const $" + module.replace("/", "_") + " = " for module in modules]
    assert len(heads) > 60
    assert [head for head in heads if not any(head in page for page in pages)] == []
    styles = "".join(assets[f"{name}.css"].content.decode() for name in PAGES)
    for sheet in below(STATIC.joinpath("css")):
        assert spare(sheet.read_text("utf-8")) in styles, sheet.name
    assert set(assets) == {"icon.svg", *(f"{name}.{kind}" for name in PAGES for kind in ("js", "css"))}


def test_the_home_page_carries_neither_the_wizard_nor_operations() -> None:
    home = load_assets()["page.js"].content.decode()
    assert "wizard" not in home.lower().replace("finds the wizard", "")
    assert "/api/v1/ops" not in home


def test_what_only_people_read_is_not_sent_and_lines_keep_their_numbers() -> None:
    source = "/* What\n   it is. */\na(); // stays\n  // goes\n  b(`https://x`);\n  /* in it */ c();\n  /** Doc. */\n"
    assert spare(source) == "\n\na(); // stays\n\nb(`https://x`);\n/* in it */ c();\n\n"
