import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image, IptcImagePlugin, JpegImagePlugin

from coverart.images.jpeg import encode_cover_jpeg
from coverart.images.metadata import ImageMetadata
from stylize import finishing

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def open_image(image_bytes):
    return Image.open(io.BytesIO(image_bytes))


@pytest.fixture
def master(load_photo):
    return finishing.fit_to_master(load_photo("motorcycle_left"))


def test_master_is_an_srgb_png_of_1024_pixels(master):
    png = open_image(finishing.encode_master(master))
    assert (png.format, png.mode, png.size) == ("PNG", "RGB", (1024, 1024))
    assert png.info["srgb"] == 0
    assert np.array_equal(png, master)


@pytest.mark.parametrize(
    ("encode", "side"), [(finishing.encode_thumbnail, 300), (finishing.encode_contact_sheet, 1024)]
)
def test_jpeg_has_quality_85_and_full_chroma(master, encode, side):
    image, expected = open_image(encode(master)), io.BytesIO()
    master.save(expected, "JPEG", quality=85)
    assert (image.format, image.size) == ("JPEG", (side, side))
    # The tables of a file determine its quality.
    assert image.quantization == open_image(expected.getvalue()).quantization
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
    image = open_image(image_bytes)
    assert b"a secret" not in image_bytes
    packet = image.info["xmp" if image.format == "JPEG" else "XML:com.adobe.xmp"]
    (description,) = ElementTree.fromstring(packet).iter(f"{RDF}Description")  # noqa: S314  # our own packet
    attributes = {name.rpartition("}")[2]: value for name, value in description.attrib.items()}
    assert attributes["DigitalSourceType"].endswith("/algorithmicMedia")
    assert attributes.get("Credit") == credit
    assert "not by a generative model" in "".join(description.itertext())
    if image.format == "JPEG":
        assert not image.getexif()
        iptc = IptcImagePlugin.getiptcinfo(image)
        assert iptc[2, 80] == b"Spotify Image Generator"
        assert iptc.get((2, 110)) == (credit.encode() if credit else None)
