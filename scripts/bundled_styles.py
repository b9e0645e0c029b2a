"""Write functions/stylize/bundled_styles.json: the style vectors of eight images by the painter.

`python -m scripts.bundled_styles`, after a change of the painter that the styles should follow. The file is in git
because the last digits of its numbers differ between processors.
"""

import json

from PIL import Image

from coverart.models import Prompt
from generate.painter import paint
from scripts.assets import ROOT
from stylize import style_transfer

FILE = ROOT / "functions" / "stylize" / "bundled_styles.json"
_DIGITS = 3
# Name -> technique, layout, mood, palette.
IMAGES = {
    "harbour": ("papercut", "waves", "serene", ["#16324f", "#2f6690", "#81c3d7", "#f4e4c1", "#e07a3f"]),
    "ember": ("chrome", "liquid", "dark", ["#1a0d0d", "#7a1f16", "#d1482b", "#f0a04b", "#3a2a2a"]),
    "orchard": ("mosaic", "coast", "warm", ["#f2e3c6", "#5b7a3a", "#c8502d", "#e3b23c", "#3d2b1f"]),
    "velvet": ("glass", "pleats", "dreamy", ["#2a1a4a", "#7b4b94", "#d77fa1", "#f3d9dc", "#3f7cac"]),
    "carnival": ("memphis", "laminate", "playful", ["#ff5a3c", "#ffd23c", "#2fa8d5", "#5cc05c", "#fff4dc"]),
    "neon": ("neon", "tubes", "energetic", ["#1b0f3b", "#ff2e88", "#00b5d8", "#ffcf33", "#7a2bff"]),
    "letterpress": ("engraving", "range", "melancholic", ["#22313f", "#8d99ae", "#e6dfd3", "#b5483a", "#4a5759"]),
    "gilt": ("deco", "fan", "epic", ["#14202b", "#b8892b", "#7a2e2e", "#efe2c0", "#2e5e5a"]),
}


def paint_image(name: str) -> Image.Image:
    """Return the image whose style has this name, 1024x1024 pixels."""
    technique, layout, mood, palette = IMAGES[name]
    basics = {"text": name, "phrases": [], "subjects": [], "style_albums": [], "seed": 0}
    look = {"mood": mood, "energy": 0.6, "era": "", "palette": palette, "technique": technique, "composition": layout}
    return paint(Prompt.model_validate(basics | look))


def main() -> None:
    vectors = {name: style_transfer.predict_style_vector(paint_image(name)).ravel().tolist() for name in IMAGES}
    rounded = {name: [round(number, _DIGITS) for number in vector] for name, vector in vectors.items()}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in rounded.items())
    FILE.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
