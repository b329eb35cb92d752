"""Inner functions as pieces of the outermost one: what of numba's inside this stands on, and that it still works.

Fails where a new numba changes one of these: then read what changed before making it pass.
"""

import inspect
from pathlib import Path

import pytest
from numba.core import codegen, typed_passes
from numba.core.compiler import CR_FIELDS, Compiler, CompileResult

from botswain.build.link import link
from botswain.build.pieces import Hot, Piece, Whole, in_reach

TEXT = """
MORE = 2


def inner(x):
    return x * MORE


def middle(x):
    return inner(x) + inner(x + 1)


def outer(x):
    if x < 0:
        raise ValueError("below zero")
    return middle(x)
"""


@pytest.fixture
def linked(author, tmp_path):
    """The outer function, linked anew as a new process would, with its machine code in one folder."""
    author.write("author_parts", TEXT)
    return lambda: link(author.load("author_parts").outer, {}, compiled=True, folder=str(tmp_path)).call


def library(dispatcher):
    """The library behind the only overload."""
    (made,) = dispatcher.overloads.values()
    return made.library


def test_numba_still_finishes_a_library_in_the_two_steps_that_pieces_leave_out():
    text = inspect.getsource(codegen.CPUCodeLibrary.finalize)
    steps = [text.index(f"self.{name}(") for name in ("_optimize_final_module", "_finalize_final_module")]
    assert steps == sorted(steps)
    assert "_finalized = True" in inspect.getsource(codegen.CPUCodeLibrary._finalize_final_module)
    for name in ("_finalize_dynamic_globals", "_verify_declare_only_symbols", "_get_module_for_linking"):
        assert callable(getattr(codegen.CPUCodeLibrary, name))
    assert callable(codegen.JITCodeLibrary._finalize_specific)


def test_numba_still_takes_a_library_that_its_compiler_was_given():
    assert list(inspect.signature(Compiler.__init__).parameters)[1:4] == ["typingctx", "targetctx", "library"]
    assert "if state.library is None" in inspect.getsource(typed_passes.BaseNativeLowering.run_pass)


def test_numba_still_keeps_the_same_parts_of_a_compiled_function():
    assert list(inspect.signature(CompileResult._rebuild).parameters) == [
        "target_context", "libdata", "fndesc", "env", "signature", "objectmode", "lifted", "typeann", "reload_init",
        "referenced_envs",
    ]  # fmt: skip
    assert {"library", "entry_point", "environment", "fndesc", "referenced_envs"} <= set(CR_FIELDS)


def test_inner_functions_have_no_machine_code_of_their_own_and_the_outermost_runs(linked):
    outer = linked()
    assert outer(3) == 14
    middle = outer.py_func.__globals__["middle"]
    assert type(library(outer)) is Whole
    for one in (middle, middle.py_func.__globals__["inner"]):
        assert type(library(one)) is Piece
        assert library(one).get_pointer_to_function("any") == 0
        assert library(one)._finalized


def test_an_exception_raised_inside_comes_out(linked):
    with pytest.raises(ValueError, match="below zero"):
        linked()(-1)


def test_pieces_are_found_on_disk_by_another_outermost_function(linked, author, tmp_path):
    linked()(3)
    author.write("author_parts", TEXT.replace("return middle(x)", "return middle(x) + 1"))
    outer = link(author.load("author_parts").outer, {}, compiled=True, folder=str(tmp_path)).call
    assert outer(3) == 15
    middle = outer.py_func.__globals__["middle"]
    assert sum(outer.stats.cache_hits.values()) == 0
    assert sum(middle.stats.cache_hits.values()) == 1
    assert type(library(middle)) is Piece
    inner = middle.py_func.__globals__["inner"]
    assert not inner.overloads  # the piece holds what it calls


def test_machine_code_is_in_reach_once_it_is_in_the_process_or_in_the_folder(linked, author):
    outer = linked()
    assert not in_reach(outer)
    outer(3)
    assert in_reach(outer)
    assert in_reach(linked())
    in_memory = link(author.load("author_parts").outer, {}, compiled=True).call
    assert not in_reach(in_memory)
    in_memory(3)
    assert in_reach(in_memory)


def test_an_index_without_its_machine_code_is_not_in_reach(linked):
    """Numba writes the index first; and of the two the older one is removed first."""
    linked()(3)
    kept = linked()
    for one in Path(kept._cache._cache_path).glob("*.nbc"):
        one.unlink()
    assert not in_reach(kept)
    assert kept(3) == 14
    assert in_reach(linked())


def test_what_runs_over_candles_is_gone_over_twice():
    assert len(Hot.passes) == 2
    assert len(Whole.passes) == 1
