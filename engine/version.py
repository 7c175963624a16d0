"""Which version of the program this is."""


def program_version() -> str:
    """The installed version, as pyproject.toml has it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("skelarium")
    except PackageNotFoundError:
        return "(not installed)"
