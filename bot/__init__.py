"""All that touches the world."""

import os

# Read when numpy is imported: the matcher's products are too small for several threads, which
# would only wait for each other in a spin.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
