"""The notebooks of the fundamentals run from any folder and find what they say."""

import pytest

from tests.notebooks.conftest import FOLDER, RESULTS

pytestmark = pytest.mark.slow  # as all notebooks: a kernel, and pictures

PICTURES = {
    "tensors": 1,
    "autograd": 2,
    "convolution": 3,
    "choices": 2,
    "saving_models": 1,
    "pandas_tables": 2,
    "devices": 1,
}


def test_all_are_executed():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(RESULTS)


@pytest.mark.parametrize("name", RESULTS)
def test_it_runs_without_an_error_or_a_warning(executed, name):
    outputs = executed[name].outputs
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []
    assert outputs


@pytest.mark.parametrize("name", RESULTS)
def test_it_draws(executed, name):
    pictures = executed[name].pictures
    assert len(pictures) == PICTURES[name]
    for picture in pictures:
        assert picture.shape[1] > 1000
        assert picture[..., :3].std() > 0.05  # not an empty sheet


def test_tensors(executed):
    results = executed["tensors"].results
    assert results["total"] == [[0, 1, 2, 3], [10, 11, 12, 13], [20, 21, 22, 23]]
    assert [name for name, same in results["shared"].items() if not same] == [
        "view(3, 4).T.reshape(12)",
        "cat([table, table], dim=1)",
        "stack([table, table])",
    ]
    assert results["picked"] == [0.625, 0.25]
    assert results["scores"] == [
        [0.125, 0.625, 0.25],
        [0, 0.25, 0.25],
    ]  # by the slice, not the mask
    assert results["right"] == 0
    assert results["wrong"] == pytest.approx(4 / 3)  # nine pairs: three of 0, four of 1, two of 4
    assert "view" in results["refused"][0]
    assert "must match" in results["refused"][1]
    assert results["solution"] == pytest.approx([0.8, 1.4])
    assert results["softmax"] == pytest.approx([1, 1])


def test_autograd(executed):
    results = executed["autograd"].results
    jacobian = [[4, 3], [2, 6]]
    wrong = [[[4, 2], [3, 6]], [[4, 3], [6, 9]], [6, 9]]
    assert list(results["found"].values()) == [jacobian] * 4 + wrong
    assert (results["once"], results["twice"]) == ((2, 1), (4, 2))
    assert results["square"] == [28, 14]
    assert results["arrivals"] == [1, 14, 14, 14, 28]
    adam, sgd = results["curves"].values()
    assert len(adam) == len(sgd) == 500
    assert adam[0] == pytest.approx(sgd[0])  # the same weights
    assert max(adam[-1], sgd[-1]) < 1e-3 * adam[0]


def test_convolution(executed):
    results = executed["convolution"].results
    assert results["digit"] == ((28, 28), 1)
    response, by_hand = results["edge"]
    assert response == pytest.approx(by_hand, abs=1e-6)
    assert abs(response) > 0.1
    assert [formula for formula, _ in results["sizes"]] == [26, 28, 28, 14, 14, 14, 9, 28]
    assert all(formula == found for formula, found in results["sizes"])
    assert results["enlarged"] == results["formula"] == {3: 28, 4: 28}
    assert results["overlaps"] == {3: [1, 2, 4], 4: [4]}
    assert results["correlates"] == [True, True, False]
    assert results["groups"] < 1e-5
    assert list(results["counts"].values()) == [36928, 9280, 640, 4800]
    assert results["transpose"] < 1e-9


def test_choices(executed):
    results = executed["choices"].results
    assert results["slopes"]["sigmoid"] == pytest.approx(0.25)
    activations, losses, inits = (results[name] for name in ("activations", "losses", "inits"))
    good = [activations[name] for name in ("tanh", "ReLU", "GELU")]
    assert min(good) > 80
    assert activations["sigmoid"] < 60
    assert losses["softmax before it"] < losses["cross entropy"] - 5
    assert min(inits["Xavier"], inits["Kaiming"]) > 80
    assert max(inits["zeros"], inits["normal, SD 0.01"], inits["normal, SD 1"]) < 30
    found, mistaken = (
        [eights[column] for eights in results["eights"].values()]
        for column in ("eights found, %", "other digits called eight")
    )
    assert found[1] < found[2] < found[0]
    assert mistaken[1] < mistaken[2]


def test_choices_of_first_weights_decide_over_depth(executed):
    results = executed["choices"].results
    for sizes in (results["signal"], results["gradient"]):
        first, last = ({name: size[end] for name, size in sizes.items()} for end in (0, -1))
        assert 0.1 < first["Kaiming"] / last["Kaiming"] < 10
    signal, gradient = results["signal"], results["gradient"]
    assert signal["normal, SD 0.01"][-1] < 1e-9
    assert signal["normal, SD 1"][-1] > 1e5
    assert gradient["normal, SD 0.01"][0] < 1e-9 * gradient["normal, SD 1"][0]
    assert max(signal["zeros"]) == 0


def test_saving_models(executed):
    results = executed["saving_models"].results
    assert list(results["same"].values()) == [True] * 5
    assert "Net" in results["lost"]
    assert "print" in results["refused"]
    printed = "".join(o.text for o in executed["saving_models"].outputs if "text" in o)
    # by the two pickles that were read, not by the one that was refused
    assert printed.count("this line was printed by a file that was read") == 2
    assert results["kinds"].count("buffer") == 3
    beyond = results["costs"]["bytes beyond the numbers"]
    assert min(beyond, key=beyond.get) == "safetensors"
    assert min(results["costs"]["milliseconds to load"].values()) > 0


def test_pandas_tables(executed):
    results = executed["pandas_tables"].results
    assert results["agrees"] is True
    assert results["june"] == 21
    assert results["aligned"] == [True, False, False, True]
    traded, filled, interpolated = results["sd"].values()
    assert traded > filled > interpolated > 1
    assert results["days"] == 4856
    assert (results["worst"], results["best"]) == ("2008-10-31", "2007-04-30")
    weekly, daily = results["volume"]
    assert weekly == daily > 0
    assert results["early"] == 0
    assert results["close"] == 4472.998  # of 2015-06-30, as the file says
    assert results["partners"] == {"both": 4835, "left_only": 22, "right_only": 0}
    assert results["pandas"][:2] == ["str", False]
    assert "'ME'" in results["pandas"][2]
    assert results["unchanged"]


def test_devices(executed):
    results = executed["devices"].results
    assert list(results["speed"]) == [1, 4, 16, 64, 256]
    assert min(results["speed"].values()) > 0
    assert results["kept"][256] == pytest.approx(4 * results["kept"][64], rel=0.1)
    short, long = results["errors"][::-1]
    assert 0.1 > short > 100 * long > 0
    assert results["order"] == (0, 1)
    assert results["repeated"]
    assert results["threads"]
