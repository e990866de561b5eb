"""A synthetic county: the case system of an authority that does not exist, written into an SQLite file.

`write_county(path, exampleshire())` writes it. Two counties: `exampleshire`, thirty months of today, and `letter`, the
eighteen months before the inspection letter of July 2011. What is wrong with them on purpose stands in
`planted.PLANTED` (how they work), `dirt.DIRT` (rows that the gate must catch) and `late_days.REVISIONS` (what is put
right or undone on the days after the history was loaded). Case notes are few, and there is no case supervision yet.
"""

from readiness.demo.counties import exampleshire, letter
from readiness.demo.county import County
from readiness.demo.writing import write_county

__all__ = ["County", "exampleshire", "letter", "write_county"]
