"""Options of trainings that take a second, for tests of the library."""

from typing import Any

# Cheaper than the preset tiny, which the demo takes.
MICRO: dict[str, Any] = {
    "n_train_rays": 64,
    "n_hash_encodings": 2,
    "log2_hashmap_size": 8,
    "n_levels": 3,
    "mlp_num_layers": 2,
    "mlp_layer_width": 16,
    "grid_resolution": 16,
    "render_step_size": 0.3,
    "timesteps_per_batch": 2,
}
