"""Coding and decoding depth maps."""

import numpy as np

from nersemble.data_manager.picture_files import decode_depth, encode_depth


def test_known_codes() -> None:
    code = np.array([[0, 32768], [29491, 39322]], dtype=np.uint16)
    expected = [[0.0, 1.0], [29490 * 2 / 65534, 39321 * 2 / 65534]]
    np.testing.assert_allclose(decode_depth(code), expected, rtol=1e-6)


def test_every_code_is_a_plausible_depth_or_missing() -> None:
    code = np.arange(65536).astype(np.uint16)
    metres = decode_depth(code)
    given = metres > 0
    exact = (code.astype(float) - 1) * 2 / 65534
    assert (given == ((exact >= 0.8) & (exact <= 1.4))).all()
    assert metres[given].min() >= np.float32(0.8)
    assert metres[given].max() <= np.float32(1.4)
    assert (encode_depth(metres[given].astype(float)) == code[given]).all()
    assert encode_depth(np.array([0.0, -1.0])).tolist() == [0, 0]
