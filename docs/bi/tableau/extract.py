"""Makes one Tableau extract of all report tables: `python docs/bi/tableau/extract.py REPORTS_FOLDER HYPER_FILE`."""  # noqa: INP001 - a script, beside the page that explains it

import sys
from pathlib import Path

import tableauhyperapi as hyper


def extract(reports: Path, target: Path) -> list[str]:
    """Write every table of `latest/` into the extract, which is replaced; the names of the tables."""
    files = sorted((reports / "latest").glob("*.parquet"))
    with (
        hyper.HyperProcess(hyper.Telemetry.DO_NOT_SEND_USAGE_DATA_TO_TABLEAU, parameters={"log_config": ""}) as process,
        hyper.Connection(process.endpoint, target, hyper.CreateMode.CREATE_AND_REPLACE) as connection,
    ):
        for file in files:
            name, path = hyper.escape_name(file.stem), hyper.escape_string_literal(str(file.absolute()))
            rows = f"SELECT * FROM external({path}, FORMAT => 'parquet')"  # noqa: S608 - quoted above
            connection.execute_command(f"CREATE TABLE {name} AS ({rows})")
    return [file.stem for file in files]


if __name__ == "__main__":
    sys.stdout.write("\n".join(extract(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
