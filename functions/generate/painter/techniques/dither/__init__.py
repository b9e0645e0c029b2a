"""Dithered pixel art: the screen of an early computer, four inks and square pixels.

A lit scene at 128 pixels: error diffusion after Bill Atkinson (contrasty, it eats the extremes) for what is round,
Bayer's 8 x 8 matrix for skies; enlarged without smoothing. Energy tears, repeats and speeds up; computers before 1986
have three inks.

Good: every pixel a decision, one dithered gradient, one hard silhouette, no gray noise (Susan Kare, MacPaint; the
PC-98's landscapes; jungle flyers).
"""

from generate.painter.techniques.dither.abstract import paint_planet, paint_tunnel
from generate.painter.techniques.dither.land import paint_land
from generate.painter.techniques.dither.photographs import paint_snapshot
from generate.painter.techniques.dither.pictures import paint_bust, paint_echo, paint_horizon, paint_scan

GRAIN = 0.0

LAYOUTS = {
    "land": paint_land,
    "planet": paint_planet,
    "tunnel": paint_tunnel,
    "bust": paint_bust,
    "horizon": paint_horizon,
    "echo": paint_echo,
    "scan": paint_scan,
    "snapshot": paint_snapshot,
}
