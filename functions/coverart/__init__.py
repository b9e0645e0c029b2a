"""Code that two or more functions share, shipped with them.

In Lambda, importing this package switches the garbage collector off: nearly everything that a cold start allocates
lives as long as the process, so collecting during the imports finds nothing and takes a sixth of their time
(docs/performance.md). `start_invocation` switches it on again.
"""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    gc.disable()
