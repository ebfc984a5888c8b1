import numpy as np

from dl_pipelines.evaluation.figures.tiles import in_rows, mosaic


def test_a_mosaic_has_the_pictures_in_place_and_paper_between_them():
    images = np.arange(1, 7, dtype=np.uint8).reshape(2, 3, 1, 1) * np.ones((4, 4), dtype=np.uint8)
    joined = mosaic(images)
    assert joined.shape == (10, 15)
    np.testing.assert_array_equal(joined[:4, 10:14], images[0, 2])
    np.testing.assert_array_equal(joined[5:9, 5:9], images[1, 1])
    assert not joined[4].any()
    assert not joined[:, 4].any()


def test_wider_pictures_have_wider_gaps_on_both_sides():
    joined = mosaic(np.full((1, 2, 28, 28), 9, dtype=np.uint8))
    assert joined.shape == (30, 60)
    np.testing.assert_array_equal(np.flatnonzero(joined[1] == 0), [0, 29, 30, 59])


def test_only_full_rows_are_kept():
    assert in_rows(np.arange(7), 3).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert in_rows(np.arange(2), 3).tolist() == [[0, 1]]
