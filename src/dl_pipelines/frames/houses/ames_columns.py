"""The data dictionary of Ames: what each column may hold, in the spelling of the file.

De Cock, "Ames, Iowa: Alternative to the Boston Housing Data as an End of Semester Regression
Project", Journal of Statistics Education 19(3), 2011, and its documentation file. The names are
R's.
"""

from dl_pipelines.frames.houses.common import NONE

_GRADES = ("Po", "Fa", "TA", "Gd", "Ex")
_GRADES_OR_NONE = (NONE, *_GRADES)
_FINISH = (NONE, "Unf", "LwQ", "Rec", "BLQ", "ALQ", "GLQ")

SCALES = {
    "Street": ("Grvl", "Pave"),
    "Lot.Shape": ("IR3", "IR2", "IR1", "Reg"),
    "Utilities": ("ELO", "NoSeWa", "NoSewr", "AllPub"),
    "Land.Slope": ("Sev", "Mod", "Gtl"),
    "Exter.Qual": _GRADES,
    "Exter.Cond": _GRADES,
    "Bsmt.Qual": _GRADES_OR_NONE,
    "Bsmt.Cond": _GRADES_OR_NONE,
    "Bsmt.Exposure": (NONE, "No", "Mn", "Av", "Gd"),
    "BsmtFin.Type.1": _FINISH,
    "BsmtFin.Type.2": _FINISH,
    "Heating.QC": _GRADES,
    "Central.Air": ("N", "Y"),
    "Electrical": ("Mix", "FuseP", "FuseF", "FuseA", "SBrkr"),
    "Kitchen.Qual": _GRADES,
    "Functional": ("Sal", "Sev", "Maj2", "Maj1", "Mod", "Min2", "Min1", "Typ"),
    "Fireplace.Qu": _GRADES_OR_NONE,
    "Garage.Finish": (NONE, "Unf", "RFn", "Fin"),
    "Garage.Qual": _GRADES_OR_NONE,
    "Garage.Cond": _GRADES_OR_NONE,
    "Paved.Drive": ("N", "P", "Y"),
    "Pool.QC": _GRADES_OR_NONE,
}
"""Words in an order, the worst first: the feature is the place in it."""

_ROADS = ("Artery", "Feedr", "Norm", "PosA", "PosN", "RRAe", "RRAn", "RRNe", "RRNn")
_WALLS = (
    *("AsbShng", "AsphShn", "BrkComm", "BrkFace", "CBlock", "CemntBd", "HdBoard", "ImStucc"),
    *("MetalSd", "Other", "Plywood", "PreCast", "Stone", "Stucco", "VinylSd", "Wd Sdng"),
    "WdShing",
)

SECOND_WALL_SPELLINGS = {"Brk Cmn": "BrkComm", "CmentBd": "CemntBd", "Wd Shng": "WdShing"}
"""How Exterior.2nd spells three words of Exterior.1st."""

CATEGORIES = {
    "MS.SubClass": (
        *("20", "30", "40", "45", "50", "60", "70", "75", "80", "85", "90"),
        *("120", "150", "160", "180", "190"),
    ),
    "MS.Zoning": ("A (agr)", "C (all)", "FV", "I (all)", "RH", "RL", "RM", "RP"),
    "Alley": (NONE, "Grvl", "Pave"),
    "Land.Contour": ("Bnk", "HLS", "Low", "Lvl"),
    "Lot.Config": ("Corner", "CulDSac", "FR2", "FR3", "Inside"),
    "Neighborhood": (
        *("Blmngtn", "Blueste", "BrDale", "BrkSide", "ClearCr", "CollgCr", "Crawfor", "Edwards"),
        *("Gilbert", "Greens", "GrnHill", "IDOTRR", "Landmrk", "MeadowV", "Mitchel", "NAmes"),
        *("NPkVill", "NWAmes", "NoRidge", "NridgHt", "OldTown", "SWISU", "Sawyer", "SawyerW"),
        *("Somerst", "StoneBr", "Timber", "Veenker"),
    ),
    "Condition.1": _ROADS,
    "Condition.2": _ROADS,
    "Bldg.Type": ("1Fam", "2fmCon", "Duplex", "Twnhs", "TwnhsE"),
    "House.Style": (
        *("1.5Fin", "1.5Unf", "1Story", "2.5Fin", "2.5Unf", "2Story", "SFoyer", "SLvl"),
    ),
    "Roof.Style": ("Flat", "Gable", "Gambrel", "Hip", "Mansard", "Shed"),
    "Roof.Matl": (
        *("ClyTile", "CompShg", "Membran", "Metal", "Roll", "Tar&Grv", "WdShake", "WdShngl"),
    ),
    "Exterior.1st": _WALLS,
    "Exterior.2nd": (*_WALLS, *SECOND_WALL_SPELLINGS),
    "Mas.Vnr.Type": (NONE, "BrkCmn", "BrkFace", "CBlock", "Stone"),
    "Foundation": ("BrkTil", "CBlock", "PConc", "Slab", "Stone", "Wood"),
    "Heating": ("Floor", "GasA", "GasW", "Grav", "OthW", "Wall"),
    "Garage.Type": (NONE, "2Types", "Attchd", "Basment", "BuiltIn", "CarPort", "Detchd"),
    "Fence": (NONE, "GdPrv", "GdWo", "MnPrv", "MnWw"),
    "Misc.Feature": (NONE, "Elev", "Gar2", "Othr", "Shed", "TenC"),
    "Sale.Type": (*("COD", "CWD", "Con", "ConLD", "ConLI", "ConLw", "New", "Oth", "VWD", "WD"),),
    "Sale.Condition": ("Abnorml", "AdjLand", "Alloca", "Family", "Normal", "Partial"),
}
"""Words without an order."""

MAY_BE_EMPTY = (
    *(name for name, words in (SCALES | CATEGORIES).items() if NONE in words),
    *("Electrical", "Lot.Frontage", "Mas.Vnr.Area", "BsmtFin.SF.1", "BsmtFin.SF.2", "Bsmt.Unf.SF"),
    *("Total.Bsmt.SF", "Bsmt.Full.Bath", "Bsmt.Half.Bath", "Garage.Yr.Blt", "Garage.Cars"),
    "Garage.Area",
)
"""Columns with empty cells: the house lacks the thing, or its value was not written down."""

_AREAS = (
    *("Mas.Vnr.Area", "BsmtFin.SF.1", "BsmtFin.SF.2", "Bsmt.Unf.SF", "Total.Bsmt.SF"),
    *("X2nd.Flr.SF", "Low.Qual.Fin.SF", "Garage.Area", "Wood.Deck.SF", "Open.Porch.SF"),
    *("Enclosed.Porch", "X3Ssn.Porch", "Screen.Porch", "Pool.Area"),
)
_COUNTS = (
    *("Bsmt.Full.Bath", "Bsmt.Half.Bath", "Full.Bath", "Half.Bath", "Bedroom.AbvGr"),
    *("Kitchen.AbvGr", "Fireplaces", "Garage.Cars"),
)

RANGES = {
    **dict.fromkeys(("area", "X1st.Flr.SF"), (1, 100_000)),
    **dict.fromkeys(_AREAS, (0, 100_000)),
    **dict.fromkeys(_COUNTS, (0, 50)),
    "Lot.Frontage": (1, 10_000),
    "Lot.Area": (1, 10_000_000),
    "TotRms.AbvGrd": (1, 100),
    "Overall.Qual": (1, 10),
    "Overall.Cond": (1, 10),
    "Year.Built": (1800, 2100),
    "Year.Remod.Add": (1800, 2100),
    # 2207 in the file, which the cleaning repairs.
    "Garage.Yr.Blt": (1800, 2300),
    "Misc.Val": (0, 1_000_000),
    "Mo.Sold": (1, 12),
    "Yr.Sold": (1800, 2100),
}
"""Numbers: square feet (Lot.Frontage: feet), pieces, grades, years, months, dollars (Misc.Val)."""
