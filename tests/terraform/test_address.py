"""Addresses: what is written is read back, whatever the keys hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor_terraform.address import (
    Address,
    AddressError,
    Key,
    block_of,
    last_call,
    module_prefix,
    parse_address,
    parse_module,
    parse_traversal,
    render,
)

_NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,8}", fullmatch=True).filter(lambda n: n not in ("module", "data"))
_KEYS = st.one_of(st.none(), st.integers(min_value=0, max_value=10**6), st.text(max_size=12))
_ADDRESSES = st.builds(
    Address,
    modules=st.lists(st.tuples(_NAMES, _KEYS), max_size=3).map(tuple),
    mode=st.sampled_from(["managed", "data"]),
    type=_NAMES,
    name=_NAMES,
    index=_KEYS,
)
_STEPS = st.lists(
    st.one_of(_NAMES, st.builds(Key, st.one_of(st.integers(min_value=0, max_value=99), st.text(max_size=8)))),
    max_size=5,
)


@given(_ADDRESSES)
def test_an_address_survives_writing_and_reading(address: Address) -> None:
    assert parse_address(str(address)) == address


@given(_NAMES, _STEPS)
def test_a_traversal_survives_writing_and_reading(head: str, steps: list[str | Key]) -> None:
    traversal = (head, *steps)
    assert parse_traversal(render(traversal)) == traversal


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_address(text)
    except AddressError:
        return
    assert str(parse_address(text))


def test_keys_hold_dots_brackets_quotes_and_template_signs() -> None:
    address = parse_address(r'module.a["x.y"].module.b[2].aws_s3_bucket.c["d[\"e\"].f$${g}"]')
    assert address.modules == (("a", "x.y"), ("b", 2))
    assert address.index == 'd["e"].f${g}'
    assert address.config == "aws_s3_bucket.c"


def test_a_data_address_keeps_its_mode() -> None:
    address = parse_address("module.a.data.aws_region.here")
    assert (address.mode, address.config) == ("data", "data.aws_region.here")


@pytest.mark.parametrize(
    "text", ["", "a", "a.", ".a", 'a.b["c', 'a.b["c"', "a.b[x]", "a.b[", "module.a", 'a.b["c\\q"]', "a.b.c", 'a["x"].b']
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        parse_address(text)


def test_the_root_has_no_calls() -> None:
    assert parse_module("") == ()
    assert parse_module('module.a["b.c"]') == (("a", "b.c"),)


def _blocks(text: str) -> tuple[str, str] | None:
    """What :func:`block_of` must say, from the address in full."""
    try:
        address = parse_address(text)
    except AddressError:
        return None
    steps = [step for name, _ in address.modules for step in ("module", name)]
    type_ = f"data.{address.type}" if address.mode == "data" else address.type
    return ".".join((*steps, address.config)), type_


def _block_or_none(text: str) -> tuple[str, str] | None:
    try:
        return block_of(text)
    except AddressError:
        return None


@given(_ADDRESSES)
def test_the_block_of_an_instance_is_its_address_without_keys(address: Address) -> None:
    assert block_of(str(address)) == _blocks(str(address))


@given(st.one_of(st.text(max_size=30), st.text('module.data."[]\\ab1-', max_size=30)))
def test_the_block_of_any_text_is_told_or_refused_as_the_address_is(text: str) -> None:
    assert _block_or_none(text) == _blocks(text)


@given(st.lists(st.tuples(_NAMES, _KEYS), min_size=1, max_size=3).map(tuple))
def test_the_last_call_is_told_from_what_is_around_it(modules: tuple[tuple[str, int | str | None], ...]) -> None:
    found = last_call(module_prefix(modules)[:-1])
    around = module_prefix(modules[:-1])[:-1]
    assert found in (None, (around, *modules[-1]))
    assert found is not None or isinstance(modules[-1][1], str)


@pytest.mark.parametrize("text", ["", "aws_x.y", "module.a.aws_x.y", "module.a[x]", 'module.a["b"', "module."])
def test_what_is_no_module_has_no_last_call(text: str) -> None:
    assert last_call(text) is None
