"""A synthetic county: the case system of an authority that does not exist, written into an SQLite file.

`write_county(path, exampleshire())` writes it. Two counties: `exampleshire`, thirty months of today, and `letter`, the
eighteen months before the inspection letter of July 2011. Every table of `case_system.sql` is filled in both.

What is wrong with them on purpose stands in `planted.PLANTED` (how they work), `dirt.DIRT` (rows that the gate must
catch) and `late_days.REVISIONS` (what is put right or undone on the days after the history was loaded). Beside that:

- A few children were entered a second time by mistake and merged with themselves later (`merges`). The second person's
  row is gone from the day of the merge; the contacts and visits that were entered under it name it for ever, and
  `ext_person_merges` leads to the child that goes on.
- The absences of one area come under the ids of the council's staff list; `ext_staff_ids` leads back (`staff_ids`).
- Some records are restricted, most of them still (`restricted`).
- The log of actions from supervision was begun later than the sessions (`Practice.actions_logged_from`).

Smaller than in life are the case notes, the entries of case supervision in the record audit, which only a part of the
sessions has, and the police's notifications.
"""

from readiness.demo.counties import exampleshire, letter
from readiness.demo.county import County
from readiness.demo.writing import write_county

__all__ = ["County", "exampleshire", "letter", "write_county"]
