"""What the files of a cover say about themselves: their origin, and whose pictogram they show.

XMP packets (Adobe, "XMP Specification Part 1") with properties of Dublin Core and of the IPTC Photo Metadata Standard,
and for JPEG the older IPTC-IIM record (IPTC, "Information Interchange Model", 4.2), which many programs still read.
"""

from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

# Values of the IPTC's vocabulary "digital source type". A painting by code is no output of a trained model; a style
# network changes it; an image model generates it.
SourceType = Literal["algorithmicMedia", "algorithmicallyEnhanced", "trainedAlgorithmicMedia"]

_CREATOR = "Spotify Image Generator"
_DESCRIPTIONS: dict[SourceType, str] = {
    "algorithmicMedia": "Made by code, not by a generative model.",
    "algorithmicallyEnhanced": "Painted by code, not by a generative model, and restyled by a style transfer network.",
    "trainedAlgorithmicMedia": "Made by a generative model.",
}
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="{source_type}"{credit}>
<dc:creator><rdf:Seq><rdf:li>{creator}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""
# Record 2: by-line, credit, caption.
_BYLINE, _CREDIT, _CAPTION = 80, 110, 120
# A longer dataset would need an extended length field.
_MAX_DATASET_BYTES = 32_000


@dataclass(frozen=True)
class ImageMetadata:
    """`credit`: whom the pictogram is by, with its license, or None."""

    source_type: SourceType
    credit: str | None = None

    @property
    def description(self) -> str:
        """How the image was made, and the credit."""
        description = _DESCRIPTIONS[self.source_type]
        return f"{description} {self.credit}." if self.credit else description

    def to_xmp(self) -> bytes:
        """Return the XMP packet, in UTF-8."""
        credit = f' photoshop:Credit="{escape(self.credit, {'"': "&quot;"})}"' if self.credit else ""
        packet = _XMP.format(
            source_type=_SOURCE_TYPES + self.source_type,
            credit=credit,
            creator=_CREATOR,
            description=escape(self.description),
        )
        return packet.encode()

    def to_iptc_segment(self) -> bytes:
        """Return the JPEG segment APP13 with the IPTC-IIM record, in UTF-8."""
        record = b"\x1c\x01\x5a\x00\x03\x1b%G"  # the text is in UTF-8
        for dataset, text in ((_BYLINE, _CREATOR), (_CREDIT, self.credit or ""), (_CAPTION, self.description)):
            data = text.encode()[:_MAX_DATASET_BYTES]
            record += b"\x1c\x02" + bytes([dataset]) + len(data).to_bytes(2) + data if data else b""
        record += b"\0" * (len(record) % 2)
        resource = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + len(record).to_bytes(4) + record
        return b"\xff\xed" + (len(resource) + 2).to_bytes(2) + resource
