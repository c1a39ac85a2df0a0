"""Renders a picture of the run that ``nersemble demo`` made."""

from PIL import Image

import nersemble

head = nersemble.load("demo_output/models/nersemble/NERS-1-demo", data_path="demo_output/captures")
picture = head.render(camera=head.held_out[0], timestep=2)
Image.fromarray(picture.pixels).save("head.png")
