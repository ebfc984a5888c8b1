import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.data.augmentation import add_noise, augment, occlude, rotate
from tests.data.shapes import bar, lean, moments, seeded

EACH = [{"rotation": 20.0}, {"shift": 3.0}, {"scale": 0.2}, {"shear": 15.0}, {"elastic": 30.0}]
ALL = {name: value for change in EACH for name, value in change.items()}


def noise_images(count=3, height=28, width=28):
    generator = torch.Generator().manual_seed(1)
    shape = (count, height, width)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def test_a_quarter_turn_is_anticlockwise():
    images = noise_images(height=7, width=7)
    images[:, 0, 6] = 255

    turned = rotate(images, 90)

    torch.testing.assert_close(
        turned, torch.rot90(images, 1, dims=(1, 2)).float(), atol=1e-2, rtol=0
    )
    assert turned[:, 0, 0].tolist() == pytest.approx([255] * 3, abs=1e-2)


def test_a_turned_image_that_is_not_square_keeps_its_shape_and_its_angles():
    turned = rotate(bar(height=41, width=61), 30)

    assert turned.shape == (1, 41, 61)
    assert lean(turned).item() == pytest.approx(30, abs=0.5)
    centre, _ = moments(turned)
    assert centre.abs().max() < 1e-3


def test_what_comes_in_from_outside_is_black():
    turned = rotate(torch.full((1, 28, 28), 255.0), 45)
    assert turned[0, 0, 0] == turned[0, 27, 27] == 0
    assert turned[0, 14, 14] == 255


def test_noise_has_the_deviation_asked_for_and_stays_grey():
    grey = torch.full((50, 28, 28), 128, dtype=torch.uint8)
    noisy = add_noise(grey, 20.0, generator=seeded())
    assert noisy.mean().item() == pytest.approx(128, abs=0.5)
    assert noisy.std().item() == pytest.approx(20, rel=0.02)
    strong = add_noise(grey, 300.0, generator=seeded())
    assert (strong.min(), strong.max()) == (0, 255)
    assert torch.equal(add_noise(grey, 20.0, generator=seeded()), noisy)
    assert torch.equal(add_noise(grey, 0.0), grey.float())


@given(size=st.integers(0, 9), seed=st.integers(0, 99))
def test_a_square_within_the_image_is_hidden(size, seed):
    images = torch.full((4, 6, 8), 7, dtype=torch.uint8)

    hidden = occlude(images, size, generator=seeded(seed)) == 0

    for mask in hidden:
        rows, columns = mask.any(dim=1), mask.any(dim=0)
        assert torch.equal(mask, rows[:, None] & columns[None, :])
        for extent, line in ((6, rows), (8, columns)):
            wanted = min(size, extent) if size else 0
            assert line.sum() == wanted
            assert (line.nonzero().flatten().diff() == 1).all()
    assert (images == 7).all()


def test_the_square_lies_everywhere_in_turn():
    hidden = occlude(torch.ones(500, 5, 5), 2, generator=seeded()) == 0
    assert hidden.any(dim=0).all()
    assert 0.05 < hidden[:, :2, :2].all(dim=(1, 2)).float().mean() < 0.08  # one of 4 × 4 places


def test_all_settings_off_return_the_images_themselves():
    images = noise_images()
    before = torch.get_rng_state()
    assert augment(images) is images
    assert augment(images, elastic_sigma=2.0) is images
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("change", EACH, ids=str)
def test_each_setting_changes_each_image_its_own_way(change):
    images = noise_images(1).expand(3, -1, -1)

    changed = augment(images, **change, generator=seeded())

    assert changed.dtype == torch.float32
    assert changed.shape == images.shape
    for one, other in ((0, 1), (1, 2), (0, 2)):
        assert (changed[one] - changed[other]).abs().mean() > 5
    assert (changed - images).abs().mean(dim=(1, 2)).min() > 1


def test_the_same_seed_changes_images_the_same_way():
    images = noise_images()
    first, second = (augment(images, **ALL, generator=seeded(3)) for _ in range(2))
    assert torch.equal(first, second)
    assert not torch.equal(augment(images, **ALL, generator=seeded(4)), first)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        assert torch.equal(augment(images, **ALL), first)


def test_bytes_and_floats_are_changed_alike_and_left_as_they_were():
    images = noise_images()
    before = images.clone()
    changed = augment(images, **ALL, generator=seeded())
    assert torch.equal(augment(images.float(), **ALL, generator=seeded()), changed)
    assert torch.equal(images, before)


def test_an_image_does_not_see_its_neighbours():
    images = noise_images()
    changed = augment(images, **ALL, generator=seeded())
    images[[0, 2]] = 255 - images[[0, 2]]
    again = augment(images, **ALL, generator=seeded())
    assert torch.equal(again[1], changed[1])
    assert not torch.equal(again[0], changed[0])


def test_nothing_is_recorded_for_gradients():
    images = noise_images().float().requires_grad_()
    assert not augment(images, **ALL).requires_grad
    assert not rotate(images, 10).requires_grad


@settings(max_examples=30)
@given(
    rotation=st.floats(0, 180),
    shift=st.floats(0, 40),
    scale=st.floats(0, 0.95),
    shear=st.floats(0, 80),
    elastic=st.floats(0, 200),
    elastic_sigma=st.floats(1, 30),
    shape=st.tuples(st.integers(1, 3), st.integers(1, 12), st.integers(1, 12)),
)
def test_grey_levels_stay_grey_levels(shape, **strengths):
    changed = augment(noise_images(*shape), **strengths).float()
    assert changed.shape == shape
    assert changed.min() >= 0
    assert changed.max() <= 255 + 1e-3  # four weights, each rounded


@pytest.mark.gpu
def test_a_gpu_changes_images_where_they_lie():
    images = noise_images().cuda()
    generator = torch.Generator("cuda").manual_seed(0)
    changed = augment(images, **ALL, generator=generator)
    assert changed.device == images.device
    assert (changed - images).abs().mean() > 1
    torch.testing.assert_close(rotate(images, 30).cpu(), rotate(images.cpu(), 30), atol=0.1, rtol=0)
    hidden = occlude(images, 9, generator=generator)
    assert hidden.device == add_noise(images, 9.0, generator=generator).device == images.device
