"""What the techniques share: colors, fields, shapes, marks and sheets.

Lengths and positions are fractions of the picture's side, x to the right and y down, so a picture is the same at every
size. Angles are in radians. A mask or field is a float32 array of shape (size, size), a sheet one of shape
(size, size, 3) with sRGB in [0, 1].
"""
