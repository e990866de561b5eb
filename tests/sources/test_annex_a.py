"""The Annex A workbook: how lists and headings are recognised, what cells become, and keys that do not move."""

import random
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from defusedxml.common import EntitiesForbidden

from docs.annex_a import PAGE, annex_a_page
from readiness.contracts import load_contract, load_contracts
from readiness.gate import sift
from readiness.settings import SQL
from readiness.sources import Source, SourceChanged, read_feed
from readiness.sources.files.annex_a import read_tables
from readiness.sources.files.annex_a_words import codes, headings, plain, word
from readiness.sources.files.tables import FileRefused
from readiness.sources.queries import feed_statement
from tests.sources.annex_a_writer import COMPARABLE, write_annex_a
from tests.sources.case_system import MONDAY, CaseSystem, evening
from tests.sources.hostile.annex_a_cases import CASES

REFERRALS = ("Child Unique ID", "Date of Birth", "Date of referral", "Referral Source", "Referral NFA?")
FEEDS = sorted(path.stem for path in (SQL / "sources" / "annex_a").glob("*.sql"))

Sheets = dict[str, Sequence[Sequence[object]]]


def workbook(folder: Path, sheets: Sheets) -> Path:
    """A workbook of these sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path = folder / "annex_a.xlsx"
    book.save(path)
    return path


def table(path: Path, name: str) -> list[dict[str, str | None]]:
    """The rows of one table of a workbook."""
    tables = read_tables(path, frozenset({name}))
    return [dict(zip(found.columns, row, strict=True)) for found in tables for row in found.rows]


def referrals(folder: Path, *rows: Sequence[object], top: Sequence[object] = REFERRALS) -> list[dict[str, str | None]]:
    return table(workbook(folder, {"List 3": [top, *rows]}), "annex_a_list_3")


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("List 3", 3),
        ("LIST_3", 3),
        ("List 03", 3),
        ("list3", 3),
        ("Annex A List 3 - Referrals", 3),
        ("3. Referrals", 3),
        ("3 Referrals", 3),
        ("REFERRALS", 3),
        ("List 3 - Referrals 2026", 3),
        ("Sec47 and ICPC", 5),
        ("Children in Care", 8),
    ],
)
def test_a_list_is_known_by_its_number_or_its_title(tmp_path, title, number):
    own = [one.aliases[0] for one in headings().columns(number).values() if one.required]
    path = workbook(tmp_path, {"Guidance": [["Read me"]], title: [own, ["4711", date(2026, 10, 1)]], "List 9": [["x"]]})
    assert [found.name for found in read_tables(path, None)] == [f"annex_a_list_{number}", "annex_a_children"]


@pytest.mark.parametrize(
    "heading",
    ["Date of referral", "DATE OF REFERRAL", " date  of\nreferral ", "Date_of_Referral", "DateOfReferral", "4. Date of "
     "referral", "Date of Referral (DD/MM/YYYY)", "Referral date:", "referred_on"],
)  # fmt: skip
def test_a_heading_is_known_whatever_its_case_spacing_and_wording(tmp_path, heading):
    (row,) = referrals(tmp_path, ["4711", date(2026, 10, 1)], top=["Child Unique ID", heading])
    assert row["referred_on"] == "2026-10-01"


def test_the_order_of_columns_does_not_matter(tmp_path):
    top = ["Referral Source", "Referral Date", "Child ID"]
    (row,) = referrals(tmp_path, ["Police", date(2026, 10, 1), "4711"], top=top)
    assert (row["child_id"], row["referred_on"], row["referral_source"]) == ("4711", "2026-10-01", "6")


def test_headings_may_stand_under_title_rows(tmp_path):
    rows = [["Annex A"], [None], ["List 3", None, "Date of referral"], REFERRALS, ["4711", None, date(2026, 10, 1)]]
    (row,) = table(workbook(tmp_path, {"List 3": rows}), "annex_a_list_3")
    assert row["referral_key"] == "4711 2026-10-01"


def test_what_cells_hold_becomes_text(tmp_path):
    rows = [
        [4711, None, datetime(2026, 10, 1, 14, 30), " Police ", True],
        ["0012", None, datetime(2026, 10, 1), "2A", False],
        [4712.0, None, "03/04/2026", "1B: a neighbour", "b) No"],
        [4713, None, "DD/MM/YYYY", "N/A", "   "],
        [None, None, None, None, None],
    ]
    found = [(r["child_id"], r["referred_on"], r["referral_source"], r["is_nfa"]) for r in referrals(tmp_path, *rows)]
    assert found == [
        ("4711", "2026-10-01 14:30:00", "6", "Y"),
        ("0012", "2026-10-01", "2A", "N"),
        ("4712", "03/04/2026", "1B", "N"),
        ("4713", None, None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("ethnicity", "a) WBRI", "WBRI"),
        ("ethnicity", "wbri - White British", "WBRI"),
        ("ethnicity", "White British", "WBRI"),
        ("ethnicity", "Martian", "Martian"),
        ("sex", "b) Female", "F"),
        ("sex", "c) Not stated/recorded", "U"),
        ("yes_no", "a)Yes", "Y"),
        ("source", "6) Police", "6"),
        ("source", "10", "10"),
        ("source", "4) Nursery", "4) Nursery"),
        ("case_status", "d) Child in need plan", "need_plan"),
        ("need", "N1 - Abuse or neglect", "N1"),
    ],
)
def test_words_become_codes_and_unknown_ones_stay_for_the_gate_to_report(kind, cell, expected):
    assert word(cell, kind) == expected


def test_keys_do_not_change_when_rows_move(tmp_path):
    rows = [["4711", None, date(2026, 10, 1), source] for source in ("6", "2A", "3E")]
    rows += [["4712", None, date(2026, 10, day), "6"] for day in range(1, 9)]

    def keyed():
        return {(r["child_id"], r["referred_on"], r["referral_source"]): r["referral_key"] for r in
                referrals(tmp_path, *rows)}  # fmt: skip

    before = keyed()
    assert len(set(before.values())) == 11
    assert before["4711", "2026-10-01", "2A"] == "4711 2026-10-01"
    assert before["4711", "2026-10-01", "6"] == "4711 2026-10-01 (3)"
    random.Random(7).shuffle(rows)
    assert keyed() == before


def test_rows_that_say_the_same_are_copies_with_one_key(tmp_path):
    rows = referrals(tmp_path, *[["4711", None, date(2026, 10, 1), "6"]] * 2)
    assert [row["referral_key"] for row in rows] == ["4711 2026-10-01"] * 2


@pytest.mark.parametrize(
    ("day", "key"),
    [
        ("6 November 2026", "4711 6 November 2026"),
        ("06/11/2026", "4711 06/11/2026"),
        ("06/11/2026 9:30", "4711 06/11/2026"),
        ("2026-11-06T09:30:00", "4711 2026-11-06"),
        (datetime(2026, 11, 6, 9, 30), "4711 2026-11-06"),
    ],
)
def test_the_key_holds_the_whole_day_and_not_the_time(tmp_path, day, key):
    (row,) = referrals(tmp_path, (4711, None, day, "1A", "No"))
    assert row["referral_key"] == key


def test_a_row_without_child_or_date_has_no_key(tmp_path):
    rows = referrals(tmp_path, [None, None, date(2026, 10, 1), "6"], ["4711", None, "N/A", "6"])
    assert [row["referral_key"] for row in rows] == [None, None]


def test_an_unknown_column_is_named_and_not_read(tmp_path, home):
    top = [*REFERRALS, "Risk / Notes (local)", "Age of Child (Years)"]
    path = workbook(tmp_path, {"List 3": [top, ["4711", None, date(2026, 10, 1), "6", "No", "a secret", 11]]})
    (row,) = table(path, "annex_a_list_3")
    assert list(row)[-1] == "risk_notes_local"
    assert "a secret" not in row.values()
    batch = read_feed(home, load_contract("referrals"), source=Source(str(path)), now=evening(MONDAY))
    assert batch.unknown_columns == ("annex_a_list_3.risk_notes_local",)


def test_formulas_in_columns_that_are_not_read_do_no_harm(tmp_path):
    (row,) = referrals(
        tmp_path, ["4711", None, date(2026, 10, 1), "6", "No", "=TODAY()-B2"], top=[*REFERRALS, "Age of Child (Years)"]
    )
    assert row["child_id"] == "4711"


def test_an_empty_list_beside_a_full_one_is_an_empty_table(tmp_path):
    rows = [["Child Unique ID", "Date of Contact"], ["4711", date(2026, 10, 1)]]
    path = workbook(tmp_path, {"List 1": rows, "List 3": [REFERRALS]})
    assert table(path, "annex_a_list_3") == []


def test_a_list_that_is_not_there_is_an_absent_feed(tmp_path, home):
    path = workbook(tmp_path, {"List 3": [REFERRALS, ["4711", None, date(2026, 10, 1), "6"]]})
    batch = read_feed(home, load_contract("contacts"), source=Source(str(path)), now=evening(MONDAY))
    assert batch.is_absent


def test_a_list_without_a_column_of_one_feed_is_refused_for_that_feed_alone(tmp_path, home):
    rows = [["Child Unique ID", "Child Protection Plan Start Date"], ["4711", date(2026, 10, 1)]]
    source = Source(str(workbook(tmp_path, {"List 7": rows})))
    assert len(read_feed(home, load_contract("protection_plans"), source=source, now=evening(MONDAY)).frame) == 1
    with pytest.raises(SourceChanged, match="the column visit_key is missing in annex_a_list_7"):
        read_feed(home, load_contract("visits"), source=source, now=evening(MONDAY))


def test_a_child_is_one_row_of_what_all_lists_say(tmp_path):
    common = ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth"]
    path = workbook(
        tmp_path,
        {
            "List 1": [[*common, "Date of Contact"], ["4711", "a) Male", None, "02/03/2015", date(2026, 10, 1)]],
            "List 3": [[*common, "Date of referral"], ["4711", "M", "a) WBRI", date(2015, 3, 2), date(2026, 10, 1)]],
        },
    )
    child = {"child_id": "4711", "gender": "M", "ethnicity": "WBRI", "born_on": "2015-03-02"}
    assert table(path, "annex_a_children") == [child]


def test_a_child_of_whom_two_lists_say_different_things_goes_to_quarantine(tmp_path, home):
    common = ["Child Unique ID", "Gender", "Date of Birth"]
    born = [["4711", "M", date(2015, 3, 3)], ["4712", "F", date(2011, 12, 31)]]
    path = workbook(
        tmp_path,
        {
            "List 1": [[*common, "Date of Contact"], *([*child, date(2026, 10, 1)] for child in born)],
            "List 3": [[*common, "Date of referral"], ["4711", "M", date(2015, 3, 2), date(2026, 10, 1)]],
        },
    )
    rows = table(path, "annex_a_children")
    assert [(row["child_id"], row["born_on"]) for row in rows] == [
        ("4711", "2015-03-02"),
        ("4711", "2015-03-03"),
        ("4712", "2011-12-31"),
    ]
    contract = load_contract("people")
    sifted = sift(read_feed(home, contract, source=Source(str(path)), now=evening(MONDAY)), contract)
    assert (len(sifted.accepted), len(sifted.quarantined)) == (1, 2)


def test_copies_of_a_row_are_loaded_once(tmp_path, home):
    path = workbook(tmp_path, {"List 3": [REFERRALS, *[["4711", None, date(2026, 10, 1), "6"]] * 3]})
    contract = load_contract("referrals")
    sifted = sift(read_feed(home, contract, source=Source(str(path)), now=evening(MONDAY)), contract)
    assert (len(sifted.accepted), len(sifted.quarantined)) == (1, 0)


def test_a_referral_is_closed_when_its_child_ceased_to_be_in_need(tmp_path, home):
    top = ["Child Unique ID", "CIN Start Date", "CIN Closure Date", "Reason for Closure", "Primary Need Code"]
    in_need = [top, ["4711", date(2026, 10, 1), date(2026, 10, 20), "Case closed", "N1 - Abuse or neglect"]]
    rows = [REFERRALS, ["4711", None, date(2026, 10, 1), "6"], ["4712", None, date(2026, 10, 1), "6"]]
    path = workbook(tmp_path, {"List 3": rows, "List 6": in_need})
    frame = read_feed(home, load_contract("referrals"), source=Source(str(path)), now=evening(MONDAY)).frame
    found = [(row.primary_need_code, row.closed_on) for row in frame.sort_values("closed_on").itertuples()]
    assert found[0] == ("N1", pd.Timestamp(2026, 10, 20))
    assert found[1][1] is pd.NaT


def test_who_is_in_need_for_other_work_has_no_need_plan(tmp_path, home):
    top = ["Child Unique ID", "CIN Start Date", "Date Child Was Last Seen", "Case Status"]
    statuses = ["a) Looked after child", "b) Child protection plan", "c) Child in need plan", "d) Open assessment",
                "e) Closed episode", None]  # fmt: skip
    rows = [[str(4711 + n), date(2026, 10, 1), date(2026, 10, 5), status] for n, status in enumerate(statuses)]
    source = Source(str(workbook(tmp_path, {"List 6": [top, *rows]})))
    plans = read_feed(home, load_contract("need_plans"), source=source, now=evening(MONDAY)).frame
    visits = read_feed(home, load_contract("visits"), source=source, now=evening(MONDAY)).frame
    assert (len(plans), len(visits)) == (3, 4)
    assert set(visits.visit_kind) == {"need"}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_has_the_columns_of_its_contract_in_order(feed):
    statement = feed_statement("annex_a", feed)
    columns = list(load_contracts()[feed].columns)
    for select in [statement, *statement.find_all(type(statement))]:
        if hasattr(select, "selects"):
            assert [projection.alias_or_name for projection in select.selects] == columns


def test_both_doors_say_the_same_of_the_same_county(tmp_path, home):
    tables = county()
    system = CaseSystem(f"sqlite:///{tmp_path / 'case_system.sqlite'}")
    for name, rows in tables.items():
        system.add(name, *rows)
    path = tmp_path / "2026-11-02.xlsx"
    write_annex_a({name: pd.DataFrame(rows) for name, rows in tables.items()}, path)

    def said(feed: str, address: str) -> list[tuple]:
        batch = read_feed(home, load_contract(feed), source=Source(address), now=evening(MONDAY))
        frame = batch.frame[list(COMPARABLE[feed])].astype(object)
        return sorted(frame.where(frame.notna(), None).itertuples(index=False, name=None), key=str)

    assert set(COMPARABLE) == set(FEEDS)
    for feed in FEEDS:
        through_workbook = said(feed, str(path))
        assert through_workbook == said(feed, system.url), feed
        assert through_workbook, feed


def county() -> dict[str, list[dict[str, object]]]:
    """Two children with one of everything that both doors carry."""
    return {
        "ssd_person": [
            {"pers_person_id": "C1", "pers_sex": "M", "pers_ethnicity": "MWBC", "pers_dob": "2015-03-02"},
            {"pers_person_id": "C2", "pers_sex": "F", "pers_ethnicity": "REFU", "pers_dob": "2011-12-31"},
        ],
        "ssd_contacts": [
            {"cont_contact_id": "K1", "cont_person_id": "C1", "cont_contact_date": "2026-09-30 10:15:00",
             "cont_contact_source_code": "6", "cont_contact_source_desc": "Police"},
            {"cont_contact_id": "K2", "cont_person_id": "C1", "cont_contact_date": "2026-09-30 12:15:00",
             "cont_contact_source_code": "2A", "cont_contact_source_desc": "School"},
        ],
        "ssd_early_help_episodes": [
            {"earl_episode_id": "E1", "earl_person_id": "C2", "earl_episode_start_date": "2026-02-01",
             "earl_episode_end_date": "2026-03-01", "earl_episode_organisation": "Family Hub"},
        ],
        "ssd_cin_episodes": [
            {"cine_referral_id": "R1", "cine_person_id": "C1", "cine_referral_date": "2026-10-01 09:00:00",
             "cine_referral_source_code": "6", "cine_referral_nfa": "N", "cine_referral_team": "T1",
             "cine_referral_worker_id": "W1"},
        ],
        "ssd_cin_assessments": [
            {"cina_assessment_id": "A1", "cina_person_id": "C1", "cina_assessment_start_date": "2026-10-01",
             "cina_assessment_child_seen": "Y", "cina_assessment_outcome_nfa": "N", "cina_assessment_team": "T1",
             "cina_assessment_worker_id": "W1"},
        ],
        "ssd_s47_enquiry": [
            {"s47e_s47_enquiry_id": "S1", "s47e_person_id": "C1", "s47e_s47_start_date": "2026-10-02",
             "s47e_s47_nfa": "N", "s47e_s47_completed_by_worker_id": "W1", "s47e_s47_completed_by_team": "T1"},
        ],
        "ssd_initial_cp_conference": [
            {"icpc_icpc_id": "I1", "icpc_s47_enquiry_id": "S1", "icpc_person_id": "C1", "icpc_icpc_date": "2026-10-15",
             "icpc_icpc_outcome_cp_flag": "Y"},
        ],
        "ssd_cp_plans": [
            {"cppl_cp_plan_id": "P1", "cppl_person_id": "C1", "cppl_cp_plan_start_date": "2026-10-15"},
        ],
        "ssd_cp_visits": [
            {"cppv_cp_visit_id": "V1", "cppv_person_id": "C1", "cppv_cp_plan_id": "P1",
             "cppv_cp_visit_date": "2026-10-20 16:00:00", "cppv_cp_visit_seen": "Y", "cppv_cp_visit_seen_alone": "N"},
        ],
        "ssd_cp_reviews": [
            {"cppr_cp_review_id": "X1", "cppr_person_id": "C1", "cppr_cp_plan_id": "P1",
             "cppr_cp_review_date": "2026-10-30"},
        ],
        "ssd_cin_plans": [
            {"cinp_cin_plan_id": "N1", "cinp_person_id": "C2", "cinp_cin_plan_start_date": "2026-04-01",
             "cinp_cin_plan_end_date": "2026-08-01", "cinp_cin_plan_team": "T2", "cinp_cin_plan_worker_id": "W2"},
        ],
        "ssd_cin_visits": [
            {"cinv_cin_visit_id": "V2", "cinv_person_id": "C2", "cinv_cin_visit_date": "2026-05-01",
             "cinv_cin_visit_seen": "Y"},
        ],
        "ssd_cla_episodes": [
            {"clae_cla_episode_id": "L1", "clae_person_id": "C2", "clae_cla_id": "LA1",
             "clae_cla_episode_start_date": "2026-08-01"},
        ],
        "ssd_cla_visits": [
            {"clav_cla_visit_id": "V3", "clav_cla_id": "LA1", "clav_person_id": "C2",
             "clav_cla_visit_date": "2026-08-20", "clav_cla_visit_seen": "Y"},
        ],
        "ssd_cla_reviews": [
            {"clar_cla_review_id": "Y1", "clar_cla_id": "LA1", "clar_cla_review_date": "2026-08-28"},
        ],
    }  # fmt: skip


def test_every_wording_means_one_column_and_every_word_one_code():
    for number, one in headings().lists.items():
        wordings = [plain(w) for name, c in headings().columns(number).items() for w in {name, *c.aliases}]
        left = {plain(heading) for heading in (*headings().every_list.left, *one.left)}
        assert not left & set(wordings), number
        owners = {plain(w): name for name, c in headings().columns(number).items() for w in (name, *c.aliases)}
        for name, column in headings().columns(number).items():
            assert all(owners[plain(alias)] == name for alias in column.aliases), (number, name)
            assert column.codes is None or column.codes in codes().codes
        assert set(one.keys.values()) <= set(one.columns)
        assert one.columns[next(iter(one.keys.values()))].required
    for kind, listed in codes().codes.items():
        owner: dict[str, str] = {}
        for code, words in listed.items():
            for one_word in (code, *words):
                assert owner.setdefault(plain(one_word), code) == code, (kind, one_word)


def test_titles_of_sheets_name_one_list():
    titles = [(plain(title), number) for number, one in headings().lists.items() for title in {one.title, *one.sheets}]
    assert len({title for title, _ in titles}) == len({*titles})


def test_codes_are_those_of_the_contracts():
    assert set(codes().codes["ethnicity"]) == set(load_contract("people").columns["ethnicity"].codes)
    assert set(codes().codes["source"]) == set(load_contract("referrals").columns["source_code"].codes)
    assert set(codes().codes["need"]) == set(load_contract("referrals").columns["primary_need_code"].codes)


def test_texts_that_excel_shares_between_cells_are_read(tmp_path):
    path = workbook(tmp_path, {"List 3": [REFERRALS, ["4711", None, date(2026, 10, 1), "Police"]]})
    texts: list[str] = []

    def share(found: re.Match) -> str:
        texts.append(found[1])
        return f't="s"><v>{len(texts) - 1}</v>'

    with ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = re.sub(r't="inlineStr"><is><t>([^<]*)</t></is>', share, parts[sheet])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", part)
    listed = "".join(f"<si><t>{one}</t></si>" for one in texts)
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{namespace}">{listed}</sst>'
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (row,) = table(path, "annex_a_list_3")
    assert len(texts) == 7
    assert (row["child_id"], row["referred_on"], row["referral_source"]) == ("4711", "2026-10-01", "6")


def test_it_is_the_entity_that_the_parser_refuses(tmp_path):
    bombs = [case for case in CASES if "entity" in case.what]
    assert len(bombs) == 3
    for case in bombs:
        with pytest.raises((EntitiesForbidden, ValueError)) as said, case.make(tmp_path).open("rb") as file:
            openpyxl.load_workbook(file, read_only=True)
        assert EntitiesForbidden in (said.type, type(said.value.__cause__)), case.what


def test_a_message_about_cells_counts_them_and_never_shows_one(tmp_path):
    with pytest.raises(FileRefused, match=r"sheet List 3 holds formulas: column D \(1\)") as said:
        referrals(tmp_path, ["Zebedee-Canary", None, date(2026, 10, 1), '="Zebedee-Canary"'])
    assert "Zebedee" not in str(said.value)


def test_limits_are_said_of_every_feed_that_it_carries():
    from docs.annex_a import limits

    assert set(limits()["feeds"]) == set(FEEDS)


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == annex_a_page(), "run docs/annex_a.py"
