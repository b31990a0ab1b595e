"""Invented names of suppliers, by the country they sit in."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Country:
    """Where suppliers sit: the currency they invoice in, the weight of the country, towns and forms of company."""

    code: str
    currency: str
    weight: int
    towns: tuple[str, ...]
    forms: tuple[str, ...]


COUNTRIES = {
    "kontor": (
        Country("DE", "EUR", 48, ("Hagen", "Lüdenscheid", "Köln", "Nürnberg"), ("GmbH", "GmbH & Co. KG", "AG")),
        Country("AT", "EUR", 10, ("Linz", "Wien"), ("Ges.m.b.H.", "AG")),
        Country("CH", "CHF", 10, ("Zürich", "Winterthur"), ("AG", "SA")),
        Country("PL", "PLN", 12, ("Gliwice", "Poznan"), ("Sp. z o.o.", "S.A.")),
        Country("IT", "EUR", 10, ("Brescia", "Lecco"), ("S.p.A.", "S.r.l.")),
        Country("US", "USD", 10, ("Cleveland", "Chicago"), ("Inc.", "LLC")),
    ),
    "sap": (
        Country("GB", "GBP", 50, ("Sheffield", "Redditch", "Walsall", "Leeds"), ("Ltd", "plc", "LLP")),
        Country("IE", "EUR", 8, ("Cork", "Dublin"), ("Ltd", "DAC")),
        Country("DE", "EUR", 16, ("Hagen", "Köln"), ("GmbH", "AG")),
        Country("TW", "USD", 14, ("Kaohsiung", "Tainan"), ("Co. Ltd",)),
        Country("US", "USD", 12, ("Cleveland", "Detroit"), ("Inc.", "LLC")),
    ),
}
FAMILIES = {
    "kontor": (
        "Äckermann", "Brünner", "Döhler", "Faßbender", "Größl", "Hövel", "Jürgens", "Kühnast", "Löwe",
        "Möhring", "Nölle", "Prümm", "Rößner", "Säuberlich", "Thöne", "Überlack", "Völker", "Wüst",
        "Zöller", "Baumgart",
    ),
    "sap": (
        "Arkwell", "Birtles", "Cawthra", "Dunmoor", "Eastholme", "Farrowby", "Gledhow", "Hexley", "Ingleby",
        "Jessop", "Kirkstone", "Lindrick", "Marfleet", "Northbeck", "Oulton", "Penistone", "Quarmby",
        "Rowsley", "Stannery", "Thorpe",
    ),
}  # fmt: skip
TRADES = {
    "kontor": ("Draht", "Stahlhandel", "Metallwerke", "Industriebedarf", "Umformtechnik", "Logistik"),
    "sap": ("Wire", "Steel Stockholders", "Metals", "Industrial Supplies", "Fastenings", "Trading"),
}


def invent(rng: np.random.Generator, source: str) -> tuple[str, Country, str]:
    """Name, country and town of one supplier of a source."""
    countries = COUNTRIES[source]
    ticket = int(rng.integers(sum(country.weight for country in countries)))
    chosen = countries[0]
    for country in countries:
        chosen = country
        ticket -= country.weight
        if ticket < 0:
            break
    parts = FAMILIES[source], TRADES[source], chosen.forms
    name = " ".join(words[int(rng.integers(len(words)))] for words in parts)
    return name, chosen, chosen.towns[int(rng.integers(len(chosen.towns)))]
