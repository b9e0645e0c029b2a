import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import IptcImagePlugin, JpegImagePlugin

from coverart.images.jpeg import encode_cover_jpeg
from coverart.images.metadata import ImageMetadata
from stylize import finishing
from tests.images import decode

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def test_files_have_their_formats_sizes_and_qualities(load_photo):
    master, quality_85 = finishing.fit_to_master(load_photo("motorcycle_left")), io.BytesIO()
    png = decode(finishing.encode_master(master))
    assert (png.format, png.mode, png.size, png.info["srgb"]) == ("PNG", "RGB", (1024, 1024), 0)
    assert np.array_equal(png, master)
    master.save(quality_85, "JPEG", quality=85)
    for encode, side in ((finishing.encode_thumbnail, 300), (finishing.encode_contact_sheet, 1024)):
        image = decode(encode(master))
        assert (image.format, image.size) == ("JPEG", (side, side))
        # The tables of a file determine its quality; 0 is full chroma.
        assert image.quantization == decode(quality_85.getvalue()).quantization
        assert JpegImagePlugin.get_sampling(image) == 0


@pytest.mark.parametrize(
    "encode",
    [finishing.encode_master, encode_cover_jpeg, finishing.encode_thumbnail, finishing.encode_contact_sheet],
)
@pytest.mark.parametrize("credit", [None, "Raven by Lorc, game-icons.net, CC BY 3.0"])
def test_file_says_how_it_was_made_and_nothing_else(load_photo, small_master, encode, credit):
    photo = load_photo("motorcycle_left").resize((300, 300))
    photo.info["comment"] = b"a secret"
    photo.getexif()[0x010E] = "a secret"
    master, metadata = finishing.fit_to_master(photo), ImageMetadata("algorithmicMedia", credit)
    image_bytes = encode(master, metadata)
    assert image_bytes == encode(master.copy(), metadata)
    image = decode(image_bytes)
    assert b"a secret" not in image_bytes
    packet = image.info["xmp" if image.format == "JPEG" else "XML:com.adobe.xmp"]
    (description,) = ElementTree.fromstring(packet).iter(f"{RDF}Description")  # noqa: S314  # our own packet
    attributes = {name.rpartition("}")[2]: value for name, value in description.attrib.items()}
    assert attributes["DigitalSourceType"].endswith("/algorithmicMedia")
    assert attributes.get("Credit") == credit
    assert "not by a generative model" in "".join(description.itertext())
    if image.format == "JPEG":
        assert not image.getexif()
        assert len(image.app["APP13"]) % 2 == 0, "Photoshop pads its resources"
        iptc = IptcImagePlugin.getiptcinfo(image)
        assert iptc[2, 80] == b"Spotify Image Generator"
        assert iptc.get((2, 110)) == (credit.encode() if credit else None)
