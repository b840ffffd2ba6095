"""Where everything is written, by `pipeline.toml`: settings need this line of it, and not all that the numbers load."""

from pathlib import Path

from config.refusal import RefusedError, toml_content

PIPELINE = "pipeline.toml"


def chosen_storage(config_dir: Path) -> str:
    """`storage` of `pipeline.toml`; empty where it says none, or where `load_parameters` refuses the file."""
    try:
        run = toml_content(config_dir / PIPELINE).get("run")
    except RefusedError:
        return ""
    return str(run.get("storage", "")) if isinstance(run, dict) else ""
