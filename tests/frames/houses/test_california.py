from math import log

import numpy as np
import pytest

from dl_pipelines.errors import DataError
from dl_pipelines.frames.houses.california import CALIFORNIA


def test_ratios_and_the_price_unit_by_hand(california_text):
    features = CALIFORNIA.features(CALIFORNIA.clean(CALIFORNIA.parse(california_text)))
    assert features.columns[0] == "price"
    assert features["price"].tolist() == pytest.approx([4.526, 3.585, 5.00001, 1.2])
    expected = {
        "median_income": 4.0,
        "log_total_rooms": log(600),
        "log_rooms_per_household": log(6),
        "log_bedrooms_per_room": log(0.25),
        "log_people_per_household": log(3),
        "coordinate_30": -117.1 * 3**0.5 / 2 + 32.7 / 2,
        "coordinate_135": (117.1 + 32.7) / 2**0.5,
    }
    assert features.loc[3, list(expected)].to_dict() == pytest.approx(expected)
    assert features["ocean_proximity"].dtype == "str"


def test_missing_bedrooms_stay_missing(california_text):
    features = CALIFORNIA.features(CALIFORNIA.clean(CALIFORNIA.parse(california_text)))
    missing = features.columns[features.isna().any()].tolist()
    assert missing == ["log_total_bedrooms", "log_bedrooms_per_room"]
    assert np.flatnonzero(features["log_total_bedrooms"].isna()).tolist() == [2]


@pytest.mark.parametrize(
    ("column", "value", "finding"),
    [
        ("ocean_proximity", "LAKE", "'LAKE' is not one of <1H OCEAN, INLAND, ISLAND, NEAR BAY, "),
        ("ocean_proximity", "", "ocean_proximity is missing"),
        ("households", "0", "households 0.0 is not between 1 and 1000000"),
        ("median_house_value", "-1", "median_house_value -1.0 is not a price above 0"),
        ("population", "many", "population 'many' is not a number"),
    ],
)
def test_a_bad_value_is_located(california_text, column, value, finding):
    california_text.loc[2, column] = value
    with pytest.raises(DataError, match=r"california\.csv, line 4: ") as error:
        CALIFORNIA.parse(california_text)
    assert finding in str(error.value)
