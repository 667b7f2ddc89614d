"""What may follow a figure, and how it is said after 1, and after other figures."""

from __future__ import annotations

_PLURALS = {
    "thousand": "k K",
    "million": "M mn",
    "billion": "bn B",
    "trillion": "T tn",
    "percent": "%",
    "per thousand": "‰",
    "times": "x X ×",
    "hertz": "Hz",
    "kilohertz": "kHz",
    "megahertz": "MHz",
    "gigahertz": "GHz",
}
"""Those that have no plural, and how they are written."""

_WRITTEN = {
    "kilobyte": "KB kB",
    "megabyte": "MB",
    "gigabyte": "GB",
    "terabyte": "TB",
    "petabyte": "PB",
    "exabyte": "EB",
    "kibibyte": "KiB",
    "mebibyte": "MiB",
    "gibibyte": "GiB",
    "tebibyte": "TiB",
    "nanosecond": "ns",
    "microsecond": "µs μs",
    "millisecond": "ms",
    "second": "sec secs",
    "minute": "min mins",
    "hour": "h hr hrs",
    "nanometer": "nm",
    "micrometer": "µm μm",
    "millimeter": "mm",
    "centimeter": "cm",
    "kilometer": "km",
    "square meter": "m² m2",
    "square kilometer": "km² km2",
    "cubic meter": "m³ m3",
    "pound": "lb lbs",
    "ounce": "oz",
    "milligram": "mg",
    "kilogram": "kg",
    "milliliter": "ml mL",
    "volt": "V",
    "watt": "W",
    "kilowatt": "kW",
    "megawatt": "MW",
    "gigawatt": "GW",
    "terawatt": "TW",
    "watt hour": "Wh",
    "kilowatt hour": "kWh",
    "megawatt hour": "MWh",
    "gigawatt hour": "GWh",
    "terawatt hour": "TWh",
    "milliamp hour": "mAh",
    "decibel": "dB",
    "cent": "¢",
}
"""Those whose plural is made with an s."""

_RATES = {
    "kbps kbit/s kb/s Kbps": "kilobit",
    "Mbps Mbit/s Mb/s": "megabit",
    "Gbps Gbit/s Gb/s": "gigabit",
    "Tbps Tbit/s Tb/s": "terabit",
    "m/s": "meter",
    "fps": "frame",
}
"""What is counted in a second."""

_ODD = {
    "ft": ("foot", "feet"),
    "mph": ("mile per hour", "miles per hour"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "m/s²": ("meter per second squared", "meters per second squared"),
    "bpm": ("beat per minute", "beats per minute"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "ºC": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "ºF": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "″": ("inch", "inches"),
}

UNITS: dict[str, tuple[str, str]] = {
    **{sign: (said, said) for said, written in _PLURALS.items() for sign in written.split()},
    **{sign: (said, f"{said}s") for said, written in _WRITTEN.items() for sign in written.split()},
    **{
        sign: (f"{said} per second", f"{said}s per second")
        for written, said in _RATES.items()
        for sign in written.split()
    },
    **_ODD,
}
"""As written, to what is said after 1 and after other figures."""

GLUED = frozenset("xX×KMBT") | {"mn", "bn", "tn", "V", "W", "m2", "m3", "km2"}
"""Those that stand right behind their figure; `5 B` is something else."""
