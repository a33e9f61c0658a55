"""The public interface: listed, documented, stable. To change it, change tests/api.txt and say so in CHANGELOG.md."""

import inspect
from pathlib import Path

import pytest

import sim

KEPT = Path(__file__).resolve().parent / "api.txt"


def signature(name):
    """One line a public name: its signature, and for a class those of its public methods."""
    found = getattr(sim, name)
    lines = [f"{name}{inspect.signature(found)}"]
    if inspect.isclass(found):
        for method, value in sorted(vars(found).items()):
            if not method.startswith("_") and inspect.isfunction(value):
                lines.append(f"{name}.{method}{inspect.signature(value)}")
            elif not method.startswith("_") and isinstance(value, property):
                lines.append(f"{name}.{method}: property")
    return lines


def listed():
    return "".join(f"{line}\n" for name in sorted(sim.__all__) for line in signature(name))


def test_the_interface_is_the_one_that_was_promised():
    assert listed() == KEPT.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(sim.__all__))
def test_every_public_name_is_documented(name):
    found = getattr(sim, name)
    assert len(inspect.getdoc(found) or "") > 40
    if inspect.isfunction(found) and inspect.signature(found).parameters:
        assert "Parameters" in found.__doc__ or "Returns" in found.__doc__ or "Raises" in found.__doc__


def test_nothing_public_is_left_out_of_the_list():
    assert set(sim.__all__) == set(sim._HOMES)
    with pytest.raises(AttributeError, match="nothing_such"):
        sim.nothing_such  # noqa: B018


if __name__ == "__main__":
    KEPT.write_text(listed(), encoding="utf-8")
