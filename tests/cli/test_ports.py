"""Commands that take a port refuse what is none, in words and before anything else happens."""

import pytest
from tests.cli.shell import Shell


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("sandbox", "--port", "99999"),
        ("sandbox", "--port", "-1"),
        ("sandbox", "--port", "http"),
        ("api", "--port", "65536"),
        ("api", "--sandbox-port", "0"),
        ("gateway", "--sandbox-port", "99999"),
        ("up", "--port", "0"),
        ("up", "--sandbox-port", "99999"),
    ],
)
def test_what_is_no_port_is_refused_with_what_to_write(capsys, tmp_path, command, option, value):
    said = Shell(capsys, tmp_path / "data").refused(command, option, value)
    free = ", or 0 for one that is free" if (command, option) in {("sandbox", "--port"), ("api", "--port")} else ""
    assert said == f"{option} is {value}; write 1 to 65535{free}"
    assert not (tmp_path / "data").exists()
