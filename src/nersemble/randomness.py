"""Random numbers as a function of seed, purpose and step: nothing has to be saved or restored."""

import hashlib

import torch


def seeded_generator(seed: int, purpose: str, step: int = 0) -> torch.Generator:
    """A CPU generator that depends only on its arguments."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{step}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "little") >> 1)
