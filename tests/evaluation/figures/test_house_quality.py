from dl_pipelines.evaluation.figures import data_quality, missing_map


def _marks(panel):
    return [list(line.get_positions()) for line in panel.collections[:-1]]


def test_missing_map_marks_the_houses_before_and_after(raw_houses, cleaned_houses):
    figure = missing_map(raw_houses, cleaned_houses)
    before, after = figure.axes
    assert [label.get_text() for label in before.get_yticklabels()] == ["street", "age"]
    assert _marks(before) == [[1, 2], [3]]
    assert _marks(after) == [[], [3]]
    assert [text.get_text() for text in before.texts] == ["2", "1"]
    assert [text.get_text() for text in after.texts] == ["0", "1"]
    assert figure.get_suptitle() == (
        "3 values are missing in 2 of 6 columns; cleaning explains all but 1"
    )


def test_missing_map_of_one_table(raw_houses):
    figure = missing_map(raw_houses)
    assert len(figure.axes) == 1
    assert figure.get_suptitle() == "3 values are missing in 2 of 6 columns"


def test_a_complete_table_misses_nothing(houses):
    raw = houses.assign(identifier=0)
    figure = missing_map(raw, houses)
    assert figure.get_suptitle() == "No value is missing in 40 houses and 6 columns"
    assert (
        _marks(figure.axes[1]) == [[]] * 6
    )  # the identifier, which cleaning drops, is not missing


def _widths(panel):
    return [[bar.get_width() for bar in bars] for bars in panel.containers]


def test_data_quality_counts_empty_and_repaired_cells(house_report):
    figure = data_quality(house_report)
    empty, changed = figure.axes
    # From below: size, age, street; price was neither empty nor repaired.
    assert _widths(empty) == [[0, 1, 2], [0, 1, 0]]
    assert _widths(changed) == [[3, 0, 2], [0, 0, 2]]
    assert [text.get_text() for text in empty.texts] == ["", "1 → 1", "2 → 0"]
    assert [text.get_text() for text in changed.texts] == ["0 of 3", "", "2 of 2"]
    title = " ".join(figure.get_suptitle().split())
    assert title.startswith("Ames: 3 empty cells before cleaning, 1 after; 2 meant that there is")
    assert title.endswith("3 other cells were repaired")
    assert "Constant columns: street" in figure.get_supxlabel()
    assert "Outliers named by the author: 1" in figure.get_supxlabel()


def test_untouched_columns_are_shown_where_nothing_was_wrong(house_report):
    clean = dict.fromkeys(["missing_before", "missing_after", "none_recognised", "repaired"], 0)
    columns = {"price": clean, "size": clean}
    figure = data_quality(
        house_report | {"columns": columns, "missing_before": 0, "missing_after": 0}
    )
    assert _widths(figure.axes[0]) == [[0, 0], [0, 0]]
    assert figure.get_suptitle().startswith("Ames: 0 empty cells before cleaning")
