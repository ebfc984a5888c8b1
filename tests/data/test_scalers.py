import torch

from dl_pipelines.data.scalers import Standardizer


def test_columns_get_mean_zero_and_deviation_one():
    scaler = Standardizer.fit(torch.tensor([[1.0, 10.0], [3.0, 30.0]]))

    assert scaler.mean.tolist() == [2.0, 20.0]
    assert scaler.scale.tolist() == [1.0, 10.0]
    assert scaler.transform(torch.tensor([[4.0, 5.0]])).tolist() == [[2.0, -1.5]]


def test_inverse_undoes_transform():
    values = torch.rand(5, 3, dtype=torch.float64) * 1e4
    scaler = Standardizer.fit(values[:3])

    torch.testing.assert_close(scaler.inverse(scaler.transform(values)), values)


def test_constant_column_is_centred_and_not_scaled():
    scaler = Standardizer.fit(torch.full((7, 2), 0.1, dtype=torch.float64))

    assert scaler.scale.tolist() == [1.0, 1.0]
    assert scaler.transform(torch.tensor([[0.1, 1.1]], dtype=torch.float64)).abs().max() <= 1.0


def test_column_of_zeros_is_left_alone():
    assert Standardizer.fit(torch.zeros(3, 1)).transform(torch.zeros(2, 1)).tolist() == [[0], [0]]


def test_robust_scaling_centres_the_median_and_puts_the_quartiles_one_apart():
    scaler = Standardizer.fit_robust(torch.tensor([[0.0], [1.0], [2.0], [3.0], [1e9]]))
    assert scaler.transform(torch.tensor([[1.0], [2.0], [3.0]])).flatten().tolist() == [
        -0.5,
        0,
        0.5,
    ]


def test_robust_scaling_takes_the_range_where_the_quartiles_are_equal():
    values = torch.tensor([[5.0, 7.0]] * 8 + [[9.0, 7.0]], dtype=torch.float64)
    scaler = Standardizer.fit_robust(values)
    assert scaler.mean.tolist() == [5.0, 7.0]
    assert scaler.scale.tolist() == [2.0, 1.0]  # the second column is constant
