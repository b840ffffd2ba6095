"""Every kind of export in every way of saving is read to the same numbers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from tasks.schema.frames import frame
from tasks.schema.staged import ACCOUNT_ACTIVITY, ACCOUNT_SNAPSHOTS, FOLLOWER_LIST_MEMBERS, POSTS
from tasks.schema.table import Table
from tasks.sources.exports.export import Export, ExportRefusedError, Owner
from tasks.sources.exports.files import ExportFiles, read_exports
from tests.unit.export_files import DAYS, HEADER, x_day

ADA, TODAY = Owner("@ada", "ada"), date(2026, 9, 1)
POST = 1346889436626259968
Cells = list[list[str]]

KINDS: dict[str, tuple[str, Table, Cells]] = {
    "analytics": (
        "account_overview_analytics.csv",
        ACCOUNT_ACTIVITY,
        [HEADER.split(","), *([x_day(row[0]), *map(str, row[1:])] for row in DAYS)],
    ),
    "old days": (
        "daily_tweet_activity_metrics_ada_20210801_20210901_en.csv",
        ACCOUNT_ACTIVITY,
        [
            ["Date", "Tweets published", "impressions", "engagements", "likes"],
            *([f"2021-08-0{day}", "1", "1200", "20.0", "7"] for day in (1, 2, 3)),
        ],
    ),
    "content": (
        "account_analytics_content_2020-12-01_2021-01-31.csv",
        POSTS,
        [
            ["Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements"],
            [str(POST), "Wed, Jan 6, 2021", "one, two", f"https://x.com/ada/status/{POST}", "12800", "10", "20"],
            [str(POST + 1), "Wed, Jan 6, 2021", "three", f"https://x.com/ada/status/{POST + 1}", "7", "1", "1"],
        ],
    ),
    "counts": (
        "counts.csv",
        ACCOUNT_SNAPSHOTS,
        [["date", "followers", "following"], ["2025-05-12", "1203", "12"], ["2025-05-13", "1204", "13"]],
    ),
    "followers": (
        "followers.csv",
        FOLLOWER_LIST_MEMBERS,
        [
            ["rank", "id", "created_at", "followers_count"],
            ["0", "12", "2013-08-11 06:08:00+00:00", "1203"],
            ["1", "77", "2014-08-11T06:08:00Z", ""],
        ],
    ),
}


def _text(cells: Cells, separator: str = ",", end: str = "\n", is_quoted: bool = False) -> str:
    def cell(text: str) -> str:
        return f'"{text}"' if is_quoted or separator in text else text

    return end.join(separator.join(map(cell, row)) for row in cells) + end


WAYS: dict[str, Callable[[Cells], bytes]] = {
    "UTF-8": lambda cells: _text(cells).encode(),
    "byte order mark": lambda cells: _text(cells).encode("utf-8-sig"),
    "UTF-16": lambda cells: _text(cells, "\t").encode("utf-16"),
    "UTF-16 without a mark": lambda cells: _text(cells).encode("utf-16-be"),
    "CRLF": lambda cells: _text(cells, end="\r\n").encode(),
    "semicolon": lambda cells: _text(cells, ";").encode(),
    "quoted": lambda cells: _text(cells, is_quoted=True).encode(),
    "columns the other way round": lambda cells: _text([row[::-1] for row in cells]).encode(),
    "rows the other way round": lambda cells: _text([cells[0], *cells[:0:-1]]).encode(),
    "Windows-1252": lambda cells: _text([[*row, "né" if place else "Note"] for place, row in enumerate(cells)]).encode(
        "cp1252"
    ),
}
REFUSED = {
    ("followers", "UTF-16"): "is not UTF-8 text; save it as CSV UTF-8",
    ("followers", "UTF-16 without a mark"): "is not UTF-8 text; save it as CSV UTF-8",
    ("followers", "Windows-1252"): "is not UTF-8 text; save it as CSV UTF-8",
}
"""A list of millions is read a piece at a time, in UTF-8 alone."""


def _rows(folder: Path, kind: str, content: bytes) -> pd.DataFrame:
    name, table, _ = KINDS[kind]
    (folder / name).write_bytes(content)
    (export,) = read_exports(ExportFiles(ADA, files=(folder / name,), followers_read_on=TODAY), TODAY)
    return export.rows(table) if isinstance(export, Export) else frame(next(export.rows()))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_in_each_way_of_saving(tmp_path: Path, kind: str, way: str) -> None:
    """Read to the numbers of the plain file, or refused with the sentence that names the cause."""
    cells = KINDS[kind][2]
    if said := REFUSED.get((kind, way)):
        with pytest.raises(ExportRefusedError, match=said):
            _rows(tmp_path, kind, WAYS[way](cells))
        return
    assert_frame_equal(_rows(tmp_path, kind, WAYS["UTF-8"](cells)), _rows(tmp_path, kind, WAYS[way](cells)))


@pytest.mark.parametrize("kind", ["analytics", "old days"])
def test_one_day_missing(tmp_path: Path, kind: str) -> None:
    """The days that are there are those of the whole file."""
    header, *days = KINDS[kind][2]
    more = [[day, *days[0][1:]] for day in ("2025-03-01", "2025-02-28", "2025-02-27")]
    more = more if kind == "analytics" else [[f"2021-08-{day}", *days[0][1:]] for day in ("05", "06", "07")]
    read = _rows(tmp_path, kind, _text([header, *days, *more]).encode())
    assert 6 == len(read)


@pytest.mark.parametrize("kind", ["analytics", "content", "counts"])
def test_two_overlapping_parts(tmp_path: Path, kind: str) -> None:
    """Two downloads that share a row say of it the same, and together all that the whole says."""
    name, table, (header, *rows) = KINDS[kind]
    whole = _rows(tmp_path, kind, _text([header, *rows]).encode())
    files = []
    for number, part in enumerate((rows[:2], rows[1:])):
        files.append(tmp_path / name.replace(".csv", f" ({number}).csv"))
        files[-1].write_bytes(_text([header, *part]).encode())
    exports = read_exports(ExportFiles(ADA, files=tuple(files)), TODAY)
    parts = [export.rows(table) for export in exports if isinstance(export, Export)]
    stated = [column for column in whole.columns if column != "observed_at"]
    assert_frame_equal(
        whole[stated], pd.concat(parts)[stated].drop_duplicates().sort_values(stated[:2]).reset_index(drop=True)
    )


LANGUAGES = {
    "Japanese": "Date,インプレッション数,いいね,エンゲージメント,ブックマーク,共有された回数,"
    "新しいフォロー,フォロー解除,返信,リポスト,プロフィールへのアクセス数,ポストを作成,動画再生数,メディアの再生数",
    "Spanish": "Fecha,Impresiones,Me gusta,Interacciones,Guardados,Compartidos,Nuevos seguidores,Dejaron de seguirte,"
    "Respuestas,Reposts,Visitas al perfil,Crear post,Reproducciones de video,Vistas de contenido multimedia",
    "Portuguese": "Data,Impressões,Curtidas,Engajamentos,Itens salvos,Compartilhamentos,Novos seguidores,"
    "Deixaram de seguir,Respostas,Reposts,Visitas ao perfil,Criar post,Visualizações de vídeo,Visualizações de mídia",
    "German": "Datum,Impressionen,Gefällt mir,Interaktionen,Lesezeichen,Geteilt,Neue Follower,Entfolgt,Antworten,"
    "Reposts,Profilbesuche,Post erstellen,Videoaufrufe,Medienaufrufe",
    "French": "Date,Impressions,J'aime,Engagements,Signets,Partages,Nouveaux abonnés,Désabonnements,Réponses,Reposts,"
    "Visites du profil,Créer un post,Vues de vidéos,Vues de médias",
    "Arabic": "التاريخ,مرات الظهور,الإعجابات,التفاعلات,الإشارات المرجعية,المشاركات,المتابعات الجديدة,إلغاء المتابعة,"
    "الردود,إعادات النشر,زيارات الملف الشخصي,إنشاء منشور,مشاهدات الفيديو,مشاهدات الوسائط",
    "Turkish": "Tarih,Görüntülenmeler,Beğeni,Etkileşimler,Yer İşaretleri,Paylaşımlar,Yeni takip sayısı,"
    "Takibi bırakanlar,Yanıtlar,Yeniden gönderiler,Profil ziyaretleri,Gönderi oluştur,Video görüntülenmeleri,"
    "Medya görüntülenmeleri",
    "Indonesian": "Tanggal,Tayangan,Suka,Keterlibatan,Markah,Dibagikan,Pengikut baru,Berhenti mengikuti,Balasan,"
    "Posting ulang,Kunjungan profil,Buat postingan,Penayangan video,Penayangan media",
}
"""The Japanese titles are X's; the others are words that people would read so."""


@pytest.mark.parametrize("is_turned", [False, True], ids=["X's order", "another order"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_in_other_languages(tmp_path: Path, language: str, is_turned: bool) -> None:
    """Each title is taken for its meaning, wherever it stands."""
    _, *days = KINDS["analytics"][2]
    cells = [LANGUAGES[language].split(","), *days]
    expected = _rows(tmp_path, "analytics", _text(KINDS["analytics"][2]).encode())
    read = _rows(tmp_path, "analytics", _text([row[::-1] for row in cells] if is_turned else cells).encode())
    assert_frame_equal(expected, read)


def test_a_title_that_no_word_tells_is_known_by_x_s_order_alone(tmp_path: Path) -> None:
    """`Gemocht` is known where all others stand as X orders them, and not guessed where they do not."""
    header, *days = LANGUAGES["German"].replace("Gefällt mir", "Gemocht").split(","), *KINDS["analytics"][2][1:]
    expected = _rows(tmp_path, "analytics", _text(KINDS["analytics"][2]).encode())
    assert_frame_equal(expected, _rows(tmp_path, "analytics", _text([header, *days]).encode()))
    with pytest.raises(ExportRefusedError, match="titles in another language"):
        _rows(tmp_path, "analytics", _text([row[::-1] for row in (header, *days)]).encode())


def test_titles_that_the_totals_contradict_are_refused(tmp_path: Path) -> None:
    """Under these titles a day has more likes than engagements: they do not mean what they seem to."""
    header, *days = LANGUAGES["German"].split(","), *KINDS["analytics"][2][1:]
    swapped = [header, *([*day[:2], day[3], day[2], *day[4:]] for day in days)]
    with pytest.raises(ExportRefusedError, match="titles in another language"):
        _rows(tmp_path, "analytics", _text(swapped).encode())


def test_a_content_export_in_turkish(tmp_path: Path) -> None:
    """X's own Turkish titles: the numbers are those under the English ones."""
    turkish = (
        "Gönderi kimliği,Tarih,Metni gönderi olarak yayınla,Gönderi Bağlantısı,Görüntülenmeler,Beğeni,Etkileşimler,"
        "Yer İşaretleri,Paylaşımlar,Yeni takip sayısı,Yanıtlar,Yeniden gönderiler,Profil ziyaretleri,"
        "Ayrıntılar Genişletiliyor,URL Tıklanma Sayısı,Hashtag Tıklanma Sayısı,Kalıcı Bağlantı Tıklanma Sayısı"
    )
    row = f'{POST},"6 Oca 2021",söz,https://x.com/ada/status/{POST},800,10,20,1,0,2,3,4,5,6,7,8,9\n'
    posts = _rows(tmp_path, "content", f"{turkish}\n{row}".encode())
    stated = ["post_id", "impression_count", "like_count", "bookmark_count", "reply_count", "repost_count"]
    assert [POST, 800, 10, 1, 3, 4] == posts[stated].iloc[0].tolist()
