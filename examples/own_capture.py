"""Trains on pictures that no file holds: a class of one's own makes them.

Eight cameras stand around a coloured ball of 10 cm radius, which moves to the side.
"""

import numpy as np

import nersemble

STEPS = 300
SIZE, FOCAL = 48, 160.0
RADIUS, DISTANCE = 0.1, 1.0  # metres


def camera_at(angle: float) -> nersemble.Camera:
    """A camera that looks at the origin from a distance of 1 m. The world's y is up, the camera's
    x is right, y down and z forward, as in OpenCV."""
    backward = np.array([np.sin(angle), 0.0, np.cos(angle)])
    right = np.cross([0.0, 1.0, 0.0], backward)
    pose = np.eye(4)
    pose[:3, :3] = right, np.cross(right, backward), -backward
    pose[2, 3] = DISTANCE
    intrinsics = [[FOCAL, 0.0, SIZE / 2], [0.0, FOCAL, SIZE / 2], [0.0, 0.0, 1.0]]
    return nersemble.Camera.calibrated(intrinsics, pose, SIZE, SIZE)


class Ball(nersemble.Capture):
    """A ball that has the colours of its normals."""

    def __init__(self, n_cameras: int = 8, n_frames: int = 3) -> None:
        angles = np.linspace(0, 2 * np.pi, n_cameras, endpoint=False)
        super().__init__(
            participant=1,
            sequence="ball",
            cameras=tuple(
                nersemble.CaptureCamera(index, f"camera-{index}", camera_at(angle))
                for index, angle in enumerate(angles)
            ),
            frame_numbers=tuple(range(n_frames)),
        )

    def read(self, serial: str, frame_number: int) -> nersemble.Frame:
        """Casts a ray through each pixel."""
        camera = next(each.camera for each in self.cameras if each.serial == serial)
        pose = camera.calibrated_pose.numpy()
        center = pose[:3, :3] @ [0.01 * frame_number, 0.0, 0.0] + pose[:3, 3]
        y, x = np.mgrid[:SIZE, :SIZE] + 0.5 - SIZE / 2
        rays = np.stack([x / FOCAL, y / FOCAL, np.ones_like(x)], -1)
        rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
        nearest = rays @ center
        inside = nearest**2 - center @ center + RADIUS**2
        distance = nearest - np.sqrt(np.maximum(inside, 0))
        normals = (rays * distance[..., None] - center) @ pose[:3, :3] / RADIUS
        rgb = np.where(inside[..., None] > 0, 255 * (0.5 + normals / 2), 0)
        alpha = np.where(inside > 0, 255, 0)
        return nersemble.Frame(rgb.clip(0, 255).astype(np.uint8), alpha.astype(np.uint8))


if __name__ == "__main__":
    ball = Ball()
    with nersemble.Trainer(
        ball,
        preset="tiny",
        models_path="models",
        max_steps=STEPS,
        eval_cameras=("camera-3",),
    ) as trainer:
        for _ in range(STEPS):
            trainer.step()
        checkpoint = trainer.save()

    head = nersemble.load(checkpoint, capture=ball)
    print(f"PSNR {head.evaluate().mean.regular['psnr']:.1f} dB")
    density, color = head.field(np.array([[0.0, 0.0, 0.095], [0.0, 0.0, 0.2]]))
    print(f"density {density[0]:.0f} per metre in the ball, {density[1]:.0f} outside")
