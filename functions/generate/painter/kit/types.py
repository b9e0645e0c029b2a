"""The arrays that the kit's functions take and return."""

import numpy as np
from numpy.typing import NDArray

# (size, size), any range.
Field = NDArray[np.float32]
# (size, size), 0 to 1: how much of each pixel a shape covers.
Mask = NDArray[np.float32]
# (size, size, 3), sRGB in [0, 1].
Sheet = NDArray[np.float32]
# (3,), sRGB in [0, 1].
Color = NDArray[np.float32]
# (count, 2): x and y.
Points = NDArray[np.float64]
