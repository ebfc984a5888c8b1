"""Tables of a few houses as text."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

Table = Callable[..., pd.DataFrame]

# The first house of the file, whose alley, pool, fence and further things are empty.
AMES_ROW = {
    **{"rownames": "1", "Order": "1", "PID": "526301100", "area": "1656", "price": "215000"},
    **{"MS.SubClass": "20", "MS.Zoning": "RL", "Lot.Frontage": "141.0", "Lot.Area": "31770"},
    **{"Street": "Pave", "Alley": "", "Lot.Shape": "IR1", "Land.Contour": "Lvl"},
    **{"Utilities": "AllPub", "Lot.Config": "Corner", "Land.Slope": "Gtl"},
    **{"Neighborhood": "NAmes", "Condition.1": "Norm", "Condition.2": "Norm"},
    **{"Bldg.Type": "1Fam", "House.Style": "1Story", "Overall.Qual": "6", "Overall.Cond": "5"},
    **{"Year.Built": "1960", "Year.Remod.Add": "1960", "Roof.Style": "Hip"},
    **{"Roof.Matl": "CompShg", "Exterior.1st": "BrkFace", "Exterior.2nd": "Plywood"},
    **{"Mas.Vnr.Type": "Stone", "Mas.Vnr.Area": "112.0", "Exter.Qual": "TA", "Exter.Cond": "TA"},
    **{"Foundation": "CBlock", "Bsmt.Qual": "TA", "Bsmt.Cond": "Gd", "Bsmt.Exposure": "Gd"},
    **{"BsmtFin.Type.1": "BLQ", "BsmtFin.SF.1": "639.0", "BsmtFin.Type.2": "Unf"},
    **{"BsmtFin.SF.2": "0.0", "Bsmt.Unf.SF": "441.0", "Total.Bsmt.SF": "1080.0"},
    **{"Heating": "GasA", "Heating.QC": "Fa", "Central.Air": "Y", "Electrical": "SBrkr"},
    **{"X1st.Flr.SF": "1656", "X2nd.Flr.SF": "0", "Low.Qual.Fin.SF": "0"},
    **{"Bsmt.Full.Bath": "1.0", "Bsmt.Half.Bath": "0.0", "Full.Bath": "1", "Half.Bath": "0"},
    **{"Bedroom.AbvGr": "3", "Kitchen.AbvGr": "1", "Kitchen.Qual": "TA", "TotRms.AbvGrd": "7"},
    **{"Functional": "Typ", "Fireplaces": "2", "Fireplace.Qu": "Gd", "Garage.Type": "Attchd"},
    **{"Garage.Yr.Blt": "1960.0", "Garage.Finish": "Fin", "Garage.Cars": "2.0"},
    **{"Garage.Area": "528.0", "Garage.Qual": "TA", "Garage.Cond": "TA", "Paved.Drive": "P"},
    **{"Wood.Deck.SF": "210", "Open.Porch.SF": "62", "Enclosed.Porch": "0"},
    **{"X3Ssn.Porch": "0", "Screen.Porch": "0", "Pool.Area": "0", "Pool.QC": "", "Fence": ""},
    **{"Misc.Feature": "", "Misc.Val": "0", "Mo.Sold": "5", "Yr.Sold": "2010"},
    **{"Sale.Type": "WD ", "Sale.Condition": "Normal"},
}
NO_BASEMENT = dict.fromkeys(
    [
        *("Bsmt.Qual", "Bsmt.Cond", "Bsmt.Exposure", "BsmtFin.Type.1", "BsmtFin.SF.1"),
        *("BsmtFin.Type.2", "BsmtFin.SF.2", "Bsmt.Unf.SF", "Total.Bsmt.SF", "Bsmt.Full.Bath"),
        "Bsmt.Half.Bath",
    ],
    "",
)
NO_GARAGE = {
    **dict.fromkeys(["Garage.Type", "Garage.Yr.Blt", "Garage.Finish"], ""),
    **dict.fromkeys(["Garage.Qual", "Garage.Cond"], ""),
    **{"Garage.Cars": "0.0", "Garage.Area": "0.0"},
}


@pytest.fixture(scope="session")
def ames_text() -> Table:
    """From the cells in which each house differs from the first of the file to a table."""

    def table(*changes: dict[str, Any]) -> pd.DataFrame:
        text = pd.DataFrame([AMES_ROW | change for change in changes], dtype="str")
        text.attrs |= {"file": "ames.csv", "source": "mirror house/ames.csv"}
        return text

    return table


@pytest.fixture
def california_text() -> pd.DataFrame:
    """Four block groups, the third without its bedrooms."""
    text = pd.DataFrame(
        {
            "longitude": ["-122.23", "-122.22", "-118.4", "-117.1"],
            "latitude": ["37.88", "37.86", "34.0", "32.7"],
            "housing_median_age": ["41.0", "21.0", "52.0", "5.0"],
            "total_rooms": ["880.0", "7099.0", "1000.0", "600.0"],
            "total_bedrooms": ["129.0", "1106.0", "", "150.0"],
            "population": ["322.0", "2401.0", "500.0", "300.0"],
            "households": ["126.0", "1138.0", "200.0", "100.0"],
            "median_income": ["8.3252", "8.3014", "2.5", "4.0"],
            "median_house_value": ["452600.0", "358500.0", "500001.0", "120000.0"],
            "ocean_proximity": ["NEAR BAY", "NEAR BAY", "<1H OCEAN", "INLAND"],
        }
    )
    text.attrs["file"] = "california.csv"
    return text


@pytest.fixture
def boston_text() -> pd.DataFrame:
    """The first three tracts."""
    text = pd.DataFrame(
        {
            "CRIM": ["0.00632", "0.02731", "0.02729"],
            "ZN": ["18", "0", "0"],
            "INDUS": ["2.31", "7.07", "7.07"],
            "CHAS": ["0", "0", "0"],
            "NOX": ["0.538", "0.469", "0.469"],
            "RM": ["6.575", "6.421", "7.185"],
            "AGE": ["65.2", "78.9", "61.1"],
            "DIS": ["4.09", "4.9671", "4.9671"],
            "RAD": ["1", "2", "2"],
            "TAX": ["296", "242", "242"],
            "PTRATIO": ["15.3", "17.8", "17.8"],
            "B": ["396.9", "396.9", "392.83"],
            "LSTAT": ["4.98", "9.14", "4.03"],
            "price": ["24", "21.6", "34.7"],
        }
    )
    text.attrs["file"] = "boston.csv"
    return text
