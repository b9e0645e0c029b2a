"""The arrays that the kit's functions take and return.

Most are float32. Arithmetic with an integer of NumPy makes float64 of one, which every function takes as well.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# (size, size), any range.
Field = NDArray[np.floating[Any]]
# (size, size), 0 to 1: how much of each pixel a shape covers.
Mask = NDArray[np.floating[Any]]
# (size, size, 3), sRGB in [0, 1].
Sheet = NDArray[np.floating[Any]]
# (3,), sRGB in [0, 1].
Color = NDArray[np.floating[Any]]
# (count, 2): x and y.
Points = NDArray[np.float64]
