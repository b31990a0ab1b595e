"""The material groups (Warengruppen) of the German plant.

The codes clash on purpose with those of the British plant: 100 is wire rod here and cardboard there.
"""

from emberlake.sample.group import Decision, Group, UnitUse

KG, KG_SMALL = UnitUse("kg", 400_000, 24_000_000), UnitUse("kg", 20_000, 900_000)
T, T_SMALL = UnitUse("t", 800, 26_000), UnitUse("t", 50, 1_400)
STK, STK_FEW = UnitUse("Stk", 500_000, 40_000_000), UnitUse("Stk", 2_000, 60_000)
TSD = UnitUse("Tsd", 1_000, 180_000)
DIAMETERS = ("5,5 mm", "7,0 mm", "8,5 mm", "10,0 mm", "12,5 mm", "16,0 mm")
THREADS = ("M5x20", "M6x30", "M8x40", "M10x50", "M12x60", "M16x80")

STEEL = "material/metal-steel-cans/primary-material-production"
METALS = "material/metals/primary-material-production"
ALUMINIUM = "material/metal-aluminium-cans-and-foil-excl-forming/primary-material-production"
BOARD = "material/paper-and-board-board/primary-material-production"
FILM = "material/plastics-average-plastic-film/primary-material-production"
OIL = "material/mineral-oil/primary-material-production"

GROUPS = (
    Group(
        "100", "Walzdraht", 26, (7_800, 9_900), None, (KG, T), 70, ("20MnB4", "C10C", "34Cr4", "23MnB4"), DIAMETERS,
        Decision("average-data", STEEL, "Steel sheet for cans is the only primary steel that DESNZ publishes"),
    ),
    Group(
        "110", "Blankstahl", 12, (10_500, 14_800), None, (KG, T), 80, ("11SMn30", "C45", "42CrMo4"), DIAMETERS,
        Decision("average-data", STEEL, "Steel sheet for cans is the only primary steel that DESNZ publishes"),
    ),
    Group(
        "120", "Edelstahldraht", 7, (31_000, 47_000), None, (KG_SMALL, T_SMALL), 90, ("A2", "A4", "1.4567"), DIAMETERS,
        Decision("average-data", METALS, "No factor for stainless steel; mixed metals lie nearer to it than can steel"),
    ),
    Group(
        "130", "Aluminiumdraht", 5, (29_000, 38_000), None, (KG_SMALL, T_SMALL), 75, ("AlMgSi1", "AlMg5"), DIAMETERS,
        Decision("average-data", ALUMINIUM, "Primary aluminium before forming, as the wire arrives"),
    ),
    Group(
        "140", "Messingdraht", 4, (69_000, 84_000), None, (KG_SMALL, T_SMALL), 95, ("CuZn37", "CuZn39Pb3"), DIAMETERS,
        Decision("average-data", METALS, "No factor for brass; mixed metals until the supplier gives its own"),
    ),
    Group(
        "200", "Sechskantschraube", 17, (120, 2_900), (3_000, 95_000), (STK, TSD), 45,
        ("8.8 vz", "10.9", "A2"), THREADS,
        Decision("spend-based", "naics/332722", "Bought-in fasteners: bolts, nuts, screws, rivets and washers"),
    ),
    Group(
        "210", "Lohnverzinkung", 5, (3_800, 7_200), None, (KG, T), 85,
        ("galvanisch", "Zinklamelle"), ("Gestell", "Trommel"),
        Decision("spend-based", "naics/332813", "Contract plating is a service; only its price is known"),
    ),
    Group(
        "300", "Schraubenbeschichtung", 5, (42_000, 98_000), None, (KG_SMALL, T_SMALL), 97,
        ("mikroverkapselt", "PTFE"), ("20 kg", "200 kg"),
        Decision("spend-based", "naics/325510", "Paints and coatings; no mass-based factor is published"),
    ),
    Group(
        "310", "Ziehöl", 4, (21_000, 36_000), None, (KG_SMALL, T_SMALL), 92,
        ("Kaltumformung", "Gewindeformen"), ("ISO VG 32", "ISO VG 100"),
        Decision("average-data", OIL, "Drawing and forming oils on a mineral base"),
    ),
    Group(
        "400", "Faltkarton", 8, (2_100, 9_800), (90_000, 900_000), (STK_FEW, STK_FEW), 50,
        ("B-Welle", "BC-Welle"), ("S", "M", "L", "Größe XL"),
        Decision("average-data", BOARD, "Corrugated board, primary, counted in pieces of known mass"),
    ),
    Group(
        "410", "Stretchfolie", 3, (17_000, 26_000), None, (KG_SMALL, T_SMALL), 96,
        ("23 µm", "17 µm"), ("500 mm", "450 mm"),
        Decision("average-data", FILM, "Plastic film, primary"),
    ),
    Group(
        "500", "Umformwerkzeug", 3, (180_000, 2_400_000), (80_000, 4_500_000), (STK_FEW, STK_FEW), 50,
        ("HM", "HSS"), THREADS,
        Decision("spend-based", "naics/333515", "Forming and cutting tools; their mass says little about them"),
    ),
    Group(
        "900", "Sonstiges", 1, (9_000, 160_000), (50_000, 2_000_000), (STK_FEW, STK_FEW), 50,
        ("Betriebsbedarf",), ("diverse",), None,
    ),
)  # fmt: skip
