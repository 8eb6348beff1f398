"""Cuts the serif of the page out of Source Serif 4: `cut.py FOLDER`, where FOLDER is the npm package `source-serif` 4.5.1.

Needs fonttools 4.68 and brotli 1.2. The fonts have another name, since “Source” is reserved. Two signs that the font lacks are
made of others: a superscript minus and the raised ellipsis.
"""

import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.misc.transform import Transform
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

NAME = "Article Serif"
ASCII = [chr(code) for code in range(0x20, 0x7F)]
TEXT = [character for character in ASCII if character not in '"#$*<>@[\\]^_`{|}~'] + list("\u00a0–’“”·×−")
SIGNS = list("—‘…§°²³±÷≈≠≤≥∂′→←⁰¹⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉⋯αβγδεηλμσéèäöüßÄÖÜ")
# Of questions, titles and single words; a browser test names what is missing.
WORDS = list(string.ascii_letters + " .,?!’-–&1") + list("ü")
# The file of the package, the characters, the features. Kerning is up to a third of a font; titles and short italic lines do
# without.
FACES = {
    "regular": ("SourceSerif4-Regular", ASCII + TEXT + SIGNS, ["kern", "liga"]),
    "semibold": ("SourceSerif4-Semibold", TEXT + list("ü"), ["liga"]),
    "italic": ("SourceSerif4-It", WORDS, ["liga"]),
}


def compose(font, character, part, transforms):
    """Adds a glyph that is `part`, drawn once for each transform."""
    name, glyphs = f"uni{ord(character):04X}", font.getGlyphSet()
    pen = TTGlyphPen(glyphs)
    for transform in transforms:
        glyphs[part].draw(TransformPen(pen, transform))
    font.setGlyphOrder(font.getGlyphOrder() + [name])
    font["glyf"][name] = pen.glyph()
    return name


def complete(font):
    cmap = font.getBestCmap()
    minus, digit, dot = cmap[ord("−")], cmap[ord("⁸")], cmap[ord("·")]
    glyf, widths = font["glyf"], font["hmtx"]
    middle = lambda name: (glyf[name].yMin + glyf[name].yMax) / 2
    small = 0.6
    raised = Transform().translate(0, middle(digit) - small * middle(minus)).scale(small)
    step = widths[dot][0]
    added = {
        "⁻": (compose(font, "⁻", minus, [raised]), round(small * widths[minus][0])),
        "⋯": (compose(font, "⋯", dot, [Transform().translate(i * step, 0) for i in range(3)]), 3 * step),
    }
    for character, (name, width) in added.items():
        glyf[name].recalcBounds(glyf)
        widths[name] = (width, glyf[name].xMin)
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[ord(character)] = name


def cut(source, characters, features, style):
    font = TTFont(source)
    if "⁻" in characters:
        complete(font)
    options = subset.Options(flavor="woff2", hinting=False, layout_features=features)
    options.name_IDs = [0, 1, 2, 4, 6, 13]
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(characters))
    subsetter.subset(font)
    missing = set(characters) - {chr(code) for code in font.getBestCmap()}
    assert not missing, f"{source}: no {''.join(sorted(missing))}"
    for record in font["name"].names:
        names = {1: NAME, 2: style, 4: f"{NAME} {style}", 6: f"{NAME}-{style}".replace(" ", "")}
        if record.nameID in names:
            record.string = names[record.nameID]
    # The same bytes each time.
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.flavor = "woff2"
    return font


if __name__ == "__main__":
    package = Path(sys.argv[1])
    for style, (source, characters, features) in FACES.items():
        font = cut(package / f"WOFF2/TTF/{source}.ttf.woff2", characters, features, style.capitalize())
        path = Path(__file__).parent / f"serif-{style}.woff2"
        font.save(path)
        print(path.name, path.stat().st_size, "bytes")
