"""Catalogues of the home screen: `make texts`.

The English sentences and their keys are `agent/front/texts/en.json`. Translators work on `deploy/texts/LANGUAGE.po`
(gettext; the key is the context). From those the page's catalogues are made, `agent/front/texts/LANGUAGE.json`, with
plural forms by CLDR category, as `Intl.PluralRules` asks for them. A new language: its name in LANGUAGES, `make texts`,
translate, `make texts`.
"""

from __future__ import annotations

import gettext
import io
import json
from collections.abc import Mapping
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "agent" / "front" / "texts"
SOURCES = ROOT / "deploy" / "texts"
LANGUAGES = ("ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "tr", "zh")

Text = str | dict[str, str]
_DATED = (
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "Report-Msgid",
    "Generated-By",
)
_SAMPLES = (*range(201), 1_000, 1_000_000)


def english() -> dict[str, Text]:
    """The sentences by key, in their order."""
    texts: dict[str, Text] = json.loads((TEXTS / "en.json").read_text("utf-8"))
    return texts


def template() -> Catalog:
    """What there is to translate, without any translation."""
    catalog = Catalog(project="room-agent", charset="utf-8", fuzzy=False)
    for key, text in english().items():
        message = text if isinstance(text, str) else (text["one"], text["other"])
        catalog.add(message, context=key)
    return catalog


def source(language: str) -> Catalog:
    """A language's catalogue as translators left it; empty for a new one."""
    path = SOURCES / f"{language}.po"
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """The catalogue with the present sentences: what was translated stays, what changed is marked as fuzzy."""
    catalog = source(language)
    catalog.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue as a PO file, without dates and people."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=False, sort_output=False, include_previous=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = tuple(f'"{name}' for name in _DATED)
    kept = [line for line in lines if not line.startswith(("#", *dated))]
    return "".join(kept).lstrip("\n").encode()


def compiled(language: str) -> dict[str, Text]:
    """The page's catalogue. A sentence nobody has translated is left out; the page shows it in English."""
    catalog = source(language)
    found: dict[str, Text] = {}
    for key, text in english().items():
        message = catalog.get(text if isinstance(text, str) else text["one"], context=key)
        if message is not None and message.string and not message.fuzzy:
            said = _text(message, language)
            if said:
                found[key] = said
    return found


def _text(message: Message, language: str) -> Text | None:
    if isinstance(message.string, str):
        return message.string
    forms = dict(enumerate(message.string))
    if not all(forms.values()):
        return None
    return {category: forms[index] for category, index in categories(language).items()}


def categories(language: str) -> Mapping[str, int]:
    """CLDR's plural categories of a language, and which of gettext's forms each one takes; fractions take the last."""
    rule = Locale.parse(language).plural_form
    plural = get_plural(language)
    index_of = gettext.c2py(plural.plural_expr)
    found: dict[str, int] = {}
    for number in _SAMPLES:
        found.setdefault(rule(number), index_of(number))
    names = ("zero", "one", "two", "few", "many", "other")
    return {name: found.get(name, plural.num_plurals - 1) for name in names if name in {*rule.tags, "other"}}


def as_json(texts: Mapping[str, Text]) -> str:
    return json.dumps(texts, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Bring all catalogues up to date; say what is missing."""
    SOURCES.mkdir(exist_ok=True)
    (SOURCES / "messages.pot").write_bytes(written(template()))
    for language in LANGUAGES:
        (SOURCES / f"{language}.po").write_bytes(written(updated(language)))
        texts = compiled(language)
        (TEXTS / f"{language}.json").write_text(as_json(texts), "utf-8")
        missing = len(english()) - len(texts)
        print(f"{language}: {len(texts)} sentences" + (f", {missing} missing" if missing else ""))  # noqa: T201


if __name__ == "__main__":
    main()
