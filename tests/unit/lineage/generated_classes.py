"""Parsed JSON against the client's classes, which are generated from the specification."""

import importlib
import pkgutil
import types
import typing
from enum import Enum
from typing import Any

import attrs
from openlineage.client import generated


def generated_facets() -> dict[str, type]:
    """Schema address: the client's class generated from it."""
    modules = [importlib.import_module(f"{generated.__name__}.{m.name}") for m in pkgutil.iter_modules(generated.__path__)]
    classes = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    return {kind._get_schema(): kind for kind in classes if hasattr(kind, "_get_schema")}


GENERATED = generated_facets()


def differences(value: object, kind: Any, where: str) -> list[str]:
    """Where `value`, parsed JSON, is not of the type `kind`: attrs classes, lists, dicts, optional and plain types."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return []
    if origin in (types.UnionType, typing.Union):
        options = [differences(value, option, where) for option in arguments if option is not type(None)]
        return [] if [] in options else [found for option in options for found in option]
    if attrs.has(kind):
        return class_differences(value, kind, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return [] if value in [member.value for member in kind] else [f"{where}: {value!r} is no {kind.__name__}"]
    if origin is list and isinstance(value, list):
        return [found for i, item in enumerate(value) for found in differences(item, arguments[0], f"{where}[{i}]")]
    if origin is dict and isinstance(value, dict):
        return [found for key, item in value.items() for found in differences(item, arguments[1], f"{where}.{key}")]
    return [] if type(value) is (origin or kind) else [f"{where}: {value!r} is no {kind}"]


def class_differences(value: object, kind: type, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is no object"]
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in attrs.fields(kind)}
    found = [f"{where}: {key} is unknown to {kind.__name__}" for key in value if key not in fields]
    for name, field in fields.items():
        if name in value:
            found += differences(value[name], hints[name], f"{where}.{name}")
        elif field.default is attrs.NOTHING:
            found.append(f"{where}: {name} is missing")
    return found
