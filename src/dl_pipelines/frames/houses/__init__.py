"""The three tables of house prices, by the name that the setting `house.dataset` gives them."""

from dl_pipelines.frames.houses.ames import AMES
from dl_pipelines.frames.houses.boston import BOSTON
from dl_pipelines.frames.houses.california import CALIFORNIA
from dl_pipelines.frames.houses.common import HouseTable

__all__ = ["HOUSES", "HouseTable"]

HOUSES = {table.name: table for table in (BOSTON, AMES, CALIFORNIA)}
