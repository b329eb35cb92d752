"""Pieces: functions that are only called from compiled code are typed and lowered, and nothing more.

Numba optimises every function's library and emits machine code for it, with all it calls, once more at each level of
a call tree; only the outermost of ours is ever called from Python. Here an inner function's library is no more than
its LLVM code and that of what it calls; the outermost links all of it, and LLVM runs once. Half of a cold compile.

This touches numba's inside: a library's two last steps (`_optimize_final_module`, `_finalize_final_module`), how it is
made from a cache file, and what a dispatcher knows of its own cache. `tests/build/test_pieces.py` fails where numba
changes them.
"""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm
from numba.core import codegen
from numba.core.compiler import Compiler, CompileResult, compile_result
from numba.core.environment import lookup_environment

ENVIRONMENT = "_ZN08NumbaEnv"


class NoEngine:
    """What a piece answers when it is asked for its code generator: no machine code, so nowhere to put an address."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def set_env(self, name: str, env: Any) -> None:
        """There is no symbol yet; `Whole` sets it."""


class Piece(codegen.JITCodeLibrary):
    """The library of a function that is only called from compiled code."""

    @property
    def codegen(self) -> Any:
        return NoEngine(self._codegen)

    def _optimize_final_module(self) -> None:
        """Left to the outermost."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - numba's signature
        """None of its functions can be called from Python."""
        self._ensure_finalized()
        return 0

    def serialize_using_object_code(self) -> Any:
        """Its LLVM code; there is no object code."""
        return (self.name, "piece", self._get_module_for_linking().as_bitcode())


class Whole(codegen.JITCodeLibrary):
    """The library of an outermost function, with the pieces in it."""

    passes: tuple[dict[str, Any], ...] = ({},)

    def _optimize_final_module(self) -> None:
        for more in self.passes:
            manager, builder = self._codegen._module_pass_manager(**more)
            manager.run(self._final_module, builder)

    def _finalize_specific(self) -> None:
        super()._finalize_specific()
        for one in self._final_module.global_variables:
            env = lookup_environment(one.name) if one.name.startswith(ENVIRONMENT) else None
            if env is not None:
                self._codegen.set_env(one.name, env)


class Hot(Whole):
    """A whole that runs over millions of candles: LLVM goes over it twice.

    What the first pass inlined and simplified, the second sees anew; with one only, a candle takes 7 % longer.
    """

    passes = ({"opt": 2, "loop_vectorize": False, "slp_vectorize": False}, {})


class PieceCompiler(Compiler):
    """Compiles into a piece."""

    kind: Any = Piece

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, *more: Any) -> None:
        if library is None:
            library = self.kind(targetctx.codegen(), "piece")
            library.enable_object_caching()
        super().__init__(typingctx, targetctx, library, *more)


class WholeCompiler(PieceCompiler):
    """Compiles into a whole."""

    kind = Whole


class HotCompiler(PieceCompiler):
    """Compiles into a whole that is worth twice the time."""

    kind = Hot


def in_reach(dispatcher: Any) -> bool:
    """Whether a dispatcher's machine code is in this process or in its cache folder."""
    if dispatcher.signatures:
        return True
    kept = getattr(dispatcher._cache, "_cache_file", None)  # `cache.KeptFiles`, where a folder was given
    return kept is not None and bool(kept.holds())


def loaded(target_context: Any, payload: Any) -> CompileResult:
    """A piece from its cache file."""
    libdata, fndesc, env, signature, objectmode, lifted, typeann, reload_init, referenced_envs = payload
    for one in reload_init:
        one()
    library = Piece(target_context.codegen(), libdata[0])
    library._final_module = llvm.parse_bitcode(libdata[2])
    library._shared_module = library._final_module
    library._finalize_final_module()
    return compile_result(
        typing_context=target_context.typing_context,
        target_context=target_context,
        entry_point=target_context.get_executable(library, fndesc, env),
        type_annotation=typeann,
        library=library,
        signature=signature,
        objectmode=objectmode,
        lifted=lifted,
        fndesc=fndesc,
        environment=env,
        reload_init=reload_init,
        referenced_envs=referenced_envs,
    )
