"""Catalogues of the home screen and of the display's own words: `make texts`.

The English sentences and their keys are `en.json` in `agent/front/texts` and `display/texts`. Translators work on
`LANGUAGE.po` in `deploy/texts` and `deploy/texts/display` (gettext; the key is the context). From those the other
catalogues are made, `LANGUAGE.json` beside `en.json`, with plural forms by CLDR category, as `Intl.PluralRules` asks
for them. A new language: its name in LANGUAGES, `make texts`, translate, `make texts`.
"""

from __future__ import annotations

import gettext
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
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


class Catalogues(NamedTuple):
    """One set: `texts` is where the program reads, `sources` where translators write."""

    texts: Path
    sources: Path

    def english(self) -> dict[str, Text]:
        """The sentences by key, in their order."""
        texts: dict[str, Text] = json.loads((self.texts / "en.json").read_text("utf-8"))
        return texts

    def template(self) -> Catalog:
        """What there is to translate, without any translation."""
        catalog = Catalog(project="room-agent", charset="utf-8", fuzzy=False)
        for key, text in self.english().items():
            message = text if isinstance(text, str) else (text["one"], text["other"])
            catalog.add(message, context=key)
        return catalog

    def source(self, language: str) -> Catalog:
        """A language's catalogue as translators left it; empty for a new one."""
        path = self.sources / f"{language}.po"
        if not path.is_file():
            return Catalog(locale=language)
        with path.open("rb") as file:
            return read_po(file, locale=language)

    def updated(self, language: str) -> Catalog:
        """The catalogue with the present sentences: what was translated stays, what changed is marked as fuzzy."""
        catalog = self.source(language)
        catalog.update(self.template(), no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        return catalog

    def compiled(self, language: str) -> dict[str, Text]:
        """The program's catalogue. A sentence nobody has translated is left out; it is shown in English."""
        catalog = self.source(language)
        found: dict[str, Text] = {}
        for key, text in self.english().items():
            message = catalog.get(text if isinstance(text, str) else text["one"], context=key)
            if message is not None and message.string and not message.fuzzy:
                said = _text(message, language)
                if said:
                    found[key] = said
        return found

    def make(self) -> None:
        """Bring all of the set up to date; say what is missing."""
        self.sources.mkdir(exist_ok=True)
        (self.sources / "messages.pot").write_bytes(written(self.template()))
        for language in LANGUAGES:
            (self.sources / f"{language}.po").write_bytes(written(self.updated(language)))
            texts = self.compiled(language)
            (self.texts / f"{language}.json").write_text(as_json(texts), "utf-8")
            missing = len(self.english()) - len(texts)
            said = f"{self.texts.relative_to(ROOT)}, {language}: {len(texts)} sentences"
            print(said + (f", {missing} missing" if missing else ""))  # noqa: T201


PAGE = Catalogues(ROOT / "agent" / "front" / "texts", ROOT / "deploy" / "texts")
DISPLAY = Catalogues(ROOT / "display" / "texts", ROOT / "deploy" / "texts" / "display")


def written(catalog: Catalog) -> bytes:
    """The catalogue as a PO file, without dates and people."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, omit_header=False, sort_output=False, include_previous=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = tuple(f'"{name}' for name in _DATED)
    kept = [line for line in lines if not line.startswith(("#", *dated))]
    return "".join(kept).lstrip("\n").encode()


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
    PAGE.make()
    DISPLAY.make()


if __name__ == "__main__":
    main()
