"""The layouts: one module for each, named as its file."""

import importlib
import importlib.util
import os


def layouts(further=None):
    """All layouts by name, and those of a further folder when one is named."""
    found = {}
    for folder in [os.path.dirname(__file__), *([further] if further else [])]:
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py") and file != "__init__.py":
                specification = importlib.util.spec_from_file_location(f"layouts.{file[:-3]}", os.path.join(folder, file))
                module = importlib.util.module_from_spec(specification)
                specification.loader.exec_module(module)
                found[module.NAME] = module
    return found
