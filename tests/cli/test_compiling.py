"""A start without a screen says that it compiles: once, and only where there is something to compile."""

from botswain.cli import compiling


async def test_it_is_said_once_on_standard_error_and_not_where_all_is_compiled(monkeypatch, capsys):
    async def compile_ahead(there, _folder, *, begins):
        if not there:
            begins()

    monkeypatch.setattr(compiling, "compile_ahead_async", compile_ahead)
    prepare = compiling.said_once()
    await prepare(True, None)
    assert capsys.readouterr() == ("", "")
    await prepare(False, None)
    await prepare(False, None)
    assert capsys.readouterr() == ("", f"{compiling.SAID}\n")
