"""`python -m readiness.demo exampleshire PATH` writes the county into a new SQLite file."""

import argparse
import sys
import time
from pathlib import Path

from readiness.demo import exampleshire, letter, write_county
from readiness.errors import ReadinessError

COUNTIES = {"exampleshire": exampleshire, "letter": letter}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m readiness.demo", description="Write a synthetic county.")
    parser.add_argument("county", choices=COUNTIES, help="exampleshire: thirty months of today; letter: 2010 and 2011")
    parser.add_argument("path", type=Path, help="the SQLite file to write; it must not exist")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, for example 0.02")
    parser.add_argument(
        "--months", type=int, help="go live only so many months before the last one, instead of 30 or 18"
    )
    options = parser.parse_args(arguments)
    county = COUNTIES[options.county]().resized(options.scale, options.months)
    began = time.monotonic()
    try:
        written = write_county(
            options.path, county, progress=lambda line: print(f"{time.monotonic() - began:5.1f} s  {line}", flush=True)
        )
    except ReadinessError as error:
        print(error, file=sys.stderr)
        return 1
    size = options.path.stat().st_size / 1e6
    print(f"{time.monotonic() - began:5.1f} s  {options.path}: {sum(written.values()):,} rows, {size:,.0f} MB")
    print(county.notice)
    return 0


if __name__ == "__main__":
    sys.exit(main())
