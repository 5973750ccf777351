"""What runs: data, training, looking inside. The only folder that imports torch, and only in the child process.

`messages`, `client` and `data.catalogue` import without torch; the window imports nothing else from here.
"""

import os

# Before torch is loaded anywhere. GNU's OpenMP lets a thread that waits for the others spin for milliseconds; when
# another program has one of the cores, that burns the very time the others need. Measured on 2 cores with a count of
# 1,000, images/s of `digits`: 12,600 instead of 10,700; beside busy programs 3,500 instead of 900.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")
