import torch
from torch import nn

from dl_pipelines.data.scalers import Standardizer
from dl_pipelines.models.scaling import Scaled
from dl_pipelines.training.scaling import scaled_state


def test_the_state_makes_a_network_that_takes_and_gives_plain_units():
    torch.manual_seed(0)
    net, x, y = nn.Linear(2, 1), 7 + 3 * torch.rand(9, 2).double(), 100 * torch.rand(9, 1).double()
    inputs, targets = Standardizer.fit(x), Standardizer.fit(y)
    scaled = Scaled(nn.Linear(2, 1), features=2, outputs=1)

    scaled.load_state_dict(scaled_state(net.state_dict(), inputs, targets))

    expected = targets.inverse(net(inputs.transform(x).float()))
    torch.testing.assert_close(scaled(x.float()), expected.float())
