"""What runs: data, training, looking inside. The only folder that imports torch, and only in the child process.

`messages`, `client` and `data.catalogue` import without torch; the window imports nothing else from here.
"""
