"""Weather of a site: from a file, or from a station that ships with pvlib and stands in, and says so."""

from planner.series.weather_file import distance_km, from_file, standard_offset_hours
from planner.series.weather_formats import FORMATS
from planner.series.weather_stations import KNOWN, Station, by_station, embedded, stations
from planner.series.weather_types import HOURS_PER_YEAR, Series, Weather, WeatherError, WeatherProblem

__all__ = [
    "FORMATS",
    "HOURS_PER_YEAR",
    "KNOWN",
    "Series",
    "Station",
    "Weather",
    "WeatherError",
    "WeatherProblem",
    "by_station",
    "distance_km",
    "embedded",
    "from_file",
    "standard_offset_hours",
    "stations",
]
