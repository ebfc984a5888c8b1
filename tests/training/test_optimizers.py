import pytest
import torch
from torch import nn

from dl_pipelines.errors import SettingError
from dl_pipelines.training.optimizers import (
    OPTIMIZERS,
    SCHEDULES,
    build_optimizer,
    build_schedule,
)


def parameter():
    return nn.Parameter(torch.tensor([1.0]))


def steps(weight, optimizer, gradients):
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        optimizer.step()
    return weight.item()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sgd", 1 - 0.1 * 2 - 0.1 * 4),
        ("momentum", 1 - 0.1 * 2 - 0.1 * (0.9 * 2 + 4)),
        ("nag", 1 - 0.1 * (2 + 0.9 * 2) - 0.1 * (4 + 0.9 * (0.9 * 2 + 4))),
        ("adagrad", 1 - 0.1 - 0.1 * 4 / 20**0.5),
        ("rmsprop", 1 - 0.1 * 2 / 0.2 - 0.1 * 4 / 0.1996**0.5),
        ("adam", 1 - 0.1 - 0.1 * (0.58 / 0.19) / (0.019996 / 0.001999) ** 0.5),
        ("adamw", 1 - 0.1 - 0.1 * (0.58 / 0.19) / (0.019996 / 0.001999) ** 0.5),
    ],
)
def test_two_steps_by_hand(name, expected):
    weight = parameter()
    after = steps(weight, build_optimizer([weight], name=name, lr=0.1), [2.0, 4.0])
    assert after == pytest.approx(expected, rel=1e-5)


def test_settings_reach_the_optimizer():
    group = build_optimizer(
        [parameter()], name="adamw", lr=0.3, weight_decay=0.2, betas=(0.5, 0.6)
    ).param_groups[0]
    assert (group["lr"], group["weight_decay"], group["betas"]) == (0.3, 0.2, (0.5, 0.6))
    assert build_optimizer([parameter()], name="nag", lr=1, momentum=0.7).param_groups[0][
        "momentum"
    ] == pytest.approx(0.7)


def test_every_optimizer_of_torch_with_a_fused_kernel_uses_it():
    fused = {
        name
        for name in OPTIMIZERS
        if build_optimizer([parameter()], name=name, lr=0.1).param_groups[0].get("fused")
    }
    assert fused == set(OPTIMIZERS) - {"rmsprop"}


def rates(name, *, epochs=4, steps_per_epoch=3, **settings):
    weight = parameter()
    optimizer = build_optimizer([weight], name="sgd", lr=1.0)
    schedule = build_schedule(
        optimizer, name=name, epochs=epochs, steps_per_epoch=steps_per_epoch, **settings
    )
    seen = []
    for _ in range(epochs * steps_per_epoch):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return seen


def test_constant():
    assert rates("constant") == [1.0] * 12


def test_step_decays_every_few_epochs():
    assert rates("step", step_epochs=2, factor=0.5) == [1.0] * 6 + [0.5] * 6


def test_cosine_falls_from_the_full_rate_towards_zero():
    seen = rates("cosine")
    assert seen[0] == 1.0
    assert seen[6] == pytest.approx(0.5)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] < 0.02


def test_one_cycle_rises_to_the_full_rate_and_falls():
    seen = rates("one_cycle", warmup_fraction=0.5)
    assert max(seen) == pytest.approx(1.0)
    assert seen.index(max(seen)) == 5
    assert seen[0] == pytest.approx(1 / 25)
    assert seen[-1] < 1e-4


def test_plateau_decays_when_the_loss_does_not_fall():
    optimizer = build_optimizer([parameter()], name="sgd", lr=1.0)
    schedule = build_schedule(
        optimizer, name="plateau", epochs=5, steps_per_epoch=1, factor=0.5, patience=1
    )
    seen = []
    for loss in (3.0, 2.0, 2.0, 2.0, 2.0):
        schedule.step(loss)
        seen.append(optimizer.param_groups[0]["lr"])
    assert seen == [1.0, 1.0, 1.0, 0.5, 0.5]


def test_unknown_names_are_listed_with_the_known_ones():
    with pytest.raises(
        SettingError, match=f"no optimizer 'adm': choose one of {', '.join(OPTIMIZERS)}"
    ):
        build_optimizer([parameter()], name="adm", lr=0.1)
    optimizer = build_optimizer([parameter()], name="sgd", lr=0.1)
    with pytest.raises(
        SettingError, match=f"no schedule 'x': choose one of {', '.join(SCHEDULES)}"
    ):
        build_schedule(optimizer, name="x", epochs=1, steps_per_epoch=1)
