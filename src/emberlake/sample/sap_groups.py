"""The material groups (MATKL) of the British plant.

The codes clash on purpose with those of the German plant: 100 is cardboard here and wire rod there.
"""

from emberlake.sample.group import Decision, Group, UnitUse

KG, KG_SMALL = UnitUse("KG", 400_000, 22_000_000), UnitUse("KG", 20_000, 800_000)
TO, TO_SMALL = UnitUse("TO", 700, 25_000), UnitUse("TO", 50, 1_200)
G = UnitUse("G", 500_000, 9_000_000)
ST, ST_FEW = UnitUse("ST", 400_000, 35_000_000), UnitUse("ST", 2_000, 50_000)
TS = UnitUse("TS", 1_000, 150_000)
DIAMETERS = ("5.5MM", "7.0MM", "8.0MM", "10.0MM", "13.0MM")
THREADS = ('1/4" UNC', '3/8" UNC', "M8 X 40", "M10 X 50", '1/2" UNF')

STEEL = "material/metal-steel-cans/primary-material-production"
SCRAP = "material/metal-scrap-metal/closed-loop-source"
TITANIUM = "material/metal-titanium/primary-material-production"  # DESNZ has no such factor: the reason no_factor shows
BOARD = "material/paper-and-board-board/primary-material-production"
FILM = "material/plastics-average-plastic-film/primary-material-production"
RIGID = "material/plastics-average-plastic-rigid/primary-material-production"
OIL = "material/mineral-oil/primary-material-production"

GROUPS = (
    Group(
        "100", "CORRUGATED BOX", 9, (2_300, 9_400), (100_000, 850_000), (ST_FEW, ST_FEW), 50,
        ("SINGLE WALL", "DOUBLE WALL"), ("S", "M", "L"),
        Decision("average-data", BOARD, "Corrugated board, primary, counted in pieces of known mass"),
    ),
    Group(
        "110", "STRETCH FILM", 3, (18_000, 27_000), None, (KG_SMALL, TO_SMALL), 97,
        ("17MU", "23MU"), ("500MM", "400MM"),
        Decision("average-data", FILM, "Plastic film, primary"),
    ),
    Group(
        "200", "WIRE ROD", 28, (7_900, 10_200), None, (KG, TO), 60, ("20MNB4", "C10C", "38B3"), DIAMETERS,
        Decision("average-data", STEEL, "Steel sheet for cans is the only primary steel that DESNZ publishes"),
    ),
    Group(
        "210", "BRIGHT BAR", 10, (10_900, 15_300), None, (KG, TO), 75, ("EN1A", "EN8", "EN24"), DIAMETERS,
        Decision("average-data", STEEL, "Steel sheet for cans is the only primary steel that DESNZ publishes"),
    ),
    Group(
        "220", "RECYCLED BILLET", 6, (6_100, 7_300), None, (KG, TO), 20,
        ("EAF LOW CARBON", "EAF BORON"), ("130SQ", "150SQ"),
        Decision("average-data", SCRAP, "Electric-arc steel from scrap, as the supplier certifies"),
    ),
    Group(
        "240", "TITANIUM WIRE", 3, (310_000, 460_000), None, (KG_SMALL, G), 55, ("GRADE 2", "GRADE 5"), DIAMETERS,
        Decision("average-data", TITANIUM, "Titanium; to be replaced as soon as a published factor is found"),
    ),
    Group(
        "300", "HEX BOLT", 20, (150, 3_200), (3_000, 110_000), (ST, TS), 45, ("8.8 ZN", "10.9 PLAIN", "A4"), THREADS,
        Decision("spend-based", "naics/332722", "Bought-in fasteners: bolts, nuts, screws, rivets and washers"),
    ),
    Group(
        "310", "PLATING SALT", 5, (64_000, 240_000), None, (KG_SMALL, G), 60,
        ("ZINC", "NICKEL", "TIN"), ("5KG", "25KG"),
        Decision("spend-based", "naics/325180", "Inorganic chemicals; no mass-based factor is published"),
    ),
    Group(
        "320", "DRAWING OIL", 4, (22_000, 35_000), None, (KG_SMALL, TO_SMALL), 94,
        ("COLD HEADING", "TAPPING"), ("VG32", "VG100"),
        Decision("average-data", OIL, "Drawing and forming oils on a mineral base"),
    ),
    Group(
        "400", "HEADING TOOL", 4, (190_000, 2_200_000), (80_000, 4_000_000), (ST_FEW, ST_FEW), 50,
        ("CARBIDE", "HSS"), THREADS,
        Decision("spend-based", "naics/333515", "Forming and cutting tools; their mass says little about them"),
    ),
    Group(
        "410", "NYLON INSERT", 8, (20, 180), (120, 2_600), (ST, TS), 30, ("PA66", "PA6"), ("M5", "M6", "M8", "M10"),
        Decision("average-data", RIGID, "Moulded nylon rings; rigid plastic on average"),
    ),
)  # fmt: skip
