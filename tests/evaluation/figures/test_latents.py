import numpy as np
from matplotlib.colors import to_rgba

from dl_pipelines.evaluation.figures import latent_manifold, latent_scatter, latent_walks
from dl_pipelines.evaluation.figures.palette import CLASSES
from dl_pipelines.evaluation.figures.tiles import mosaic

DIGITS = tuple("0123456789")


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def _labels(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def test_the_second_latent_grows_upwards(latent_grid, latent_values, grid_classes):
    figure = latent_manifold(latent_grid, latent_values, grid_classes, "mnist_vae", DIGITS)
    (panel,) = figure.axes
    np.testing.assert_array_equal(panel.images[0].get_array(), mosaic(latent_grid[::-1]))
    across = [f"{value:+.1f}".replace("-", "\N{MINUS SIGN}") for value in latent_values]
    assert _labels(panel.xaxis) == across
    by_height = sorted(zip(panel.get_yticks(), _labels(panel.yaxis), strict=True), reverse=True)
    assert panel.get_ylim()[0] > panel.get_ylim()[1]  # rows count downwards
    assert [label for _, label in by_height] == across
    assert _title(figure) == (
        "VAE: the plane of its two latents holds 6 of 10 classes, most often 3 (50.0 %)"
    )


def test_images_are_scattered_in_the_colours_of_their_classes(means, labels):
    figure = latent_scatter(means, labels, "mnist_vae", DIGITS)
    (panel,) = figure.axes
    (points,) = panel.collections
    shown = {tuple(point): tuple(colour[:3]) for point, colour in _points(points)}
    expected = zip(means, labels, strict=True)
    assert shown == {tuple(mean): to_rgba(CLASSES[label])[:3] for mean, label in expected}
    assert [text.get_text() for text in panel.texts] == list(DIGITS)
    assert panel.texts[0].get_position() == (0.05, 1.05)
    assert [text.get_text() for text in panel.get_legend().get_texts()] == list(DIGITS)
    assert "33 % of 12 test images lie next to one of their own class" in _title(figure)


def _points(points):
    return zip(points.get_offsets(), points.get_facecolors(), strict=True)


def test_long_names_stand_in_the_legend_only(means, labels, names):
    (panel,) = latent_scatter(means, labels, "mnist_vae", names).axes
    assert not panel.texts
    assert [text.get_text() for text in panel.get_legend().get_texts()] == list(names)


def test_colours_of_classes_differ():
    assert len(set(CLASSES)) == 10


def test_walks_tell_the_classes_that_they_pass(walks, walk_classes):
    figure = latent_walks(walks, walk_classes, "mnist_vae", DIGITS)
    (panel,) = figure.axes
    np.testing.assert_array_equal(panel.images[0].get_array(), mosaic(walks))
    assert [text.get_text() for text in panel.texts] == ["4 → 9", "3 → 5 → 8"]
    assert _labels(panel.xaxis) == ["0", "25", "50", "75", "100"]
    assert _title(figure) == (
        "VAE: on 1 of 2 walks between two images a classifier reads no class but those of the ends"
    )


def test_one_walk_is_told_in_the_title(walks, walk_classes):
    figure = latent_walks(walks[1:], walk_classes[1:], "mnist_vae", DIGITS)
    assert _title(figure) == "VAE: on the walk between two images a classifier reads 3 → 5 → 8"


def test_without_a_classifier_no_class_is_told(latent_grid, latent_values, walks):
    figure = latent_manifold(latent_grid, latent_values, None, "mnist_vae", DIGITS)
    assert _title(figure) == "VAE: the plane of its two latents holds 16 pictures"
    assert "lassifier" not in figure.get_supxlabel()
    figure = latent_walks(walks, None, "mnist_vae", DIGITS)
    (panel,) = figure.axes
    np.testing.assert_array_equal(panel.images[0].get_array(), mosaic(walks))
    assert not panel.texts
    assert "lassifier" not in figure.get_supxlabel()
    assert _title(figure) == (  # one shade a step
        "VAE: on 2 walks between two images no step changes a picture by more than 1 of 255 grey "
        "levels (RMSE)"
    )
