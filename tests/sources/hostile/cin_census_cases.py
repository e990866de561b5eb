"""Census files that are broken, hostile or empty. Zebedee and the dates are invented; no message may hold them."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.sources.hostile.cases import HostileFile

HEADER = "<Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>"
CHILD = (
    "<Child><ChildIdentifiers><LAchildID>Zebedee</LAchildID></ChildIdentifiers>"
    "<CINdetails><CINreferralDate>2023-05-02</CINreferralDate></CINdetails></Child>"
)
MESSAGE = f"<Message>{HEADER}<Children>{CHILD}</Children></Message>"
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


def _file(content: bytes | str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "census.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("census.xml", MESSAGE)
    return packed.getvalue()


def _with_doctype(definition: str, value: str = "&e;") -> str:
    return f"<!DOCTYPE Message {definition}>" + MESSAGE.replace("Zebedee", value)


def _case(what: str, content: bytes | str, says: str) -> HostileFile:
    return HostileFile("cin_census", what, _file(content), says)


DOCTYPE = "has a document type or entities"
CASES = [
    _case("nothing in it", "", "is empty"),
    _case("only blanks and line ends", "\n \n", "breaks off before its end"),
    _case("text that is no XML", "LAchildID,CINreferralDate\nZebedee,2023-05-02\n", "is no XML"),
    _case("cut off in the middle of a child", MESSAGE[: MESSAGE.index("</CINdetails>")], "breaks off before its end"),
    _case("cut off within a name of an element", MESSAGE[: MESSAGE.index("ferralDate>2023")], "breaks off"),
    _case("elements that are closed in the wrong order", MESSAGE.replace("</Child><", "</Children><"), "is no XML"),
    _case("a second root after the first", MESSAGE + MESSAGE, "is no XML"),
    _case("another kind of XML", "<html><body>Zebedee</body></html>", "outermost element is not Message"),
    _case("the return of another collection", MESSAGE.replace(">CIN<", ">SCH<"), "return of another collection"),
    _case("a header and no children", f"<Message>{HEADER}<Children/></Message>", "holds no children"),
    _case("children outside of Children", f"<Message>{HEADER}{CHILD}</Message>", "holds no children"),
    _case("entities that grow to gigabytes", _with_doctype(f'[<!ENTITY e0 "Zebedee">{BOMB}]', "&e9;"), DOCTYPE),
    _case("one long entity used often", _with_doctype(f'[<!ENTITY e "{"x" * 9999}">]', "&e;" * 9999), DOCTYPE),
    _case("an entity that reads a file", _with_doctype('[<!ENTITY e SYSTEM "file:///etc/passwd">]'), DOCTYPE),
    _case("an entity that asks a host", _with_doctype('[<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]'), DOCTYPE),
    _case("a parameter entity", _with_doctype('[<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]', "Zebedee"), DOCTYPE),
    _case("a document type elsewhere", _with_doctype('SYSTEM "http://127.0.0.1:9/census.dtd"', "Zebedee"), DOCTYPE),
    _case("an entity that nobody declares", MESSAGE.replace("Zebedee", "&zebedee;"), "is no XML"),
    _case("a text of many megabytes", MESSAGE.replace("Zebedee", "Zebedee" * 2**19), "more than 1 MB"),
    _case("an attribute of many megabytes", MESSAGE.replace("<Child>", f'<Child a="{"x" * 2**22}">'), "more than 1 MB"),
    _case("elements a million deep", MESSAGE.replace("Zebedee", "<a>" * 10**6 + "</a>" * 10**6), "more than 1 MB"),
    _case("a child without end", MESSAGE.replace("<CINd", f"{'<CINdetails/>' * 10**5}<CINd"), "more than 1 MB"),
    _case(
        "thousands of names that no census has",
        MESSAGE.replace("</CINdetails>", "".join(f"<a{n}/>" for n in range(5000)) + "</CINdetails>"),
        "more than 200 kinds of elements",
    ),
    _case("names with other capitals", MESSAGE.replace("CINreferralDate", "CinReferralDate"), "with other capitals"),
    _case("a zip file renamed to .xml", _zip(), "is no XML"),
    _case("Latin-1 that says it is UTF-8", MESSAGE.replace("Zebedee", "Zébédée").encode("latin-1"), "is no XML"),
    _case("UTF-8 that says it is UTF-16", '<?xml version="1.0" encoding="UTF-16"?>' + MESSAGE, "is no XML"),
    _case("UTF-16 that is cut off", MESSAGE.encode("utf-16")[:-7], "breaks off"),
    _case("an encoding that does not exist", '<?xml version="1.0" encoding="zebedee"?>' + MESSAGE, "encoding"),
    _case("an encoding of several bytes", '<?xml version="1.0" encoding="shift_jis"?>' + MESSAGE, "encoding"),
    _case("zero bytes", MESSAGE.replace("Zebedee", "Zebe\x00dee"), "is no XML"),
]
