"""Smaller PNG files: the renderer writes true colour for speed; a chart needs few colours and a mail few bytes."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">IIBBBBB")
TRUE_COLOUR_WITH_ALPHA, PALETTE = 6, 3
NO_FILTER, SUB_FILTER = 0, 1
COLOURS = 256


def compacted(png: bytes) -> bytes:
    """The same picture with at most 256 colours, compressed as far as zlib can.

    The colours used most stay exactly as they are; of the many shades that smooth the edges of letters, rare ones take
    the nearest that stays. A picture of another kind than the renderer writes comes back unchanged.
    """
    chunks = list(_chunks(png))
    header = HEADER.unpack(dict(chunks)[b"IHDR"])
    width, height, depth, colour_type = header[:4]
    rows = np.frombuffer(zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT")), np.uint8)
    if (depth, colour_type) != (8, TRUE_COLOUR_WITH_ALPHA) or rows.size != height * (width * 4 + 1):
        return png
    rows = rows.reshape(height, width * 4 + 1)
    if not np.isin(rows[:, 0], (NO_FILTER, SUB_FILTER)).all():
        return png
    palette, indices = _few_colours(_pixels(rows, width))
    lines = np.hstack([np.full((height, 1), NO_FILTER, np.uint8), indices.reshape(height, width)])
    return SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", HEADER.pack(width, height, 8, PALETTE, *header[4:])),
            _chunk(b"PLTE", palette.tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _pixels(rows: np.ndarray, width: int) -> np.ndarray:
    """Red, green and blue of every pixel; charts are drawn on white, so alpha says nothing."""
    pixels = rows[:, 1:].reshape(-1, width, 4)
    added_up = np.cumsum(pixels, axis=1, dtype=np.uint8)
    is_sub = (rows[:, 0] == SUB_FILTER)[:, None, None]
    return np.where(is_sub, added_up, pixels)[:, :, :3].reshape(-1, 3)


def _few_colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Palette, and the palette's index for every pixel."""
    packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    shades = np.stack([colours >> 16, (colours >> 8) & 255, colours & 255], axis=1).astype(np.int32)
    kept = np.sort(np.argsort(-counts, kind="stable")[:COLOURS])
    distance = np.square(shades[:, None, :] - shades[None, kept, :]).sum(axis=2)
    return shades[kept].astype(np.uint8), distance.argmin(axis=1).astype(np.uint8)[inverse]


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(SIGNATURE)
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        yield png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        position += length + 12


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
