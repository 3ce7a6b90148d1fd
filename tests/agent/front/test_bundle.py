"""The page's modules as one script."""

from __future__ import annotations

from importlib import resources

import pytest

from agent.front.assets import load_assets
from agent.front.bundle import bundle

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


def test_the_page_has_all_its_modules_and_sheets() -> None:
    assets = load_assets()
    script, style = assets["page.js"].content.decode(), assets["page.css"].content.decode()
    modules = [
        entry for folder in ("js", "js/render") for entry in STATIC.joinpath(folder).iterdir() if entry.is_file()
    ]
    assert len(modules) > 30
    for module in modules:
        assert module.read_text("utf-8").partition("\n")[0] in script, module.name
    for sheet in STATIC.joinpath("css").iterdir():
        assert sheet.read_text("utf-8") in style, sheet.name
    assert set(assets) == {"page.js", "page.css", "icon.svg"}
