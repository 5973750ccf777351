"""Networks that come from elsewhere: PyTorch source, and torchvision by name."""
