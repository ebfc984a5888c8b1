import os
from math import log, log1p
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl_pipelines.errors import DataError
from dl_pipelines.frames.houses.ames import AMES
from dl_pipelines.frames.houses.ames_columns import CATEGORIES, RANGES, SCALES
from tests.frames.houses.conftest import AMES_ROW, NO_BASEMENT, NO_GARAGE

# Read before the tests' environment is cleaned.
MIRROR = Path(os.environ.get("DL_PIPELINES_DATA", "none"), "house", "ames.csv")


def _clean(text: pd.DataFrame) -> pd.DataFrame:
    return AMES.clean(AMES.parse(text))


def test_every_column_of_the_file_is_described_once(ames_text):
    kinds = [*SCALES, *CATEGORIES, *RANGES]
    assert len(kinds) == len(set(kinds))
    raw = AMES.parse(ames_text({}))
    assert set(kinds) | {"rownames", "Order", "PID", "price"} == set(raw.columns)
    assert raw.attrs == {"file": "ames.csv", "source": "mirror house/ames.csv"}


def test_row_names_are_optional(ames_text):
    houses = _clean(ames_text({}).drop(columns="rownames"))
    pd.testing.assert_frame_equal(houses, _clean(ames_text({})))
    assert houses.shape == (1, 80)


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("Neighborhood", "Atlantis", "Neighborhood 'Atlantis' is not one of Blmngtn, Blueste, "),
        ("Exter.Qual", "", "Exter.Qual is missing"),
        ("Overall.Qual", "11", "Overall.Qual 11.0 is not between 1 and 10"),
        ("price", "0", "price 0.0 is not a price above 0"),
    ],
)
def test_a_bad_value_is_located(ames_text, column, value, finding):
    with pytest.raises(DataError) as error:
        AMES.parse(ames_text({}, {}, {column: value}))
    assert str(error.value).startswith(f"ames.csv, line 4: {finding}")


def test_wrong_columns_are_named(ames_text):
    with pytest.raises(DataError, match=r"ames\.csv: the header lacks area and has the unknown sf"):
        AMES.parse(ames_text({}).rename(columns={"area": "sf"}))


def test_an_empty_word_means_that_there_is_none(ames_text):
    houses = _clean(ames_text(NO_BASEMENT | NO_GARAGE | {"Mas.Vnr.Type": "", "Mas.Vnr.Area": ""}))
    nothing = ["Alley", "Pool.QC", "Fence", "Misc.Feature", "Bsmt.Qual", "Bsmt.Exposure"]
    nothing += ["BsmtFin.Type.2", "Garage.Type", "Garage.Finish", "Garage.Qual", "Mas.Vnr.Type"]
    assert houses.loc[0, nothing].eq("None").all()
    assert houses.loc[0, ["Total.Bsmt.SF", "Bsmt.Full.Bath", "Mas.Vnr.Area"]].eq(0.0).all()
    assert houses.loc[0, "Garage.Yr.Blt"] == 1960.0
    assert houses.notna().all(axis=None)


def test_both_ways_to_write_nothing_are_read_alike(ames_text):
    empty = {"Mas.Vnr.Type": "", "Mas.Vnr.Area": "0"}
    words = {"Mas.Vnr.Type": "None", "Mas.Vnr.Area": "0", "Alley": "NA", "Lot.Frontage": "NA"}
    houses = _clean(ames_text(empty | {"Lot.Frontage": ""}, words))
    pd.testing.assert_series_equal(houses.loc[0], houses.loc[1], check_names=False)


def test_what_is_unknown_of_a_thing_that_is_there_gets_the_plain_word(ames_text):
    unknown = dict.fromkeys(
        ["Bsmt.Exposure", "Garage.Finish", "Garage.Qual", "Garage.Cond", "Electrical"], ""
    )
    second = {"BsmtFin.Type.2": "", "BsmtFin.SF.2": "479.0"}
    house = _clean(ames_text(unknown | second)).loc[0]
    assert house[list(unknown)].tolist() == ["No", "Unf", "TA", "TA", "SBrkr"]
    assert house["BsmtFin.Type.2"] == "BLQ"


def test_a_garage_without_area_is_none(ames_text):
    garage = NO_GARAGE | {"Garage.Type": "Detchd", "Garage.Cars": "", "Garage.Area": ""}
    house = _clean(ames_text(garage)).loc[0]
    assert house[["Garage.Type", "Garage.Finish"]].tolist() == ["None", "None"]
    assert house[["Garage.Cars", "Garage.Area"]].tolist() == [0.0, 0.0]


def test_impossible_years_are_repaired(ames_text):
    years = {"Yr.Sold": "2007", "Year.Built": "2006", "Year.Remod.Add": "2007"}
    houses = _clean(
        ames_text(
            years | {"Garage.Yr.Blt": "2207.0"},
            years | {"Garage.Yr.Blt": "2008.0"},
            {"Year.Built": "2002", "Year.Remod.Add": "2001"},
        )
    )
    assert houses["Garage.Yr.Blt"].tolist() == [2007.0, 2008.0, 1960.0]
    assert houses["Year.Remod.Add"][2] == 2002.0


def test_words_are_spelt_one_way(ames_text):
    house = _clean(ames_text({"Exterior.2nd": "Wd Shng", "Sale.Type": "WD "})).loc[0]
    assert house[["Exterior.2nd", "Sale.Type"]].tolist() == ["WdShing", "WD"]


def test_features_by_hand(ames_text):
    features = AMES.features(_clean(ames_text({})))
    expected = {
        "price": 215000.0,
        "Kitchen.Qual": 2.0,  # Po, Fa, TA
        "Pool.QC": 0.0,
        "area": 1656.0,
        "log_area": log(1656),
        "total_area": 1656.0 + 1080,
        "log_finished_area": log(1656 + 639),
        "log_quality_area": log(6 * (1656 + 1080)),
        "log_area_per_room": log(1656 / 7),
        "log_porch_area": log1p(272),
        "sqrt_Lot.Area": 31770**0.5,
        "baths": 2.0,
        "quality_condition": 30.0,
        "quality_sum": 6.0 + 2 + 2 + 3 + 1 + 4 + 3,
        "sale_time": 2010 + 4 / 12,
        "log_house_age": log1p(50),
        "is_remodeled": 0.0,
        "has_Pool.Area": 0.0,
        "has_Mas.Vnr.Area": 1.0,
    }
    assert features.loc[0, list(expected)].to_dict() == pytest.approx(expected)
    assert features["MS.SubClass"][0] == "20"
    assert features["Mo.Sold"][0] == "5"
    assert features.columns[0] == "price"
    assert set(features.dtypes.astype("str")) == {"float64", "str"}


def test_a_house_sold_before_it_is_built_has_age_zero(ames_text):
    sold = {"Yr.Sold": "2007", "Year.Built": "2008", "Year.Remod.Add": "2009"}
    features = AMES.features(_clean(ames_text(sold | {"Garage.Yr.Blt": "2008.0"})))
    ages = ["log_house_age", "log_remodel_age", "log_garage_age"]
    assert features.loc[0, ages].tolist() == [0.0, 0.0, 0.0]


def test_only_an_unknown_frontage_stays_missing(ames_text):
    everything_off = NO_BASEMENT | NO_GARAGE | {"Lot.Frontage": "", "Electrical": ""}
    features = AMES.features(_clean(ames_text({}, everything_off)))
    assert features.columns[features.isna().any()].tolist() == ["log_Lot.Frontage"]
    assert np.isfinite(features.select_dtypes("number").drop(columns="log_Lot.Frontage")).all(None)


def test_the_authors_outliers_are_the_largest_houses(ames_text):
    houses = _clean(ames_text({"area": "4000"}, {"area": "4001"}))
    assert AMES.outliers(houses).tolist() == [False, True]


@settings(max_examples=3, deadline=None)
@given(st.randoms(use_true_random=False))
def test_any_houses_of_the_dictionary_get_finite_features(random):
    houses = [
        AMES_ROW
        | {name: random.choice(words) for name, words in (SCALES | CATEGORIES).items()}
        | {name: str(random.randint(*bounds)) for name, bounds in RANGES.items()}
        for _ in range(5)
    ]
    features = AMES.features(_clean(pd.DataFrame(houses, dtype="str")))
    assert np.isfinite(features.select_dtypes("number")).all(axis=None)
    assert features.notna().all(axis=None)


@pytest.mark.skipif(not MIRROR.is_file(), reason="DL_PIPELINES_DATA holds no house/ames.csv")
def test_the_real_table():
    text = pd.read_csv(MIRROR, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    houses = _clean(text)
    features = AMES.features(houses)
    assert features.shape == (2930, 109)
    assert features["price"].sum() == 529_732_456
    assert features.isna().sum().pipe(lambda n: n[n > 0]).to_dict() == {"log_Lot.Frontage": 490}
    assert houses["Garage.Yr.Blt"].max() == 2010
    assert np.flatnonzero(AMES.outliers(houses)).tolist() == [1498, 1760, 1767, 2180, 2181]
