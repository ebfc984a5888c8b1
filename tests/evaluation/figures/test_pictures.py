import warnings

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from dl_pipelines.evaluation.figures import contact_sheet


def _title(figure):
    return " ".join(figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").split())


def _texts(figure):
    return [text.get_text().replace("\N{NO-BREAK SPACE}", " ") for text in figure.axes[0].texts]


def test_each_picture_hangs_beside_what_the_network_sees(thumbnails, pictures, answers):
    figure = contact_sheet(thumbnails, pictures, answers)
    images = figure.axes[0].images
    assert len(images) == 23
    np.testing.assert_array_equal(images[0].get_array(), thumbnails[0])
    np.testing.assert_array_equal(images[1].get_array(), pictures[0])
    assert images[1].get_clim() == (0, 255)
    assert images[0].get_extent()[1] <= images[1].get_extent()[0]
    np.testing.assert_array_equal(images[3].get_array(), thumbnails[2])
    assert _title(figure) == (
        "11 of 12 pictures are read; the least sure answer is 1, with a probability of 66.0 %"
    )


def test_captions_are_answers_and_files(thumbnails, pictures, answers):
    texts = _texts(contact_sheet(thumbnails, pictures, answers))
    assert texts[:4] == ["0, 99 %", "0.png", "skipped", "1.png"]
    assert texts[5] == "$a_$ $b.png"
    assert texts[7] == "?.png"
    assert texts[9] == "…ensevensevenseven.png"


def test_odd_names_are_drawn_in_silence(thumbnails, pictures, answers):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        FigureCanvasAgg(contact_sheet(thumbnails, pictures, answers)).draw()
    assert not said


def test_only_the_first_are_shown(thumbnails, pictures, answers):
    figure = contact_sheet(thumbnails[:3], pictures, answers)
    assert len(_texts(figure)) == 6
    assert "The first 3 of 12 pictures" in figure.get_supxlabel()
    assert _title(figure).startswith("11 of 12 pictures")


def test_a_sheet_without_answers(thumbnails, pictures, answers):
    figure = contact_sheet(thumbnails[1:2], pictures[1:2], answers.iloc[1:2])
    assert _title(figure) == "0 of 1 pictures are read"
    assert len(figure.axes[0].images) == 1
