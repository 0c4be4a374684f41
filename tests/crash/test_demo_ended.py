"""A demo that is told to end leaves nothing behind."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest


def left_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return [path.name for path in folder.iterdir()]


@pytest.mark.slow
async def test_sigterm_ends_the_demo_and_what_it_started(tmp_path: Path) -> None:
    """After SIGTERM the sandbox's address answers nobody and the temporary folder is gone."""
    root = Path(__file__).parents[2]
    demo = await asyncio.create_subprocess_exec(
        *(
            "env",
            f"TMPDIR={tmp_path}",
            sys.executable,
            "-u",
            "-m",
            "bot",
            "demo",
            "--headless",
            "--repo",
            str(root),
        ),
        cwd=root,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(60):
            assert demo.stdout is not None
            while b"http://127.0.0.1" not in (line := await demo.stdout.readline()):
                assert line, "it ended before its sandbox ran"
            assert left_in(tmp_path)
            port = int(line.partition(b"127.0.0.1:")[2].partition(b",")[0])
            demo.send_signal(signal.SIGTERM)
            await demo.communicate()
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
    assert left_in(tmp_path) == []
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
