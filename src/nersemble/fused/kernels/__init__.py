"""Fused Triton kernels. Imported only where they run: the package itself never needs Triton."""
