import json

import pytest

from dl_pipelines.frames.houses import HOUSES
from dl_pipelines.frames.houses.quality import quality_report
from tests.frames.houses.conftest import NO_GARAGE


@pytest.fixture(scope="module")
def report(ames_text):
    text = ames_text(
        {"Exterior.2nd": "Wd Shng", "Lot.Frontage": ""},
        NO_GARAGE | {"Alley": "Pave", "area": "4476", "price": "745000"},
        {"Garage.Yr.Blt": "2207.0", "Yr.Sold": "2007", "Order": "3"},
        {"Garage.Yr.Blt": "2207.0", "Yr.Sold": "2007", "Order": "4"},
    )
    raw = HOUSES["ames"].parse(text)
    return quality_report(raw, HOUSES["ames"].clean(raw), HOUSES["ames"])


def test_the_report_is_json_and_counts_rows(report):
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert (report["dataset"], report["source"]) == ("ames", "mirror house/ames.csv")
    assert (report["rows"], report["columns_before"], report["columns_after"]) == (4, 83, 80)
    # Twelve cells of pool, fence and extras, three alleys, five of the garage, one frontage.
    assert (report["missing_before"], report["missing_after"]) == (21, 1)


def test_a_house_listed_twice_is_a_duplicate_whatever_its_number(report):
    assert report["duplicates"] == 1


def test_columns_are_described_before_and_after(report):
    alley = report["columns"]["Alley"]
    assert alley == {
        **{"type": "word", "missing_before": 3, "missing_after": 0, "none_recognised": 3},
        **{"repaired": 3, "categories": 2, "min": None, "max": None},
    }
    assert report["columns"]["Lot.Frontage"] == {
        **{"type": "number", "missing_before": 1, "missing_after": 1, "none_recognised": 0},
        **{"repaired": 0, "categories": None, "min": 141.0, "max": 141.0},
    }


def test_repairs_are_what_really_changed(report):
    repairs = {(repair["column"], repair["rule"]): repair for repair in report["repairs"]}
    assert repairs["Garage.Yr.Blt", "built after the sale: the year of remodelling"] == {
        "column": "Garage.Yr.Blt",
        "rule": "built after the sale: the year of remodelling",
        **{"rows": 2, "example_row": 2, "before": 2207.0, "after": 1960.0},
    }
    spelling = repairs["Exterior.2nd", "spelt as in Exterior.1st"]
    assert (spelling["before"], spelling["after"]) == ("Wd Shng", "WdShing")
    none = repairs["Garage.Type", "empty: there is none"]
    assert (none["rows"], none["before"], none["after"]) == (1, None, "None")
    # No cell is repaired twice here, so the rules explain all that differs.
    repaired = sum(column["repaired"] for column in report["columns"].values())
    assert sum(repair["rows"] for repair in report["repairs"]) == repaired


def test_constant_columns_and_the_authors_outliers_are_named(report):
    assert "Street" in report["constant_columns"]
    assert "price" not in report["constant_columns"]
    assert report["outliers_of_the_author"] == [{"row": 1, "price": 745000.0}]


def test_a_table_without_rules_has_no_repairs(california_text):
    table = HOUSES["california"]
    raw = table.parse(california_text)
    report = quality_report(raw, table.clean(raw), table)
    assert (report["repairs"], report["outliers_of_the_author"]) == ([], [])
    assert (report["missing_before"], report["missing_after"]) == (1, 1)
    assert report["source"] == "california.csv"
