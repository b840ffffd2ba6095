"""X's titles in other languages: known ones, and by meaning, with X's own order of columns as a witness.

The titles of Japan and Turkey are X's, from public code that reads such exports; the other languages are told by words
that mean the quantity, so that a title nobody has seen is refused and not guessed.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

_Meaning = tuple[str, tuple[str, ...]]

_OVERVIEW_ORDER = (
    *("date", "day_impressions_count", "day_likes_count", "day_x_engagements_count", "day_bookmarks_count"),
    *("day_shares_count", "new_followers_count", "lost_followers_count", "day_replies_count", "day_reposts_count"),
    *("day_profile_visits_count", "day_posts_count", "day_video_views_count", "day_media_views_count"),
)
"""The columns of `account_overview_analytics.csv` of 2025 and 2026, as X orders them in every language."""
_CONTENT_ORDER = (
    *("post_id", "date", "posttext", "post_link", "impression_count", "like_count", "engagements", "bookmark_count"),
    *("shares", "newfollows", "reply_count", "repost_count", "profilevisits", "detailexpands", "urlclicks"),
    *("hashtagclicks", "permalinkclicks"),
)
"""The same of `account_analytics_content_FROM_TO.csv`."""
_WORDS: Mapping[str, tuple[str, ...]] = {
    "post_id": (
        *("postid", "tweetid", "ポストid", "gönderi kimliği", "id del post", "id de la publicación", "id do post"),
        *("post-id", "beitrags-id", "id du post", "id de publication", "id postingan", "معرف المنشور"),
    ),
    "clicks": ("click", "クリック", "clic", "klick", "klik", "cliques", "tıklan", "نقر", "expan", "ayrıntı", "توسيع"),
    "lost": (
        *("unfollow", "フォロー解除", "フォローを解除", "dejaron", "dejar de seguir", "dejado de seguir"),
        *("deixaram de seguir", "deixou de seguir", "deixar de seguir", "pararam de seguir", "entfolg", "nicht mehr"),
        *("désabonn", "ne plus suivre", "ne suivent plus", "takibi bırak", "takipten çık", "takipten çıkan"),
        *("berhenti mengikuti", "إلغاء المتابع", "ألغوا المتابع", "取消关注", "取消追蹤", "smesso di seguir"),
    ),
    "new": (
        *("new follow", "新しいフォロー", "新規フォロー", "nuevos segui", "nuevas segui", "novos segui", "neue follow"),
        *("neue abonn", "nouveaux abonn", "nouvelles abonn", "nouveaux follow", "yeni takip", "pengikut baru"),
        *("متابعون جدد", "متابعين جدد", "المتابعون الجدد", "متابعات جديدة", "المتابعات الجديدة", "nuovi follower"),
    ),
    "profile": ("profil", "perfil", "プロフィール", "الملف", "个人资料", "個人資料", "프로필"),
    "created": (
        *("create post", "ポストを作成", "crear", "criar", "erstell", "créer", "création", "gönderi oluştur"),
        *("buat post", "membuat post", "إنشاء منشور"),
    ),
    "video": ("video", "vidéo", "vídeo", "動画", "فيديو", "视频"),
    "media": ("media", "メディア", "medien", "média", "mídia", "medya", "وسائط", "媒体"),
    "text": ("text", "本文", "texto", "texte", "metni", "teks", "نص"),
    "link": ("link", "リンク", "enlace", "lien", "bağlantı", "tautan", "رابط"),
    "impressions": ("impres", "インプレッション", "impressõ", "görüntülenme", "gösterim", "tayangan", "ظهور", "曝光"),
    "likes": ("like", "いいね", "me gusta", "curtid", "gefällt", "j'aime", "j’aime", "beğeni", "suka", "إعجاب"),
    "engagements": (
        *("engage", "エンゲージメント", "interac", "interaç", "interak", "engajament", "etkileşim", "keterlibatan"),
        *("تفاعل", "互动"),
    ),
    "bookmarks": (
        *("bookmark", "ブックマーク", "guardad", "marcador", "itens salvos", "lesezeichen", "signet", "favoris"),
        *("yer işaret", "markah", "penanda", "إشارات مرجعية", "الإشارات المرجعية", "العلامات المرجعية"),
    ),
    "shares": ("share", "共有", "compart", "partag", "geteilt", "teilen", "paylaş", "bagikan", "مشارك", "分享"),
    "replies": ("repl", "返信", "respuesta", "resposta", "antwort", "réponse", "yanıt", "balasan", "الردود", "ردود"),
    "reposts": (
        "repost",
        "retweet",
        "リポスト",
        "republic",
        "yeniden gönderi",
        "posting ulang",
        "إعادة النشر",
        "إعادات النشر",
    ),
    "date": ("date", "datum", "fecha", "data", "日付", "tarih", "tanggal", "التاريخ", "日期"),
}
"""Words that mean a quantity; the earlier ones are asked first, since `profile visits` may also say `views`."""
_MEANINGS = {
    "overview": {
        "lost": "lost_followers_count",
        "new": "new_followers_count",
        "profile": "day_profile_visits_count",
        "created": "day_posts_count",
        "video": "day_video_views_count",
        "media": "day_media_views_count",
        "impressions": "day_impressions_count",
        "likes": "day_likes_count",
        "engagements": "day_x_engagements_count",
        "bookmarks": "day_bookmarks_count",
        "shares": "day_shares_count",
        "replies": "day_replies_count",
        "reposts": "day_reposts_count",
        "date": "date",
    },
    "content": {
        "post_id": "post_id",
        "new": "newfollows",
        "profile": "profilevisits",
        "text": "posttext",
        "link": "post_link",
        "impressions": "impression_count",
        "likes": "like_count",
        "engagements": "engagements",
        "bookmarks": "bookmark_count",
        "shares": "shares",
        "replies": "reply_count",
        "reposts": "repost_count",
        "date": "date",
    },
}
_MOST_COLUMNS = 100
"""X's exports have had 14 to 40 columns."""
_ORDERS = {"overview": _OVERVIEW_ORDER, "content": _CONTENT_ORDER}
IN_ANOTHER_LANGUAGE = (
    "has titles in another language that cannot be told apart; set X to English under Settings, Accessibility, "
    "display, and languages, and download it again"
)


def plain_title(title: str) -> str:
    """A column's title without case, accents, spaces and punctuation, in any script."""
    letters = unicodedata.normalize("NFKD", title.casefold().replace("ı", "i"))
    return "".join(letter for letter in letters if letter.isalnum())


def translated_columns(header: Sequence[str], of: str) -> dict[int, str] | None:
    """Where each column of an `overview` or `content` export stands, by what its title means; None when in doubt.

    What the words leave open is told by X's order, where as many columns as X has stand there, most of them are known
    by their words, and none of these stands elsewhere.
    """
    if len(header) > _MOST_COLUMNS:
        return None
    found = {place: column for place, title in enumerate(header) if (column := _meant(title, of))}
    order = _ORDERS[of]
    if len(set(found.values())) < len(found):
        return None
    in_place = sum(order[place] == column for place, column in found.items() if place < len(order))
    if len(header) == len(order) and in_place == len(found) and in_place > len(order) // 2:
        return dict(enumerate(order))
    return found if len(found) > len(order) // 2 else None


def _meant(title: str, of: str) -> str | None:
    plain = plain_title(title)
    for meaning, words in _PLAIN_WORDS.items():
        if any(re.search(word, plain) for word in words):
            return _MEANINGS[of].get(meaning)
    return None


_PLAIN_WORDS = {meaning: tuple(plain_title(word) for word in words) for meaning, words in _WORDS.items()}
