"""`aiplan doctor`: is this installation sound."""

from __future__ import annotations

import typer

from planner.errors import FINDINGS

PACKAGES = ("numpy", "pydantic", "pulp", "highspy", "pvlib", "pyyaml", "rich", "typer")


def doctor() -> None:
    """Print versions, solvers and catalogs found; exit 1 when something is missing.

    Example: aiplan doctor
    """
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from planner import __version__, driver
    from planner.catalog import bundled
    from planner.solve.available import solvers

    sound = True
    typer.echo(f"aiplan {__version__}, Python {platform.python_version()}")
    for package in PACKAGES:
        try:
            typer.echo(f"  {package:<10} {version(package)}")
        except PackageNotFoundError:
            sound = False
            typer.echo(f"  {package:<10} missing: install it again with pip")
    typer.echo(f"  solvers    {', '.join(solvers())}")
    books = driver.catalog()
    typer.echo(f"  catalogs   {sum(len(books.rows(k)) for k in books.kinds())} rows in {bundled().name}/")
    if not sound:
        raise typer.Exit(FINDINGS)
