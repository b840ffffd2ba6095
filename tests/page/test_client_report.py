"""The page to hand to a client: pypdf, which shares no code with the browser, reads again what was drawn."""

import re
import struct
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from flows.cli.commands import run_command
from flows.cli.show import stories_of
from sandbox.worlds import INVENTED
from tasks.divergence.annotations import Annotation
from tasks.page.client_report import render_client_report
from tasks.page.picture import PAPER_COLORS, account_picture
from tasks.page.template import read_template
from tasks.store.layout import NOTICE_FILE
from tasks.store.root import DataRoot
from tests.page.conftest import CHROMIUM, Reader
from tests.page.made import CAST

HANDLES = [course.handle for course in CAST]
NOTICE = "Everything here is invented, and so is the money that reading it would have cost; nobody was ever asked."

SAID = tuple(
    Annotation(course.handle, date(2026, 7, 14), date(2026, 7, 15), "no <campaign> ran, and nothing was posted")
    for course in CAST
)


def html_of(root: DataRoot, handle: str, notice: str = "") -> str:
    """The page of an account before a browser draws it."""
    return render_client_report(next(one for one in stories_of(root.uri) if one.handle == handle), SAID, notice)


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height by the header of the PNG (RFC 2083, 11.2.2)."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing; `make browser` installs it")
def test_one_page_holds_the_sentence_the_proof_the_facts_and_the_unknown(
    root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF is one page of A4 with Frank's words, names nobody, and the PNG is the same in print quality.

    Of a demonstration it says that all is invented, and what the owner says of days stands on the chart and below.
    """
    monkeypatch.setenv("VANITY_GAP_CONFIG_DIR", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    said = '[[annotation]]\naccount = "Frank"\nfirst = 2026-07-15\nwords = "no campaign ran"\n'
    (tmp_path / "config" / "annotations.toml").write_text(said, encoding="utf-8")
    notice = Path(root.uri) / NOTICE_FILE
    notice.write_text(INVENTED, encoding="utf-8")
    run_command(["report", "@Frank", "--output", str(tmp_path / "out"), "--data-root", root.uri])
    notice.unlink()
    pdf, png = (tmp_path / "out" / f"frank-2026-07-28{kind}" for kind in (".pdf", ".png"))
    assert [str(pdf), str(png)] == capsys.readouterr().out.split()
    assert {pdf, png} == set((tmp_path / "out").iterdir())
    (page,) = PdfReader(pdf).pages
    assert (595, 842) == (round(page.mediabox.width), round(page.mediabox.height))
    text = " ".join(page.extract_text().split())
    for words in (
        "18,358 followers. About 1,600 (1,420 to 1,650) are not part of a wave; 16,758 who came on 2026-07-15 are not",
        "97 % never gave a like, of the followers before none",
        "None of 16,762 engaged within 7 days, as far as was read",
        "38 of the 150 who engaged did so on two days or more.",
        "Followers 1,596 18,358 x 11.5",
        "+16,762 in 1 day",
        INVENTED,
        "The account's owner says of 2026-07-15: “no campaign ran”",
        "Not observed for event 1, and it could have changed the verdict: mentions, an analytics export.",
    ):
        assert words in text, words
    assert not re.search(r"\b[0-9a-f]{16}\b", text)
    assert (1588, 2246) == png_size(png.read_bytes())
    assert 50_000 < png.stat().st_size < 2_000_000


@pytest.mark.parametrize("handle", HANDLES)
def test_every_account_fits_on_its_page(reader: Reader, root: DataRoot, tmp_path: Path, handle: str) -> None:
    """Whatever is known of an account, nothing lies below the sheet or beside it, and nothing is asked for."""
    path = tmp_path / "page.html"
    path.write_text(html_of(root, handle, NOTICE), encoding="utf-8")
    reader.page.goto(path.as_uri())
    size = reader.page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert size[0] <= 794
    assert size[1] <= 1122
    assert NOTICE in reader.page.locator("body").inner_text()
    assert 0 == reader.page.locator("script").count()
    assert [] == reader.strangers
    assert [] == reader.said


def test_the_proof_is_drawn(root: DataRoot) -> None:
    """Frank's three panels are pictures with lines and dots; where nothing is known there is none."""
    html = html_of(root, "frank")
    pictures = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert 3 == len(pictures)
    assert all("mark-line" in picture for picture in pictures)
    assert "“no &lt;campaign&gt; ran, and nothing was posted”" in pictures[0]
    assert 50 < pictures[1].count('aria-roledescription="point"')
    assert 1 == html_of(root, "quiet_quinn").count("<svg")


def test_a_message_has_the_proof_as_picture(root: DataRoot) -> None:
    """The picture of a message is drawn from the panel of followers, with the parts of which it is made."""
    frank = next(one for one in stories_of(root.uri) if one.handle == "frank")
    width, height = png_size(account_picture(frank))
    assert 1_280 < width
    assert 400 < height


def test_paper_has_the_colors_of_light() -> None:
    """The colors of still pictures are those that the page has in light, where the style sheet says them first."""
    light = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", read_template("page.css").split("@media")[0]))
    assert {name: light.get(name) for name in PAPER_COLORS} == {**PAPER_COLORS, "paper": light["paper"]}


def test_without_a_browser_one_sentence_says_what_to_install(
    root: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no Chromium is found the command ends with exit code 2, and nothing is written."""
    monkeypatch.setenv("PATH", str(tmp_path))
    _refused(["report", "frank", "--output", str(tmp_path / "out"), "--data-root", root.uri])
    assert (
        "refused: no Chromium is installed, which draws the PDF and the PNG: install the package chromium, "
        "or Google Chrome\n"
    ) == capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is missing; `make browser` installs it")
def test_what_cannot_be_drawn_is_refused(root: DataRoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An account that was never reported, and a folder that is a file: one sentence each, exit code 2."""
    _refused(["report", "nobody", "--output", str(tmp_path), "--data-root", root.uri])
    assert "no account nobody was reported" in capsys.readouterr().err
    (tmp_path / "file").touch()
    _refused(["report", "frank", "--output", str(tmp_path / "file"), "--data-root", root.uri])
    assert f"{tmp_path / 'file'}: cannot be written to" in capsys.readouterr().err
    assert {tmp_path / "file"} == set(tmp_path.iterdir())


def _refused(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run_command(words)
    assert 2 == ended.value.code
