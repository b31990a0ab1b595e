"""Whether a bad record really shows what the manifest says of it."""

from dataclasses import replace

from parsed_company import MASTER_FILES, Company, Row, quantity_of

from emberlake.sample import Defect


def shows(company: Company, defect: Defect) -> bool:
    """Whether the record has the defect, judged from the files alone."""
    source = defect.file.split("/")[0]
    fields, columns = company.fields(defect), company.records[defect.file][0]
    if defect.kind == "too_many_fields":
        return len(fields) == len(columns) + 1
    if defect.kind == "too_few_fields":
        return len(fields) < len(columns)
    row = company.row(defect.file, defect.record)
    if defect.related:
        return all(_belongs_to(company, replace(defect, related=(other,)), source, row) for other in defect.related)
    text = row[defect.column] if defect.column else ""
    other = {"kontor": "sap", "sap": "kontor"}[source]
    flawed = {one.kind: one.key for one in company.manifest.defects if one.file.endswith(MASTER_FILES[source][:2])}
    match defect.kind:
        case "text_in_number" | "material_with_text_mass":
            return not any(digit in text for digit in "0123456789") or text in {"ca. 0,3", "APPROX 0.3"}
        case "impossible_date":
            return text in {"31.02.2025", "30.02.2025", "31.04.2025", "20250231", "20250230", "20250431"}
        case "missing_value" | "supplier_without_country" | "material_without_group":
            return text == ""
        case "material_without_mass":
            return text in {"", "0.000"}
        case "unknown_unit":
            return text not in {"kg", "t", "Stk", "Tsd", "Pck", "KG", "TO", "G", "ST", "TS"}
        case "unknown_supplier" | "unknown_material" | "unknown_plant":
            place = ("unknown_supplier", "unknown_material", "unknown_plant").index(defect.kind)
            elsewhere = {number.lstrip("0") for number in company.column(other, place)}
            return text not in company.column(source, place) and (text.lstrip("0") in elsewhere or "99" in text)
        case "zero_quantity":
            return quantity_of(source, row) == 0
        case "unknown_currency":
            return text == "XXX"
        case "receipt_of_quarantined_supplier":
            return text == flawed["supplier_without_country"]
        case "receipt_of_quarantined_material":
            return text == flawed["material_with_text_mass"]
        case "receipt_without_mass":
            return text == flawed["material_without_mass"]
        case "receipt_without_group":
            return text == flawed["material_without_group"]
        case "storno":
            return text == "X"
        case "pack_without_mass":
            return text == "Pck"
        case "movement_201":
            return text == "201" and row["LIFNR"] == ""
        case "supplier_twice":
            return company.records[defect.file].count(fields) == 2
    return False


def _belongs_to(company: Company, defect: Defect, source: str, row: Row) -> bool:
    """Whether a record and the one it is related to are the pair that the kind says."""
    ((file, record),) = defect.related
    first = company.row(file, record)
    if defect.kind == "reversal":
        receipt, back = (first, row) if row["BWART"] == "102" else (row, first)
        return (
            (receipt["BWART"], back["BWART"], receipt["MENGE"]) == ("101", "102", back["MENGE"])
            and (back["SMBLN"], back["SJAHR"], back["SMBLP"]) == (receipt["MBLNR"], receipt["MJAHR"], receipt["ZEILE"])
            and receipt["BUDAT_MKPF"] <= back["BUDAT_MKPF"]
        )
    changed = {column for column in row if row[column] != first[column]}
    quantity = "Menge" if source == "kontor" else "MENGE"
    return file < defect.file and changed == ({quantity} if defect.kind == "redelivered_changed" else set())
