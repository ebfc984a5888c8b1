import torch

from dl_pipelines.data.batches import Batches
from dl_pipelines.data.seed_batches import SeedBatches

ROWS = [torch.arange(10.0)[:, None], torch.arange(10)]


def test_members_of_a_seed_see_the_batches_that_it_has_alone():
    batches = SeedBatches(ROWS, 4, seeds=[5, 6], copies=3)
    alone = {seed: Batches(ROWS, 4, shuffle=True, seed=seed, drop_last=True) for seed in (5, 6)}
    for _ in range(2):  # epochs
        for (x, y), five, six in zip(batches, alone[5], alone[6], strict=True):
            assert x.shape == (len(five[0]), 6, 1)
            assert y.shape == (len(five[1]), 6)
            for member, expected in enumerate([five] * 3 + [six] * 3):
                torch.testing.assert_close(x[:, member], expected[0])
                torch.testing.assert_close(y[:, member], expected[1])


def test_each_step_has_a_whole_batch_and_no_row_twice_an_epoch():
    batches = SeedBatches(ROWS, 4, seeds=[0, 1], copies=1)
    first, second = (torch.cat([y for _, y in batches]) for _ in range(2))
    assert not torch.equal(first, second)
    assert len(batches) == 2
    for epoch in (first, second):
        assert epoch.shape == (8, 2)  # of ten rows
        assert all(len(set(column)) == 8 for column in epoch.T.tolist())


def test_few_rows_are_one_batch():
    ((x, _),) = SeedBatches(ROWS, 64, seeds=[0], copies=1)
    assert sorted(x.flatten().tolist()) == [*range(10)]
