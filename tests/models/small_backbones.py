"""Networks of torchvision on images as small as they take."""

import torch

from dl_pipelines.models.backbones import BACKBONES, Backbone

CLASSES = 3
SMALL = "squeezenet1_1"


def build(model=SMALL, **settings):
    torch.manual_seed(0)
    resize = settings.pop("resize", BACKBONES[model].smallest + 16)
    return Backbone(size=28, classes=CLASSES, model=model, resize=resize, **settings)


def digits(count=4):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(256, (count, 28, 28), dtype=torch.uint8, generator=generator)
