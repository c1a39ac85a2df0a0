"""Trains in a loop of one's own on the capture that ``nersemble demo`` made."""

import nersemble

STEPS = 300

capture = nersemble.open_capture("demo_output/captures", participant=1, sequence="TALK")
with nersemble.Trainer(
    capture, preset="tiny", name="own-loop", models_path="models", max_steps=STEPS
) as trainer:
    for _ in range(STEPS):
        losses = trainer.step()
        if trainer.n_steps % 50 == 0:
            print(f"step {trainer.n_steps}: loss {losses.loss:.4f}, PSNR {losses.psnr:.1f} dB")
    path = trainer.save()
    scores = trainer.evaluate(max_timesteps=2).mean.regular

print(f"held-out cameras: PSNR {scores['psnr']:.1f} dB")
print(f"saved: {path}")
