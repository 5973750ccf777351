"""cnnbuilder: convolutional networks built by drag and drop, trained, and taken away as PyTorch code."""

__version__ = "0.1.0"
