import numpy as np

from dl_pipelines.evaluation.figures import generator_comparison


def test_the_nearest_generator_is_on_top_beside_the_floor(generators):
    figure = generator_comparison(generators)
    distances, shares = figure.axes
    assert [label.get_text() for label in distances.get_yticklabels()] == ["VAE", "GAN"]
    (floor,) = distances.lines
    assert set(floor.get_xdata()) == {2.0}
    np.testing.assert_allclose(distances.collections[-1].get_offsets(), [[24, 0], [6, 1]])
    assert [text.get_text() for text in distances.texts] == [
        "24.0 = 12.0 × floor",
        "6.00 = 3.00 × floor",
    ]
    assert distances.get_xscale() == "log"
    _, precision, recall = shares.collections
    np.testing.assert_allclose(precision.get_offsets(), [[60, 0], [90, 1]])
    np.testing.assert_allclose(recall.get_offsets(), [[80, 0], [40, 1]])
    assert " ".join(figure.get_suptitle().split()) == (
        "GAN comes nearest to real images (3.00 times the floor); GAN has the highest precision "
        "(90 %), VAE the highest recall (80 %)"
    )


def test_the_table_stays_as_it_was(generators):
    before = generators.copy()
    generator_comparison(generators)
    assert generators.equals(before)
